"""What the plain detectors said of short texts, so that a value which comes back in the next batch is not read again.

Orders repeat their customers' addresses, and logs their browsers. It lasts as long as a process and is written nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from detectors.shape import Shape, ShapeDetector

TEXTS = 20_000
"""That are remembered, of all detectors together."""
CHARACTERS = 120
"""Of a text that is remembered."""


class Remembered:
    """Shapes by detector, header and text."""

    def __init__(self) -> None:
        self._known: dict[tuple[ShapeDetector, bool], dict[str, tuple[Shape, ...]]] = {}
        self._count = 0

    def of(self, detector: ShapeDetector, *, headed: bool) -> Callable[[str], Iterable[Shape]]:
        """Give what `shapes_under` is for a detector and a header, with a memory."""
        known = self._known.setdefault((detector, headed), {})

        def shapes(text: str) -> Iterable[Shape]:
            if len(text) > CHARACTERS:
                return detector.shapes_under(text, headed=headed)
            found = known.get(text)
            if found is None:
                found = tuple(detector.shapes_under(text, headed=headed))
                self._keep(known, text, found)
            return found

        return shapes

    def _keep(self, known: dict[str, tuple[Shape, ...]], text: str, found: tuple[Shape, ...]) -> None:
        if self._count >= TEXTS:
            for one in self._known.values():
                one.clear()
            self._count = 0
        known[text] = found
        self._count += 1
