"""What stands beside a card number in the same record: columns of codes and expiry dates, whatever they are called.

Three digits say nothing by themselves. Beside valid card numbers they are verification codes where they behave like
them: three digits (four for American Express alone, ISO/IEC 7813 and the issuers' rules), leading zeros kept, spread
evenly over all thousand, no order, no relation to the number. All else that is short beside a card (quantities, years,
countries, percentages, the last four digits, ids) fails one of these. Where few rows leave it open, it is a hint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from detectors.behind_card import AMERICAN_EXPRESS
from detectors.card_expiry import CardExpiry
from detectors.cvv import Cvv
from detectors.header import said
from detectors.interface import ColumnMatches, Evidence
from detectors.ruling import MEDIUM
from detectors.text import words
from detectors.verdict import judge

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

FEW = 5
"""Rows with a card below which nothing is said."""
ENOUGH = 40
"""Rows from which a missing leading zero tells: among so many random codes one is missing once in seventy times."""
NEARLY_ALL = 0.95

_CODE = r"^[0-9]{3,4}$"
_JOINED = r"^(?:0[1-9]|1[0-2])[0-4][0-9]$"
_DATE = (
    r"^(?:(?:0?[1-9]|1[0-2])\s?[/.|-]\s?(?:20)?[0-4][0-9]|20[0-4][0-9][/.-](?:0[1-9]|1[0-2])"
    r"|(?:0[1-9]|1[0-2])20[0-4][0-9])$"
)

_OTHER_NAMES = words(
    "age agence agency alter amt anno annee area batch bin branch city country currency day days department dept"
    " discount etat floor gewicht hauteur iso jahr jour laenge land last lastfour lastfourdigits lieferung line lot"
    " menge mois month monat note page pays pct percent percentage period pieces points poids pos position prozent"
    " quarter rabatt rang rate region remise response result room rue salary semaine shelf size state status stars"
    " store tage taux terminal unit units week year zone"
)
"""Words in a column's name that say what else its short numbers are; `COUNTER_WORDS` has more."""
_COUNTRIES = words(
    "004 008 010 012 016 020 024 028 031 032 036 040 044 048 050 051 052 056 060 064 068 070 072 074 076 084 086 090"
    " 092"
    " 096 100 104 108 112 116 120 124 132 136 140 144 148 152 156 158 162 166 170 174 175 178 180 184 188 191 192 196"
    " 203 204 208 212 214 218 222 226 231 232 233 234 238 239 242 246 248 250 254 258 260 262 266 268 270 275 276 288"
    " 292 296 300 304 308 312 316 320 324 328 332 334 336 340 344 348 352 356 360 364 368 372 376 380 384 388 392 398"
    " 400 404 408 410 414 417 418 422 426 428 430 434 438 440 442 446 450 454 458 462 466 470 474 478 480 484 492 496"
    " 498 499 500 504 508 512 516 520 524 528 531 533 534 535 540 548 554 558 562 566 570 574 578 580 581 583 584 585"
    " 586 591 598 600 604 608 612 616 620 624 626 630 634 638 642 643 646 652 654 659 660 662 663 666 670 674 678 682"
    " 686 688 690 694 702 703 704 705 706 710 716 724 728 729 732 740 744 748 752 756 760 762 764 768 772 776 780 784"
    " 788 792 795 796 798 800 804 807 818 826 831 832 833 834 840 850 854 858 860 862 876 882 887 894"
)
"""ISO 3166-1 numeric: a quarter of all numbers of three digits."""


def beside_cards(columns: Mapping[str, pa.Array], cards: Mapping[str, ColumnMatches]) -> dict[str, list[ColumnMatches]]:
    """Find columns of verification codes and expiry dates beside card numbers.

    Args:
        columns: the text columns of one batch by name; a row of it is a record. Nulls allowed.
        cards: what was found of CREDIT_CARD in each of them, rows counted in this batch.

    Returns:
        By column, matches of CVV or CARD_EXPIRY in the rows that hold a card. Columns whose own name says so are left
        out, for they were found by it. What is unsure counts as `weak` in the evidence, and is ruled a hint.
    """
    import numpy as np  # noqa: PLC0415 looking a person up must not load it

    numbers = _numbers(cards)
    if len(numbers) < FEW:
        return {}
    rows = np.fromiter(sorted(numbers), np.int64, len(numbers))
    beside = _Beside(rows, [numbers[int(row)] for row in rows])
    found: dict[str, list[ColumnMatches]] = {}
    for name, column in columns.items():
        if name not in cards:
            matches = list(beside.look(name, column))
            if matches:
                found[name] = matches
    return found


def _numbers(cards: Mapping[str, ColumnMatches]) -> dict[int, str]:
    """Give the first card number of each row, from columns that surely hold card numbers and little else."""
    numbers: dict[int, str] = {}
    for name, one in cards.items():
        evidence = one.evidence
        sure = judge("CREDIT_CARD", name, "", evidence, len(one.keys), evidence.cells).score >= MEDIUM
        if sure and evidence.whole >= 0.5 * evidence.matches:
            values = one.values
            for row, at in zip(one.rows, one.index, strict=True):
                numbers.setdefault(int(row), values[at][0])
    return numbers


class _Cell(NamedTuple):
    """A cell beside a card."""

    row: int
    text: str
    number: str
    """Of the card."""


