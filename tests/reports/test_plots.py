"""Plots are well-formed SVG, whatever they are given."""

from xml.etree import ElementTree as ET

import pytest

from reports.plots import WIDTH, Bar, Square, bars, divided, heat
from tests.reports.stand_in import HOSTILE

SVG = "{http://www.w3.org/2000/svg}"


def boxes(svg):
    return list(ET.fromstring(svg).iter(f"{SVG}rect"))


def test_bars_grow_with_their_values_and_stay_inside():
    widths = [float(one.get("width")) for one in boxes(bars([Bar("a", 10, "10"), Bar("b", 10**9, "1 G")], "t"))]
    assert 0 < widths[0] < widths[1] < WIDTH


def test_a_single_bar_of_nothing_can_be_drawn():
    assert len(boxes(bars([Bar("a", 0, "0")], "t"))) == 1


def test_hostile_labels_are_text():
    rows = [(name, [Square(at, name)]) for at, name in enumerate(HOSTILE)]
    for svg in (bars([Bar(name, 1, name) for name in HOSTILE], HOSTILE[1]), heat(rows, HOSTILE[:1], HOSTILE[1])):
        root = ET.fromstring(svg)
        assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {"svg", "title", "text", "rect", "line"}
        assert root.find(f"{SVG}title").text == "<script>alert(1)</script>.json"


@pytest.mark.parametrize("values", [[0], [1], [5, 5], [1, 10**9], []])
def test_a_heat_map_bears_any_values(values):
    svg = heat([("row", [Square(one, str(one)) for one in values])], ["kind"] * len(values), "t")
    assert len(boxes(svg)) == len(values)


def test_a_heat_map_is_darker_where_there_is_more():
    classes = [one.get("class") for one in boxes(heat([("row", [Square(10, ""), Square(9000, "")])], ["a", "b"], "t"))]
    assert classes[0] < classes[1] == "heat4"


def test_many_kinds_leave_the_numbers_out_before_they_run_into_each_other():
    svg = heat([("row", [Square(1000, "1.0 k")] * 20)], [f"kind {at}" for at in range(20)], "t")
    assert "1.0 k" not in svg


def test_a_divided_bar_fills_its_width():
    parts = [("scanned", 3, "Read: 3"), ("failed", 1, "Not read: 1"), ("other", 1, "x" * 200)]
    widths = [float(one.get("width")) for one in boxes(divided(parts, "t")) if one.get("height") == "22"]
    assert sum(widths) == pytest.approx(WIDTH, abs=5)
