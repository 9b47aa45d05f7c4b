"""Which detector finds which entity; a detector is imported when it is first asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from importlib import import_module

from detectors.columnar import ColumnExaminer
from detectors.declared import content, declared_entities, folded
from detectors.interface import DetectorError, DetectSettings, IdentifierError, UnknownEntityError
from detectors.models import installed
from detectors.shape import ShapeDetector

DETECTORS: dict[str, tuple[str, str]] = {
    "IBAN_CODE": ("detectors.iban_code", "IbanCode"),
    "USER_AGENT": ("detectors.user_agent", "UserAgent"),
    "FR_NIR": ("detectors.fr_nir", "FrNir"),
    "BE_NN": ("detectors.be_nn", "BeNn"),
    "CH_AHV": ("detectors.ch_ahv", "ChAhv"),
    "CREDIT_CARD": ("detectors.credit_card", "CreditCard"),
    "EMAIL_ADDRESS": ("detectors.email_address", "EmailAddress"),
    "SOCIAL_HANDLE": ("detectors.social_handle", "SocialHandle"),
    "MAC_ADDRESS": ("detectors.mac_address", "MacAddress"),
    "IP_ADDRESS": ("detectors.ip_address", "IpAddress"),
    "UK_NINO": ("detectors.uk_nino", "UkNino"),
    "CA_SIN": ("detectors.ca_sin", "CaSin"),
    "US_SSN": ("detectors.us_ssn", "UsSsn"),
    "BIC": ("detectors.bic", "Bic"),
    "PHONE_NUMBER": ("detectors.phone_number", "PhoneNumber"),
    "CARD_EXPIRY": ("detectors.card_expiry", "CardExpiry"),
    "CVV": ("detectors.cvv", "Cvv"),
    "DATE_OF_BIRTH": ("detectors.birth_date", "BirthDate"),
    "STREET_ADDRESS": ("detectors.street_address", "StreetAddress"),
    "POSTAL_CODE": ("detectors.postal_code", "PostalCode"),
    "PASSWORD": ("detectors.password", "Password"),
}
"""Entity to module and class. The order says which wins where two claim the same characters: the one that chance meets
more rarely (two check digits and a country before one check digit, any check before none)."""

TABLE_ENTITIES = {"PURCHASES": "purchases", "OPINIONS": "opinions", "BROWSING": "browsing"}
"""What a table as a whole may tell of persons (`detectors.tables`), and its category; no cell holds it."""
TABLES_VERSION = 2
"""Raised when other tables are told of, so that unchanged assets are read again."""
NOT_INDEXED = (
    "names of persons and places are not indexed, they only narrow what an e-mail address, a phone number or another"
    " identifier finds"
)

EXAMINERS: dict[str, tuple[str, str]] = {
    "PERSON": ("detectors.person", "Person"),
    "LOCATION": ("detectors.location", "Location"),
}
"""Entity to module and class, of what is judged by columns; see `detectors.columnar`."""
_LOOSE = frozenset({"STREET_ADDRESS"})
"""Of no strict form: what is also something stricter is that."""
UNTELLING = {"CA_SIN": r"[0-9]{9}", "US_SSN": r"[0-9]{9}", "FR_NIR": r"[0-9](?:[^0-9]?[0-9]){12}"}
"""Entity to a notation that says little; an identifier in it is taken for that entity only where nothing else fits."""

NAMED_ONLY = frozenset({"BIC"})
"""Looked up only by name, since a plain word could be one."""

OWN_CATEGORY = "identity"
"""Category of what a user's own recognizers find."""


def entities() -> tuple[str, ...]:
    """Give the entities that the program knows by itself."""
    return (*DETECTORS, *EXAMINERS)


