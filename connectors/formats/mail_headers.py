"""The headers of a message and of its parts: unfolded, decoded, and what they say of the part below.

Sources: RFC 5322 section 2.2, RFC 2047 (encoded words), RFC 2183 (disposition), RFC 2231 (parameters).
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, a2b_qp
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from connectors.formats.mail_text import as_text

NAME_LENGTH = 100
"""Characters of a header's name; what has a longer one is no header, and read as a line of its own."""
OTHER = "header"
"""Field of lines among the headers that are none."""
_PARAMETER_BYTES = 16 * 1024
"""Characters of a header that are looked through for parameters."""
_FILE_NAME = 200
"""Characters of a file's name that are kept."""
_LINE = re.compile(rf"^(?:([!-9;-~]{{1,{NAME_LENGTH}}})[ \t]*:(.*(?:\n[ \t].*)*)|(.+))", re.MULTILINE)
_FOLD = re.compile(r"\r?\n[ \t]+")
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,40})?\?([bBqQ])\?([^\s]*?)\?=")
_BETWEEN = re.compile(r"(\?=)\s+(?==\?[^?\s]{1,80}\?[bBqQ]\?)")
_PARAMETER = re.compile(r";\s*([^\s=;\"]{1,100})\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)")
_BOUNDARY = re.compile(r";\s*boundary\s*=\s*(?:\"[^\"@]*\"|[^;@]*(?=;|$))", re.IGNORECASE)
"""What separates parts: numbers that mean nothing, and that some mailers make of sixteen digits."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_WRITTEN = """
From To Cc Bcc Subject Date Sender Reply-To Message-ID In-Reply-To References Received Return-Path Delivered-To
MIME-Version Content-Type Content-Transfer-Encoding Content-Disposition Content-ID Content-Description Content-Language
Content-Length DKIM-Signature User-Agent X-Mailer X-Originating-IP
"""
_KNOWN = {name.lower(): name for name in _WRITTEN.split()}
_FIXED = frozenset({"1.0", "7bit", "8bit", "binary", "base64", "quoted-printable", "inline", "attachment"})
"""Values that stand in every message and say nothing."""


def parsed(block: bytes) -> list[tuple[str, str]]:
    r"""Cut a block of headers into names and values, in order, unfolded and decoded.

    >>> parsed(b"subject: =?utf-8?q?caf=C3=A9?=\n au lait\nnonsense\n")
    [('Subject', 'café au lait'), ('header', 'nonsense')]
    """
    text = block.decode("utf-8", "recense.windows").replace("\0", " ")
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    found = []
    for name, value, other in _LINE.findall(text):
        if other:
            found.append((OTHER, other))
            continue
        unfolded = _FOLD.sub(" ", value) if "\n" in value else value
        told = unwrapped(unfolded) if "=?" in unfolded else unfolded
        found.append((_KNOWN.get(name.lower(), name), told.strip()))
    return found


def unwrapped(text: str) -> str:
    """Read encoded words (RFC 2047), also inside quotes, and in pieces that cut a character in two.

    >>> unwrapped("=?utf-8?b?w6k=?= =?iso-8859-1?q?t=E9?= x =?broken?=")
    'été x =?broken?='
    """
    text = _BETWEEN.sub(r"\1", text)
    parts: list[str] = []
    place, waiting, name = 0, b"", ""
    for found in _WORD.finditer(text):
        raw = _word(found.group(2), found.group(3))
        same = found.start() == place and found.group(1).lower() == name
        if waiting and not same:
            parts.append(as_text(waiting, name))
            waiting = b""
        if found.start() > place:
            parts.append(text[place : found.start()])
        if raw is None:
            parts += [as_text(waiting, name), found.group()]
            waiting = b""
        else:
            waiting += raw
        place, name = found.end(), found.group(1).lower()
    if waiting:
        parts.append(as_text(waiting, name))
    parts.append(text[place:])
    return "".join(parts).encode("utf-8", "replace").decode()


def _word(how: str, text: str) -> bytes | None:
    raw = text.encode("utf-8", "replace")
    try:
        return a2b_qp(raw, header=True) if how in "qQ" else a2b_base64(raw + b"=" * (-len(raw) % 4))
    except Error:
        return None


@dataclass(frozen=True)
class About:
    """What the headers say of the part below them."""

    kind: str = "text/plain"
    """Media type, lower case."""
    parameters: dict[str, str] = field(default_factory=dict, repr=False)
    """Of the media type, names in lower case."""
    encoding: str = ""
    """Transfer encoding, lower case."""
    disposition: str = ""
    """`inline`, `attachment` or nothing."""
    file: str = field(default="", repr=False)
    """Name of the file that it is, fit to be shown."""
    length: int | None = None
    """Bytes of the body, as a mailbox may say (`Content-Length`)."""


def about(headers: list[tuple[str, str]], default: str = "text/plain") -> About:
    """Gather what concerns the body; the first header of a name counts.

    Args:
        headers: as `parsed` gives them.
        default: media type where none is said: `message/rfc822` inside a digest.
    """
    first: dict[str, str] = {}
    for name, value in headers:
        if name.startswith("Content-"):
            first.setdefault(name, value)
    if not first:
        return About(default)
    kind, parameters = _header(first.get("Content-Type", "")[:_PARAMETER_BYTES])
    disposition, more = _header(first.get("Content-Disposition", "")[:_PARAMETER_BYTES])
    file = more.get("filename") or parameters.get("name", "")
    length = first.get("Content-Length", "")
    return About(
        kind if "/" in kind else default,
        parameters,
        first.get("Content-Transfer-Encoding", "").partition(";")[0].strip().lower(),
        disposition,
        shown_name(file),
        int(length) if length.isdecimal() and len(length) < 16 else None,
    )


@lru_cache(1024)
def _header(value: str) -> tuple[str, dict[str, str]]:
    """Take apart a value with parameters."""
    head, _, _ = value.partition(";")
    return head.strip().lower()[:NAME_LENGTH], parameters(value) if ";" in value else {}


def parameters(value: str) -> dict[str, str]:
    """Read the parameters of a header, those in pieces and in a charset of their own (RFC 2231) too.

    >>> parameters("a/b; name*0*=utf-8''caf%C3; name*1*=%A9; name*2=.txt")
    {'name': 'café.txt'}
    """
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, raw in _PARAMETER.findall(value[:_PARAMETER_BYTES]):
        text = re.sub(r"\\(.)", r"\1", raw[1:].removesuffix('"')) if raw.startswith('"') else raw.strip()
        base, star, rest = name.lower().partition("*")
        if not star:
            plain.setdefault(base, text)
            continue
        number = rest.rstrip("*")
        encoded = rest.endswith("*") or not rest
        pieces.setdefault(base, {}).setdefault(int(number[:4]) if number.isdecimal() else 0, (text, encoded))
    for base, several in pieces.items():
        plain[base] = _pieced(several)
    return plain


def _pieced(several: dict[int, tuple[str, bool]]) -> str:
    name, raw = "utf-8", b""
    for number in sorted(several):
        text, encoded = several[number]
        if encoded and number == min(several) and text.count("'") >= 2:
            name, _, text = text.split("'", 2)
        raw += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return as_text(raw, name)


def shown_name(name: str) -> str:
    r"""Write a file's name so that a terminal shows it and does nothing else.

    >>> shown_name("../a\x1b[31m\n.txt")
    '../a\\x1b[31m .txt'
    """
    name = _CONTROLS.sub(lambda found: " " if found.group() in "\t\r\n" else _escaped(found.group()), name).strip()
    name = name.encode("utf-8", "replace").decode()
    return name if len(name) <= _FILE_NAME else name[:_FILE_NAME] + "…"


def _escaped(sign: str) -> str:
    return f"\\x{ord(sign):02x}" if ord(sign) < 256 else f"\\u{ord(sign):04x}"


def told(headers: list[tuple[str, str]], *, inner: bool) -> Iterator[tuple[str, str]]:
    """Give the headers that are worth reading: not those whose values stand in every message, nor what parts them.

    Args:
        headers: as `parsed` gives them.
        inner: of a part: what only says how it is written is left out, unless it names something.
    """
    for name, value in headers:
        if not value or value.lower() in _FIXED:
            continue
        if inner and name in ("Content-Type", "Content-Disposition") and "name" not in value:
            continue
        yield name, _BOUNDARY.sub("", value) if name == "Content-Type" else value
