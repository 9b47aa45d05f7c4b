"""Which reading of a national phone number the source's region settles."""

from __future__ import annotations

from functools import cache


def prefix(region: str | None) -> str:
    """Give that with which canonical numbers (E.164) of a region (`CH`, `CA-QC`) begin; empty where it has none."""
    code = _calling_code(region.partition("-")[0].upper()) if region else 0
    return f"+{code}" if code else ""


@cache
def _calling_code(region: str) -> int:
    import phonenumbers  # noqa: PLC0415 only where a number has several readings

    return int(phonenumbers.country_code_for_region(region))
