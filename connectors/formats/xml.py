"""XML: each place of a document a field, what stands there addressed by its XPath."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import pyarrow as pa

from connectors.formats.interface import Format, Opened
from connectors.formats.lines import piece_of_line, split, whole_lines
from connectors.formats.markup import shown
from connectors.formats.xml_parse import Broken, Parse
from connectors.formats.xml_shape import Shape
from connectors.formats.xml_source import XmlText
from connectors.interface import Asset, Batch, Chunk, LocatorKind, Locators, Mark, text_field
from connectors.json_fields import expand, finish
from connectors.text import from_cells, spans

LEARNT_BYTES = 64 * 1024 * 1024
"""Bytes of a document that are read ahead for which elements come more than once beside each other."""
_PAGE_BYTES = 8 * 1024 * 1024
"""Bytes of a document from which a page is handed on."""
_PAGE_VALUES = 50_000
"""Values from which a page is handed on: as Python objects each takes some 200 bytes."""
_LINE = "line[*]"


class Xml(Format):
    """The texts, attributes and comments of one document.

    A field is an XPath whose elements carry `[*]` where more than one of the name were met below one element:
    `/orders/order[*]/email`, `/orders/order[*]/@id`, `/rss/channel/item[*]/comment()`. So `[1]` is left out where an
    element is the only one in the whole document's place; prefixes stand as they are written. Which come more than
    once is read ahead, from a file's first 64 MB; what shows only later goes on as a field of its own. Where names are
    data the step is `*[*]`, any element. An element whose text goes on behind its children is one text with them
    (`jane<b>@</b>example.org`), save for the outermost.

    Behind the place where a document is broken, the rest is read as lines of text (field `line[*]`), and it counts as
    cut. A mark is the number of pages that were given; reading on goes through the document from its start.
    """

    kind = "xml"
    locator = LocatorKind.PATH

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset a file, one chunk
        skip = int(after["page"]) if after else 0
        for page, (batches, size, rows) in enumerate(_pages(file), 1):
            if page <= skip:
                deque(batches, 0)  # empties the places
                continue
            for batch in finish(batches, {"page": page}, size, rows):
                yield from expand(batch)


Page = tuple[Iterator[Batch], int, int]
"""Its batches, bytes and rows."""


def _pages(file: Opened) -> Iterator[Page]:
    parse, text = Parse(Shape()), XmlText(file)
    # What lies inside another file may come through only once.
    if file.anywhere:
        parse.learn(_first(text.blocks()))
    blocks, size = text.blocks(), 0
    try:
        for block in parse.read(blocks):
            if not size and text.subset:
                parse.shape.root.put(text.subset, ())
                text.subset = ""
            size += len(block)
            if size >= _PAGE_BYTES or parse.values >= _PAGE_VALUES:
                yield _collected(parse.shape), size, parse.taken()
                size = 0
    except Broken as broken:
        yield _collected(parse.shape), size, parse.taken()
        yield from _as_lines(broken, blocks)
        return
    yield _collected(parse.shape), size, parse.taken()


def _first(blocks: Iterator[bytes]) -> Iterator[bytes]:
    left = LEARNT_BYTES
    for block in blocks:
        yield block
        left -= len(block)
        if left <= 0:
            return


def _collected(shape: Shape) -> Iterator[Batch]:
    """Give what was collected as one-column batches."""
    for node in shape.drain():
        name, places = node.pattern()
        values, where = node.values, node.where
        node.values, node.where = [], []
        column = shown(from_cells(values))
        slots = [pa.array([one[place] for one in where], pa.int64()) for place in places]
        yield from _batches(name, column, slots)


def _batches(name: str, column: pa.Array, slots: list[pa.Array]) -> Iterator[Batch]:
    schema = pa.schema([text_field(name)])
    for start, stop, _ in spans([column]):
        part = pa.RecordBatch.from_arrays([column.slice(start, stop - start)], schema=schema)
        yield Batch(part, Locators(tuple(slot.slice(start, stop - start) for slot in slots)), None, 0, 0)


def _as_lines(broken: Broken, blocks: Iterator[bytes]) -> Iterator[Page]:
    """Read what is behind the break as lines; whoever reads hears of it."""
    line, rest = broken.line, b""
    note = f"the XML is broken at line {line} ({broken.reason}); from there on it was read as lines of text"
    for block in chain([broken.rest], blocks, [b""]):
        rest += block
        cut = (whole_lines(rest) or piece_of_line(rest)) if block and rest else len(rest)
        lines = split(rest[:cut])
        numbers = pa.array(range(line, line + len(lines)), pa.int64())
        yield (replace(batch, cut=note) for batch in _noted(_batches(_LINE, shown(lines), [numbers]))), len(block), 0
        line += len(lines) - (not rest[:cut].endswith(b"\n") and len(lines) > 0)
        rest = rest[cut:]


def _noted(batches: Iterator[Batch]) -> Iterator[Batch]:
    """Give at least one batch, to carry a note."""
    empty = Batch(pa.RecordBatch.from_arrays([], schema=pa.schema([])), Locators(()), None, 0, 0)
    yield next(batches, empty)
    yield from batches
