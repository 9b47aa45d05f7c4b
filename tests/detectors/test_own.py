"""A user's own recognizers: how they are loaded, and gates that hide nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult

from detectors.column import ColumnDetector
from detectors.interface import DetectorError, DetectSettings
from detectors.own import _own_class, own_detectors
from detectors.own_gate import gate_of
from detectors.shape import ShapeDetector
from detectors.verdict import judge

FLAGS = int(regex.DOTALL | regex.MULTILINE | regex.IGNORECASE)
GATED = [
    r"\bM-[0-9]{6}\b",
    r"(?<!\d)[A-Z]{2}\d{4}(?!\d)",
    r"(?<=id: )\w+",
    r"(?=.*\d)[a-z]\w{3,8}(?!x)",
    r"(?i)kunde[ -]?\d{3,}",
    r"(?-i:AB)c?\d",
    r"[^\W\d_]{3}-[^0-9a-f\s]",
    r"(a|k)\1+s",
    r"(?P<one>[xyz])(?P=one)-\S",
    r"(?>ab|a)c++\d*",
    r"(?<year>19|20)\d\d",
    r"(x)?(?(1)y|z)9",
    r"^K\d+$|\AS\s?\d\Z",
    r"a{5000}|b{300,}",
    "\u00e9+ss|\u03c3\u03b1\u03c2",
    r"[\u0400-\u04ff]{2}\d",
    "(?x) ref \\ \\d{2}  # a comment",
    r"[]a-]{2}[\^]",
    r"\D\d\W\w\S\s",
    r"q.r",
    r"x([:-])y\1",
]
UNGATED = [r"\p{L}{3}", r"(?:foo){e<=1}", r"[[:alpha:]]9", r"(?V1)[a-z--b]", r"\s*", "", r"(?f)stra\u00dfe", r"\X\X"]
PIECES = [
    *"aAbBcCkKsSiIxyz\u00e9\u03c3\u03c2\u03a309 -_:\n\t",
    *(
        "M-123456",
        "AB1234",
        "id: ",
        "kunde 123",
        "\u212aunde",
        "\u0130d",
        "\u017f1",
        "\u0663\u0664",
        "\u00a0",
        "2024",
        "ref 12",
    ),
    *(
        "\u0416\u04168",
        "xyz",
        "zz-",
        "x9",
        "aaa",
        "abcc",
        "\ufb00",
        "\u00df",
        "\u3000",
        "q\nr",
        "\U0001f4de",
        "K12",
        "S 1",
    ),
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(max_size=12)
HYPOTHESIS = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def passes(gate: str, text: str) -> bool:
    return bool(pc.match_substring_regex(pa.array([text]), gate)[0].as_py())


@pytest.mark.parametrize("pattern", GATED)
@HYPOTHESIS
@given(text=TEXTS)
def test_a_gate_lets_every_text_with_a_match_through(pattern: str, text: str) -> None:
    gate = gate_of(pattern, FLAGS)
    assert gate is not None
    if any(hit.group() for hit in regex.finditer(pattern, text, flags=FLAGS)):
        assert passes(gate, text)


@pytest.mark.parametrize("pattern", [one for one in GATED if "(?<year>" not in one and "{5000}" not in one])
@settings(HYPOTHESIS, max_examples=60)
@given(data=st.data())
def test_a_gate_lets_through_what_is_made_to_match(pattern: str, data: st.DataObject) -> None:
    compiled = re.compile(pattern, FLAGS)
    text = data.draw(st.from_regex(compiled))
    if any(hit.group() for hit in regex.finditer(pattern, text, flags=FLAGS)):
        assert passes(str(gate_of(pattern, FLAGS)), text)


@pytest.mark.parametrize("pattern", UNGATED)
def test_what_is_not_surely_understood_has_no_gate(pattern: str) -> None:
    assert gate_of(pattern, FLAGS) is None


def test_flags_that_only_presidio_s_engine_knows_open_the_gate() -> None:
    assert gate_of("abc", FLAGS | int(regex.VERSION1)) is None


@pytest.mark.parametrize(
    ("pattern", "text"), [(r"\bM-[0-9]{6}\b", "nothing here 123456"), (r"(?<!\d)[A-Z]{2}\d{4}", "the year 2024")]
)
def test_a_gate_keeps_other_texts_out(pattern: str, text: str) -> None:
    assert not passes(str(gate_of(pattern, FLAGS)), text)


LIST = r"""
recognizers:
  - name: Member
    supported_language: en
    supported_entity: MEMBER_NO
    patterns:
      - {name: plain, regex: '\bM-[0-9]{6}\b', score: 0.8}
      - {name: around, regex: '(?<![\w-])(?i:mem)[ :]+(\d{4})(?!\d)', score: 0.4}
  - name: Ward
    supported_language: fr
    supported_entity: WARD
    deny_list: [Cardiologie, "M. le Pr.", "Soins (0)", "\u0130stanbul"]
  - name: Loose
    supported_language: en
    supported_entity: LOOSE
    patterns: [{name: fuzzy, regex: '(?:colour){e<=1}', score: 0.5}]
