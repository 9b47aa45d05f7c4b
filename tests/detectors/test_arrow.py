"""The fast way over columns gives what the plain one gives: rows, values and counts, for any cells."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from datetime import timedelta
from unittest import mock

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.arrow import search
from detectors.arrow.cells import Cells
from detectors.column import ColumnDetector
from detectors.interface import DetectSettings
from tests.detectors.adversarial import items
from tests.detectors.columns import american, card, columns, digits, email, grouped, iban, ip4, mobile, moment, note
from tests.detectors.test_properties import PIECES
from tests.detectors.texts import texts

FAST, PLAIN = ColumnDetector(DetectSettings(ner="off")), ColumnDetector(DetectSettings(ner="off"), plain=True)
ONE_AT_A_TIME = 1 << 60
TOLD = ("cells", "matched_cells", "matches", "whole", "explicit", "weak", "certain", "placeholders", "profile")
BLANKS = ["\u00a0", "\u202f", "\u2011", "%20"]
JUDGED_BY = {
    "CREDIT_CARD": ("candidates", "explicit_candidates"),
    "IBAN_CODE": ("candidates",),
    "PHONE_NUMBER": ("candidates", "explicit_candidates"),
}
"""What a verdict takes from the counts of things that are no values."""


def seen(detector: ColumnDetector, column: pa.Array, header: str = "") -> dict[str, object]:
    found = {}
    for one in detector.detect(column, header):
        if not len(one.rows):
            continue
        values = one.values
        counts = one.evidence
        told = (
            counts.cells,
            counts.matched_cells,
            counts.matches,
            counts.whole,
            counts.explicit,
            counts.weak,
            counts.certain,
        )
        tried = [getattr(counts, name) for name in JUDGED_BY.get(one.entity, ())]
        shown = [values[at] if one.tokenised else ("",) for at in one.index]  # what gets no token is a count
        pairs = sorted(zip(map(int, one.rows), shown, strict=True))
        found[one.entity] = (pairs, told, tried)
    return found


def same(cells: list[str | None], header: str = "") -> None:
    """Hold the fast way to the plain one, with patterns looked for one at a time and all at once."""
    column = pa.array(cells, pa.string())
    plain = seen(PLAIN, column, header)
    for after in (ONE_AT_A_TIME, 0):
        with mock.patch.object(search, "AFTER", after):
            assert seen(FAST, column, header) == plain


def shapes(rng: random.Random) -> Iterator[str]:
    """Give one cell after the other of what columns are full of."""
    n = rng.choice
    ten = lambda: digits(rng, rng.randrange(6, 18))  # noqa: E731
    when = moment(rng)
    while True:
        yield from (
            ten(),
            n("0123456789") + ten()[1:],
            "0" + digits(rng, 9),
            "1" + digits(rng, rng.choice([9, 10, 11, 12])),
            n(["33", "41", "32", "44", "1"]) + digits(rng, n([8, 9, 10])),
            mobile(rng),
            grouped(mobile(rng), (2, 2, 2, 2, 2), n(" .-/")),
            grouped(mobile(rng), (4, 2, 2, 2), " "),
            grouped(american(rng), (3, 3, 4), n(" .-")),
            f"({american(rng)[:3]}) {american(rng)[3:6]}-{american(rng)[6:]}",
            "+33" + mobile(rng)[1:],
            "+33 " + grouped(mobile(rng)[1:], (1, 2, 2, 2, 2), " "),
            "+41 (0)79 " + digits(rng, 7),
            "+1 " + grouped(american(rng), (3, 3, 4), "-"),
            "+" + digits(rng, n([9, 10, 11, 12])),
            "0033" + mobile(rng)[1:],
            card(rng),
            grouped(card(rng), (4, 4, 4, 4), n(" -.")),
            grouped(digits(rng, 16), (4, 4, 4, 4), n(" -")),
            grouped(card(rng, "34", 15), (4, 6, 5), " "),
            digits(rng, n([13, 14, 15, 16, 19])),
            iban(rng),
            grouped(iban(rng), (4,) * 8 + (2,), " ").strip(),
            email(rng),
            email(rng).upper(),
            f"<{email(rng)}>",
            f"to: {email(rng)}, cc {email(rng)}.",
            f"Message-ID: <{email(rng)}>",
            f"https://x:{email(rng)}/",
            ip4(rng),
            f'{ip4(rng)} - - [{when:%d/%b/%Y:%H:%M:%S} +0100] "GET /?id={ten()} HTTP/1.1" 200 {digits(rng, 5)}',
            f'"Mozilla/5.0 (X11) Chrome/{n("123456789")}{digits(rng, 2)}.0.0.0 Safari/537.36" {ip4(rng)}',
            f"version {ip4(rng)}",
            f"{ip4(rng)}/24",
            when.isoformat(),
            when.isoformat(" "),
            str(when),
            str(int(when.timestamp())),
            str(int(when.timestamp() * 1000)),
            when.strftime("%d/%m/%Y %H:%M"),
            when.strftime("%d.%m.%Y"),
            when.strftime("%Y%m%d%H%M%S"),
            str(timedelta(seconds=rng.random() * 1e6)),
            f"{rng.random() * 1e6:.{rng.randrange(1, 9)}f}",
            f"{rng.uniform(-180, 180):.7f}",
            f"{rng.uniform(-90, 90):.6f},{rng.uniform(-180, 180):.6f}",
            str(uuid.UUID(int=rng.getrandbits(128))),
            f"{rng.getrandbits(128):032x}",
            f"tel: {ten()} ext. 12",
            f"Tel.{mobile(rng)}",
            f"ref {ten()}; {ten()}",
            f"order #{ten()}x {mobile(rng)}",
            f"{note(rng)}",
            f"{mobile(rng)} / {mobile(rng)}",
            f"{rng.randrange(200)} rue de l'\u00c9glise, {digits(rng, 5)} Lyon",
            f"t\u00e9l\u00a0: {grouped(mobile(rng), (2, 2, 2, 2, 2), n(BLANKS))}",
            f"%2B33{mobile(rng)[1:]}&x=%20{mobile(rng)}",
            f"{digits(rng, 3)}-{digits(rng, 4)}-{digits(rng, 4)}",
            f"2001:db8::{rng.getrandbits(16):x}",
            ":".join(f"{rng.getrandbits(16):x}" for _ in range(8)),
            ":".join(f"{rng.getrandbits(8):02x}" for _ in range(6)),
            "0123456789",
            "",
            " " + ten() + " ",
        )


@pytest.mark.parametrize("seed", range(8))
def test_mixed_cells_of_every_shape(seed: int) -> None:
    rng = random.Random(seed)
    stream = shapes(rng)
    cells: list[str | None] = [next(stream) for _ in range(3000)]
    cells += [
        f"{next(stream)}{rng.choice(['', ' ', ', ', ';', '/', '-', '.', '  ', ' | ', 'x', '@'])}{next(stream)}"
        for _ in range(3000)
    ]
    cells += [None, "", " "]
    rng.shuffle(cells)
    same(cells)


@pytest.mark.parametrize("seed", [1, 20241123])
def test_labelled_columns(seed: int) -> None:
    for column in columns(seed):
        same(column.cells)
        same(column.cells, column.header)


def test_texts_in_many_scripts_and_hard_notations() -> None:
    some = [*texts(2500, 11), *(item.text for item in items(1500, 11))]
    for start in range(0, len(some), 250):
        same(list(some[start : start + 250]))


@settings(max_examples=600, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(st.lists(st.sampled_from(PIECES), max_size=9).map("".join), min_size=1, max_size=12))
def test_cells_out_of_odd_pieces(cells: list[str]) -> None:
    same(list(cells))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(cells=st.lists(st.text("0123456789 .-+()/:@%a\u00e9\u00a0", max_size=24), min_size=1, max_size=20))
def test_cells_out_of_digits_and_marks(cells: list[str]) -> None:
    same(list(cells))


@pytest.mark.parametrize("regions", [("FR",), ("CH", "IT"), ("US",), ("BR", "MX"), ("ES", "PT"), ("GB", "DE", "AT")])
def test_other_regions(regions: tuple[str, ...]) -> None:
    rng = random.Random(5)
    stream = shapes(rng)
    column = pa.array([next(stream) for _ in range(600)])
    chosen = DetectSettings(phone_regions=regions)
    assert seen(ColumnDetector(chosen), column) == seen(ColumnDetector(chosen, plain=True), column)


def test_pieces_of_a_column_and_long_cells_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(3)
    stream = shapes(rng)
    column = pa.array([next(stream) for _ in range(900)])
    whole = seen(FAST, column)
    monkeypatch.setattr("detectors.column.PIECE", 3000)
    monkeypatch.setattr("detectors.column.LARGE", 60)
    in_pieces = seen(FAST, column)
    assert {entity: one[0] for entity, one in in_pieces.items()} == {entity: one[0] for entity, one in whole.items()}  # type: ignore[index]


def test_the_cells_of_a_slice_are_its_own() -> None:
    whole = pa.array(["jane@example.org", None, "0612345678", "\u00e9", ""])
    cells = Cells(whole.slice(1, 3))
    assert (cells.count, cells.lengths.tolist(), cells.raw) == (3, [0, 10, 2], b"\n\n0612345678\n\xc3\xa9\n")
    assert (cells.filled, cells.wide.tolist(), cells.digits.tolist()) == (2, [False, False, True], [0, 10, 0])
