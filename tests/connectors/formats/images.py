"""Images of text: drawn as a screen shows it, or as a scanner sees a page."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from fpdf import FPDF
from PIL import Image, ImageDraw, ImageFont

from connectors.formats import recognition

needs_ocr = pytest.mark.skipif(bool(recognition.missing()), reason="the extra ocr is not installed")

ENGLISH = """Order confirmation of 3 May 2026
Customer: Jane Miller
E-mail: jane.miller@example.com
Phone: +44 20 7946 0958
Card: 5555 5555 5555 4444
IBAN: GB82 WEST 1234 5698 7654 32
Thank you for your purchase."""
FRENCH = """Compte rendu du 12 mars 2026
Cliente : Hélène Lefèvre, née à Orléans
Courriel : helene.lefevre@example.org
Téléphone : 06 12 34 56 78
Carte : 4111 1111 1111 1111
IBAN : FR14 2004 1010 0505 0001 3M02 606
Adresse : 12 rue des Érables, 75011 Paris"""


def needs_french() -> None:
    """Skip a test that needs the data of French, or fail it where all of that kind has to be there."""
    _, languages = recognition.languages() or (None, ())
    if "fra" in languages:
        return
    said = "no data of French for OCR: apt-get install tesseract-ocr-fra tesseract-ocr-eng"
    if os.environ.get("RECENSE_REQUIRE_SERVERS") == "1":
        pytest.fail(said)
    pytest.skip(said)


def screen(text: str, size: int = 16, ink: str = "black", paper: str = "white") -> Image.Image:
    """Draw a text as a screen shows it; ASCII only, which is what Pillow's own letters have."""
    font = ImageFont.load_default(size)
    box = ImageDraw.Draw(Image.new("RGB", (1, 1))).multiline_textbbox((0, 0), text, font=font, spacing=size // 2)
    made = Image.new("RGB", (int(box[2]) + 40, int(box[3]) + 40), paper)
    ImageDraw.Draw(made).multiline_text((20, 20), text, font=font, fill=ink, spacing=size // 2)
    return made


def scan(text: str, dots: int = 300) -> Image.Image:
    """Draw a text on an A4 page as a scanner sees it, slightly askew."""
    made = FPDF()
    made.set_font("helvetica", size=12)
    made.add_page()
    made.multi_cell(0, 8, text)
    with pdfium.PdfDocument(bytes(made.output())) as document:
        page = document[0].render(scale=dots / 72, grayscale=True).to_pil().convert("L")
    return page.rotate(0.7, Image.Resampling.BICUBIC, fillcolor=255)


def pdf_of(path: Path, *pages: Image.Image) -> Path:
    """Write a PDF whose pages are images and nothing else."""
    made = FPDF()
    for page in pages:
        made.add_page()
        made.image(page, 0, 0, 210)
    made.output(str(path))
    return path


def saved(image: Image.Image, form: str, **how: object) -> bytes:
    made = BytesIO()
    image.save(made, form, **how)
    return made.getvalue()
