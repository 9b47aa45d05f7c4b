"""Names in free text: with the models where they are installed, and the ways around them everywhere."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pytest

from detectors import models
from detectors.interface import DetectSettings, Evidence
from detectors.names import SAMPLED, NameExaminers
from detectors.ner import Named, NameFinder, Plain, is_person, may_name
from detectors.prose import LONGEST, languages, prose
from detectors.verdict import judge
from tests.detectors import name_texts

needs_models = pytest.mark.skipif(len(models.installed()) < 2, reason="the extra ner is not installed")


class StandIn(NameFinder):
    """Takes every text that has "Keller" in it for one that names a person; keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def read(self, texts: Iterable[str], plain_of: Plain = prose) -> dict[str, Named]:
        asked = [text for text in texts if plain_of(text) is not None]
        self.asked += asked
        return {text: Named("Anna Keller" if "Keller" in text else None, None) for text in asked}


def evidence(
    cells: list[str],
    ner: str = "sample",
    finder: NameFinder | None = None,
    *,
    first: bool = True,
    header: str = "body",
) -> Evidence:
    examiners = NameExaminers(DetectSettings(ner=ner), finder)
    counts = np.ones(len(cells), np.int64)
    found = {one.entity: one.evidence for one in examiners.examine(pa.array(cells), counts, header, first=first)}
    return found.get("PERSON", Evidence())


@needs_models
@pytest.mark.parametrize("texts", [name_texts.FRENCH_WITH, name_texts.ENGLISH_WITH], ids=["French", "English"])
def test_persons_are_found_in_free_text(texts: tuple[str, ...]) -> None:
    found = NameFinder().read(texts)
    assert len(found) == len(texts)
    assert sum(one.person is not None for one in found.values()) >= 0.75 * len(texts)


@needs_models
@pytest.mark.parametrize("texts", [name_texts.FRENCH_WITHOUT, name_texts.ENGLISH_WITHOUT], ids=["French", "English"])
def test_no_person_is_found_where_there_is_none(texts: tuple[str, ...]) -> None:
    assert [one.person for one in NameFinder().read(texts).values() if one.person] == []


@needs_models
@pytest.mark.parametrize(
    ("with_persons", "without"),
    [
        (name_texts.FRENCH_WITH, name_texts.FRENCH_WITHOUT),
        (name_texts.ENGLISH_WITH, name_texts.ENGLISH_WITHOUT),
    ],
    ids=["French", "English"],
)
def test_a_column_that_names_persons_is_claimed_and_one_that_does_not_is_not(
    with_persons: tuple[str, ...], without: tuple[str, ...]
) -> None:
    cells = [*with_persons, *without]
    verdict = judge("PERSON", "note", "", evidence(cells), 0, len(cells))
    assert verdict.confidence == "medium"
    assert verdict.evidence[0] == f"a language model found persons in 8 of {len(cells)} texts"
    assert judge("PERSON", "note", "", evidence(list(without)), 0, len(without)).confidence == "low"


@needs_models
def test_an_unclear_language_is_read_by_both_and_a_third_one_by_none() -> None:
    (found,) = NameFinder().read(["Anna Keller, lamp, vase, table, chair, carpet, curtain, mirror"]).values()
    assert found.person == "Anna Keller"
    assert languages("Appel de la cliente, elle demande une réponse pour sa commande") == ("fr",)
    assert languages("She called about the order and would like to have it back") == ("en",)
    assert languages("Frau Zgraggen hat angerufen und möchte die Lampe nicht mit dem Schirm") == ()
    assert languages("Anna Keller, Marc Dubois") == ("fr", "en")


@pytest.mark.parametrize("kind", ["LOGS", "CODE", "JSON", "TITLES"])
def test_logs_code_and_titles_are_no_prose(kind: str) -> None:
    assert [text for text in getattr(name_texts, kind) if prose(text)] == []


def test_markup_is_taken_out_and_long_texts_are_cut() -> None:
    text = "<p>The parcel was <b>left</b> with the&nbsp;neighbour on the second floor.</p>"
    assert prose(text) == "The parcel was left with the neighbour on the second floor."
    assert len(prose("the parcel was left " * 100_000) or "") <= LONGEST


@pytest.mark.parametrize(
    "text", ["The Rose was lovely and so was Paris", "nothing with a capital", "Made in Sheffield"]
)
def test_a_text_that_cannot_name_a_person_needs_no_model(text: str) -> None:
    assert not may_name(text)


