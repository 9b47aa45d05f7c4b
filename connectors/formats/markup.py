"""Text with mark-up as a person sees it: tags dropped, their attributes and comments put behind, entities read.

Tags are found in the bytes of a whole array at once: the standard library's `html.parser` takes ten times as long.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

_LONGEST_NAME = 24
"""Characters of the longest name of a tag; what is longer is none and stays as it is."""
_INLINE = (
    b"abbr b bdi bdo big cite code del dfn em font i ins kbd mark nobr q s samp small span strike strong sub sup tt u "
    b"var wbr"
).split()
"""Tags that leave no gap: `jane<b>@</b>example.org`."""
_STYLES = b"b big em font i mark s small strike strong sub sup tt u".split()
"""Those that are never set apart by a style sheet: beside each other they leave no gap either."""
_CODE_BYTES = 8
_INLINE_CODES, _STYLE_CODES = (
    np.array([int.from_bytes(name.ljust(_CODE_BYTES, b"\0"), "little") for name in names], np.uint64)
    for names in (_INLINE, _STYLES)
)
_LETTER, _NAME, _AFTER = 1, 2, 4
_CLASSES = np.zeros(256, np.uint8)
for _code in range(256):
    _one = chr(_code)
    if _code < 128 and _one.isalpha():
        _CLASSES[_code] |= _LETTER
    if _code < 128 and (_one.isalnum() or _one in "-_:."):
        _CLASSES[_code] |= _NAME
    if _one in " \t\r\n\f/>":
        _CLASSES[_code] |= _AFTER
_LOWER = np.frombuffer(bytes(range(256)).lower(), np.uint8)
_LESS, _GREATER, _SLASH, _BANG, _DASH, _BLANK = b"<>/!- "
_WIDE = re.compile("[\u00a0\u202f]")
_HIDDEN = re.compile("[\u00ad\u200b-\u200d]")


def shown(texts: pa.Array) -> pa.Array:
    """Write texts as a person sees them; nothing that stands in them is lost but the names of tags.

    Behind what is seen, a blank apart, come the attributes and comments, so that a tag with attributes may stand in
    the middle of an address. A tag that goes on in the next text stays as it is.

    Args:
        texts: `string`, less than 1 GB in all.

    Returns:
        as many; the same array where there is no mark-up in it.

    >>> shown(pa.array(['<a href="mailto:j@example.org">j<b>&#64;</b>example.org</a>', "x"])).to_pylist()
    [' j@example.org  href="mailto:j@example.org" ', 'x']
    """
    for sign, read in (("<", _without_tags), ("&", _unescaped)):
        marked = pc.fill_null(pc.match_substring(texts, sign), False)
        if pc.any(marked).as_py():
            texts = pc.replace_with_mask(texts, marked, read(texts.filter(marked)))
    return texts


def unescaped(text: str) -> str:
    """Read character references and entities; blanks that do not break read as blanks, hyphens that hide as nothing.

    >>> unescaped("caf&eacute;&nbsp;jane&#64;example.org")
    'café jane@example.org'
    """
    read = html.unescape(text)
    if read.isascii():
        return read
    return _HIDDEN.sub("", _WIDE.sub(" ", read)).encode("utf-8", "replace").decode()


def _unescaped(texts: pa.Array) -> pa.Array:
    return pa.array([unescaped(text) for text in texts.to_pylist()], pa.string())


@dataclass(frozen=True)
class _Marks:
    """Places of tags and comments in the bytes, in order."""

    first: Integers
    """Of the `<`."""
    inside: Integers
    """Where the attributes or the comment begin."""
    last: Integers
    """Of the `>`, or of the first dash of a comment's end."""
    end: Integers
    """Behind all of it."""
    gap: Flags
    """Whether a blank takes its place."""


