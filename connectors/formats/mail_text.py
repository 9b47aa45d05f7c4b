"""How the bytes of a part of a message become text, or a file: transfer encodings, charsets, flowed lines.

Sources: RFC 2045 section 6 (base64, quoted-printable), RFC 3676 (format=flowed); uuencode as POSIX has it.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Callable, Iterator
from functools import lru_cache

import connectors.text  # noqa: F401 registers the error handler `recense.windows`
from connectors.formats.mail_span import STEP, Span

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NO_BASE64 = bytes(code for code in range(256) if code not in _BASE64)
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_WHITE = b" \t\r\n\v\f"
_SEGMENTS = re.compile(rb"[^=]+")
_TRIED = 4096
"""Bytes by which base64 that is none is told."""
_NO_TEXT = frozenset({"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"})
"""Codecs of Python that no mail has; one of them takes quadratic time."""
_QUOTES = re.compile(r"(>*)( ?)(.*)", re.DOTALL)

Blocks = Iterator[bytes]


def blocks(span: Span) -> Blocks:
    """Give the bytes of a span piece by piece."""
    if span.stream is None:
        if span.held:
            yield span.held
        return
    for offset in range(0, span.size, STEP):
        part = span.at(offset, STEP)
        if part:
            yield part


def decoded(span: Span, encoding: str) -> Blocks:
    """Undo a transfer encoding, piece by piece; what is damaged gives what it can, and a lie the bytes as they are.

    Args:
        span: of the encoded bytes.
        encoding: as the header says, lower case.
    """
    undo = _DECODERS.get(encoding)
    return blocks(span) if undo is None else undo(span)


def _from_base64(span: Span) -> Blocks:
    if not _is_base64(span.at(0, _TRIED)):
        yield from blocks(span)
        return
    rest = b""
    for raw in blocks(span):
        # White space goes in one pass; other signs are no base64 and are passed over, as RFC 2045 asks.
        kept = rest + raw.translate(_URL_SAFE, _WHITE).translate(None, _NO_BASE64)
        if b"=" in kept:
            last = kept.rfind(b"=") + 1
            yield b"".join(_quads(one.group()) for one in _SEGMENTS.finditer(kept[:last]))
            kept = kept[last:]
        whole = len(kept) // 4 * 4
        rest = kept[whole:]
        if whole:
            yield binascii.a2b_base64(kept[:whole])
    if rest:
        yield _quads(rest)


def _quads(letters: bytes) -> bytes:
    """Decode letters without padding; a lone one at the end holds no byte."""
    over = len(letters) % 4
    return binascii.a2b_base64(letters[: len(letters) - 1] if over == 1 else letters + b"=" * (-over % 4))


def _is_base64(start: bytes) -> bool:
    """Tell base64 from text that only claims it: it has hardly a sign of another alphabet, and no short words."""
    letters = start.translate(None, _WHITE)
    strange = len(letters.translate(None, _BASE64 + b"-_"))
    blanks = start.count(b" ")
    return strange * 10 <= len(letters) and blanks * 10 <= len(start)


def torn(span: Span) -> bool:
    """Tell base64 that ends in the midst of a group of four letters, which nothing that writes mail leaves unpadded."""
    if not _is_base64(span.at(0, _TRIED)):
        return False
    count, padded = 0, False
    for raw in blocks(span):
        letters = raw.translate(_URL_SAFE, _WHITE).translate(None, _NO_BASE64)
        count += len(letters)
        padded = padded or b"=" in letters
    return not padded and count % 4 != 0


def _from_quoted(span: Span) -> Blocks:
    rest = b""
    for raw in blocks(span):
        piece = rest + raw
        cut = piece.rfind(b"\n") + 1
        if not cut and len(piece) > STEP:
            cut = len(piece) - 3 if b"=" in piece[-3:] else len(piece)
        rest = piece[cut:]
        if cut:
            yield binascii.a2b_qp(piece[:cut])
    if rest:
        yield binascii.a2b_qp(rest)


def _from_uu(span: Span) -> Blocks:
    rest, began = b"", False
    for raw in blocks(span):
        *lines, rest = (rest + raw[:]).split(b"\n")
        found = []
        for line in lines:
            if not began:
                began = line.startswith(b"begin ")
                continue
            found.append(_uu_line(line.rstrip(b"\r")))
        if found:
            yield b"".join(found)
        if len(rest) > STEP:
            rest = b""
    if not began:
        yield from blocks(span)


def _uu_line(line: bytes) -> bytes:
    if not line or line == b"end":
        return b""
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        # Some writers count wrongly: the number of letters is then what the length says.
        length = ((line[0] - 32) & 63) * 4 // 3 + 5
        try:
            return binascii.a2b_uu(line[:length])
        except binascii.Error:
            return b""


_DECODERS: dict[str, Callable[[Span], Blocks]] = {
    "base64": _from_base64,
    "quoted-printable": _from_quoted,
    "x-uuencode": _from_uu,
    "x-uue": _from_uu,
    "uuencode": _from_uu,
    "uue": _from_uu,
}


@lru_cache(256)
def charset(name: str) -> str:
    """Give the codec for a charset; `utf-8`, whose errors are read as Windows-1252, where it is not known.

    >>> charset("ISO-8859-1"), charset("x-unknown"), charset("us-ascii")
    ('cp1252', 'utf-8', 'utf-8')
    """
    try:
        found = codecs.lookup(name.strip().strip("'\"")[:40] or "utf-8")
    except (LookupError, ValueError):
        return "utf-8"
    if not getattr(found, "_is_text_encoding", True) or found.name in _NO_TEXT:
        return "utf-8"
    return {"ascii": "utf-8", "iso8859-1": "cp1252"}.get(found.name, found.name)


def as_text(raw: bytes, name: str) -> str:
    """Read bytes in a charset; never fails."""
    try:
        return raw.decode(charset(name), "recense.windows" if charset(name) in ("utf-8", "cp1252") else "replace")
    except (UnicodeError, ValueError):
        return raw.decode("utf-8", "recense.windows")


def texts(found: Blocks, name: str) -> Iterator[str]:
    """Read blocks of bytes in a charset, with a character that lies in two of them in one piece."""
    codec = charset(name)
    decoder = codecs.getincrementaldecoder(codec)("recense.windows" if codec in ("utf-8", "cp1252") else "replace")
    for block in found:
        try:
            yield decoder.decode(block)
        except (UnicodeError, ValueError):
            decoder.reset()
            yield block.decode("utf-8", "recense.windows")
    try:
        yield decoder.decode(b"", final=True)
    except (UnicodeError, ValueError):
        return


def unflowed(lines: list[str], *, without: bool) -> list[str]:
    """Join the lines of flowed text (RFC 3676) that a blank at the end holds together.

    Args:
        lines: without their ends.
        without: whether the blank itself goes (`DelSp=yes`).

    >>> unflowed(["> jane@ ", "> example.org", "-- ", "x"], without=True)
    ['> jane@example.org', '-- ', 'x']
    """
    joined: list[str] = []
    open_: str | None = None
    for line in lines:
        found = _QUOTES.match(line)
        quotes, text = (found.group(1), found.group(3)) if found else ("", line)
        flows = text.endswith(" ") and text != "-- "
        if open_ == quotes and text != "-- ":
            joined[-1] += text[:-1] if flows and without else text
        else:
            kept = line[:-1] if flows and without else line
            joined.append(kept)
        open_ = quotes if flows else None
    return joined
