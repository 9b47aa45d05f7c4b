"""Numbers, dates, plurals and lists in English and French."""

import io

import pytest

from inventory.model import ClientInfo
from reports import data_inventory, exposure
from reports.formats.table import render
from reports.interface import ReportError, UnknownLanguageError
from reports.language import Words, rounded
from tests.reports.stand_in import MADE, StandIn, finding, line, place

EN, FR = Words("en"), Words("fr")


def test_thousands_are_set_apart_as_each_language_does():
    assert EN.number(1234567) == "1,234,567"
    assert FR.number(1234567) == "1\u202f234\u202f567"


def test_per_cent_has_its_comma_and_its_space_in_french():
    assert FR.percent(12.345) == "1\u202f234,5\u00a0%"
    assert EN.percent(0.125) == "12.5%"
    assert EN.percent(1) == "100%"


def test_days_are_written_out():
    assert FR.date("2026-11-23T06:18:00Z") == "23\u00a0novembre 2026"
    assert FR.date("2026-03-01") == "1er\u00a0mars 2026"
    assert EN.date("2026-11-23") == "23\u00a0November 2026"


def test_times_are_brought_to_utc():
    assert EN.time("2026-11-23T01:30:00+02:00") == "22\u00a0November 2026, 23:30 UTC"


@pytest.mark.parametrize("text", ["soon", "2026-99-99", "\x1b[31m"])
def test_what_is_no_time_stays_as_it_is(text):
    assert EN.date(text) == text


def test_nothing_is_plural_in_english_and_singular_in_french():
    assert EN("asset.rows", 0) == "0 records read"
    assert FR("asset.rows", 0) == "0 enregistrement lu"
    assert EN("asset.rows", 1) == "1 record read"
    assert FR("asset.rows", 2) == "2 enregistrements lus"


@pytest.mark.parametrize(
    ("n", "down", "up"),
    [(0, 0, 0), (99, 99, 99), (100, 100, 100), (4237, 4200, 4300), (4200, 4200, 4200), (999, 990, 1000)],
)
def test_estimates_keep_two_digits_and_round_outwards(n, down, up):
    assert rounded(n) == down
    assert rounded(n, up=True) == up


def test_sizes_use_each_language_s_units():
    assert EN.size(12_400_000) == "12.4\u00a0MB"
    assert FR.size(12_400_000) == "12,4\u00a0Mo"
    assert EN.size(0) == "0\u00a0bytes"


def test_lists_end_with_and():
    assert EN.listed(["a", "b", "c"]) == "a, b and c"
    assert FR.listed(["a", "b"]) == "a et b"
    assert EN.listed([]) == ""


def test_a_value_with_braces_is_never_read_as_a_template():
    assert EN("inventory.subtitle", client="{0.__class__} {n}") == "Personal data held for {0.__class__} {n}"


def test_unknown_codes_stand_for_themselves():
    assert EN.named("entity", "EMPLOYEE_ID") == "EMPLOYEE_ID"
    assert FR.country("XX-1") == "XX-1"
    assert FR.country(None) == "non précisé"


def test_an_unknown_language_names_the_known_ones():
    with pytest.raises(UnknownLanguageError, match="en, fr"):
        Words("de")


def test_an_unknown_sentence_says_where_to_add_it():
    with pytest.raises(ReportError, match=r"catalogue_en\.json"):
        EN("no.such.sentence")


def page(document, lang):
    out = io.BytesIO()
    render(document, lang, out, 200)
    return " ".join(out.getvalue().decode().split())


def undescribed():
    """A place of which the settings say nothing, of a client that nobody has named."""
    bare = place("boite", region=None, purpose=None, recipients=(), retention=None)
    found = [finding("t", "email", "EMAIL_ADDRESS", 1, source="boite", client="unassigned")]
    people = [ClientInfo("unassigned", "processor", 1, 1, None)]
    return StandIn(found, [line("t", source="boite", client="unassigned", rows=1)], [bare], people)


def test_french_agrees_with_what_is_not_stated():
    text = page(data_inventory.collect(undescribed(), None, MADE), "fr")
    for said in (
        "Pays non précisé",
        "Finalité non précisée",
        "Destinataires non précisés",
        "conservation non précisée",
    ):
        assert said in text
    assert "1 enregistrement et" in text


@pytest.mark.parametrize("client", [None, "unassigned"])
def test_what_belongs_to_no_client_is_said_in_the_language_of_the_page(client):
    document = data_inventory.collect(undescribed(), client, MADE)
    assert "unassigned" not in page(document, "fr")
    assert "unassigned" in page(document, "en")
    assert "non attribué" in page(exposure.collect(undescribed(), MADE), "fr")
    if client:
        assert "qui ne sont attribuées à aucun client" in page(document, "fr")


def test_countries_in_a_sentence_name_what_is_not_stated():
    assert Words("fr").countries(["CH", None, None]) == "Suisse et un pays non précisé"
    assert Words("fr").countries([None]) == "non précisé"
    assert Words("en").countries([]) == ""