@dataclass(repr=False)
class _Beside:
    """The rows of a batch that hold a card."""

    rows: npt.NDArray[np.int64]
    numbers: list[str]

    def look(self, name: str, column: pa.Array) -> Iterator[ColumnMatches]:
        """Look through one column beside the cards."""
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.compute as pc  # noqa: PLC0415

        texts = pc.fill_null(pc.utf8_trim_whitespace(column.take(pa.array(self.rows))), "")
        count = pc.sum(pc.not_equal(texts, "")).as_py() or 0
        if count < FEW or _says_otherwise(name):
            return
        for entity, pattern, share, judged in _KINDS:
            mask = pc.match_substring_regex(texts, pattern)
            if (pc.sum(mask).as_py() or 0) < share * count or _found_by_name(entity, name):
                continue
            cells = self._cells(texts, mask)
            sure = None if _of_the_number(cells) or _inconstant(cells) else judged(_once_a_card(cells))
            if sure is not None:
                yield _matches(entity, cells, column, sure=sure)
                return

    def _cells(self, texts: pa.Array, mask: pa.Array) -> list[_Cell]:
        import pyarrow.compute as pc  # noqa: PLC0415

        places = pc.indices_nonzero(mask).to_numpy()
        chosen = texts.take(pc.indices_nonzero(mask)).to_pylist()
        return [
            _Cell(int(self.rows[at]), text, self.numbers[at]) for at, text in zip(places.tolist(), chosen, strict=True)
        ]


def _dates(cells: list[_Cell]) -> bool | None:
    """Judge months with years, a mark between them: open where all are the same few."""
    return len({cell.text for cell in cells}) >= 3


def _joined_dates(cells: list[_Cell]) -> bool | None:
    """Judge four digits that are all a month and a year."""
    if len({cell.text for cell in cells}) < 3:
        return None
    return len(cells) >= 2 * FEW


def _codes(cells: list[_Cell]) -> bool | None:
    """Judge three and four digits: True where they behave like codes, False where it stays open, None if not."""
    american = [cell.number.startswith(AMERICAN_EXPRESS) for cell in cells]
    fitting = sum((len(cell.text) == 4) == amex for cell, amex in zip(cells, american, strict=True))
    three = [cell.text for cell in cells if len(cell.text) == 3]
    if fitting < NEARLY_ALL * len(cells) or _in_order(three) or not _spread(three):
        return None
    if sum(text in _COUNTRIES for text in three) > 0.6 * len(three):
        return None
    zeros = sum(text[0] == "0" for text in three)
    lengths_tell = any(american) and not all(american)
    if zeros or lengths_tell:
        return len(three) >= 2 * FEW and zeros < 0.25 * len(three) and (zeros > 0 or len(three) < ENOUGH)
    return False if len(three) < ENOUGH else None


def _once_a_card(cells: list[_Cell]) -> list[_Cell]:
    """Keep one cell of each card, so that who buys often does not weigh more."""
    return list({cell.number: cell for cell in reversed(cells)}.values())[::-1]


def _inconstant(cells: list[_Cell]) -> bool:
    """Say whether one card has several values: what is printed on it stays."""
    pairs = {(cell.number, cell.text) for cell in cells}
    cards = len({cell.number for cell in cells})
    again = len(cells) - cards
    return len(pairs) - cards > max(1, 0.2 * again)


def _of_the_number(cells: list[_Cell]) -> bool:
    """Say whether cells repeat the end or the beginning of the card number beside them."""
    same = sum(cell.number.endswith(cell.text) or cell.number.startswith(cell.text) for cell in cells)
    return same > 0.1 * len(cells)


_KINDS: tuple[tuple[str, str, float, Callable[[list[_Cell]], bool | None]], ...] = (
    ("CARD_EXPIRY", _DATE, NEARLY_ALL, _dates),
    ("CARD_EXPIRY", _JOINED, 0.98, _joined_dates),
    ("CVV", _CODE, NEARLY_ALL, _codes),
)
"""Entity, what its cells look like, how many of them at least, and how they are judged; the surest first."""


def _found_by_name(entity: str, name: str) -> bool:
    """Say whether a column's own name says so, so that its detector has found it."""
    own = Cvv.header_words if entity == "CVV" else CardExpiry.header_words
    return said(name, own)[0] is not None


def _matches(entity: str, cells: list[_Cell], column: pa.Array, *, sure: bool) -> ColumnMatches:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415

    detector = Cvv() if entity == "CVV" else CardExpiry()
    values: dict[str, int] = {}
    rows, index = [], []
    for cell in cells:
        readings = detector.parse(cell.text)
        if readings:
            rows.append(cell.row)
            index.append(values.setdefault(readings[0], len(values)))
    found = len(rows)
    told = found if sure else 0
    evidence = Evidence(
        cells=pc.sum(pc.match_substring_regex(column, r"\S")).as_py() or 0,
        matched_cells=found,
        matches=found,
        whole=found,
        candidates=found,
        explicit=told,
        explicit_candidates=told,
        weak=found - told,
    )
    return ColumnMatches(entity, rows, index, pa.array(list(values), pa.string()), detector, evidence)


def _says_otherwise(name: str) -> bool:
    """Say whether a column's name tells what else its short numbers are."""
    supporting, counter = said(name, _OTHER_NAMES)
    return supporting is not None or (counter is not None and said(name, CardExpiry.header_words)[0] is None)


def _in_order(values: list[str]) -> bool:
    """Say whether numbers rise or fall from row to row, as ids and counters do."""
    steps = [int(other) - int(one) for one, other in pairwise(values)]
    rising = sum(step > 0 for step in steps)
    return len(steps) >= FEW - 1 and not 0.15 * len(steps) < rising < 0.85 * len(steps)


def _spread(three: list[str]) -> bool:
    """Say whether numbers of three digits are as many and as far apart as if drawn from all thousand."""
    if len(three) < FEW:
        return False
    expected = 1000 * (1 - 0.999 ** len(three))
    numbers = [int(text) for text in three]
    return len(set(numbers)) >= 0.8 * expected and max(numbers) - min(numbers) >= (600 if len(three) >= 10 else 300)
