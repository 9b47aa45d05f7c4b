"""Opening a file as a format sees it, and putting what comes out into plain lists."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from connectors.errors import ReadError
from connectors.files import FileTree
from connectors.guest.host import Guest
from connectors.interface import Asset, Batch, Mark, SourceSpec, Unread

Cell = tuple[str, tuple[Any, ...], str | None]
"""Field, locator slots, value."""


GUEST = Guest()
"""For all tests of a run, since starting one takes a third of a second."""


def tree(path: Path) -> FileTree:
    return FileTree(SourceSpec("files", path.as_uri()), GUEST)


def lines(path: Path) -> dict[str, Asset | Unread]:
    """List what a tree holds, by name; no name may come twice."""
    with tree(path) as source:
        found = list(source.assets())
    names = [line.name for line in found]
    assert len(names) == len(set(names))
    return dict(zip(names, found, strict=True))


def batches(path: Path, after: Mark | None = None) -> Iterator[Batch]:
    """Read the only asset of a file."""
    with tree(path) as source:
        (asset,) = (line for line in source.assets() if isinstance(line, Asset))
        if asset.pack:
            yield from (told for told in source.contents(asset) if isinstance(told, Batch))
            return
        for chunk in source.chunks(pickle.loads(pickle.dumps(asset))):
            yield from source.read(asset, chunk, after)


def cells(found: Iterator[Batch] | list[Batch]) -> list[Cell]:
    """Give every cell with its field and address, NULLs left out."""
    result: list[Cell] = []
    for batch in found:
        batch.columns.validate(full=True)
        assert all(len(slot) == batch.columns.num_rows for slot in batch.locators.slots)
        for name, column in zip(batch.columns.schema.names, batch.columns.columns, strict=True):
            values = enumerate(column.to_pylist())
            result += [(name, batch.locators.at(row), value) for row, value in values if value is not None]
    return result


def read(path: Path) -> tuple[list[Cell], ReadError | None]:
    """Read the only asset of a file as far as it goes."""
    found: list[Batch] = []
    error = None
    try:
        for batch in batches(path):
            found.append(batch)  # noqa: PERF402 what came before an error counts
    except ReadError as broken:
        error = broken
    return cells(found), error


def assert_resumes(path: Path) -> None:
    """Reading on behind every mark gives what came after it."""
    whole = list(batches(path))
    marked = [place for place, batch in enumerate(whole) if batch.mark is not None]
    assert whole
    assert marked[-1] == len(whole) - 1
    for place in marked:
        mark = pickle.loads(pickle.dumps(whole[place].mark))
        assert cells(batches(path, mark)) == cells(whole[place + 1 :])
