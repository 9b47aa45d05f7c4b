"""The catalogue: the same sentences in both languages, all of them used, none anywhere else."""

import json
import re
from pathlib import Path

import pytest

import reports
from reports.language import LANGUAGES, Words, catalogue

ROOM = Path(reports.__file__).parent
CODED = ("entity.", "category.", "status.", "scan.", "confidence.", "level.", "role.", "role_short.", "cause.",
         "aside.", "change.", "region.", "risk.", "gap.", "month.", "label.", "exposure.rest.",
         "not_stated.")  # fmt: skip


def forms(text):
    return [text] if isinstance(text, str) else list(text.values())


def raw(lang):
    return json.loads((ROOM / f"catalogue_{lang}.json").read_text("utf-8"))


def test_both_languages_have_the_same_keys_and_plurals():
    english, french = raw("en"), raw("fr")
    assert list(english) == list(french)
    for key, text in english.items():
        assert type(text) is type(french[key]), key
        assert isinstance(text, str) or list(text) == list(french[key]) == ["one", "other"], key


def test_both_languages_have_the_same_placeholders():
    for key, text in raw("en").items():
        wanted = {name for form in forms(text) for name in re.findall(r"{(\w+)}", form)}
        found = {name for form in forms(raw("fr")[key]) for name in re.findall(r"{(\w+)}", form)}
        assert wanted == found, key


def test_every_sentence_is_used_somewhere():
    code = "\n".join(path.read_text("utf-8") for path in ROOM.rglob("*.py"))
    unused = [key for key in raw("en") if not key.startswith(CODED) and f'"{key}"' not in code]
    composed = {"glance.lead", "glance.lead.unknown", "exposure.lead", "exposure.lead.unknown"}
    assert set(unused) <= composed


def test_no_sentence_stands_in_the_web_template():
    text = (ROOM / "templates" / "page.html").read_text("utf-8")
    bare = re.sub(r"{%.*?%}|{{.*?}}|<[^>]*>", " ", text, flags=re.DOTALL)
    assert not re.findall(r"[^\W\d_]{2,}", bare)


def test_no_sentence_stands_in_the_paper_template():
    text = re.sub(r"//.*", "", (ROOM / "templates" / "page.typ").read_text("utf-8"))
    sentences = [one for one in re.findall(r'"([^"]*)"', text) if re.search(r"[a-z] [a-z]", one)]
    assert not sentences


@pytest.mark.parametrize("cause", ["view", "denied", "policy", "pending", "sample", "cut", "corrupt", "excluded"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_cause_has_a_sentence(lang, cause):
    assert Words(lang).has(f"cause.{cause}")


def test_every_cause_of_the_connectors_has_a_sentence():
    source = (ROOM.parent / "connectors" / "interface.py").read_text("utf-8")
    causes = re.findall(r'^    [A-Z]+ = "(\w+)"  # (?:skipped|failed|truncated)', source, flags=re.MULTILINE)
    assert len(causes) > 10
    assert all(f"cause.{cause}" in raw("en") for cause in causes)


def test_french_never_breaks_a_line_before_high_punctuation():
    for key, text in catalogue("fr").items():
        for form in forms(text):
            assert not re.search(r" [:;!?»%]|« ", form), key
            assert "'" not in form, key
