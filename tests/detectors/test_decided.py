"""What the fast way decides at once about telephone and account numbers, around the edges of its rules."""

from __future__ import annotations

import random
from collections.abc import Callable

import pyarrow as pa
import pytest

from detectors.arrow.cells import Cells
from detectors.arrow.kinds import Kinds
from detectors.column import ColumnDetector
from detectors.interface import DetectSettings
from detectors.registry import make
from tests.detectors.columns import digits, grouped, iban

SETTINGS = DetectSettings(ner="off")
FAST, PLAIN = ColumnDetector(SETTINGS), ColumnDetector(SETTINGS, plain=True)
JUDGED = ("PHONE_NUMBER", "IBAN_CODE", "CREDIT_CARD")
LEADS = (
    *("", "", "", "(", "0", "00", "(0", "011", "1", "07700 ", "+", "+ ", "+(", "+0", "+33", "+33 0", "+41 (0)", "+44"),
    *("+1", "+49", "+34", "+39", "+352", "+7", "+99", "+212", "+590", "+262", "+81", "+48"),
)
GAPS = (" ", " ", "-", ".", "/", ". ", " - ", "  ", ") ", ")", "(", " (", " / ", "//")
COUNTRIES = ("FR", "DE", "NO", "BE", "GB", "de", "ae", "be", "Fr", "GE", "ee", "BA", "bE", "MT")
AROUND = ("", "", "", "", "iban", "IBAN ", "n", "x", "X", "%3D", "-", "/", "\u00e9", " ", "9")
BEHIND = ("", "", "", "", "x", "X", "1", "\u00e9", "-", ".", " x", "=", "%")


def told(detector: ColumnDetector, column: pa.Array) -> dict[str, object]:
    """Give rows, values and all counts that a verdict takes, of columns without a match too."""
    found: dict[str, object] = {}
    for one in detector.detect(column):
        if one.entity in JUDGED:
            values, counts = one.values, one.evidence
            pairs = sorted(zip(one.rows.tolist(), (values[at] for at in one.index), strict=True))
            tried = (counts.candidates, counts.explicit_candidates) if one.entity != "IBAN_CODE" else counts.candidates
            sure = (counts.matches, counts.whole, counts.explicit, counts.weak, counts.certain)
            found[one.entity] = (pairs, counts.matched_cells, sure, tried)
    return found


def same(cells: list[str]) -> None:
    column = pa.array(cells)
    assert told(FAST, column) == told(PLAIN, column)


def open_cells(cells: list[str]) -> int:
    outcomes = Kinds(make(SETTINGS)).decide(Cells(pa.array(cells)))
    return int(sum(one.open for one in outcomes.values()).astype(bool).sum())


def phone(rng: random.Random) -> str:
    """Write some groups of digits, as telephone numbers and much else are."""
    many = rng.choice([1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 7, 9, 10])
    sizes = (1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8, 9, 10) if many < 4 else (1, 2, 2, 2, 3, 3, 4, 4, 5)
    gap, text = rng.choice(GAPS), rng.choice(LEADS)
    for at in range(many):
        group = digits(rng, rng.choice(sizes), rng.choice(["", "", "", "0"]))
        text += ((gap if rng.random() < 0.85 else rng.choice(" -./")) if at else "") + group
    return text


def account(rng: random.Random) -> str:
    """Write what begins as an account number does, and hashes."""
    kind = rng.random()
    if kind < 0.4:
        gap, text = rng.choice([" ", "-", ".", "", "", "", "%20", "\u00a0", "--", "   "]), rng.choice(COUNTRIES)
        text += rng.choice(["", "", "", " ", "-", ".", "%20", "\u00a0", "+", "  "]) + digits(rng, 2)
        letters = rng.choice(["0123456789", "0123456789abcdefABCDEFZz"])
        for at in range(rng.choice([10, 11, 12, 14, 16, 18, 20, 22, 24, 26, 27, 30])):
            text += (gap if at % 4 == 0 else "") + rng.choice(letters)
    elif kind < 0.65:
        text = rng.choice([str.upper, str.lower])(iban(rng))
        if rng.random() < 0.5:
            text = grouped(text, (4,) * 9, rng.choice([" ", "-", ".", "\u2011", "%20"])).rstrip(" -.\u2011%20")
        at = rng.randrange(len(text))
        text = text[:at] + rng.choice(["", "", "", "x", "7", ".", "%"]) + text[at:]
    elif kind < 0.8:
        text = f"{rng.getrandbits(128):032x}"
        text = rng.choice([text, text.upper(), grouped(text, (8, 4, 4, 4, 12), "-")])
    else:
        text = "$2y$10$" + "".join(rng.choices("abdeDEFRGBABE./0123456789", k=53))
    return rng.choice(AROUND) + text + rng.choice(BEHIND)


@pytest.mark.parametrize("make_cell", [phone, account])
@pytest.mark.parametrize("seed", range(12))
def test_any_grouping(make_cell: Callable[[random.Random], str], seed: int) -> None:
    rng = random.Random(seed)
    same([make_cell(rng) for _ in range(400)])


@pytest.mark.parametrize(
    "lead", ["+49", "+34", "+39", "+352", "+7", "+44", "+1", "+212", "+590", "07700 900", "(0", ""]
)
def test_columns_of_one_country(lead: str) -> None:
    rng = random.Random(lead)
    for gap in ("", " ", "-", "."):
        sizes = [tuple(rng.choices((2, 2, 3, 3, 4, 5, 6), k=rng.randrange(1, 5))) for _ in range(5)]
        cells = [lead + rng.choice(["", gap]) + grouped(digits(rng, 24), rng.choice(sizes), gap) for _ in range(300)]
        same(cells)


@pytest.mark.parametrize(
    "some",
    [
        lambda rng: "07700 900" + digits(rng, 3),
        lambda rng: "+44 7700 900" + digits(rng, 3),
        lambda rng: "+49 30 0000" + digits(rng, 3),
        lambda rng: "0." + digits(rng, 9),
        lambda rng: f"0.{digits(rng, 6)},-0.{digits(rng, 6)}",
        lambda rng: grouped("1" + digits(rng, 10, "1"), (3, 1, 3, 3), "."),
        lambda rng: "$2y$10$DE20FR77" + "".join(rng.choices("abcdefABCDEF0123456789", k=45)),
        lambda rng: f"be12{rng.getrandbits(112):028x}",
    ],
)
def test_what_is_clearly_no_number_opens_no_cell(some: Callable[[random.Random], str]) -> None:
    rng = random.Random(4)
    cells = [some(rng) for _ in range(200)]
    assert open_cells(cells) == 0
    same(cells)


def test_what_a_part_could_be_stays_open() -> None:
    assert open_cells(["1234567 0612345678", "+33 1 2345 / 0612345678", "00 1234 567890"]) == 3
