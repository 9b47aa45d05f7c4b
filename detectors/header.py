"""What a column's name says about its values: words that speak for an entity, words that speak for something else."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from detectors.text import words

COUNTER_WORDS = words(
    "amount article articolo artikel barcode bestellung betrag build bytes cap checksum colis commande"
    " commandes coord coords count counter crc created date devis duration ean ean13 epoch etag expires facture"
    " factures fattura firmware fk geo gtin guid hash height hits id ids idx imei importo index invoice isbn"
    " isbn10 isbn13 key lat latitude length lng lon long longitude mac md5 millis modified montant ms mwst nic"
    " nonce npa nr oid order ordernumber orders ordine parcel pk plz postal postcode preis prezzo price prix"
    " product produit qty quantite quantity quote rating rechnung ref reference release rev revision score"
    " secret sendung serial serie session sha sha1 sha256 shipment siren siret size sku stock suivi time"
    " timestamp token total track tracking trackingnumber transaction ts tva txn uid upc updated uuid vat"
    " version views weight width zip"
)
"""Words for what is often as long and as digital as a card or a phone number; English, French, German, Italian."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[a-z]+[0-9]*")


def header_words(name: str) -> tuple[str, ...]:
    """Split a column's name or JSON path into lower-case words without accents: `telMobile_1` gives tel, mobile."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one))
    return tuple(_WORD.findall(_CAMEL.sub(" ", bare).lower().replace("_", " ")))


def said(name: str, speaking_for: frozenset[str]) -> tuple[str | None, str | None]:
    """Give the word that speaks for an entity and the one that speaks against it, if any.

    The last part of a path counts; the parts above it only speak for. Of two words in one name the last is the noun:
    `phone_id` is an id, `order_phone` a phone. What speaks for the entity never speaks against it: `mac`, of devices.
    """
    last = _last_part(name)
    here = header_words(last)
    supporting = _first_of(here, speaking_for)
    counters = COUNTER_WORDS - speaking_for
    counter = next((word for word in reversed(here) if word.rstrip("0123456789") in counters or word in counters), None)
    if supporting and counter and here and here[-1] == counter and counter not in ("nr", "number"):
        return None, counter
    if supporting:
        return supporting, None
    if counter:
        return None, counter
    return _first_of(header_words(name[: len(name) - len(last)]), speaking_for), None


def _last_part(name: str) -> str:
    parts = [part for part in re.split(r"\.|\[\*\]|\$", name) if part.strip("*")]
    return parts[-1] if parts else name


def _first_of(found: tuple[str, ...], wanted: frozenset[str]) -> str | None:
    """Find a wanted word, also written apart (`e-mail`, `credit card`) and with a number behind (`phone2`)."""
    pairs = tuple(one + other for one, other in pairwise(found))
    for word in (*pairs, *found):
        if word in wanted or word.rstrip("0123456789") in wanted:
            return word
    return None
