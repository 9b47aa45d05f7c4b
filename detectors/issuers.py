"""Issuer ranges and lengths of payment cards, and the check digit of their numbers.

Sources: ISO/IEC 7812-1 (structure, Luhn's check digit), the card schemes' published ranges as gathered in Wikipedia's
*Payment card number*. Cartes Bancaires and other co-badged cards carry the number of their international scheme.
UATP (prefix 1, 15 digits) is left out: every French social security number of a man has that shape.
"""

from __future__ import annotations

SIXTEEN = (16,)

BRANDS: tuple[tuple[str, tuple[tuple[int, int], ...], tuple[int, ...]], ...] = (
    ("Visa", ((4, 4),), (13, 16, 19)),
    ("Mastercard", ((51, 55), (2221, 2720)), SIXTEEN),
    ("American Express", ((34, 34), (37, 37)), (15,)),
    ("Diners Club", ((36, 36), (38, 39), (300, 305), (3095, 3095)), (14, 15, 16, 17, 18, 19)),
    ("JCB", ((3528, 3589),), (16, 17, 18, 19)),
    ("Mir", ((2200, 2204),), (16, 17, 18, 19)),
    ("UnionPay", ((62, 62), (81, 81)), (16, 17, 18, 19)),
    ("RuPay", ((81, 82),), SIXTEEN),
    ("Troy", ((9792, 9792),), SIXTEEN),
    # Maestro's 50, 56 to 58 and 6 also cover Discover, Dankort, Verve, Elo and RuPay
    # in those ranges; with 14 digits it is not issued, and every second French SIRET would be one
    ("Maestro", ((50, 50), (56, 58), (60, 69)), (13, 15, 16, 17, 18, 19)),
    ("Elo", ((401178, 401179), (431274, 431274), (438935, 438935), (451416, 451416), (457393, 457393)), SIXTEEN),
)
"""Name, prefixes from-to (of equal length), total lengths."""


def _by_prefix() -> dict[int, dict[str, frozenset[int]]]:
    """Spread the ranges out: prefix length to prefix to lengths, so that a look-up is one probe for each length."""
    table: dict[int, dict[str, set[int]]] = {}
    for _, ranges, lengths in BRANDS:
        for low, high in ranges:
            for prefix in range(low, high + 1):
                table.setdefault(len(str(low)), {}).setdefault(str(prefix), set()).update(lengths)
    return {size: {prefix: frozenset(found) for prefix, found in row.items()} for size, row in sorted(table.items())}


PREFIXES = _by_prefix()
"""Size of a prefix to prefix to the lengths that are issued under it."""
_DOUBLED = str.maketrans("0123456789", "0246813579")
_VALUE = {str(digit): digit for digit in range(10)}


def issued(digits: str) -> bool:
    """Say whether a scheme issues numbers of this length with this prefix."""
    length = len(digits)
    return any(length in row.get(digits[:size], ()) for size, row in PREFIXES.items())


def luhn(digits: str) -> bool:
    """Check the last digit as ISO/IEC 7812-1, annex B, has it; one in ten random numbers passes."""
    total = sum(map(_VALUE.__getitem__, digits[-1::-2])) + sum(
        map(_VALUE.__getitem__, digits[-2::-2].translate(_DOUBLED))
    )
    return total % 10 == 0


def is_article(digits: str) -> bool:
    """Say whether 13 digits are an EAN, whose check digit (GS1 General Specifications 7.9) holds as well.

    Cards of 13 digits are a thing of the past; articles with a German number (40 to 44) are on every shelf.
    """
    if len(digits) != 13:
        return False
    return (sum(map(_VALUE.__getitem__, digits[::2])) + 3 * sum(map(_VALUE.__getitem__, digits[1::2]))) % 10 == 0


def is_card(digits: str) -> bool:
    """Check length, issuer range and check digit; about four in a hundred random numbers of 16 digits pass."""
    return issued(digits) and len(set(digits)) > 1 and luhn(digits)
