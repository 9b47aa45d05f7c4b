"""Addresses of the Internet protocol, versions 4 and 6; personal data where they belong to a visitor.

Sources: RFC 4291 2.2 (notations of version 6), RFC 5952 (the canonical one), RFC 6943 3.1.1 (no leading zeros).
Loopback, private and version-like addresses (`1.2.3.4`) are found, but their notation alone does not say what they are.
Unspecified addresses (`0.0.0.0`, `::`) belong to nobody and are not found. An IPv4-mapped address is the IPv4 one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address

from detectors.interface import Case, Match, Ruling
from detectors.ruling import HIGH, HINT, MEDIUM, NOTHING, share
from detectors.shape import Shape, ShapeDetector, overlaps
from detectors.text import FOREIGN_DIGIT, ascii_digits, before, plain, words

_V4 = re.compile(
    r"[0-9](?:(?<=%[0-9A-Fa-f]{2}[0-9])|(?<![0-9A-Za-z%].)(?<![0-9A-Za-z]\..))[0-9]{0,2}(?:\.[0-9]{1,3}){3}(?![0-9A-Za-z]|\.[0-9]|\.in-addr)"
    r"(?P<net>/(?:[12]?[0-9]|3[0-2])(?![0-9]))?"
)
_V6 = re.compile(
    r"(?:(?<=%[0-9A-Fa-f]{2})|(?<=IPv6:)|(?<![0-9A-Za-z:%])(?<![0-9]\.))(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:])(?P<v6>[0-9A-Fa-f:.]{2,64}+)(?![0-9A-Za-z:])"
    r"(?P<zone>%[0-9A-Za-z_.-]{1,16})?(?P<net>/(?:1[01][0-9]|12[0-8]|[1-9]?[0-9])(?![0-9]))?"
)
_VERSION_LABEL = re.compile(
    r"(?:(?<![a-z])(?:v|ver|vers|versions?|release|rel|build|firmware|fw|kernel|driver|section|sec|chapter|chapitre|article"
    r"|art|clause|annexe?|oid)[.\s:=#\"'-]{0,3}|§ ?)$"
)
_PRODUCT = re.compile(r"(?:^|[^0-9A-Za-z/.:_-])[A-Z][\w.+-]*/$")
_MACHINE_CODES = re.compile(r"(?:[0-9A-Fa-f]{2}:){7}[0-9A-Fa-f]{2}")


class IpAddress(ShapeDetector):
    """Finds IP addresses; canonical form: compressed, lower case, without zone, port and prefix length."""

    entity = "IP_ADDRESS"
    category = "technical"
    version = 2
    header_words = words("ip ips ipv4 ipv6 ipaddr ipaddress adresseip remoteaddr clientip ipadresse indirizzoip")

    @property
    def gate(self) -> str:
        """Four dotted numbers, or two colons with nothing but hexadecimal digits between."""
        return r"[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]|:[0-9A-Fa-f]{0,4}:" + f"|{FOREIGN_DIGIT}"

    def shapes(self, text: str) -> Iterator[Shape]:
        """Go through both versions' shapes, in order."""
        text = ascii_digits(text)
        found = [*_sixes(text)] if "::" in text or text.count(":") >= 6 else []
        taken = [(shape.match.start, shape.match.end) for shape in found if shape.match]
        found.extend(
            shape for shape in _fours(text) if not (shape.match and overlaps(taken, shape.match.start, shape.match.end))
        )
        found.sort(key=lambda shape: shape.match.start if shape.match else -1)
        yield from found

    def parse(self, text: str) -> tuple[str, ...]:
        """Bring a typed address into its canonical form; a port, brackets, zone and prefix length may be there."""
        typed = ascii_digits(plain(text))
        if (bracketed := re.fullmatch(r"\[([^\]]*)\](?::[0-9]{1,5})?", typed)) or (
            bracketed := re.fullmatch(r"([0-9.]+):[0-9]{1,5}", typed)
        ):
            typed = bracketed[1]
        address = _address(re.sub(r"%[\w.-]+", "", re.sub(r"/[0-9]{1,3}$", "", typed)))
        return (address.compressed,) if address is not None and not address.is_unspecified else ()

    def mask(self, canonical: str) -> str:
        """Show the first two groups: `192.0.*.*`, `2001:db8:*`."""
        if ":" in canonical:
            return ":".join([*canonical.split(":")[:2], "*"])
        return ".".join([*canonical.split(".")[:2], "*", "*"])

    def rule(self, case: Case) -> Ruling:
        """Tell addresses from versions and sections."""
        evidence = case.evidence
        part = share(evidence.explicit, evidence.matches)
        if case.counter and not case.supporting and case.alone and part < 0.9:
            return NOTHING, f"could be versions or sections, and the column's name says so ({case.counter})"
        if case.supporting or part >= 0.5:
            return HIGH, "valid addresses" if part >= 0.5 else "valid addresses, all local or with small numbers"
        if evidence.explicit and not case.alone:
            return MEDIUM, "some addresses among what could be versions or sections"
        return HINT, "loopback addresses, versions or sections: their numbers are too small to tell"


def _address(written: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(written)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return address.ipv4_mapped or address
    return address


def _fours(text: str) -> Iterator[Shape]:
    for hit in _V4.finditer(text):
        start = hit.start()
        address = _address(hit.group().partition("/")[0])
        if not isinstance(address, IPv4Address):
            continue
        if address.is_unspecified or (is_version(text, start) and not _beyond_versions(address)):
            yield Shape(explicit=False, match=None)
            continue
        explicit = _telling(address)
        yield Shape(explicit, Match(start, hit.end(), 0.8 if explicit else 0.4, (str(address),), explicit))


def _telling(address: IPv4Address) -> bool:
    """Say whether an address could hardly be a version: some part is above 31, and it is no loopback."""
    return max(address.packed) > 31 and not address.is_loopback


def _beyond_versions(address: IPv4Address) -> bool:
    """Say whether it is an address whatever stands in front: no version counts three of its parts beyond 31."""
    return sum(part > 31 for part in address.packed) >= 3


def is_version(text: str, start: int) -> bool:
    """Say whether the words in front call it a version or section, or a product and a slash stand there."""
    if start == 0:
        return False
    if text[start - 1] == "/" and _PRODUCT.search(text, max(0, start - 40), start):
        return True
    return _VERSION_LABEL.search(before(text, start)) is not None


def _sixes(text: str) -> Iterator[Shape]:
    for hit in _V6.finditer(text):
        start, written = hit.start("v6"), hit["v6"]
        trimmed = written.rstrip(".")
        if trimmed.endswith(":") and not trimmed.endswith("::"):
            trimmed = trimmed[:-1]
        if trimmed.count(":") < 2:
            continue
        address = _address(trimmed)
        if address is None or address.is_unspecified or not _plausible(trimmed):
            yield Shape(explicit=False, match=None)
            continue
        end = hit.end() if trimmed == written else start + len(trimmed)
        explicit = not address.is_loopback
        yield Shape(explicit, Match(start, end, 0.8 if explicit else 0.4, (address.compressed,), explicit))


def _plausible(written: str) -> bool:
    """Say whether it is more than a slice (`1::2`), a path of names (`dead::beef`) or a device's EUI-64."""
    digits = sum(character not in ":." for character in written)
    return (
        (digits >= 4 or written == "::1")
        and any(character.isdigit() for character in written)
        and not _MACHINE_CODES.fullmatch(written)
    )
