"""What holds for every detector and every text."""

from __future__ import annotations

import subprocess
import sys
import time

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detectors.interface import DetectSettings
from detectors.registry import make
from detectors.shape import ShapeDetector

DETECTORS = make(DetectSettings())
BY_ENTITY = pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.entity)

PIECES = [
    *"0123456789 .-+()/:;@%#_,'\"\\<>\n\t",
    *(
        "4111",
        "1111",
        "+33",
        "06",
        "12",
        "00",
        "(0)",
        "%20",
        "%40",
        "&#64;",
        "\\u0040",
        "jane",
        "example.org",
        "::",
        "ff",
    ),
    *(
        "192.0.2.",
        "2001:db8",
        "FR76",
        "fr14",
        "x",
        "e",
        "\u00e9",
        "\u00a0",
        "\u2013",
        "\u6587",
        "2024-11-23",
        "tel ",
        "://",
    ),
    *(
        "12 rue de la Gare",
        ", ",
        "75011 Paris",
        "H2X 1Y4",
        "ON ",
        "cvv ",
        "123",
        "12/27",
        "born ",
        "1.5.1980",
        "password: ",
    ),
    *(
        "285057800608441",
        "2 85 05 78 006 084 41",
        "756.9217.0769.85",
        "85.07.30-033.28",
        "536-90-4399",
        "AA 12 34 56 B",
    ),
    *(
        "SIN: ",
        "130 692 544",
        "nir ",
        "00:1a:2b:3c:4d:5e",
        "mac ",
        "BIC ",
        "BNPAFRPP",
        "Mozilla/5.0 (X11; a)",
        " A/1.0",
    ),
    *("x.com/", "facebook.com/", "linkedin.com/in/", "instagram.com/p"),
    *("4111111111111111", "0612345678", "514-555-0199", "DE89370400440532013000", "jane@example.org", "203.0.113.9"),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
ADVERSARIES = [
    *PIECES,
    "a@",
    "1 ",
    "1.",
    "1-",
    "a.",
    "06 ",
    "0612345678 ",
    "::1 ",
    "4111 ",
    "+33 6 12 34 56 78 ",
    "a%40",
    *("Aa-", "12 rue de la ", "rue A ", "12 A ", "123 ", "12/27 ", "4111 1111 1111 1111 12/27 123 "),
    *("password=a&", "$6$a", "sha1$a", "born 1.1.1980 ", "12 mai 1980 ", "H2X 1Y4 ", "cvv 123 "),
    "Mozilla/5.0 (",
    "Mozilla/5.0 (a) A/1 ",
    "(a",
    "2 85 05 ",
    "2A",
    "00:1a:",
    "SIN 130 692 544 ",
    "BIC ",
    "ABCD",
    "x.com/",
    "facebook.com/profile.php?a&",
    "swift code ",
    "85.07.30-",
]


@BY_ENTITY
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(text=TEXTS)
def test_matches_lie_in_order_inside_the_text_and_pass_the_gate(detector: ShapeDetector, text: str) -> None:
    behind = 0
    for match in detector.find(text):
        assert behind <= match.start < match.end <= len(text)
        assert all(match.readings)
        behind = match.end
    if behind:
        assert pc.match_substring_regex(pa.array([text]), detector.gate)[0].as_py()


@BY_ENTITY
@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=TEXTS)
def test_a_found_value_can_be_looked_up_by_its_canonical_form(detector: ShapeDetector, text: str) -> None:
    for match in detector.find(text):
        for reading in match.readings:
            assert detector.parse(reading) == (reading,)


@BY_ENTITY
@settings(max_examples=100, deadline=None, derandomize=True)
@given(text=st.text(max_size=40))
def test_any_text_is_survived_and_candidates_are_no_fewer_than_matches(detector: ShapeDetector, text: str) -> None:
    assert detector.candidates(text) >= sum(1 for _ in detector.find(text))
    assert isinstance(detector.parse(text), tuple)


@BY_ENTITY
@pytest.mark.parametrize("piece", ADVERSARIES, ids=range(len(ADVERSARIES)))
def test_time_grows_with_the_text_and_not_with_its_square(detector: ShapeDetector, piece: str) -> None:
    size = 60_000
    started = time.process_time()
    for _ in detector.shapes(piece * (size // len(piece))):
        pass
    assert time.process_time() - started < 3  # a square would take minutes


def test_importing_the_detectors_imports_nothing_heavy() -> None:
    code = (
        "import sys, detectors.registry as r, detectors.redact, detectors.verdict; "
        "from detectors.interface import DetectSettings as S; r.parse_identifier('jane@example.org', None, S()); "
        "heavy = {'presidio_analyzer', 'spacy', 'pyarrow', 'numpy', 'phonenumbers',} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
