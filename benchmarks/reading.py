"""The way of files into a worker: walk, guest, batches; nothing is looked for in them.

`python -m benchmarks.reading PATH` reads once, as a program whose memory can be watched: it loads what a worker's
connector loads, and nothing of the libraries that are compared with.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from connectors.files import FileTree
from connectors.guest.host import Guest
from connectors.interface import Asset, Batch, Cause, Ended, Source, SourceSpec, Unread
from scanner.heap import keep_heap


def tree(path: Path, guest: Guest | None = None) -> FileTree:
    """Give a file or folder as a source; `guest` stays the caller's."""
    return FileTree(SourceSpec("bench", path.as_uri()), guest)


def read(source: Source, unread: list[str] | None = None) -> int:
    """Read all that a source has; gives its records, and adds to `unread` why something was not read."""
    records = 0
    for told in _told(source):
        if isinstance(told, Batch):
            records += told.rows
        elif isinstance(told, Unread | Ended) and told.reason and told.cause is not Cause.SYSTEM and unread is not None:
            unread.append(told.reason)
    return records


def _told(source: Source) -> Iterator[object]:
    for asset in source.assets():
        if not isinstance(asset, Asset):
            yield asset
        elif asset.pack:
            yield from source.contents(asset)
        else:
            for chunk in source.chunks(asset):
                yield from source.read(asset, chunk)


if __name__ == "__main__":
    keep_heap()
    with tree(Path(sys.argv[1])) as opened:
        print(read(opened))
