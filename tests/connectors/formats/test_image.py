"""Images: what they show is read, in every kind of file, within bounds, and nothing is said to be read that was not."""

from __future__ import annotations

import os
import zipfile

import pytest

from connectors.formats import recognition
from tests.connectors.formats.image_bombs import BOMBS
from tests.connectors.formats.images import ENGLISH, FRENCH, needs_french, needs_ocr, pdf_of, saved, scan, screen

pytest.importorskip("PIL")
from PIL import Image

from connectors.files import FileTree
from connectors.formats.image import Image as Format
from connectors.formats.interface import Opened
from connectors.formats.remote import Remote
from connectors.guest.host import Guest, bounds_of
from connectors.interface import Asset, SourceSpec, Unread
from tests.connectors.formats import direct
from tests.connectors.formats.opening import assert_resumes, batches, cells, lines, read, tree

DIGITS = ("5555555555554444", "442079460958", "GB82WEST12345698765432")
CHIFFRES = ("4111111111111111", "0612345678", "FR1420041010050500013M02606")


def text(path):
    """Give what an image says, without blanks."""
    found, error = read(path)
    assert error is None
    assert {field for field, _, _ in found} <= {"text"}
    return "".join(value for *_, value in found).replace(" ", "")


@needs_ocr
@pytest.mark.parametrize(
    ("name", "form", "how"),
    [
        ("a.png", "PNG", {}),
        ("a.jpg", "JPEG", {"quality": 85}),
        ("progressive.jpeg", "JPEG", {"progressive": True}),
        ("a.webp", "WEBP", {"lossless": True}),
        ("a.gif", "GIF", {}),
        ("a.bmp", "BMP", {}),
        ("a.tif", "TIFF", {"compression": "tiff_lzw"}),
        ("picture", "PNG", {}),
        ("lies.csv", "BMP", {}),
    ],
)
def test_what_a_screen_shows_is_read_in_every_kind_of_file(tmp_path, name, form, how):
    (tmp_path / name).write_bytes(saved(screen(ENGLISH), form, **how))
    (line,) = lines(tmp_path).values()
    assert isinstance(line, Asset)
    assert (line.detail["format"], line.locator) == ("image", "page")
    said = text(tmp_path / name)
    assert "jane.miller@example.com" in said
    assert all(one in said for one in DIGITS)


@needs_ocr
def test_a_french_scan_is_read_with_its_accents(tmp_path):
    needs_french()
    scan(FRENCH).save(tmp_path / "a.png")
    said = text(tmp_path / "a.png")
    for word in ("HélèneLefèvre", "helene.lefevre@example.org", "Téléphone", "Orléans", *CHIFFRES):
        assert word in said


@needs_ocr
@pytest.mark.parametrize("colours", [("white", "black"), ("navy", "lightgrey")])
def test_light_letters_and_coloured_paper_are_read(tmp_path, colours):
    screen(ENGLISH, 20, *colours).save(tmp_path / "a.png")
    assert "jane.miller@example.com" in text(tmp_path / "a.png")


@needs_ocr
@pytest.mark.parametrize("ink", ["black", "white"])
def test_letters_on_nothing_are_read(tmp_path, ink):
    mask = screen(ENGLISH, 20).convert("L").point(lambda value: 255 - value)
    made = Image.new("RGBA", mask.size, ink)
    made.putalpha(mask)
    made.save(tmp_path / "a.png")
    assert "jane.miller@example.com" in text(tmp_path / "a.png")


