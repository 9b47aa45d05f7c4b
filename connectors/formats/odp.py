"""OpenDocument presentations: the texts of each slide with its notes."""

from __future__ import annotations

from connectors.formats.odt import Odt
from connectors.interface import LocatorKind


class Odp(Odt):
    """The texts of an OpenDocument presentation.

    Fields are those of an OpenDocument text, and `notes`. Slides are counted from 1, hidden ones too; what belongs to
    no slide is at 1.
    """

    kind = "odp"
    locator = LocatorKind.SLIDE
    slides = True
