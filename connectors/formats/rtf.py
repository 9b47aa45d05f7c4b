"""Rich Text Format: the paragraphs of a document, its notes, headers and properties."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.formats.interface import Format, Opened
from connectors.formats.pages import Progress, paged
from connectors.formats.rtf_reader import RtfReader
from connectors.interface import Asset, Batch, Chunk, LocatorKind, Mark


class Rtf(Format):
    """The texts of an RTF document, hidden and deleted ones too.

    Fields: `text` (the body, cells of tables and text boxes), `header`, `footer`, `footnote`, `comment`,
    `comment.author`, `link` (what a field such as a hyperlink holds), `form`, `shape` (a description), and
    `properties.author` and its like.

    Paragraphs are counted as they end in the body, from 1, empty ones and those in cells too. A note, a link or a text
    box has the number of the paragraph that it hangs on; headers and footers are counted by themselves; properties
    are at 1. Pictures and embedded objects are passed over.
    """

    kind = "rtf"
    locator = LocatorKind.PARAGRAPH

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 one asset a file, one chunk
        file.stream.seek(0)
        progress = Progress()
        yield from paged(file, RtfReader(file, progress).records(), progress, after)
