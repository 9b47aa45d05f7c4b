"""From a document to its page: the one place that knows which document is laid out by what."""

from __future__ import annotations

from typing import cast

from reports import exposure_page, inventory_page
from reports.documents import DataInventory, Document
from reports.language import Words
from reports.page import Page, neutral


def lay_out(document: Document, lang: str) -> Page:
    """Lay a document out in a language, all names from the data made harmless.

    Raises:
        UnknownLanguageError: neither English nor French.
    """
    words = Words(lang)
    if isinstance(document, DataInventory):
        return cast("Page", neutral(inventory_page.lay_out(document, words)))
    return cast("Page", neutral(exposure_page.lay_out(document, words)))
