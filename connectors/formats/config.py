"""Files of settings: YAML, INI, `.env`, properties, TOML, PHP: lines whose key is the field of their value."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from connectors.formats.text import Integers, Text
from connectors.interface import Batch, Locators, text_field
from connectors.json_names import is_plain
from connectors.text import spans

KEYS = 100
"""Different keys of one block that are fields of their own, the most frequent ones; the others' lines are text."""
_KEYED = (
    r"^\s*(?:-\s+)*(?:export\s+|set\s+)?[\"']?(?P<name>[\pL_][\pL\pN_.\-/]*(?: [\pL\pN_.\-/]+){0,2})[\"']?"
    r"\s*(?:=>|=|:=|:(?:\s|$))(?P<value>.*)$"
)
_PHP = (
    r"^\s*(?:define\s*\(\s*)?(?:(?:public|protected|private|static|var|const)\s+)*[$]?(?:\w+(?:->|[\"']?\]?\[[\"']))*[\"']?"
    r"(?P<name>[A-Za-z_]\w*)[\"']?\]?\s*(?:=>|,|=)(?P<value>.*)$"
)
_IS_PHP = r"<\?php|define\s*\(|^\s*\$"
_QUOTED = {'"': r"^\"([^\"]*)\"\s*\)?\s*[;,]?$", "'": r"^'([^']*)'\s*\)?\s*[;,]?$"}
_OPEN = r"^$|^[|>\[{(&!]|^\"[^\"]*$|^'[^']*$|\\$"
"""Values that go on in the lines below."""


class Config(Text):
    """The lines of a file of settings.

    `email: x`, `EMAIL=x`, `define('EMAIL', 'x')` are the value x, without its quotes, in a field `email`; so are
    indented lines below a key whose value is open (lists, blocks, continued lines). The key of a line whose name may
    itself be data is part of its value, in a field `*`. All else is text: comments, sections, what has no key. Lines
    and marks are those of `Text`.
    """

    kind = "config"
    json = True

    def told(self, lines: pa.Array, numbers: Integers) -> Iterator[Batch]:
        names, values = _keys(lines)
        fields, which = _fields(names)
        values = pc.if_else(pa.array(which >= 0), values, lines)
        which = _carried(lines, values, which, pc.is_null(names).to_numpy(zero_copy_only=False))
        rows = len(lines)
        for place, name in enumerate(["text", "*", *fields], -2):
            here = np.flatnonzero(which == place)
            column = values.take(pa.array(here))
            for start, stop, _ in spans([column]) if len(here) else ():
                part = pa.RecordBatch.from_arrays(
                    [column.slice(start, stop - start)], schema=pa.schema([text_field(name)])
                )
                yield Batch(part, Locators((pa.array(numbers[here[start:stop]], pa.int64()),)), None, rows, 0)
                rows = 0


def _keys(lines: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Give each line's key, NULL where it has none, and its value."""
    found = [pc.extract_regex(lines, _KEYED)]
    if pc.any(pc.match_substring_regex(lines, _IS_PHP)).as_py():
        found.insert(0, pc.extract_regex(lines, _PHP))
    names, values = (pc.coalesce(*(pc.struct_field(one, part) for one in found)) for part in ("name", "value"))
    values = pc.utf8_trim_whitespace(values)
    for quote, pattern in _QUOTED.items():
        quoted = pc.fill_null(pc.starts_with(values, quote), False)
        if pc.any(quoted).as_py():
            bare = pc.replace_substring_regex(values.filter(quoted), pattern, r"\1")
            values = pc.replace_with_mask(values, quoted, bare)
    return names, values


def _fields(names: pa.Array) -> tuple[list[str], Integers]:
    """Choose the keys that become fields.

    Returns:
        their names; and for each line which of them it is in, -1 for `*`, -2 for text.
    """
    counted = names.drop_null().value_counts().to_pylist()
    counted.sort(key=lambda one: -one["counts"])
    plain = [one["values"] for one in counted if is_plain(one["values"])]
    kept = {name: place for place, name in enumerate(plain[:KEYS])}
    odd = {one["values"]: -1 for one in counted if not is_plain(one["values"])}
    encoded = names.dictionary_encode()
    table = np.array([kept.get(name, odd.get(name, -2)) for name in encoded.dictionary.to_pylist()] + [-2], np.int64)
    places = pc.fill_null(encoded.indices, len(table) - 1).to_numpy(zero_copy_only=False)
    return list(kept), table[places]


def _carried(lines: pa.Array, values: pa.Array, which: Integers, free: npt.NDArray[np.bool_]) -> Integers:
    """Let lines without a key belong to the open one above, as long as they are indented, blank or items."""
    numbers = np.arange(len(which))
    below = pc.match_substring_regex(lines, r"^(\s|-\s|$|[\])}])").to_numpy(zero_copy_only=False)
    above = np.maximum.accumulate(np.where(free & below, -1, numbers))
    open_ = pc.match_substring_regex(values, _OPEN).to_numpy(zero_copy_only=False) & ~free
    fits = free & below & (above >= 0) & open_[above]
    return np.where(fits, which[above], which)
