"""Why something was not read: said in the page's language, counted for what it is."""

from pathlib import Path

import pytest

import reports
from inventory.model import CoverageLine
from reports import data_inventory
from reports.language import LANGUAGES, Words
from reports.reasons import MEANINGS, WHOLE, meaning
from tests.reports.stand_in import ALICE, MADE, StandIn, place
from tests.reports.test_formats import inventory_of, written
from tests.reports.test_html import read
from tests.reports.test_pdf import outline_of

ROOT = Path(reports.__file__).parent.parent


def unread(kind, cause, reason, status="failed"):
    return CoverageLine("alice", "sql7", f"a {kind}", kind, status, cause, reason, 0, 0, 0.0)


def document(*lines):
    return data_inventory.collect(StandIn([], list(lines), [place("sql7")], [ALICE], []), "alice", MADE)


def page(*lines, lang="fr"):
    return "".join(read(document(*lines), lang).text)


def test_every_known_word_stands_in_a_sentence_of_the_program():
    written = "".join(
        path.read_text("utf-8") for room in ("connectors", "scanner") for path in (ROOT / room).rglob("*.py")
    )
    assert [words for words, _ in MEANINGS if words not in written] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_meaning_has_its_sentence(lang):
    assert all(Words(lang).has(key) for _, key in MEANINGS)


def test_several_reasons_are_all_said():
    line = unread("table", "cut", "2 of its columns may not be read by this role; row-level security may hide rows")
    said = meaning(Words("fr"), line)
    assert "colonnes" in said
    assert "lignes" in said


def test_what_is_not_known_goes_by_its_cause():
    assert meaning(Words("fr"), unread("table", "denied", "sth")) == Words("fr")("cause.denied")
    assert meaning(Words("fr"), unread("source", "lost", "sth")) == Words("fr")("cause.lost.source")
    assert meaning(Words("fr"), unread("table", "brandnew", "sth")) == Words("fr")("cause.other")


def test_a_french_page_says_it_in_french_and_the_english_only_in_small():
    line = unread("server", "denied", "no database is visible to this account")
    reader = read(document(line), "fr")
    text = "".join(reader.text)
    assert text.index("Le compte ne voit aucune base") < text.index("no database is visible")
    assert ("small", {"class": "detail", "lang": "en"}) in reader.tags


@pytest.mark.parametrize("kind", sorted(WHOLE))
def test_a_whole_place_is_no_table_or_file(kind):
    text = page(unread(kind, "denied", "closed"))
    assert "1 emplacement entier n\u2019a pas été lu" in text
    assert "0 table ou fichier rencontré" in text
    assert "1 table ou fichier" not in text
    assert "Rien n\u2019a pu être lu ici" in text


def test_tables_and_places_are_counted_apart():
    text = page(unread("database", "denied", ""), unread("table", "denied", ""), unread("csv", "cut", "", "truncated"))
    assert "2 tables et fichiers et 1 emplacement entier" in text
    assert "2 tables et fichiers n\u2019ont pas été lus jusqu\u2019au bout" in text


def test_what_policy_keeps_closed_reads_well():
    text = page(unread("database", "policy", "closed by policy: alice has given no mandate", "skipped"))
    assert "Non ouvert\u00a0: le client n\u2019a pas donné de mandat" in text
    assert "1 emplacement entier n\u2019a pas été lu" in text


def test_the_pdf_s_outline_keeps_words_apart():
    titles = outline_of(written(inventory_of("shop"), "pdf"))
    assert any(title.startswith("Urgent ") for title in titles)
    assert not any(title.startswith("UrgentP") for title in titles)
