"""Which reading of a national phone number the source's region settles."""

from __future__ import annotations

from functools import cache


def settles(region: str | None, reading: str) -> bool:
    """Say whether a canonical number (E.164) is of a region (`CH`, `CA-QC`)."""
    if not region:
        return False
    code = _calling_code(region.partition("-")[0].upper())
    return bool(code) and reading.startswith(f"+{code}")


@cache
def _calling_code(region: str) -> int:
    import phonenumbers  # noqa: PLC0415 only where a number has several readings

    return int(phonenumbers.country_code_for_region(region))
