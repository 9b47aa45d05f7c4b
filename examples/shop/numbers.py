"""Numbers with check digits: those that stand for a person, and those that only look like it."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from random import Random

TEST_CARDS = ("411111", "424242", "555555", "510510", "222300", "378282", "601111", "356600")
"""Issuer ranges of the test numbers that payment providers document; no bank issues from them."""


def luhn_digit(digits: str) -> str:
    """The digit that completes a number under ISO/IEC 7812-1 annex B."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def digits(random: Random, length: int) -> str:
    return "".join(random.choices("0123456789", k=length))


def card(random: Random) -> str:
    """A card number in a test range; 15 digits where the range is American Express's, else 16."""
    issuer = random.choice(TEST_CARDS)
    body = issuer + digits(random, (15 if issuer.startswith("37") else 16) - len(issuer) - 1)
    return body + luhn_digit(body)


def grouped_card(number: str, separator: str = " ") -> str:
    """As it is printed on the card: 4-4-4-4, or 4-6-5 for fifteen digits."""
    cuts = (4, 10) if len(number) == 15 else (4, 8, 12)
    edges = (0, *cuts, len(number))
    return separator.join(number[start:end] for start, end in pairwise(edges))


def iban(country: str, account: str) -> str:
    """Put the check digits of ISO 7064 mod 97-10 before an account number."""
    number = "".join(str(int(letter, 36)) for letter in account + country + "00")
    return f"{country}{98 - int(number) % 97:02d}{account}"


def french_iban(random: Random) -> str:
    """Bank, branch, account and the national RIB key."""
    bank, branch, account = "30999", digits(random, 5), digits(random, 11)
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(account)) % 97
    return iban("FR", f"{bank}{branch}{account}{key:02d}")


def swiss_iban(random: Random) -> str:
    return iban("CH", "00999" + digits(random, 12))


def grouped_iban(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def ean13(random: Random, prefix: str = "376") -> str:
    """A GS1 article number; the default prefix is a French one."""
    body = prefix + digits(random, 12 - len(prefix))
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return body + str(-total % 10)


def siret(random: Random) -> str:
    """A French establishment's number: SIREN and SIRET both close with a Luhn digit."""
    company = digits(random, 8)
    company += luhn_digit(company)
    branch = company + "000" + digits(random, 1)
    return branch + luhn_digit(branch)


def uuid4(random: Random) -> str:
    raw = f"{random.getrandbits(128):032x}"
    return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-{random.choice('89ab')}{raw[17:20]}-{raw[20:]}"


def hashed(name: str, random: Random) -> str:
    """A digest of noise under the named function, in hexadecimal."""
    return hashlib.new(name, str(random.getrandbits(64)).encode(), usedforsecurity=False).hexdigest()


def tracking(random: Random) -> str:
    """A parcel's number as UPS, La Poste, Swiss Post or Canada Post write theirs."""
    kind = random.randrange(4)
    if kind == 0:
        return "1Z" + "".join(random.choices("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", k=6)) + digits(random, 10)
    if kind == 1:
        return "6A" + digits(random, 11)
    if kind == 2:
        return f"99.{digits(random, 2)}.{digits(random, 6)}.{digits(random, 8)}"
    return digits(random, 16)
