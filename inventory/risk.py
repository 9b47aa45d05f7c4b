"""How grave a finding is: what was found, and where it lies; each level with the rule that gave it, in words.

Sources: PCI DSS 4.0.1 (3.3.1: card codes are not kept after authorisation; 3.5.1: card numbers that are kept are
unreadable), GDPR articles 9, 32 and 87 (national numbers), OWASP's Password Storage Cheat Sheet.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

LEVELS = ("critical", "high", "medium", "low")
"""The gravest first."""
NATIONAL = frozenset({"FR_NIR", "CH_AHV", "CA_SIN", "US_SSN", "UK_NINO", "BE_NN"})
_OPEN = ("web root", "public bucket")


@dataclass(frozen=True)
class Risk:
    """How grave, and by which rule."""

    level: str
    """One of `LEVELS`."""
    rule: str
    """In words, for a person."""


def risk_of(entity: str, places: Collection[str], beside: Collection[str] = (), *, hashed: bool = False) -> Risk:
    """Judge one finding.

    Args:
        entity: what was found.
        places: what kind of place its asset lies in, as `connectors.exposed` names them.
        beside: entities that were found in the same asset.
        hashed: of passwords: all of them are stored as hashes.
    """
    base = _of_kind(entity, beside, hashed=hashed)
    where = next((place for place in _OPEN if place in places), None)
    if where is not None:
        return _in_the_open(entity, base, where, hashed=hashed)
    for place, why in _WIDER.items():
        if place in places and base.level in ("high", "medium"):
            return Risk(base.level, f"{base.rule}; {why}")
    return base


def _of_kind(entity: str, beside: Collection[str], *, hashed: bool) -> Risk:
    if {"CVV", "CREDIT_CARD"} <= {entity, *beside} and entity in ("CVV", "CREDIT_CARD"):
        return Risk("critical", "card numbers with their codes: the code must never be kept (PCI DSS 3.3.1)")
    if entity == "PASSWORD" and hashed:
        return Risk("medium", "stored hashes of passwords, which can be guessed at")
    return _KINDS.get("NATIONAL" if entity in NATIONAL else entity, Risk("low", "personal data"))


def _in_the_open(entity: str, base: Risk, where: str, *, hashed: bool) -> Risk:
    """Judge what anybody on the internet may be able to fetch."""
    reach = f"in a {where}, where anybody may fetch it"
    if base.level in ("critical", "high") or entity == "PASSWORD":
        return Risk("critical", f"{base.rule}, {reach}")
    if base.level == "medium" or hashed:
        return Risk("high", f"{base.rule}, {reach}")
    return Risk("medium", f"{base.rule}, {reach}")


_WIDER = {
    "world-readable": "every account of the server may read it",
    "backup": "it lies in a backup, where it outlives its deletion",
    "log": "it lies in a log, where nobody looks for it",
    "mailbox": "it lies in a mailbox, which is copied to every device",
}
_KINDS = {
    "CVV": Risk("critical", "card codes must never be kept (PCI DSS 3.3.1)"),
    "CREDIT_CARD": Risk("high", "card numbers in clear text: what is kept must be unreadable (PCI DSS 3.5.1)"),
    "PASSWORD": Risk("critical", "passwords in clear text: keep a slow hash only"),
    "NATIONAL": Risk("high", "national identity numbers, with which a person can be impersonated"),
    "IBAN_CODE": Risk("medium", "bank account numbers"),
}