def _without_tags(texts: pa.Array) -> pa.Array:
    """Drop the tags of texts without NULL that hold a `<`."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32, len(texts) + 1, texts.offset * 4).astype(np.int64)
    raw = np.frombuffer(texts.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    offsets -= offsets[0]
    marks = _marks(raw, offsets)
    if not len(marks.first):
        return texts
    data = raw.copy()
    data[marks.first] = _BLANK
    data[marks.last] = _BLANK
    seen = _kept(data, marks.first + marks.gap, marks.end, offsets, inside=False)
    aside = _kept(data, marks.inside, marks.last + (marks.last > marks.inside), offsets, inside=True)
    return pc.if_else(pc.equal(aside, ""), seen, pc.binary_join_element_wise(seen, aside, " "))


def _marks(raw: Bytes, offsets: Integers) -> _Marks:
    """Find tags and comments; each lies in one text."""
    less, greater = np.flatnonzero(raw == _LESS), np.flatnonzero(raw == _GREATER)
    limit = offsets[np.searchsorted(offsets, less, side="right")]
    comments = _comments(raw, less, greater, limit)
    tags = _tags(raw, less, greater, limit)
    if not len(comments.first):
        return tags
    # What stands inside a comment is none of its own.
    around = np.searchsorted(comments.first, tags.first, side="right") - 1
    free = (around < 0) | (tags.first >= comments.end[around])
    both = [
        np.concatenate((one[free], other))
        for one, other in zip(vars(tags).values(), vars(comments).values(), strict=True)
    ]
    order = np.argsort(both[0], kind="stable")
    first, inside, last, end, gap = (one[order] for one in both)
    return _Marks(first, inside, last, end, gap)


def _comments(raw: Bytes, less: Integers, greater: Integers, limit: Integers) -> _Marks:
    fits = less + 6 < limit
    start, limit = less[fits], limit[fits]
    fits = (raw[start + 1] == _BANG) & (raw[start + 2] == _DASH) & (raw[start + 3] == _DASH)
    start, limit = start[fits], limit[fits]
    stops = greater[greater >= 2]
    stops = stops[(raw[stops - 1] == _DASH) & (raw[stops - 2] == _DASH)]
    place = np.searchsorted(stops, start + 6)
    end = np.append(stops, len(raw))[place]
    # One that begins inside another is part of it.
    before = np.concatenate(([-1], np.maximum.accumulate(end)[:-1])) if len(end) else end
    fits = (end < limit) & (start > before)
    start, end = start[fits], end[fits]
    return _Marks(start, start + 4, end - 2, end + 1, np.zeros(len(start), bool))


def _tags(raw: Bytes, less: Integers, greater: Integers, limit: Integers) -> _Marks:
    following = np.append(less[1:], len(raw))
    last = np.append(greater, len(raw))[np.searchsorted(greater, less)]
    fits = (last < np.minimum(following, limit)) & (last > less + 1)
    first, last = less[fits], last[fits]
    closing = raw[first + 1] == _SLASH
    name = first + 1 + closing
    fits = _CLASSES[raw[name]] & _LETTER > 0
    first, last, closing, name = first[fits], last[fits], closing[fits], name[fits]
    length, code = _named(raw, name)
    inside = np.minimum(name + length, last)
    fits = _CLASSES[raw[inside]] & _AFTER > 0
    first, last, closing, inside, code = first[fits], last[fits], closing[fits], inside[fits], code[fits]
    gap = ~np.isin(code, _INLINE_CODES)
    # An end beside a beginning: two things beside each other, however they are set, that must not grow together.
    styled = np.isin(code, _STYLE_CODES)
    turn = closing[:-1] & ~closing[1:] & (first[1:] == last[:-1] + 1)
    gap[:-1] |= turn & ~(styled[:-1] & styled[1:])
    empty = closing | (last - inside <= 1)
    return _Marks(first, np.where(empty, last, inside), last, last + 1, gap)


def _named(raw: Bytes, name: Integers) -> tuple[Integers, npt.NDArray[np.uint64]]:
    """Give the lengths of tags' names and their first bytes as numbers, those of a longer name being 0."""
    length = np.zeros(len(name), np.int64)
    code = np.zeros(len(name), np.uint64)
    open_ = np.arange(len(name))
    for step in range(_LONGEST_NAME):
        # A name ends before the `>` that every tag has.
        here = raw[name[open_] + step]
        open_ = open_[_CLASSES[here] & _NAME > 0]
        if not len(open_):
            break
        here = _LOWER[raw[name[open_] + step]]
        if step < _CODE_BYTES:
            code[open_] |= here.astype(np.uint64) << np.uint64(8 * step)
        length[open_] += 1
    code[length > _CODE_BYTES] = 0
    return length, code


def _kept(data: Bytes, starts: Integers, ends: Integers, offsets: Integers, *, inside: bool) -> pa.Array:
    """Make texts of those bytes of each that lie inside some stretches, or outside of them.

    Args:
        data: the bytes of all texts.
        starts: of the stretches, in order.
        ends: of the stretches, each in the text that it begins in.
        offsets: of the texts.
        inside: which bytes to keep.
    """
    lengths = np.empty(2 * len(starts) + 1, np.int64)
    lengths[0::2] = np.append(starts, len(data)) - np.append(0, ends)
    lengths[1::2] = ends - starts
    flags = np.zeros(len(lengths), bool)
    flags[int(inside) :: 2] = True
    below = np.append(0, np.cumsum(ends - starts))[np.searchsorted(starts, offsets)]
    places = (below if inside else offsets - below).astype(np.int32)
    kept = data[np.repeat(flags, lengths)]
    return pa.StringArray.from_buffers(len(offsets) - 1, pa.py_buffer(places), pa.py_buffer(kept.tobytes()))