def make(settings: DetectSettings) -> list[ShapeDetector]:
    """Make the detectors that the settings name, in the order of `DETECTORS`.

    Entities that only examiners or the user's own recognizers find are passed over here.

    Raises:
        UnknownEntityError: an entity that nothing finds.
        DetectorError: a phone region that there is not.
    """
    named = entities() if settings.entities is None else settings.entities
    own = _own_entities(settings) if settings.entities is not None else ()
    for entity in named:
        if not any(entity in known for known in (DETECTORS, EXAMINERS, TABLE_ENTITIES, own)):
            raise _unknown(entity, [*DETECTORS, *EXAMINERS, *TABLE_ENTITIES, *own])
    check_regions(settings)
    return [_class(entity)(settings) for entity in DETECTORS if entity in named]


def wanted(entity: str, settings: DetectSettings) -> bool:
    """Say whether the settings ask for an entity."""
    return settings.entities is None or entity in settings.entities


def examiners(settings: DetectSettings) -> list[ColumnExaminer]:
    """Make the examiners that the settings name, in the order of `EXAMINERS`."""
    return [examiner(entity) for entity in EXAMINERS if settings.entities is None or entity in settings.entities]


@cache
def examiner(entity: str) -> ColumnExaminer:
    """Give the examiner of one entity, which must be one of `EXAMINERS`."""
    module, name = EXAMINERS[entity]
    made: ColumnExaminer = getattr(import_module(module), name)()
    return made


def detector(entity: str, settings: DetectSettings | None = None) -> ShapeDetector:
    """Make the detector of one entity.

    Raises:
        UnknownEntityError: no detector finds it.
    """
    return _class(entity)(settings or DetectSettings())


def mask(entity: str, canonical: str) -> str:
    """Show a canonical value masked; what no detector here knows is masked wholly."""
    if entity in EXAMINERS:
        return examiner(entity).mask(canonical)
    return _made(entity).mask(canonical) if entity in DETECTORS else "***"


def category(entity: str) -> str:
    """Give the kind of data that an entity is, for reports."""
    if entity in TABLE_ENTITIES:
        return TABLE_ENTITIES[entity]
    if entity in EXAMINERS:
        return examiner(entity).category
    return _class(entity).category if entity in DETECTORS else OWN_CATEGORY


def fingerprint(settings: DetectSettings) -> str:
    """Give 16 hexadecimal characters that change whenever the same cells could yield other findings.

    Raises:
        DetectorError: the user's recognizer file cannot be read.
    """
    from importlib.metadata import version  # noqa: PLC0415 35 ms that a look-up need not spend

    known = [entity for entity in DETECTORS if settings.entities is None or entity in settings.entities]
    parts = [f"{entity}={_class(entity).version}" for entity in known]
    parts += [f"{entity}={TABLES_VERSION}" for entity in TABLE_ENTITIES if wanted(entity, settings)]
    if "PHONE_NUMBER" in known:
        parts += [f"regions={','.join(settings.phone_regions)}", f"phonenumbers={version('phonenumbers')}"]
    if named := [one for one in EXAMINERS if settings.entities is None or one in settings.entities]:
        parts += [f"{entity}={examiner(entity).version}" for entity in named]
        parts.append(f"ner={settings.ner}:{','.join(installed()) if settings.ner != 'off' else ''}")
    if settings.recognizers is not None:
        parts += [
            f"recognizers={version('presidio-analyzer')}",
            *(settings.entities or ()),
            content(settings.recognizers),
        ]
    return blake2b("\n".join(parts).encode(), digest_size=8).hexdigest()


