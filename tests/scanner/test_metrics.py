"""Metrics as Prometheus reads them."""

import os
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from inventory.runs import Tally
from scanner.metrics import Board, Figures, MetricsError, serve, write
from tests.scanner.nights import utc


@pytest.fixture
def board():
    made = Board()
    made.names(['a "b"\\c\nd', "plain"])
    made.put("plain", Figures(next=utc("2026-01-10T02:00"), tally=Tally({"scanned": 3}, {("CVV", "low"): 2})))
    made.beat(utc("2026-01-10T00:00"), settings_good=True)
    return made


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_every_name_of_a_source_can_be_a_label(board):
    found = samples(board.text().decode())
    assert found["recense_scan_running", 'a "b"\\c\nd'] == 0
    assert found["recense_scan_next_time_seconds", "plain"] == utc("2026-01-10T02:00").timestamp()
    assert found["recense_assets", "plain", "scanned"] == 3
    assert found["recense_findings", "CVV", "low", "plain"] == 2
    assert found["recense_scan_runs_total", "complete", "plain"] == 0


def test_the_file_is_whole_readable_and_alone(board, tmp_path):
    path = tmp_path / "recense.prom"
    before = os.umask(0o077)
    try:
        write(board, path)
        write(board, path)
    finally:
        os.umask(before)
    assert path.read_bytes() == board.text()
    assert path.stat().st_mode & 0o777 == 0o644
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_cannot_be_written_is_named(board, tmp_path):
    with pytest.raises(MetricsError, match=r"none/recense\.prom: the metrics cannot be written"):
        write(board, tmp_path / "none/recense.prom")


def test_http_serves_the_same(board):
    port = serve(board, "127.0.0.1:0")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert samples(answer.read().decode()) == samples(board.text().decode())
    with pytest.raises(MetricsError, match="cannot be served here"):
        serve(board, f"127.0.0.1:{port}")


@pytest.mark.parametrize("address", ["9464", "localhost", "127.0.0.1:http", "127.0.0.1:99999", ":9464"])
def test_an_address_that_makes_no_sense_is_refused(board, address):
    with pytest.raises(MetricsError, match="address"):
        serve(board, address)


def test_figures_of_a_source_that_is_gone_are_dropped(board):
    board.names(["plain"])
    board.put("gone", Figures(running=True))
    assert {labels[1] for labels in samples(board.text().decode()) if labels[0] == "recense_scan_running"} == {"plain"}


def test_the_metrics_that_docs_name_are_those_that_there_are(board):
    text = (Path(__file__).parents[2] / "docs/using.md").read_text(encoding="utf-8")
    for family in board.collect():
        assert f"`{family.name}" in text
