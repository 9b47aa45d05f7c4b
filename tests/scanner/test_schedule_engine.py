"""The scheduler with the engine itself: a real file, read over two nights."""

from datetime import timedelta

from scanner.settings import ScanSource
from scanner.turn import scan_whole
from tests.scanner.nights import House

ROWS = 120_000


class Minutes:
    """Lets the clock go on while the engine works, as fast as is told."""

    def __init__(self, watcher, clock, pace):
        self.watcher, self.clock, self.pace = watcher, clock, pace

    def update(self, progress):
        if progress.rows:
            self.clock.move(self.pace)
        self.watcher.update(progress)


def test_a_file_is_read_over_two_nights_each_row_once(tmp_path, monkeypatch):
    path = tmp_path / "big.csv"
    path.write_text("email,padding\n" + "".join(f"c{n}@example.org,{'x' * 100}\n" for n in range(ROWS)))
    (tmp_path / "small.csv").write_text("email\njane@example.org\n")
    window = {"schedule": "0 2 * * *", "window": "02:00-02:30", "timezone": "UTC"}
    big = ScanSource("big", path.as_uri(), max_mb_per_s=3, **window)
    small = ScanSource("small", (tmp_path / "small.csv").as_uri(), **(window | {"schedule": "0 3 * * *"}))
    house = House(tmp_path, monkeypatch, "2026-01-10T02:10", big, small)
    paces = [timedelta(minutes=10), timedelta(0), timedelta(0)]

    def scan(setup, inventory, source, watcher, stop):
        house.began.append((source.name, house.clock.at.isoformat()[5:16]))
        return scan_whole(setup, inventory, source, Minutes(watcher, house.clock, paces.pop(0)), stop)

    house.run("2026-01-11T12:00", house.scheduler(scan))
    assert house.began == [("big", "01-10T02:10"), ("small", "01-11T02:00"), ("big", "01-11T02:00")]
    first, _, last = house.told("scan_ended")
    assert (first["status"], last["status"], last["scan"]) == ("interrupted", "complete", first["scan"])
    assert 0 < first["rows"] < ROWS
    assert first["rows"] + last["rows"] == ROWS
    with house.open() as inventory:
        assert {one.source: one.count for one in inventory.findings()} == {"big": ROWS, "small": 1}
    assert 'recense_assets{source="big",status="scanned"} 1.0' in house.board.text().decode()
    assert 'recense_findings{confidence="high",entity="EMAIL_ADDRESS",source="big"} 1.0' in house.board.text().decode()