@pytest.mark.parametrize(
    ("text", "before", "person"),
    [
        ("Anna Keller", "", True), ("Mme Perrin", "", True), ("Perrin", "appel de Mme ", True), ("Marie", "", True),
        ("Zoé de la Tour", "", True), ("Rose King", "", True), ("Rose", "", False), ("Blue Lamp", "", False),
        ("anna keller wrote", "", False), ("Android", "", False), ("Anna 3", "", False), ("", "", False),
    ],
)  # fmt: skip
def test_what_a_model_marked_is_held_against_the_names(text: str, before: str, person: bool) -> None:
    assert is_person(text, before) is person


NOTES = [
    f"Anna Keller called again about the order with the name {chr(97 + n % 26) * (3 + n // 26)}" for n in range(500)
]


def test_a_sample_is_read_of_the_first_batch_only_and_is_the_same_each_time() -> None:
    one, other = StandIn(), StandIn()
    assert evidence(NOTES, finder=one).read == SAMPLED
    assert evidence(NOTES, finder=one, first=False).read == 0
    evidence(NOTES, finder=other)
    assert one.asked == other.asked


def test_all_reads_every_text_of_every_batch_and_off_none() -> None:
    assert evidence(NOTES, "all", StandIn(), first=False).naming == len(NOTES)
    assert evidence(NOTES, "off", StandIn()).read == 0


REMARKS = [
    *(f"Rappeler {name} demain pour la livraison à Grenoble" for name in ("Camille Lefebvre", "Marc Dubois")),
    *(f"Spoke with {name} about the refund" for name in ("John Smith", "Mary Thompson")),
]
ROUTINE = ["Colis expédié le matin, rien à signaler", "Item returned in good condition"]


@needs_models
@pytest.mark.parametrize("header", ["remarque", "comment_en", "$.order.Note", "Bemerkungen"])
def test_short_remarks_are_looked_at_where_the_column_is_called_after_them(header: str) -> None:
    found = evidence([*REMARKS, *ROUTINE], header=header)
    assert (found.read, found.naming) == (6, 4)
    verdict = judge("PERSON", header, "", found, 0, 6)
    assert verdict.confidence == "medium"
    assert evidence([*REMARKS, *ROUTINE], header="libelle").naming == 0


@needs_models
def test_remarks_that_name_nobody_are_no_claim() -> None:
    goods = ["Lampe Rose King, bois", "Chaise Blanche Neige Bleue", "Hugo Boss Shop Paris"]
    for cells in (ROUTINE, name_texts.TITLES, goods):
        assert judge("PERSON", "note", "", evidence(list(cells) * 3, header="note"), 0, 9).confidence == "low"


@needs_models
@pytest.mark.parametrize("header", ["libelle", "x", "body"])
def test_all_reads_short_texts_capitals_and_logs_of_any_column(header: str) -> None:
    cells = [*REMARKS, *ROUTINE, *name_texts.LOGS]
    found = evidence(cells, "all", header=header)
    assert found.read == len(cells)
    assert found.naming >= 4


def test_all_passes_over_single_values() -> None:
    cells = ["Keller", "Anna Keller", "6f1ed002ab5595859014ebf0951522d9", "12 34"]
    assert evidence(cells, "all", StandIn(), header="x").read == 0
    assert evidence([*cells, "ask Anna Keller", "A Keller {B} C"], "all", StandIn(), header="x").naming == 2


def test_a_few_texts_that_name_persons_are_a_hint_and_more_are_a_claim() -> None:
    for naming, confidence in ((1, "low"), (2, "low"), (3, "medium")):
        counted = Evidence(cells=100, matched_cells=naming, matches=naming, candidates=100, read=100, naming=naming)
        assert judge("PERSON", "note", "", counted, 0, 100).confidence == confidence
        assert judge("LOCATION", "note", "", counted, 0, 100).confidence == "low"


def test_without_models_names_in_columns_are_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detectors.models.installed", tuple)
    assert models.state(DetectSettings()) == "not installed"
    assert models.unsearched(DetectSettings()) == "not installed"
    assert "recense[ner]" in models.SENTENCES["not installed"]
    examiners = NameExaminers(DetectSettings())
    names = pa.array(["Anna", "Marc", "Nina"])
    assert [one.entity for one in examiners.examine(names, np.ones(3, np.int64), "prenom", first=True)] == ["PERSON"]
    assert examiners.examine(pa.array(NOTES), np.ones(len(NOTES), np.int64), "note", first=True) == []


def test_the_state_tells_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("detectors.models.installed", lambda: ("fr_core_news_sm=3.8.0",))
    assert models.state(DetectSettings(ner="all")) == "all"
    assert not models.unsearched(DetectSettings(ner="all"))
    assert models.state(DetectSettings(ner="off")) == "off"
    assert models.state(DetectSettings(entities=("IP_ADDRESS",))) == "off"
