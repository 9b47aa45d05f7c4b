"""The progress of a scan on a terminal, and silence anywhere else."""

import io

from console.progress import Display
from scanner.progress import Progress, Watcher


class Terminal(io.StringIO):
    def isatty(self):
        return True


def line(**counts):
    """What a terminal shows of a scan, one minute in."""
    stream = Terminal()
    display = Display(stream)
    display._started -= 60
    display.update(Progress(**counts))
    return stream.getvalue()


def test_assets_rows_speed_findings_and_time_left_are_told(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    told = line(
        assets_met=10,
        assets_done=5,
        bytes_met=1200,
        bytes_done=600,
        rows=12_345,
        size=600_000_000,
        findings=3,
        listed=True,
        current="sql7",
    )
    for part in ("5/10 assets", "12,345 rows", "10.0 MB/s", "3 findings", "60 s left", "sql7"):
        assert part in told


def test_no_time_left_is_told_before_every_asset_is_known(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    told = line(assets_met=10, assets_done=5, bytes_met=1200, bytes_done=600)
    assert "5/10+ assets" in told
    assert "left" not in told


def test_the_line_fits_and_cannot_be_broken_by_a_name(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    told = line(current="\x1b[31m\n" + "x" * 500)
    assert len(told.removeprefix("\r\x1b[2K")) < 60
    assert "\n" not in told
    assert told.count("\x1b") == 1


def test_the_line_is_taken_away_at_the_end():
    stream = Terminal()
    with Display.on(stream, quiet=False) as display:
        display.update(Progress())
    assert stream.getvalue().endswith("\r\x1b[2K")


def test_there_is_silence_where_nobody_looks():
    for stream, quiet in ((io.StringIO(), False), (Terminal(), True)):
        with Display.on(stream, quiet=quiet) as watcher:
            assert type(watcher) is Watcher
            watcher.update(Progress())
        assert stream.getvalue() == ""
