"""HTML and templates of it: lines as a person sees them, with attributes and comments behind."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from connectors.formats.markup import shown
from connectors.formats.text import Integers, Text
from connectors.interface import Batch


class Html(Text):
    """The lines of a page, in one field `text`: see `markup.shown`. What scripts and styles hold is text as well.

    Lines and marks are those of `Text`. Text that tags spread over several lines is read line by line.
    """

    kind = "html"

    def told(self, lines: pa.Array, numbers: Integers) -> Iterator[Batch]:
        yield from super().told(shown(lines), numbers)
