"""Arrow's own files: the file format (Feather) with its index, and the stream format without."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.ipc

from connectors.errors import ReadError
from connectors.formats.arrow_errors import told
from connectors.formats.arrow_sniff import FILE
from connectors.formats.columnar import PAGE_ROWS, pages
from connectors.formats.interface import Format, Opened
from connectors.interface import Asset, Batch, Cause, Chunk, LocatorKind, Mark, Unread
from connectors.json_fields import finish

_EMPTY = (pa.array([], pa.int64()),)


class Arrow(Format):
    """The records of an Arrow file or stream, batch by batch.

    A mark is the number of batches before it, the records in them, and the record within the next one.
    """

    kind = "arrow"
    locator = LocatorKind.RECORD
    jumps = True

    def assets(self, file: Opened) -> Iterator[Asset | Unread]:
        yield Asset("", self.kind, "", self.locator, size=file.size)

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset a file, one chunk
        number, before, begin = (int(after[one]) for one in ("batch", "before", "record")) if after else (0, 0, 0)
        with told("Arrow"):
            place = file.stream.seek(0)
            for batch in _batches(file, number):
                batch.validate(full=True)
                size, place = max(0, file.stream.tell() - place), file.stream.tell()
                for start in range(begin, batch.num_rows, PAGE_ROWS):
                    some = batch.slice(start, PAGE_ROWS)
                    mark = {"batch": number, "before": before, "record": start + some.num_rows}
                    yield from finish(pages(some, before + start + 1), mark, size, slots=_EMPTY)
                    size = 0
                number, before, begin = number + 1, before + batch.num_rows, 0


class ArrowStream(Arrow):
    """The same without an index: reading on goes through the batches from the first."""

    kind = "arrow stream"


def _reader(file: Opened) -> pa.ipc.RecordBatchFileReader | pa.ipc.RecordBatchStreamReader:
    file.stream.seek(0)
    options = pa.ipc.IpcReadOptions(use_threads=False)
    if file.head.startswith(FILE):
        return pa.ipc.open_file(file.stream, options=options)
    return pa.ipc.open_stream(file.stream, options=options)


def _batches(file: Opened, skip: int) -> Iterator[pa.RecordBatch]:
    """Give the batches behind the first `skip`; a file whose index is gone is read as the stream that it holds.

    Raises:
        ReadError: CORRUPT, a file without its index, once all that is there was read.
    """
    try:
        reader = _reader(file)
    except (pa.ArrowException, OSError):
        if not file.head.startswith(FILE):
            raise
    else:
        if isinstance(reader, pa.ipc.RecordBatchFileReader):
            yield from (reader.get_batch(number) for number in range(skip, reader.num_record_batches))
            return
        yield from _skipped(reader, skip)
        return
    file.stream.seek(len(FILE))
    yield from _skipped(pa.ipc.open_stream(file.stream, options=pa.ipc.IpcReadOptions(use_threads=False)), skip)
    raise ReadError(Cause.CORRUPT, "its end is missing; what was there was read")


def _skipped(reader: pa.ipc.RecordBatchStreamReader, skip: int) -> Iterator[pa.RecordBatch]:
    for number, batch in enumerate(reader):
        if number >= skip:
            yield batch
