"""ORC: records in stripes, each column in streams."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from connectors.formats.arrow_errors import told
from connectors.formats.columnar import PAGE_ROWS, pages
from connectors.formats.interface import Format, Opened
from connectors.interface import Asset, Batch, Chunk, LocatorKind, Mark, Unread
from connectors.json_fields import finish

_EMPTY = (pa.array([], pa.int64()),)


class Orc(Format):
    """The records of an ORC file, in the batches in which the library hands them over.

    A mark is the number of records before it; reading on goes through the file from its start.
    """

    kind = "orc"
    locator = LocatorKind.RECORD
    jumps = True

    def assets(self, file: Opened) -> Iterator[Asset | Unread]:
        import pyarrow.orc  # noqa: PLC0415 only these files need it

        file.stream.seek(0)
        with told("ORC"):
            rows = pyarrow.orc.ORCFile(file.stream).nrows
        yield Asset("", self.kind, "", self.locator, rows=rows, size=file.size)

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset a file, one chunk
        import pyarrow.dataset  # noqa: PLC0415 the one way to read a stripe in parts

        begin, reached = int(after["record"]) if after else 0, 0
        weight = file.size / max(1, asset.rows or 1)
        file.stream.seek(0)
        with told("ORC"):
            fragment = pyarrow.dataset.OrcFileFormat().make_fragment(file.stream)
            # The order is the file's, whatever threads there are.
            scanner = fragment.scanner(
                batch_size=PAGE_ROWS, batch_readahead=0, fragment_readahead=0, use_threads=False, cache_metadata=False
            )
            for batch in scanner.to_batches():
                skip = max(0, begin - reached)
                for start in range(skip, batch.num_rows, PAGE_ROWS):
                    some = batch.slice(start, PAGE_ROWS)
                    mark = {"record": reached + start + some.num_rows}
                    size = int(weight * some.num_rows)
                    yield from finish(pages(some, reached + start + 1), mark, size, slots=_EMPTY)
                reached += batch.num_rows
