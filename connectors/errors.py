"""Every way in which a store can refuse, as one tree.

    ConnectorError
    ├── TargetError        the URL or path is wrong: the command line's fault
    ├── SourceError        the whole source cannot be opened
    └── ReadError          one asset cannot be read (on); carries the `Cause` for its coverage line

Each message says what, where and what to do next, and carries no value from the data and no password. Errors of the
libraries below are translated once, at the edge of each connector, with `from`.
"""

from __future__ import annotations

from connectors.interface import Cause


class ConnectorError(Exception):
    """Root of what this room raises."""


class TargetError(ConnectorError):
    """A target names no store that can be reached: bad URL, unknown scheme or option, no such path."""


class SourceError(ConnectorError):
    """The source as a whole cannot be opened or has gone: wrong password, server down, connection lost."""


class ReadError(ConnectorError):
    """One asset cannot be read, or not to its end; the scan goes on with the next.

    Args:
        cause: for the asset's coverage line.
        reason: a sentence for a person.
    """

    def __init__(self, cause: Cause, reason: str) -> None:
        super().__init__(reason)
        self.cause = cause
        self.reason = reason
