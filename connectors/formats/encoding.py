"""Which encoding a file's text has, and whether it is text at all."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import connectors.text  # noqa: F401 registers the error handler `recense.windows`

_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r\f\x08\x1b") + b"\x7f"
_LONG_NULLS = re.compile(rb"\0{32,}")
_CONTROL_SHARE_UTF8 = 0.1
"""Share of control bytes up to which valid UTF-8 is text: logs and exports with stray NULs still are."""
_CONTROL_SHARE_OTHER = 0.02
"""Likewise for bytes that are no UTF-8; what is compressed or encrypted has 0.11, Windows-1252 text none."""
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Encoding:
    """How a file's bytes become text."""

    name: str
    """A codec of Python. `utf-8` stands for all that is byte by byte: what is no UTF-8 is repaired piece by piece."""
    skip: int = 0
    """Bytes of the byte order mark."""

    @property
    def bytewise(self) -> bool:
        """Whether a line feed is the byte 10 and nothing else is."""
        return self.name == "utf-8"


def encoding_of(head: bytes) -> Encoding:
    """Tell the encoding by the byte order mark, else by where NUL bytes lie.

    >>> encoding_of("a,b".encode("utf-16")).name, encoding_of("name".encode("utf-16-be")).name
    ('utf-16-le', 'utf-16-be')
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return Encoding(name, len(mark))
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = len(head) // 2
    if pairs and odd > 0.6 * pairs and even < 0.05 * pairs and _is_utf16(head, "utf-16-le"):
        return Encoding("utf-16-le")
    if pairs and even > 0.6 * pairs and odd < 0.05 * pairs and _is_utf16(head, "utf-16-be"):
        return Encoding("utf-16-be")
    return Encoding("utf-8")


def _is_utf16(head: bytes, name: str) -> bool:
    """Small integers of a program have the same NULs as text, but are control characters."""
    text = head[: len(head) // 2 * 2].decode(name, "replace").encode()
    return len(text) - len(text.translate(None, _CONTROLS)) <= _CONTROL_SHARE_OTHER * len(text)


def is_text(sample: bytes, *, whole: bool) -> bool:
    """Tell text from binary by its control bytes, long runs of NULs apart (a log after a power cut has them).

    Args:
        sample: some bytes of one encoding in which ASCII stands for itself.
        whole: whether the sample ends where the file does, rather than in the middle of a character.
    """
    sample = _LONG_NULLS.sub(b"", sample)
    if not sample:
        return False
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if is_utf8(sample, whole=whole):
        return controls <= max(_CONTROL_SHARE_UTF8 * len(sample), min(2, len(sample) // 3))
    return controls <= max(_CONTROL_SHARE_OTHER * len(sample), min(2, len(sample) // 8))


def is_utf8(sample: bytes, *, whole: bool) -> bool:
    """Tell whether bytes are valid UTF-8, a character that the end cuts in two apart."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def clean(block: bytes) -> bytes:
    r"""Make valid UTF-8 of a block of lines: other bytes are read as Windows-1252, NULs become blanks.

    Line ends, quotes and delimiters stay what they are.

    >>> clean(b"caf\xe9\0") == "café ".encode()
    True
    """
    if 0 in block:
        block = block.replace(b"\0", b" ")
    if block.isascii():
        return block
    try:
        block.decode()
    except UnicodeDecodeError:
        return block.decode("utf-8", "recense.windows").encode()
    return block
