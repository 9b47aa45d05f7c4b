"""Every way in which a scan can refuse, as one tree.

ScannerError
├── SettingsError    a setting, a target or their combination makes no sense: the command line's fault
└── BusyError        another scan is writing to the same inventory
"""

from __future__ import annotations


class ScannerError(Exception):
    """Root of what this room raises; the message says what, where and what to do next."""


class SettingsError(ScannerError):
    """A setting or target makes no sense."""


class BusyError(ScannerError):
    """Another scan is writing to the same inventory."""
