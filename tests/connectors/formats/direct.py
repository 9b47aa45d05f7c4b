"""Reading a file in this very process rather than in a guest, so that a test may change how large a block is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from connectors.formats.interface import Opened
from connectors.formats.registry import reader, recognise
from connectors.interface import Asset, Batch, Mark
from tests.connectors.formats.opening import cells


def batches(path: Path, after: Mark | None = None) -> Iterator[Batch]:
    """Read the only asset of a file."""
    with io.FileIO(path) as stream:
        file = Opened(stream, path.name, path.stat().st_size)
        form = reader(recognise(file).format or "")
        (asset,) = (one for one in form.assets(file) if isinstance(one, Asset))
        for chunk in form.chunks(asset):
            yield from form.read(file, asset, chunk, after)


def assert_resumes(path: Path) -> None:
    """Reading on behind every mark gives what came after it; there are several marks."""
    whole = list(batches(path))
    marked = [place for place, batch in enumerate(whole) if batch.mark is not None]
    assert len(marked) > 1
    assert marked[-1] == len(whole) - 1
    for place in marked:
        assert cells(batches(path, whole[place].mark)) == cells(whole[place + 1 :])
