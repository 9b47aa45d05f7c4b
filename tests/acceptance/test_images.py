"""What images show is found by page, and once recognition is switched on also in files that did not change."""

from __future__ import annotations

import pytest

from tests.connectors.formats.images import ENGLISH, FRENCH, needs_french, needs_ocr, pdf_of, scan, screen

PLANTED = {
    "jane.miller@example.com": ("order.pdf", 2),
    "+442079460958": ("order.pdf", 2),
    "5555 5555 5555 4444": ("order.pdf", 2),
    "GB82WEST12345698765432": ("order.pdf", 2),
    "helene.lefevre@example.org": ("note.jpg", 1),
    "+33612345678": ("note.jpg", 1),
    "4111 1111 1111 1111": ("note.jpg", 1),
    "FR1420041010050500013M02606": ("note.jpg", 1),
    "zoe@example.org": ("docs.tif", 2),
}


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "tree"
    folder.mkdir()
    pdf_of(folder / "order.pdf", scan("Order", 150), scan(ENGLISH))
    scan(FRENCH).save(folder / "note.jpg", quality=80)
    first, second = scan("Nothing here", 200), scan("Zoe\nzoe@example.org", 200)
    first.save(folder / "docs.tif", save_all=True, append_images=[second], compression="tiff_lzw")
    screen("a").resize((16, 16)).save(folder / "icon.png")
    (folder / "empty.png").write_bytes(b"")
    return folder


@needs_ocr
def test_what_is_planted_in_images_is_located_once_recognition_is_on(tree, program):
    needs_french()
    settings = program.folder / "recense.toml"
    settings.write_text("[files]\nocr = false\n")
    program.ask("scan", str(tree), expect=(3,))
    lines = {line["asset"]: line for line in program.ask("coverage")}
    assert {lines[name]["status"] for name in ("note.jpg", "docs.tif")} == {"skipped"}
    assert lines["order.pdf"]["status"] == "truncated"
    assert all("[files] ocr = false" in lines[name]["reason"] for name in ("note.jpg", "docs.tif", "order.pdf"))
    settings.unlink()
    program.ask("scan", str(tree), expect=(0,))
    for value, (asset, page) in PLANTED.items():
        records = program.ask("locate", value)["records"]
        assert [(one["asset"], one["locator"]) for one in records] == [(asset, {"page": page})], value
    lines = {line["asset"]: line for line in program.ask("coverage")}
    assert {name: line["status"] for name, line in lines.items()} == {
        "order.pdf": "scanned",
        "note.jpg": "scanned",
        "docs.tif": "scanned",
        "icon.png": "skipped",
        "empty.png": "skipped",
    }
    assert program.ask("scan", str(tree), expect=(0,))["assets"]["scanned"] == 0
