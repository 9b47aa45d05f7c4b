"""Recognition of characters (OCR) by Tesseract: whether it is there, and what one image says.

Of Tesseract's own packages only the engine is used: images reach it as grey pixels. The readers of image files that
come with it are years old.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from connectors.errors import ReadError
from connectors.interface import Cause

SECONDS = 30
"""That one image or page may take, unless told otherwise."""
LANGUAGES = ("fra", "eng")
"""Whose data is used where it is installed, in the order in which Tesseract asks them."""
MOST_PIXELS = 16_000_000
"""Of an image that is handed over; an A4 page has 8.7 million at 300 dots an inch."""
FOLDERS = (
    Path(sys.prefix, "share/tessdata"),
    Path("/usr/share/tesseract-ocr/5/tessdata"),
    Path("/usr/share/tesseract-ocr/4.00/tessdata"),
    Path("/usr/share/tessdata"),
)
"""Where packages put data of languages: those from PyPI, Debian's, and those of other distributions. A guest can read
them, and environment variables do not count."""
MISSING = "its characters were not recognised: OCR is not installed; pip install 'recense[ocr]'"
NO_DATA = (
    "its characters were not recognised: OCR has no data of a language; pip install 'recense[ocr]', or apt install "
    "tesseract-ocr-fra tesseract-ocr-eng"
)
SWITCHED_OFF = "its characters were not recognised: [files] ocr = false"
_BROKEN = "recognition of characters (OCR) cannot be started; install it anew, or write ocr = false under [files]"
_PACKAGES = {"tesserocr": "tesserocr", "PIL": "pillow"}
"""What it takes: the module, and the package that brings it."""
_DOTS = 300
_BLANK_AT = re.compile(r"(?<=[A-Za-z0-9_+.-]) ?@ ?(?=[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}\b)")
"""Blanks beside the sign of an e-mail address. The sign is so wide that Tesseract sees one before it in every third
scan; a text that has one there itself is rarer than that."""

_allowed: dict[str, float] = {"seconds": SECONDS}


def settle(seconds: int) -> None:
    """Say what an image may take from now on, in this process.

    Args:
        seconds: 0 for no recognition at all.
    """
    _allowed["seconds"] = seconds


def missing() -> str:
    """Say why nothing is recognised in this process; empty where it is."""
    return SWITCHED_OFF if not _allowed["seconds"] else _missing()


@cache
def _missing() -> str:
    if any(find_spec(module) is None for module in _PACKAGES):
        return MISSING
    return "" if languages() is not None else NO_DATA


@cache
def languages() -> tuple[Path, tuple[str, ...]] | None:
    """Give a folder and the languages in it: the one with most of `LANGUAGES`, since Tesseract reads one only.

    None where no folder has any.
    """
    found = [
        (folder, tuple(one for one in LANGUAGES if (folder / f"{one}.traineddata").is_file())) for folder in FOLDERS
    ]
    folder, there = max(found, key=lambda one: (len(one[1]), one[1][:1] == LANGUAGES[:1]))
    return (folder, there) if there else None


def _file(folder: Path, language: str) -> Path:
    return folder / f"{language}.traineddata"


@cache
def installed() -> str:
    """Give what recognises, in short; changes whenever another text could come out. Empty where nothing does."""
    if _missing():
        return ""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 guests never ask

    _, there = languages() or (None, ())
    try:
        versions = [version(package) for package in _PACKAGES.values()]
    except PackageNotFoundError:
        versions = []
    return "-".join([*versions, "+".join(there)])


@dataclass(frozen=True, repr=False)
class Grey:
    """An image as Tesseract takes it."""

    pixels: bytes
    """A byte each, 0 for black; line by line from the top."""
    width: int
    height: int
    stride: int
    """Bytes from one line to the next."""


@dataclass(frozen=True, repr=False)
class Recognised:
    """What an image says."""

    text: str
    """With line ends; empty where there are no characters."""
    whole: bool
    """Whether it was gone through to its end in the time that it had."""


def text_of(image: Grey) -> Recognised:
    """Recognise the characters of an image.

    Raises:
        ReadError: OTHER, recognition cannot be started.
    """
    engine = _engine()
    try:
        engine.SetImageBytes(image.pixels, image.width, image.height, 1, image.stride)
        engine.SetSourceResolution(_DOTS)
        whole = bool(engine.Recognize(int(_allowed["seconds"] * 1000)))
        text = engine.GetUTF8Text() if whole else _so_far(engine)
    except RuntimeError:  # an image that its layout cannot be found of
        return Recognised("", whole=False)
    finally:
        engine.Clear()
    return Recognised(_BLANK_AT.sub("@", text.strip()), whole)


def _so_far(engine: Any) -> str:
    """Give the lines that were recognised when time was up; to ask for all text would begin anew, without a clock."""
    import tesserocr  # noqa: PLC0415 as below

    lines, words = [], []
    place = engine.GetIterator()
    for one in tesserocr.iterate_level(place, tesserocr.RIL.WORD) if place else ():
        words.append(one.GetUTF8Text(tesserocr.RIL.WORD).strip())
        if one.IsAtFinalElement(tesserocr.RIL.TEXTLINE, tesserocr.RIL.WORD):
            lines.append(" ".join(filter(None, words)))
            words = []
    return "\n".join(filter(None, [*lines, " ".join(words)]))


@cache
def _engine() -> Any:
    """Start Tesseract: 0.3 s, once a process, when the first image comes.

    Raises:
        ReadError: OTHER, it does not start.
    """
    there = languages()
    try:
        import tesserocr  # noqa: PLC0415 for who has images only

        if there is not None:
            return tesserocr.PyTessBaseAPI(path=f"{there[0]}/", lang="+".join(there[1]), psm=tesserocr.PSM.AUTO)
    except (ImportError, OSError, RuntimeError):
        pass
    raise ReadError(Cause.OTHER, _BROKEN)
