"""The web page: whole, closed to the network, readable without sight."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from reports import exposure
from tests.reports.stand_in import MADE, SITUATIONS, hostile, shop
from tests.reports.test_formats import inventory_of, written

VOID = {"meta", "col", "br", "link", "img"}


class Reader(HTMLParser):
    """Collects tags, attributes and text; a tag that is closed wrongly is an error."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.text = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(document, lang="en"):
    reader = Reader()
    reader.feed(written(document, "html", lang).decode("utf-8"))
    assert not reader.open
    return reader


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_page_is_well_formed_and_carries_no_script(name):
    for document in (inventory_of(name), exposure.collect(SITUATIONS[name](), MADE)):
        tags = read(document).tags
        assert not {tag for tag, _ in tags} & {
            "script",
            "iframe",
            "object",
            "embed",
            "link",
            "img",
            "form",
            "base",
            "b",
        }
        assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_page_points_nowhere_outside_itself(name):
    page = written(inventory_of(name), "html").decode("utf-8").replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?://|//[a-z]+\.[a-z]|@import|url\(", page)
    links = [
        one
        for tag, attributes in read(inventory_of(name)).tags
        for key, one in attributes.items()
        if key in {"href", "src"}
    ]
    assert all(one.startswith("#") for one in links)


def test_the_policy_allows_only_the_page_s_own_style():
    policies = [one.get("content") for tag, one in read(inventory_of("shop")).tags if one.get("http-equiv")]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]


def test_every_table_has_a_caption_and_scoped_headings():
    tags = read(inventory_of("shop")).tags
    tables = sum(tag == "table" for tag, _ in tags)
    assert tables == sum(tag == "caption" for tag, _ in tags) > 5
    assert all(one.get("scope") in {"col", "row", "rowgroup"} for tag, one in tags if tag == "th")


def test_every_plot_has_a_name():
    tags = read(inventory_of("shop")).tags
    plots = [one for tag, one in tags if tag == "svg"]
    assert len(plots) == 3
    assert all(one["role"] == "img" and one["aria-label"] for one in plots)


def test_headings_skip_no_level():
    levels = [int(tag[1]) for tag, _ in read(inventory_of("shop")).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique():
    ids = [one["id"] for _, one in read(inventory_of("crowd")).tags if "id" in one]
    assert len(ids) == len(set(ids))


def test_hostile_names_are_text():
    text = "".join(read(inventory_of("hostile")).text)
    assert "<script>alert(1)</script>.json" in text
    assert "{{ 7*7 }}" in text
    assert "invoiceU+202Efdp.exe" in text


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ["about 4,200 to 9,500 people", "Payment card numbers", "4,237", "not stated", "Switzerland"]),
        (
            "fr",
            [
                "environ 4\u202f200 à 9\u202f500 personnes",
                "Adresses de courriel",
                "4\u202f237",
                "non précisé",
                "Suisse",
            ],
        ),
    ],
)
def test_the_page_says_what_it_should(lang, words):
    reader = read(inventory_of("shop"), lang)
    assert ("html", {"lang": lang}) in reader.tags
    assert all(word in "".join(reader.text) for word in words)


def test_the_engine_s_english_is_marked_as_such_in_a_french_page():
    details = [one for tag, one in read(inventory_of("shop"), "fr").tags if one.get("class") == "detail"]
    assert details
    assert all(one["lang"] == "en" for one in details)


def test_nothing_read_is_said_as_such():
    assert "Nothing could be read yet" in "".join(read(inventory_of("failures")).text)
    assert "Nothing could be read yet" in "".join(read(inventory_of("unscanned")).text)
    assert "No personal data was found in what was read." in "".join(read(inventory_of("empty")).text)


def test_long_tables_stay_folded_and_short_ones_open():
    folds = [one for tag, one in read(inventory_of("crowd")).tags if tag == "details"]
    assert [("open" in one) for one in folds] == [False] * 3
    assert all("open" in one for tag, one in read(inventory_of("shop")).tags if tag == "details")


def test_a_breach_sheet_says_what_the_law_asks_besides():
    text = "".join(read(exposure.collect(shop(), MADE)).text)
    assert "72 hours" in text
    assert "article 33(2)" in text


def test_a_scope_is_only_text():
    sheet = exposure.collect(hostile(), MADE, source="<script>alert(1)</script>.json", asset="*<b>*")
    assert "*<b>* in <script>" in "".join(read(sheet).text)
