"""Which detector finds which entity; a detector is imported when it is first asked for."""

from __future__ import annotations

import re
from functools import cache
from hashlib import blake2b
from importlib import import_module

from detectors.declared import content, declared_entities, folded
from detectors.interface import DetectorError, DetectSettings, IdentifierError, UnknownEntityError
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
}
"""Entity to module and class. The order says which wins where two claim the same characters: the one that chance meets
more rarely (two check digits and a country before one check digit, any check before none)."""

UNTELLING = {"CA_SIN": r"[0-9]{9}", "US_SSN": r"[0-9]{9}", "FR_NIR": r"[0-9](?:[^0-9]?[0-9]){12}"}
"""Entity to a notation that says little; an identifier in it is taken for that entity only where nothing else fits."""

NAMED_ONLY = frozenset({"BIC"})
"""Looked up only by name, since a plain word could be one."""

OWN_CATEGORY = "identity"
"""Category of what a user's own recognizers find."""


def entities() -> tuple[str, ...]:
    """Give the entities that the program knows by itself."""
    return tuple(DETECTORS)


def make(settings: DetectSettings) -> list[ShapeDetector]:
    """Make the detectors that the settings name, in the order of `DETECTORS`.

    Entities that only the user's own recognizers find are passed over here.

    Raises:
        UnknownEntityError: an entity that nothing finds.
        DetectorError: a phone region that there is not.
    """
    wanted = entities() if settings.entities is None else settings.entities
    own = _own_entities(settings) if settings.entities is not None else ()
    for entity in wanted:
        if entity not in DETECTORS and entity not in own:
            raise _unknown(entity, own)
    check_regions(settings)
    return [_class(entity)(settings) for entity in DETECTORS if entity in wanted]


def detector(entity: str, settings: DetectSettings | None = None) -> ShapeDetector:
    """Make the detector of one entity.

    Raises:
        UnknownEntityError: no detector finds it.
    """
    return _class(entity)(settings or DetectSettings())


def mask(entity: str, canonical: str) -> str:
    """Show a canonical value masked; what no detector here knows is masked wholly."""
    return _made(entity).mask(canonical) if entity in DETECTORS else "***"


def category(entity: str) -> str:
    """Give the kind of data that an entity is, for reports."""
    return _class(entity).category if entity in DETECTORS else OWN_CATEGORY


def fingerprint(settings: DetectSettings) -> str:
    """Give 16 hexadecimal characters that change whenever the same cells could yield other findings.

    Raises:
        DetectorError: the user's recognizer file cannot be read.
    """
    from importlib.metadata import version  # noqa: PLC0415 35 ms that a look-up need not spend

    known = [entity for entity in DETECTORS if settings.entities is None or entity in settings.entities]
    parts = [f"{entity}={_class(entity).version}" for entity in known]
    if "PHONE_NUMBER" in known:
        parts += [f"regions={','.join(settings.phone_regions)}", f"phonenumbers={version('phonenumbers')}"]
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
    if entity is not None:
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
            " what it is"
        )
    return found


def _fitting(text: str, settings: DetectSettings) -> list[tuple[str, tuple[str, ...]]]:
    """Read an identifier as whatever it can be, the untelling notations last."""
    weak = [entity for entity, notation in UNTELLING.items() if re.fullmatch(notation, text.strip())]
    several = [known for known in DETECTORS if known not in weak and known not in NAMED_ONLY]
    for tried in (several, weak):
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
        raise _unknown(entity, ())
    module, name = DETECTORS[entity]
    found: type[ShapeDetector] = getattr(import_module(module), name)
    return found


@cache
def _made(entity: str) -> ShapeDetector:
    return _class(entity)(DetectSettings())


def _own_entities(settings: DetectSettings) -> tuple[str, ...]:
    return () if settings.recognizers is None else declared_entities(settings.recognizers)


def _unknown(entity: str, own: tuple[str, ...]) -> UnknownEntityError:
    import difflib  # noqa: PLC0415 only a typing error needs it

    known = [*DETECTORS, *own]
    near = difflib.get_close_matches(entity.upper().replace("-", "_"), known, n=1, cutoff=0.4)
    hint = f" Did you mean {near[0]}?" if near else ""
    return UnknownEntityError(f"{entity!r} is no entity that is known here.{hint} Valid ones are: {', '.join(known)}")
