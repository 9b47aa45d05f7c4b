"""PowerPoint presentations: the slide that each text stands on."""

from __future__ import annotations

import pytest
from pptx import Presentation

from tests.connectors.formats.documents import found
from tests.connectors.formats.opening import assert_resumes, batches


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    """Three slides, the last of which was moved to the front."""
    made = Presentation()
    made.core_properties.author = "author@example.org"
    for name in ("one", "two", "three"):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = f"Slide {name}"
        slide.placeholders[1].text = f"{name}@example.org\nsecond line"
        slide.notes_slide.notes_text_frame.text = f"note-{name}@example.org"
    table = slide.shapes.add_table(1, 1, 0, 0, 99, 99).table
    table.cell(0, 0).text = "cell@example.org"
    run = slide.shapes.add_textbox(0, 0, 9, 9).text_frame.paragraphs[0].add_run()
    run.text, run.hyperlink.address = "click", "mailto:link@example.org"
    order = made.slides._sldIdLst
    order.insert(0, order[2])
    path = tmp_path_factory.mktemp("pptx") / "talk.pptx"
    made.save(path)
    return path


@pytest.mark.parametrize(
    "expected",
    [
        ("text", 1, "three@example.org"),
        ("text", 1, "cell@example.org"),
        ("link", 1, "mailto:link@example.org"),
        ("notes", 1, "note-three@example.org"),
        ("text", 2, "one@example.org"),
        ("text", 2, "second line"),
        ("text", 3, "two@example.org"),
        ("notes", 3, "note-two@example.org"),
        ("properties.creator", 1, "author@example.org"),
    ],
)
def test_slides_are_counted_in_the_order_that_they_are_shown(talk, expected):
    assert expected in found(talk)


def test_every_slide_is_a_row_and_reading_resumes(talk):
    assert sum(batch.rows for batch in batches(talk)) == 3
    assert_resumes(talk)