def parse_identifier(text: str, entity: str | None, settings: DetectSettings) -> list[tuple[str, tuple[str, ...]]]:
    """Say which entity an identifier is, in any notation, with its canonical readings.

    Bare digits may be a card and a phone: then both are given, the likelier first, and `entity` decides.

    Raises:
        UnknownEntityError: `entity` is none that the program knows.
        IdentifierError: the text is no valid value; the message does not quote it.
    """
    check_regions(settings)
    own = _own_entities(settings)
    if entity is not None and entity in own and entity not in DETECTORS:
        return [(entity, (folded(text),))]
    if entity in EXAMINERS:
        raise IdentifierError(
            f"{entity} is not looked up: {NOT_INDEXED}. Give one of those instead: {', '.join(looked_up(settings))}"
        )
    if entity is not None:
        if entity not in DETECTORS and entity not in TABLE_ENTITIES:
            raise _unknown(entity, looked_up(settings))
        if entity in TABLE_ENTITIES or not _class(entity).tokenised:
            raise IdentifierError(
                f"{entity} is counted and never kept, so that nobody can be looked up by it."
                f" What can be: {', '.join(looked_up(settings))}"
            )
        readings = detector(entity, settings).parse(text)
        if not readings:
            raise IdentifierError(f"not a valid {entity}{_hint(entity, settings)}. Check it for typing errors")
        return [(entity, readings)]
    found = _fitting(text, settings)
    if not found and own and text.strip():
        return [(one, (folded(text),)) for one in own]
    if not found:
        regions = ", ".join(settings.phone_regions)
        raise IdentifierError(
            f"neither an e-mail, a phone number (of {regions}, or with + and country code), a card, an IBAN, a national"
            " number, a device's or Internet address nor a profile's. Check it for typing errors, or say with --entity"
            f" what it is; {NOT_INDEXED}"
        )
    return found


def readable_as(text: str, settings: DetectSettings) -> tuple[str, ...]:
    """Name all entities that an identifier can be read as if one is named; `parse_identifier` picks the likely ones."""
    kept = [known for known in DETECTORS if _class(known).tokenised and known not in _LOOSE]
    return tuple(known for known in kept if detector(known, settings).parse(text))


def looked_up(settings: DetectSettings) -> tuple[str, ...]:
    """Give the entities by which a person can be looked up: those with tokens, the user's own last."""
    return (*(known for known in DETECTORS if _class(known).tokenised), *_own_entities(settings))


def _fitting(text: str, settings: DetectSettings) -> list[tuple[str, tuple[str, ...]]]:
    """Read an identifier as whatever it can be, the untelling notations last."""
    weak = [entity for entity, notation in UNTELLING.items() if re.fullmatch(notation, text.strip())]
    kept = [known for known in DETECTORS if _class(known).tokenised and known not in NAMED_ONLY]
    several = [known for known in kept if known not in weak and known not in _LOOSE]
    for tried in (several, weak, _LOOSE):
        found = [(known, readings) for known in tried if (readings := detector(known, settings).parse(text))]
        if found:
            return found
    return []


def check_regions(settings: DetectSettings) -> None:
    """Refuse phone regions that do not exist.

    Raises:
        DetectorError: naming the region and what to write instead.
    """
    for name in settings.phone_regions:
        if not (len(name) == 2 and name.isascii() and name.isalpha() and name.isupper()):
            raise DetectorError(
                f"phone_regions: {name!r} is no region. Write ISO 3166 codes such as FR, CH, GB (not UK)"
            )
        if name == "UK":
            raise DetectorError("phone_regions: UK is no region. Write GB")


def _hint(entity: str, settings: DetectSettings) -> str:
    return f" of {', '.join(settings.phone_regions)}" if entity == "PHONE_NUMBER" else ""


def _class(entity: str) -> type[ShapeDetector]:
    if entity not in DETECTORS:
        raise _unknown(entity, [*DETECTORS, *EXAMINERS, *TABLE_ENTITIES])
    module, name = DETECTORS[entity]
    found: type[ShapeDetector] = getattr(import_module(module), name)
    return found


@cache
def _made(entity: str) -> ShapeDetector:
    return _class(entity)(DetectSettings())


def _own_entities(settings: DetectSettings) -> tuple[str, ...]:
    return () if settings.recognizers is None else declared_entities(settings.recognizers)


def _unknown(entity: str, known: Sequence[str]) -> UnknownEntityError:
    import difflib  # noqa: PLC0415 only a typing error needs it

    near = difflib.get_close_matches(entity.upper().replace("-", "_"), known, n=1, cutoff=0.4)
    hint = f" Did you mean {near[0]}?" if near else ""
    return UnknownEntityError(f"{entity!r} is no entity that is known here.{hint} Valid ones are: {', '.join(known)}")
