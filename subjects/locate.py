"""Where a person is: from identifiers in any notation to every record that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from detectors import registry
from detectors.interface import DetectSettings
from detectors.redact import mask_name, redact
from inventory.model import Record
from inventory.store import Inventory
from subjects.errors import PolicyError


@dataclass(frozen=True)
class Identifier:
    """One thing that was asked for. It holds no raw value."""

    entities: tuple[str, ...]
    """Its kind; several where the notation leaves open which, the likeliest first."""
    masked: str
    probes: tuple[tuple[str, bytes], ...]
    """Entity and token of each reading."""


@dataclass(frozen=True)
class Located:
    """Where the identifiers lie, and what could not be seen."""

    identifiers: tuple[Identifier, ...]
    records: tuple[Record, ...]
    assets_not_read: int
    assets_skipped: int
    known: bool = True
    """Whether anything was ever scanned, and the client, if one was named, is in the inventory."""

    @property
    def complete(self) -> bool:
        """Whether nothing that may hold data was left unread."""
        return self.known and self.assets_not_read == 0


def identify(
    inventory: Inventory, texts: Sequence[str], entity: str | None, detect: DetectSettings
) -> list[Identifier]:
    """Understand identifiers in any notation.

    Raises:
        IdentifierError: one is no value of any known (or of the named) entity; the message does not quote it.
    """
    found = []
    for text in texts:
        parsed = registry.parse_identifier(text, entity, detect)
        probes = tuple(
            (kind, inventory.tokens.token(kind, reading)) for kind, readings in parsed for reading in readings
        )
        first, readings = parsed[0]
        found.append(Identifier(tuple(kind for kind, _ in parsed), registry.mask(first, readings[0]), probes))
    return found


def locate(
    inventory: Inventory,
    identifiers: Sequence[Identifier],
    *,
    client: str | None = None,
    reason: str | None = None,
    configured: Sequence[str] = (),
) -> Located:
    """Find every record that holds any of the identifiers, and write the look-up into the audit trail.

    Args:
        inventory: to look in, and to write the trail of.
        identifiers: from `identify`.
        client: only this client's records; None: all.
        reason: why; masked, it stands in the trail.
        configured: names of all sources in the settings that may hold data of the client.
    """
    probes = [(n, kind, token) for n, one in enumerate(identifiers) for kind, token in one.probes]
    records = tuple(inventory.locate(probes, client))
    not_read, skipped = inventory.gaps(client, configured)
    asked = [{"entity": one.entities[0], "masked": one.masked} for one in identifiers]
    inventory.audit.append(
        "locate",
        {
            "identifiers": asked,
            "client": mask_name(client or ""),
            "records": len(records),
            "reason": redact(reason or ""),
        },
    )
    known = client is None or inventory.knows_client(client)
    return Located(tuple(identifiers), records, not_read, skipped, known and bool(inventory.sources()))


def demand_reason(*, strict: bool, client: str | None, all_clients: bool, reason: str | None) -> None:
    """Hold a look-up over all clients to the host's policy.

    Raises:
        PolicyError: the policy is strict, and neither a client nor `--all-clients` with a reason was given.
    """
    if strict and client is None and not (all_clients and reason):
        raise PolicyError(
            "the settings are strict: name a --client, or give --all-clients and --reason TEXT"
            " (both are kept in the audit trail)"
        )
