"""Files of images by Pillow: their pages as grey pixels, within bounds, in the size that Tesseract reads best."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Self

from PIL import ExifTags, Image, ImageFile, ImageStat, UnidentifiedImageError

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.formats.limits import Limits, Meter
from connectors.formats.recognition import MOST_PIXELS, Grey
from connectors.formats.stream import spooled
from connectors.interface import Cause

KINDS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP")
"""Those of Pillow's readers that are used."""
MOST_BYTES = 192 << 20
"""That an image may take in memory once it is decoded, before it is made grey and smaller."""
SMALLEST = (60, 10)
"""Pixels in width and height below which no word can be read: icons, dots, lines, counters."""
_COPIED = 128 << 20
"""Bytes that a file may have that is no descriptor here: TIFF is read by jumping about."""
_WIDTHS = {"1": 2, "L": 1, "I;16": 3, "I;16B": 3, "RGB": 4, "RGBA": 4, "P": 5}
"""Bytes that a pixel takes in memory by mode, with what is made of it before it is smaller; all others have eight."""
_ENOUGH = 9_000_000
"""Pixels up to which a small image is enlarged."""
_TIMES = 3
"""At most; letters of screens are ten pixels high, and Tesseract was taught with thirty."""
_DARK = 128
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes an image upright, by the orientation that EXIF tells."""
_DAMAGED = "the image is damaged: it cannot be opened"
_ERRORS = (SyntaxError, ValueError, TypeError, LookupError, EOFError, ArithmeticError, AttributeError, struct.error)
"""What Pillow's readers, in Python, end with on files that are damaged, beside `OSError`."""

Image.MAX_IMAGE_PIXELS = MOST_BYTES


class Pictures:
    """The images in one file; a context manager."""

    def __init__(self, file: Opened) -> None:
        """Open a file, and read its head.

        Raises:
            ReadError: CORRUPT, it is damaged; OTHER, its first image is too large.
        """
        self._copy: io.FileIO | None = None
        stream = file.stream
        if not isinstance(stream, io.FileIO):
            self._copy, late = spooled(stream, Meter(Limits(spooled=_COPIED), file.size))
            if late is not None:
                self.close()
                raise late
            stream = self._copy
        self._buffered = io.BufferedReader(stream)
        self._buffered.seek(0)
        try:
            with _damage():
                self._image: Image.Image = self._open()
            self.size: tuple[int, int] = self._image.size
            """Width and height of the first image in pixels, as its head says."""
            self._bound()
        except ReadError:
            self.close()
            raise

    def _open(self) -> Image.Image:
        image = Image.open(self._buffered, formats=KINDS)
        self.several = image.format == "TIFF"
        return image

    def _bound(self) -> None:
        """Refuse what would take too much, by its head.

        Raises:
            ReadError: OTHER.
        """
        image = self._image
        if image.format == "JPEG":
            # Grey costs a byte a pixel, and a fraction of a large photograph is decoded right away.
            image.draft("L", (max(1, image.width // _shrinking(image)), max(1, image.height // _shrinking(image))))
        if image.width * image.height * _WIDTHS.get(image.mode, 8) > MOST_BYTES:
            most = f"{MOST_BYTES >> 20} MB"
            reason = f"an image of {self.size[0]:,} by {self.size[1]:,} pixels takes more than {most}; it was not read"
            raise ReadError(Cause.OTHER, reason)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file, which stays its owner's."""
        if hasattr(self, "_buffered"):
            with suppress(ValueError):
                self._buffered.detach()
        if self._copy is not None:
            self._copy.close()

    def turn_to(self, number: int) -> bool:
        """Go to a page, from 1; says whether there is one.

        Raises:
            ReadError: CORRUPT, where it should be is no page.
        """
        if number == 1:
            return True
        if not self.several:
            return False
        with _damage():
            try:
                self._image.seek(number - 1)
            except EOFError:
                return False
        return True

    def grey(self) -> tuple[Grey | None, bool]:
        """Give the image of this page, and whether it is whole: of one that is cut off, what is there.

        None stands for an image of one colour.

        Raises:
            ReadError: CORRUPT, it is damaged; OTHER, it is too large.
        """
        self._bound()
        whole = self._decode()
        with _damage():
            flat = _flat(self._image)
            self._image.thumbnail((1, 1), Image.Resampling.NEAREST)  # recognition needs the memory
            low, high = flat.getextrema()
            return (None if low == high else _fitting(flat)), whole

    def _decode(self) -> bool:
        try:
            with _damage():
                self._image.load()
        except ReadError:
            if self.several:
                raise
        else:
            return True
        self._buffered.seek(0)
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        try:
            with _damage():
                self._image = self._open()
                self._bound()
                self._image.load()
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = False
        return False


@contextmanager
def _damage() -> Iterator[None]:
    """Put what Pillow says of a damaged file into words; what the disk says passes."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Image.DecompressionBombError:
        most = f"{MOST_BYTES >> 20} MB"
        raise ReadError(Cause.OTHER, f"the image takes more than {most} of memory; it was not read") from None
    except UnidentifiedImageError:
        raise ReadError(Cause.CORRUPT, _DAMAGED) from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise ReadError(Cause.CORRUPT, _DAMAGED) from None
    except _ERRORS:
        raise ReadError(Cause.CORRUPT, _DAMAGED) from None


def _shrinking(image: Image.Image) -> int:
    """Give the factor by which a large image is made smaller, 1 for none."""
    factor = 1
    while (image.width // factor) * (image.height // factor) > MOST_PIXELS:
        factor += 1
    return factor


def _flat(image: Image.Image) -> Image.Image:
    """Make an image grey, upright and not too large, on paper where it has none."""
    turn, factor = _orientation(image), _shrinking(image)
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        image = image if image.mode == "RGBA" else image.convert("RGBA")
        # Apart, since Pillow makes a copy of all four channels when it makes them smaller together.
        ink, seen = _reduced(image.convert("L"), factor), _reduced(image.getchannel("A"), factor)
        light = seen.getbbox() is not None and ImageStat.Stat(ink, mask=seen).mean[0] > _DARK
        grey = Image.new("L", ink.size, 0 if light else 255)
        grey.paste(ink, mask=seen)
    elif image.mode in ("I", "F"):
        low, high = image.getextrema()
        scale = 255 / (high - low) if high > low else 0  # type: ignore[operator]
        image = _reduced(image, factor).convert("F")
        grey = image.point(lambda value: value * scale - low * scale).convert("L")  # type: ignore[operator]
    elif image.mode == "L" and factor > 1:
        grey = image.reduce(factor)  # without the copy that `convert` makes of what is grey already
    else:
        grey = _reduced(image.convert("L"), factor)
    return grey.transpose(_TURNS[turn]) if turn in _TURNS else grey


def _orientation(image: Image.Image) -> int:
    with suppress(Exception):  # one that cannot be read is none
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def _reduced(image: Image.Image, factor: int) -> Image.Image:
    return image.reduce(factor) if factor > 1 else image


def _fitting(image: Image.Image) -> Grey:
    """Make a small image larger."""
    times = min(_TIMES, int((_ENOUGH / (image.width * image.height)) ** 0.5))
    if times > 1:
        image = image.resize((image.width * times, image.height * times), Image.Resampling.BICUBIC)
    return Grey(image.tobytes(), image.width, image.height, image.width)
