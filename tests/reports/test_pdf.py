"""The PDF: opens, says the same as the page, in any script."""

import io
import json
import re
import unicodedata

import pypdfium2
import pytest
import typst

from reports import exposure
from reports.formats import pdf
from reports.formats.pdf import breakable
from reports.interface import RenderError
from tests.reports.stand_in import HOSTILE, MADE, shop
from tests.reports.test_formats import inventory_of, written

HIDDEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}


def text_of(data):
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    pages = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return re.sub(r"[\u200b\ufffe\x02]", "", " ".join(pages))


def outline_of(data):
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    titles = [mark.get_title() for mark in document.get_toc()]
    document.close()
    return titles


def squeezed(text):
    return re.sub(r"\s", "", text)


def test_the_figures_stand_in_the_text():
    text = squeezed(text_of(written(inventory_of("shop"), "pdf")))
    assert all(figure in text for figure in ("4,237", "3,890", "18,455", "201,777", "about4,200to9,500people"))
    assert "alice_wp.payments" in text


def test_french_figures_have_their_narrow_spaces():
    text = squeezed(text_of(written(inventory_of("shop"), "pdf", "fr")))
    assert "environ4200à9500personnes" in text
    assert "Adressesdecourriel" in text


@pytest.mark.parametrize(("lang", "title"), [("en", "Data inventory"), ("fr", "Inventaire des données")])
def test_title_language_and_tags_are_set(lang, title):
    data = written(inventory_of("shop"), "pdf", lang)
    document = pypdfium2.PdfDocument(io.BytesIO(data))
    assert document.get_metadata_dict()["Title"].startswith(title)
    assert document.is_tagged()
    assert f"/Lang({lang})".encode() in data.replace(b" ", b"")
    document.close()


def test_a_long_inventory_breaks_over_pages_with_its_heads_repeated():
    document = pypdfium2.PdfDocument(io.BytesIO(written(inventory_of("crowd"), "pdf")))
    heads = ["Occurrences" in page.get_textpage().get_text_bounded() for page in document]
    assert len(heads) > 10
    assert sum(heads) > len(heads) - 4
    document.close()


def test_names_are_never_read_as_markup():
    text = squeezed(text_of(written(inventory_of("hostile"), "pdf")))
    assert squeezed(HOSTILE[5]) in text
    assert "invoiceU+202Efdp.exe" in text
    assert "<script>alert(1)</script>.json" in text


def test_greek_and_cyrillic_are_drawn_and_the_rest_is_legible():
    text = squeezed(text_of(written(inventory_of("hostile"), "pdf")))
    assert "Ελληνικά/Кириллица/" in text
    assert "顧客名簿" in text or "U+9867U+5BA2U+540DU+7C3F" in text


def test_a_breach_sheet_is_written_too():
    assert "72hours" in squeezed(text_of(written(exposure.collect(shop(), MADE), "pdf")))


def test_the_same_document_gives_the_same_bytes():
    assert written(inventory_of("shop"), "pdf") == written(inventory_of("shop"), "pdf")


def test_long_names_can_break_anywhere_and_lose_nothing():
    name = HOSTILE[7]
    assert breakable(name).replace("\u200b", "") == name
    assert max(map(len, breakable(name).split("\u200b"))) <= 18


def test_the_embedded_fonts_have_what_is_left_in_the_text():
    everything = (chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) not in HIDDEN)
    covered = "".join(one for one in everything if not pdf._UNCOVERED.match(one))
    template = (
        b'#set document(title: "x")\n#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n#json("page.json")'
    )
    sources = {"main.typ": template, "page.json": json.dumps(covered).encode()}
    assert typst.compile(sources, format="pdf", pdf_standards="ua-1", ignore_system_fonts=True)


def test_a_fault_of_the_template_is_an_error_that_quotes_nothing():
    with pytest.raises(RenderError, match="--format html") as caught:
        pdf._compiled(b"#nonsense", '"secret"', 0)
    assert "secret" not in str(caught.value)