"""
REGISTRY = r"""
supported_languages: [en]
recognizers:
  - name: UsSsnRecognizer
    type: predefined
  - name: NhsRecognizer
    type: predefined
  - name: Case
    type: custom
    supported_entity: CASE_NO
    supported_languages: [en]
    patterns: [{name: case, regex: '(?<=case )\d{2}/\d{3}', score: 0.6}]
"""
CELLS = [
    *(
        "M-123456",
        "x m-123456.",
        "mem: 1234",
        "MEM 1234",
        "mem 12345",
        "\uff2d-123456",
        "mem: \u0661\u0662\u0663\u0664",
    ),
    *("en cardiologie", "M. le Pr. X", "soins (0)", "cardiologies", "\u0130stanbul", "istanbul"),
    *(
        "a color",
        "colour",
        "078-05-1120",
        "219-09-9999",
        "401 023 2137",
        "4010232137",
        "case 12/345",
        "12/345",
        "",
        " ",
    ),
]


def loaded(tmp_path: Path, text: str) -> list[ShapeDetector]:
    path = tmp_path / "own.yaml"
    path.write_text(text, encoding="utf-8")
    return own_detectors(DetectSettings(recognizers=str(path)))


@pytest.mark.parametrize("file", [LIST, REGISTRY], ids=["list", "registry"])
def test_no_cell_with_a_match_is_hidden_by_its_gate(tmp_path: Path, file: str) -> None:
    found = 0
    for detector in loaded(tmp_path, file):
        for cell in CELLS:
            matches = list(detector.find(cell))
            found += len(matches)
            assert not matches or passes(detector.gate, cell), (detector.entity, cell)
    assert found >= 4


def test_patterns_and_deny_lists_are_gated_and_only_the_rest_is_read_in_full(tmp_path: Path) -> None:
    open_ = {one.entity: passes(one.gate, "nothing of the kind") for one in loaded(tmp_path, LIST)}
    assert open_ == {"MEMBER_NO": False, "WARD": False, "LOOSE": True}
    open_ = {one.entity: passes(one.gate, "nothing of the kind") for one in loaded(tmp_path, REGISTRY)}
    assert open_["CASE_NO"] is False
    assert open_["US_SSN"] is False


@pytest.mark.parametrize(
    ("file", "entity", "cell"), [(LIST, "WARD", "en Cardiologie"), (REGISTRY, "CASE_NO", "case 12/345")]
)
def test_values_of_both_formats_appear_in_findings(tmp_path: Path, file: str, entity: str, cell: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(file, encoding="utf-8")
    columns = ColumnDetector(DetectSettings(recognizers=str(path))).detect(pa.array([cell, None, "nothing"]))
    [column] = [one for one in columns if one.entity == entity]
    assert list(column.rows) == [0]
    assert judge(entity, "c3", "", column.evidence, 1, 3).confidence != "low"


class Even(PatternRecognizer):
    """Holds numbers that are even, with a check of its own."""

    def validate_result(self, pattern_text: str) -> bool:
        return int(pattern_text[-1]) % 2 == 0


class Words(EntityRecognizer):
    """Finds without a pattern."""

    def load(self) -> None:
        """Do nothing."""

    def analyze(self, text: str, *_: object) -> list[RecognizerResult]:
        return [RecognizerResult("THING", 0, len(text), 0.5)] if text.startswith("z") else []


class Twice(PatternRecognizer):
    """Goes its own way before the patterns."""

    def analyze(self, text: str, *_: object) -> list[RecognizerResult]:
        return [RecognizerResult("THING", 0, 1, 0.5)] if text else []


_SECOND = """
recognizers:
  - {name: A, supported_entity: X, GOOD}
  - {name: B, supported_entity: X, patterns: [{name: n, regex: 'secret(', score: 0.5}]}
