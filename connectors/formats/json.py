"""JSON: one document, each of its places a field, its leaves addressed by their path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

import pyarrow as pa

from connectors.errors import ReadError
from connectors.formats.encoding import encoding_of
from connectors.formats.interface import Format, Opened
from connectors.formats.json_stream import WINDOW, JsonStream, Path
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark
from connectors.json_fields import finish, leaves
from connectors.json_shape import DEPTH, CrowdedError, Node, Shape, Slots, TooDeepError, Where
from connectors.text import from_cells

_PAGE_BYTES = 2 * WINDOW
"""Bytes of a document from which a page of leaves is handed on."""


class Json(Format):
    """The leaves of one document.

    A large document is read twice: first for the member names, since only the whole shows which of them are data. A
    mark is the number of pages that were given; reading on goes through the document from its start.
    """

    kind = "json"
    locator = LocatorKind.PATH
    jumps = True

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset a file, one chunk
        skip = int(after["page"]) if after else 0
        pages = _Pages(file, _learnt(file) if file.size > WINDOW else Shape("$", slots=True))
        if file.size > WINDOW:
            yield from pages.read(skip)
        else:
            # One page at most: it is held until it is sure that no name had to become `*`.
            try:
                yield from list(pages.read(skip))
            except CrowdedError:
                pages = _Pages(file, _learnt(file))
                yield from list(pages.read(skip))
        if pages.error:
            raise pages.error


def _learnt(file: Opened) -> Shape:
    """Read a document through for its places; where it breaks, reading it again says so."""
    shape = Shape("$", slots=True)
    places = _Places(shape)
    with suppress(ReadError, TooDeepError):
        for path, value in JsonStream(file, encoding_of(file.head)).values():
            node, _ = places.find(path)
            shape.learn(value, node, len(path))
    shape.close()
    return shape


class _Places:
    """Finds the place of a path; what leads to the items of one array is found once."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._array: Path | None = None
        self._item = shape.root
        self._slots: Slots = ()

    def find(self, path: Path) -> tuple[Node, Slots]:
        """Give the place of a path, and the slots of the wildcards on its way."""
        if not path or not isinstance(path[-1], int):
            return self._walk(path)
        if path[:-1] != self._array:
            array, self._slots = self._walk(path[:-1])
            self._array, self._item = path[:-1], self._shape.item(array)
        return self._item, (*self._slots, path[-1])

    def _walk(self, path: Path) -> tuple[Node, Slots]:
        node, slots = self._shape.root, list[int | str]()
        for step in path:
            if isinstance(step, int):
                node = self._shape.item(node)
                slots.append(step)
            else:
                above, node = node, self._shape.below(node, step)
                if node is above.star:
                    slots.append(step)
        return node, tuple(slots)


class _Pages:
    """Reads a document page by page; a broken one gives what came before, and keeps its error."""

    def __init__(self, file: Opened, shape: Shape) -> None:
        self._stream = JsonStream(file, encoding_of(file.head))
        self._shape = shape
        self._places = _Places(shape)
        self._page = 0
        self._rows = 0
        self._last: object = None
        self.error: ReadError | None = None
        """Why the document was not read to its end; known when all pages are."""

    def read(self, skip: int) -> Iterator[Batch]:
        """Read all pages, without handing on the first `skip`."""
        try:
            for path, value in self._stream.values():
                self._count(path)
                node, slots = self._places.find(path)
                self._shape.collect(value, node, slots, len(path))
                if self._stream.taken >= _PAGE_BYTES:
                    yield from self._flush(skip)
        except TooDeepError:
            self.error = ReadError(Cause.CORRUPT, f"the JSON has more than {DEPTH} levels; it was read up to there")
        except ReadError as error:
            self.error = error
        if self._rows or self._stream.taken:
            yield from self._flush(skip)

    def _count(self, path: Path) -> None:
        """Count the items of an outermost array, or the document as one."""
        record = path[0] if path and isinstance(path[0], int) else "document"
        if record != self._last:
            self._last = record
            self._rows += 1

    def _flush(self, skip: int) -> Iterator[Batch]:
        self._page += 1
        rows, size, self._rows, self._stream.taken = self._rows, self._stream.taken, 0, 0
        if self._page <= skip:
            self._shape.forget()
            return
        yield from finish(leaves(self._shape, _slots), {"page": self._page}, size, rows)


def _slots(where: Sequence[Where]) -> tuple[pa.Array, ...]:
    """Turn leaves' slots into arrays: positions as int64, member names as text."""
    columns = zip(*(slots for slots in where if isinstance(slots, tuple)), strict=True)
    return tuple(
        pa.array(column, pa.int64()) if isinstance(column[0], int) else from_cells(column) for column in columns
    )
