"""Presidio's own recognizers, called directly: no NLP engine, no network."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import tldextract
from presidio_analyzer import EntityRecognizer
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    EmailRecognizer,
    IbanRecognizer,
    IpRecognizer,
    PhoneRecognizer,
)
from presidio_analyzer.predefined_recognizers.generic import email_recognizer

from detectors.interface import DEFAULT_REGIONS

Span = tuple[int, int]


class Offline:
    """Stands for `tldextract` in Presidio's e-mail recognizer: the list of suffixes that the package brings along."""

    extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


@contextmanager
def offline() -> Iterator[None]:
    """Keep Presidio's e-mail recognizer from fetching the list of suffixes."""
    before = email_recognizer.tldextract
    email_recognizer.tldextract = Offline
    try:
        yield
    finally:
        email_recognizer.tldextract = before


class Presidio:
    """The recognizers of our five entities; the phone's with our regions."""

    def __init__(self, regions: tuple[str, ...] = DEFAULT_REGIONS) -> None:
        self.recognizers: dict[str, EntityRecognizer] = {
            "CREDIT_CARD": CreditCardRecognizer(),
            "EMAIL_ADDRESS": EmailRecognizer(),
            "PHONE_NUMBER": PhoneRecognizer(supported_regions=regions),
            "IBAN_CODE": IbanRecognizer(),
            "IP_ADDRESS": IpRecognizer(),
        }

    def find(self, entity: str, text: str) -> list[Span]:
        """Give the spans of one entity, sorted."""
        with offline():
            found = self.recognizers[entity].analyze(text, [entity], None)
        return sorted({(one.start, one.end) for one in found if one.score > 0})
