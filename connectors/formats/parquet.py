"""Parquet: records in row groups, each column in pages."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from connectors.errors import ReadError
from connectors.formats.arrow_errors import told
from connectors.formats.columnar import PAGE_ROWS, pages
from connectors.formats.interface import Format, Opened
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark, Unread
from connectors.json_fields import finish

_BUFFER = 256 << 10
"""Bytes of a column that are read at once, so that a row group of any size takes no more memory than a small one."""
_PAGE_BYTES = 32 << 20
"""Bytes that one page of records may have by the file's own word."""
_STRINGS = 64 << 20
_CONTAINERS = 2_000_000
"""Bytes of names and number of entries that the footer may have."""
_EMPTY = (pa.array([], pa.int64()),)


class Parquet(Format):
    """The records of a Parquet file, row group by row group.

    A mark is the number of records before it.
    """

    kind = "parquet"
    locator = LocatorKind.RECORD
    jumps = True

    def assets(self, file: Opened) -> Iterator[Asset | Unread]:
        rows = _opened(file).metadata.num_rows
        yield Asset("", self.kind, "", self.locator, rows=max(0, rows), size=file.size)

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset a file, one chunk
        parquet = _opened(file)
        begin = int(after["record"]) if after else 0
        reached = 0
        for number in range(parquet.metadata.num_row_groups):
            group = parquet.metadata.row_group(number)
            if reached + group.num_rows > begin:
                yield from _group(parquet, number, reached, begin)
            reached += group.num_rows


def _opened(file: Opened) -> pa.parquet.ParquetFile:
    """Open a file for reading in small pieces.

    Raises:
        ReadError: DENIED where it is encrypted, CORRUPT where its footer is damaged.
    """
    import pyarrow.parquet as pq  # noqa: PLC0415 0.05 s that only these files need

    if file.sample(max(0, file.size - 4), 4) == b"PARE":
        raise ReadError(Cause.DENIED, "it is encrypted, and nothing here has its keys")
    file.stream.seek(0)
    with told("Parquet"):
        return pq.ParquetFile(
            file.stream,
            memory_map=False,
            pre_buffer=False,
            buffer_size=_BUFFER,
            thrift_string_size_limit=_STRINGS,
            thrift_container_size_limit=_CONTAINERS,
            page_checksum_verification=True,
            arrow_extensions_enabled=True,
        )


def _group(parquet: pa.parquet.ParquetFile, number: int, reached: int, begin: int) -> Iterator[Batch]:
    """Give the records of a row group that lie behind `begin`; `reached` records lie before the group."""
    group = parquet.metadata.row_group(number)
    width = max(1, group.total_byte_size // max(1, group.num_rows))
    rows = max(16, min(PAGE_ROWS, _PAGE_BYTES // width))
    weight = sum(group.column(one).total_compressed_size for one in range(group.num_columns)) / max(1, group.num_rows)
    end = reached + group.num_rows
    with told("Parquet"):
        for batch in parquet.iter_batches(rows, row_groups=[number], use_threads=False):
            skip = max(0, begin - reached)
            if skip < batch.num_rows:
                wanted = batch.slice(skip)
                mark = {"record": reached + batch.num_rows}
                size = int(weight * wanted.num_rows)
                yield from finish(pages(wanted, reached + skip + 1), mark, size, slots=_EMPTY)
            reached += batch.num_rows
    if reached != end:
        raise ReadError(Cause.CORRUPT, "it has fewer records than it says; what there is was read")
