"""What a column's name says about its values: words that speak for an entity, words that speak for something else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
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
    " version views weight width zip attempts change changed expired expiry file files hint place question requested"
    " required reset salt asin atime awb batch ctime duns iva lot mtime piva ticket tracker waybill"
)
"""Words for what is often as long and as digital as a card or a phone number; English, French, German, Italian."""

_PARTICLES = words("at on by le am il")

PERSONAL = words(
    "email mail courriel phone telephone tel mobile natel fax address adresse anschrift indirizzo street rue strasse"
    " via zip zipcode postal postcode postalcode plz npa cap codepostal name nom prenom nome cognome vorname nachname"
    " firstname lastname surname customer client kunde cliente user patient member birth naissance birthdate birthday"
    " geburtsdatum iban person contact author gender sexe geschlecht age"
)
"""Words that, beside a column, say that the record is about a person or at least about somebody who can be reached."""

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
    last = last_part(name)
    here = header_words(last)
    supporting = _first_of(here, speaking_for)
    against = [word for word in here if _counters(word) and not (supporting and supporting.endswith(word))]
    counter = against[-1] if against else None
    if supporting and counter and _noun(here) == counter and counter not in ("nr", "number"):
        return None, counter
    if supporting:
        return supporting, None
    if counter:
        return None, counter
    return _first_of(header_words(name[: len(name) - len(last)]), speaking_for), None


def _counters(word: str) -> bool:
    return word in COUNTER_WORDS or word.rstrip("0123456789") in COUNTER_WORDS


def _noun(found: tuple[str, ...]) -> str:
    """Give the last word that is more than `at` or `on`: `password_changed_at` is about a change."""
    return next((word for word in reversed(found) if word not in _PARTICLES), "")


def joined_words(names: Iterable[str]) -> frozenset[str]:
    """Give the words of several names, single and put together: `first_name` gives first, name, firstname."""
    found: set[str] = set()
    for name in names:
        here = header_words(last_part(name))
        for length in (1, 2, 3):
            found.update("".join(here[at : at + length]) for at in range(len(here) - length + 1))
    return frozenset(found)


def parent_words(name: str) -> tuple[str, ...]:
    """Give the words of the part above the last: `customers` of `$.customers[*].firstName`; none of a plain name."""
    above = parent(name)
    return header_words(last_part(above)) if above.strip("$.[*]") else ()


def parent(name: str) -> str:
    """Give the path above the last part: `$.customers[*].` of `$.customers[*].firstName`; empty of a plain name."""
    return name[: name.rfind(last_part(name))]


def last_part(name: str) -> str:
    """Give what follows the last dot of a path: `firstName` of `$.customers[*].firstName`."""
    parts = [part for part in re.split(r"\.|\[\*\]|\$", name) if part.strip("*")]
    return parts[-1] if parts else name


def _first_of(found: tuple[str, ...], wanted: frozenset[str]) -> str | None:
    """Find a wanted word, also written apart (`e-mail`, `mot de passe`) and with a number behind (`phone2`)."""
    pairs = tuple(one + other for one, other in pairwise(found))
    triples = tuple("".join(found[at : at + 3]) for at in range(len(found) - 2))
    for word in (*triples, *pairs, *found):
        if word in wanted or word.rstrip("0123456789") in wanted:
            return word
    return None
