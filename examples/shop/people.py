"""The shop's customers: French, Swiss and Canadian, and not one of them real."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address
from random import Random

from . import words
from .numbers import card, digits, french_iban, grouped_card, grouped_iban, swiss_iban
from .planted import CARD, EMAIL, IBAN, IP, PHONE, POSTCODE, STREET, Text, Value

DOCUMENTATION_NETWORKS = tuple(IPv4Network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"))
"""RFC 5737; the IPv6 counterpart, RFC 3849, is 2001:db8::/32."""

FRENCH_FICTION = ("19900", "26191", "35301", "46571", "53649")
"""Blocks that Arcep keeps free for films and books."""
CANADIAN_AREAS = ("514", "438", "418", "819", "450", "416", "647", "905", "604", "250", "902", "506", "403", "204")
"""Each area code keeps 555-0100 to 555-0199 free for fiction."""
SWISS_PREFIXES = ("79", "78", "76", "77", "22", "21", "44", "31")
"""No Swiss block is kept for fiction; these go on with 555."""


@dataclass(frozen=True)
class Customer:
    """One person, each value in its canonical form."""

    id: int
    first: str
    last: str
    country: str
    """`FR`, `CH` or `CA`."""
    language: str
    """`fr` or `en`."""
    email: str
    phone: str
    """E.164."""
    street: str
    postcode: str
    town: str
    card: str | None
    iban: str | None
    ip: str

    def mail(self, shape: Callable[[str], str] = str) -> Text:
        """The address; `shape` writes it as people do, in capitals say."""
        return Text(shape(self.email), Value(EMAIL, self.email))

    def international(self) -> Text:
        """`+33 1 99 00 12 34`."""
        return Text(spaced(self.phone), Value(PHONE, self.phone))

    def e164(self) -> Text:
        return Text(self.phone, Value(PHONE, self.phone))

    def national(self) -> Text:
        """As one writes it at home: `01 99 00 12 34`, `079 555 12 34`, `(514) 555-0123`."""
        return Text(at_home(self.phone), Value(PHONE, self.phone))

    def pan(self, shape: Callable[[str], str] = str) -> Text | None:
        return Text(shape(self.card), Value(CARD, self.card)) if self.card else None

    def printed_card(self) -> Text | None:
        return self.pan(grouped_card)

    def account(self, shape: Callable[[str], str] = str) -> Text | None:
        return Text(shape(self.iban), Value(IBAN, self.iban)) if self.iban else None

    def printed_account(self) -> Text | None:
        return self.account(grouped_iban)

    def home(self) -> Text:
        """Street and number."""
        return Text(self.street, Value(STREET, folded(self.street)))

    def postal_code(self) -> Text:
        return Text(self.postcode, Value(POSTCODE, self.postcode.replace(" ", "")))

    def address(self, shape: Callable[[str], str] = str) -> Text:
        """The IP address that this person visits from."""
        return Text(shape(self.ip), Value(IP, self.ip))


def folded(street: str) -> str:
    """An address in lower case without accents, marks as blanks."""
    bare = "".join(
        letter for letter in unicodedata.normalize("NFKD", street.lower()) if not unicodedata.combining(letter)
    )
    return " ".join("".join(letter if letter.isalnum() else " " for letter in bare).split())


def spaced(phone: str) -> str:
    """Group an E.164 number as its country does."""
    if phone.startswith("+33"):
        return f"+33 {phone[3]} " + " ".join(phone[start : start + 2] for start in range(4, 12, 2))
    if phone.startswith("+41"):
        return f"+41 {phone[3:5]} {phone[5:8]} {phone[8:10]} {phone[10:]}"
    return f"+1 {phone[2:5]}-{phone[5:8]}-{phone[8:]}"


def at_home(phone: str) -> str:
    if phone.startswith("+1"):
        return f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}"
    country, _, rest = spaced(phone).partition(" ")
    return f"0{rest}" if country else rest


def exploded(address: str) -> str:
    """An IPv6 address in full and in capitals, as some firewalls log it; an IPv4 address as it is."""
    return IPv6Address(address).exploded.upper() if ":" in address else address


def people(random: Random, count: int) -> list[Customer]:
    """Make customers; e-mail, card and IBAN differ for each, phones and IPs are sometimes shared by a household."""
    return [person(random, number) for number in range(1, count + 1)]


def person(random: Random, number: int) -> Customer:
    country = random.choices(("FR", "CH", "CA"), (60, 25, 15))[0]
    first, last = random.choice(words.FIRST[country]), random.choice(words.LAST[country])
    postcode, town = random.choice(words.TOWNS[country])
    accounts = {"FR": french_iban, "CH": swiss_iban}
    make_account = accounts.get(country)
    return Customer(
        id=number,
        first=first,
        last=last,
        country=country,
        language="en" if country == "CA" and random.random() < 0.6 else "fr",
        email=mailbox(random, first, last, number),
        phone=telephone(random, country),
        street=f"{random.randrange(1, 180)} {random.choice(words.STREETS[country])}",
        postcode=postcode,
        town=town,
        card=card(random) if random.random() < 0.4 else None,
        iban=make_account(random) if make_account and random.random() < 0.5 else None,
        ip=internet_address(random),
    )


def mailbox(random: Random, first: str, last: str, number: int) -> str:
    """An address of the name without accents; the customer's number keeps it unique."""
    plain = [
        "".join(
            letter for letter in unicodedata.normalize("NFKD", name).lower() if letter.isascii() and letter.isalnum()
        )
        for name in (first, last)
    ]
    shape = random.choice(("{0}.{1}{2}", "{0}_{1}{2}", "{1}-{2}", "{0}.{1}+shop{2}"))
    return f"{shape.format(*plain, number)}@{random.choice(words.MAIL_DOMAINS)}"


def telephone(random: Random, country: str) -> str:
    if country == "FR":
        return f"+33{random.choice(FRENCH_FICTION)}{digits(random, 4)}"
    if country == "CH":
        return f"+41{random.choice(SWISS_PREFIXES)}555{digits(random, 4)}"
    return f"+1{random.choice(CANADIAN_AREAS)}55501{digits(random, 2)}"


def internet_address(random: Random) -> str:
    """From the networks kept for documentation; a third of the visitors come by IPv6."""
    if random.random() < 0.33:
        return str(IPv6Address((0x20010DB8 << 96) | (random.getrandbits(32) << 64) | random.getrandbits(48)))
    network = random.choice(DOCUMENTATION_NETWORKS)
    return str(IPv4Address(int(network.network_address) + random.randrange(1, 255)))