@needs_ocr
def test_a_photograph_that_lies_on_its_side_says_so_and_is_turned(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = screen(ENGLISH, 24).transpose(Image.Transpose.ROTATE_90)
    turned.save(tmp_path / "a.jpg", exif=exif, quality=90)
    assert "jane.miller@example.com" in text(tmp_path / "a.jpg")


@needs_ocr
def test_every_page_of_a_tiff_is_read_at_its_number(tmp_path):
    path = tmp_path / "fax.tif"
    pages = [scan(f"Fax {n}\nfax{n}@example.org", 200).convert("1") for n in (1, 2, 3)]
    pages[0].save(path, save_all=True, append_images=pages[1:], compression="group4")
    found, error = read(path)
    assert error is None
    assert [slots for _, slots, _ in found] == [(1,), (2,), (3,)]
    assert all(f"fax{n}@example.org" in found[n - 1][2] for n in (1, 2, 3))
    assert sum(batch.rows for batch in batches(path)) == 3
    assert sum(batch.size for batch in batches(path)) == path.stat().st_size
    with tree(path) as source:
        (asset,) = (line for line in source.assets() if isinstance(line, Asset))
        again = cells(list(source.fetch(asset, [(2,), (9,)])))
    assert [slots for _, slots, _ in again] == [(2,)]
    assert_resumes(path)


@needs_ocr
def test_pages_of_a_pdf_that_are_images_are_read_as_such(tmp_path):
    path = pdf_of(tmp_path / "scan.pdf", scan(ENGLISH, 200), scan("Second page\nsecond@example.org", 200))
    found, error = read(path)
    assert error is None
    assert [(field, slots) for field, slots, _ in found] == [("image", (1,)), ("image", (2,))]
    assert "jane.miller@example.com" in found[0][2]
    assert "second@example.org" in found[1][2]
    assert not [batch.cut for batch in batches(path) if batch.cut]


@needs_ocr
def test_pictures_in_a_document_are_files_of_it(tmp_path):
    docx = pytest.importorskip("docx")
    screen(ENGLISH).save(tmp_path / "shot.png")
    made = docx.Document()
    made.add_paragraph("see below")
    made.add_picture(str(tmp_path / "shot.png"))
    folder = tmp_path / "in"
    folder.mkdir()
    made.save(folder / "a.docx")
    with zipfile.ZipFile(folder / "b.zip", "w") as archive:
        archive.write(tmp_path / "shot.png", "shot.png")
    with tree(folder) as source:
        found = {line.name: line for line in source.assets()}
        asset = found["a.docx!word/media/image1.png"]
        said = cells(list(source.read(asset, next(iter(source.chunks(asset))))))
    assert "jane.miller@example.com" in said[0][2]
    assert "jane.miller@example.com" in cells(list(batches(folder / "b.zip")))[0][2]


@needs_ocr
def test_an_image_without_characters_is_read_and_says_nothing(tmp_path):
    Image.effect_mandelbrot((400, 300), (-2, -1.5, 1, 1.5), 30).save(tmp_path / "a.png")
    Image.new("RGB", (640, 480), "teal").save(tmp_path / "b.jpg")
    for name in ("a.png", "b.jpg"):
        found, error = read(tmp_path / name)
        assert (found, error) == ([], None)
        assert sum(batch.rows for batch in batches(tmp_path / name)) == 1


@needs_ocr
def test_icons_are_skipped_and_said_so(tmp_path):
    Image.new("RGB", (32, 32), "red").save(tmp_path / "icon.png")
    Image.new("RGB", (900, 2), "red").save(tmp_path / "line.gif")
    for line in lines(tmp_path).values():
        assert isinstance(line, Unread)
        assert line.cause.skipped
        assert "too few for words" in line.reason


@needs_ocr
def test_a_scan_of_600_dots_and_a_large_photograph_are_made_smaller(tmp_path):
    scan(ENGLISH, 600).convert("1").save(tmp_path / "a.tif", compression="group4")
    big = scan(ENGLISH, 600).convert("RGB").resize((8000, 11300))
    big.save(tmp_path / "b.jpg", quality=60)
    for name in ("a.tif", "b.jpg"):
        assert "jane.miller@example.com" in text(tmp_path / name)


@needs_ocr
@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_an_image_that_lies_elsewhere_is_read(form):
    data = saved(screen(ENGLISH), form)
    stream = Remote(lambda offset, length: data[offset : offset + length], len(data))
    found = Format().read(Opened(stream, "a", len(data)), Asset("", "image", "", Format.locator), Format.WHOLE, None)
    assert "jane.miller@example.com" in cells(list(found))[0][2]


@needs_ocr
@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_by_their_heads(tmp_path, name):
    (tmp_path / name).write_bytes(BOMBS[name])
    (line,) = lines(tmp_path).values()
    if isinstance(line, Asset):
        found, error = read(tmp_path / name)
        assert found == []
        assert error is not None
        assert not error.cause.skipped
        reason = error.reason
    else:
        reason = line.reason
        assert not line.cause.skipped
    assert "report" not in reason
    assert "broke down" not in reason


@needs_ocr
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_of_a_truncated_image_the_rest_is_read_and_said(tmp_path, form):
    whole = saved(screen(ENGLISH + "\n" * 20 + "end"), form)
    path = tmp_path / "a"
    path.write_bytes(whole[: len(whole) * 9 // 10])
    (line,) = lines(tmp_path).values()
    error = read(path)[1] if isinstance(line, Asset) else line
    assert error is not None
    assert error.cause == "corrupt"
    assert "damaged" in error.reason
    if form in ("PNG", "JPEG", "BMP"):
        assert "jane.miller" in "".join(value for *_, value in read(path)[0])


@needs_ocr
def test_random_bytes_are_no_image_whatever_their_name_and_head(tmp_path):
    (tmp_path / "a.png").write_bytes(os.urandom(5000))
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(5000))
    found = lines(tmp_path)
    assert (found["a.png"].kind, found["a.png"].cause) == ("binary data", "format")
    assert (found["b.png"].kind, found["b.png"].cause) == ("PNG image", "corrupt")


@needs_ocr
def test_what_was_recognised_when_time_was_up_is_told_as_a_part(tmp_path, monkeypatch):
    page = scan("\n".join([ENGLISH] * 4))
    page.save(tmp_path / "a.png")
    pdf_of(tmp_path / "a.pdf", page)
    monkeypatch.setitem(recognition._allowed, "seconds", 0.01)
    for name in ("a.png", "a.pdf"):
        (found,) = {batch.cut for batch in direct.batches(tmp_path / name)}
        assert found is not None
        assert "took too long to recognise; what was recognised until then was read" in found


@needs_ocr
@pytest.mark.parametrize(
    ("mode", "size"), [("L", (14_000, 14_000)), ("RGBA", (7_000, 7_000)), ("P", (6_000, 6_000)), ("1", (9_900, 9_900))]
)
def test_large_images_stay_within_the_memory_of_a_guest(tmp_path, mode, size):
    made = Image.new("L", size, 255)
    made.paste(screen("large@example.org", 400).convert("L"), (0, 0))
    made.convert(mode).save(tmp_path / "a.png", compress_level=1)
    assert "large@example.org" in text(tmp_path / "a.png")


def without_ocr(path, bounds=(("ocr", 0.0),)):
    guest = Guest(bounds_of(bounds))
    try:
        with FileTree(SourceSpec("files", path.as_uri(), bounds=bounds), guest) as source:
            return list(source.assets())
    finally:
        guest.close()


def test_switched_off_images_are_skipped_and_it_is_said_how_to_switch_on(tmp_path):
    screen("x@example.org").save(tmp_path / "a.png")
    (line,) = without_ocr(tmp_path)
    assert isinstance(line, Unread)
    assert (line.cause, line.kind) == ("format", "PNG image")
    assert "[files] ocr" in line.reason


def test_without_the_extra_it_is_said_how_to_install_it(monkeypatch):
    monkeypatch.setattr(recognition, "find_spec", lambda _: None)
    recognition._missing.cache_clear()
    try:
        assert "pip install 'recense[ocr]'" in recognition.missing()
    finally:
        monkeypatch.undo()
        recognition._missing.cache_clear()


def test_without_a_language_it_is_said_how_to_get_one(monkeypatch, tmp_path):
    monkeypatch.setattr(recognition, "find_spec", lambda _: True)
    monkeypatch.setattr(recognition, "FOLDERS", (tmp_path,))
    for one in (recognition._missing, recognition.languages):
        one.cache_clear()
    try:
        assert "tesseract-ocr-fra" in recognition.missing()
        (tmp_path / "fra.traineddata").touch()
        recognition.languages.cache_clear()
        assert recognition.languages() == (tmp_path, ("fra",))
    finally:
        monkeypatch.undo()
        for one in (recognition._missing, recognition.languages):
            one.cache_clear()


@pytest.mark.parametrize(
    ("seen", "meant"),
    [
        ("a.b @example.org", "a.b@example.org"),
        ("a.b@ example.org", "a.b@example.org"),
        ("a.b @ mail.example.org, c", "a.b@mail.example.org, c"),
        ("meet @ noon. then", "meet @ noon. then"),
        ("a\n@example.org", "a\n@example.org"),
    ],
)
def test_a_blank_beside_the_sign_of_an_address_is_taken_out(seen, meant):
    assert recognition._BLANK_AT.sub("@", seen) == meant
