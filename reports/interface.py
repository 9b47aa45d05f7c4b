"""What the documents need from the inventory, and every way in which this room refuses.

ReportError
├── UnknownClientError     no such client in the inventory
├── UnknownSourceError     no such source in the inventory
├── UnknownFormatError     no such format, or not for this document
├── UnknownLanguageError   neither English nor French
└── RenderError            a library below could not write the format
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from inventory.model import Change, ClientInfo, CoverageLine, Estimate, Finding, SourceInfo


class ReportError(Exception):
    """Root of what this room raises; the message says what, where and what to do next."""


class UnknownClientError(ReportError):
    """The client that was asked for is not in the inventory."""


class UnknownSourceError(ReportError):
    """The source that was asked for is not in the inventory."""


class UnknownFormatError(ReportError):
    """The format does not exist, or the document does not come in it."""


class UnknownLanguageError(ReportError):
    """The language is neither `en` nor `fr`."""


class RenderError(ReportError):
    """The document could not be written in the format."""


class Inventory(Protocol):
    """The questions that a document asks of the inventory; `inventory.store` answers them."""

    def sources(self) -> list[SourceInfo]:
        """List every place that the inventory knows."""
        ...

    def clients(self) -> list[ClientInfo]:
        """List every client that the inventory knows."""
        ...

    def findings(
        self,
        client: str | None = None,
        entity: str | None = None,
        asset: str | None = None,
        source: str | None = None,
        as_of: str | None = None,
    ) -> list[Finding]:
        """List findings, hints and dismissed ones among them; `asset` is a glob, `as_of` an ISO 8601 time."""
        ...

    def coverage(
        self,
        client: str | None = None,
        status: str | None = None,
        source: str | None = None,
        asset: str | None = None,
        as_of: str | None = None,
    ) -> list[CoverageLine]:
        """List every asset met by the latest scan of each source."""
        ...

    def changes(self, client: str | None = None) -> list[Change]:
        """Tell what differs between the two latest versions."""
        ...

    def estimates(
        self,
        client: str | None = None,
        source: str | None = None,
        asset: str | None = None,
        as_of: str | None = None,
    ) -> list[Estimate]:
        """Count each entity's different values over the claimed findings asked for, one in two tables once."""
        ...


@dataclass(frozen=True)
class Particulars:
    """What a document says of itself and of the agreement behind it."""

    made_at: datetime
    """When it was made; with a time zone."""
    version: str
    """Of the program that made it."""
    contact: str | None = None
    """The client's contact for data protection, from the settings."""
    mandate: str | None = None
    """What allows the host to scan, from the settings."""