"""
_REGISTERED = """
supported_languages: [en]
recognizers: [{name: B, type: custom, supported_entity: X, patterns: [{name: n, regex: '[z-asecret]', score: 0.5}]}]
"""
_GOOD = "patterns: [{name: p, regex: 'secret', score: 0.5}]"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("recognizers:\n- name: A\n  b: [\n", "is no YAML at line 4, column 1"),
        ("", "no list of recognizers"),
        ("- name: A\n", "no list of recognizers"),
        ("recognizers: [secret]", "recognizer 1 is no set of fields"),
        (
            "recognizers: [{name: A, GOOD}]",
            r"recognizer 1 \(A\) does not say what it finds; add `supported_entity",
        ),
        (
            "recognizers: [{name: A, supported_entity: X}]",
            r"recognizer 1 \(A\) has nothing to look for; add `patterns`",
        ),
        ("recognizers: [{name: A, supported_entity: X, seen: 1, GOOD}]", "a field `seen`"),
        ("recognizers: [{name: A, supported_entity: X, type: custom, GOOD}]", "a field `type` .*languages`"),
        (
            _SECOND,
            r"recognizer 2 \(B\) .*pattern 1 \(n\): its `regex` breaks at character 7 \(missing \)",
        ),
        (
            _REGISTERED,
            r"recognizer 1 \(B\) .*pattern 1 \(n\): its `regex` breaks at character 2;",
        ),
        ("recognizers: [{name: A, supported_entity: X, patterns: [{name: p, regex: secret}]}]", "it has no `score`"),
        (
            "recognizers: [{name: A, supported_entity: X, patterns: [{name: p, regex: secret, score: 5}]}]",
            "`score` is no number from 0 to 1",
        ),
        (
            "supported_languages: [en]\nrecognizers: [{name: NoSuchRecognizer, type: predefined}]",
            r"recognizer 1 \(NoSuchRecognizer\) is `predefined`",
        ),
    ],
)
def test_a_file_with_a_fault_is_refused_with_the_place_and_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, said: str
) -> None:
    with pytest.raises(DetectorError, match=said) as refusal:
        loaded(tmp_path, file.replace("GOOD", _GOOD))
    assert str(refusal.value).startswith(f"recognizers: {tmp_path / 'own.yaml'}")
    assert "secret" not in str(refusal.value)
    assert capsys.readouterr().out == ""


def test_a_file_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(DetectorError, match=r"none.yaml cannot be read \(No such file or directory\)"):
        own_detectors(DetectSettings(recognizers=str(tmp_path / "none.yaml")))


def things(*recognizers: EntityRecognizer) -> ShapeDetector:
    return _own_class("THING")(DetectSettings(), list(recognizers))


@HYPOTHESIS
@given(text=TEXTS | st.from_regex(r"N\d{2,4}"))
def test_a_recognizer_with_a_check_of_its_own_is_gated_by_its_pattern(text: str) -> None:
    detector = things(Even("THING", patterns=[Pattern("n", r"N\d+", 0.5)], deny_list=["xyz2"]))
    assert not passes(detector.gate, "nothing here 12")
    if list(detector.find(text)):
        assert passes(detector.gate, text)


def test_a_recognizer_that_is_more_than_patterns_opens_the_gate_for_all_of_its_entity() -> None:
    pattern = [Pattern("n", r"N\d+", 0.5)]
    assert passes(things(Words(["THING"])).gate, "z")
    assert passes(things(Even("THING", patterns=pattern), Words(["THING"])).gate, "z")
    assert passes(things(Twice("THING", patterns=pattern)).gate, "z")
