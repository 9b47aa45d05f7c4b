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


def where_from(error: BaseException) -> str:
    """Say what kind of error it is and where it arose; not its message, which might quote data."""
    return f"{type(error).__name__} in {places[-1]}" if (places := stack(error)) else type(error).__name__


def stack(error: BaseException) -> list[str]:
    """Give the places that an error passed through, the outermost first: file, line and function, no source lines."""
    places, trace = [], error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    return places
