"""What Prometheus is told of the scheduler: as a file for node_exporter, or over HTTP.

Labels hold the source's public name and words of our own (status, entity, confidence): no client, no asset, no value.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from inventory.runs import LastRun, Tally
from scanner.errors import ScannerError

STATUSES = ("complete", "partial", "failed", "interrupted")
"""How a run ends."""
_READABLE = 0o644


class MetricsError(ScannerError):
    """The metrics cannot be written or served."""


@dataclass(frozen=True)
class Figures:
    """Of one source."""

    running: bool = False
    next: datetime | None = None
    """When its next run begins; None: it has no schedule."""
    last: LastRun | None = None
    tally: Tally = field(default_factory=lambda: Tally({}, {}))
    runs: dict[str, int] = field(default_factory=dict)
    """Ended since the scheduler began, by status."""
    rows: int = 0
    """Read since the scheduler began."""
    size: int = 0
    """Bytes, likewise."""

    def counted(self, status: str) -> Figures:
        """Add a run that has ended."""
        return replace(self, runs={**self.runs, status: self.runs.get(status, 0) + 1})


class Board(Collector):
    """Holds the figures of all sources; every change replaces values, so that another thread may read at any time."""

    def __init__(self) -> None:
        self._sources: dict[str, Figures] = {}
        self._now = 0.0
        self._settings_good = True
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def names(self, names: list[str]) -> None:
        """Say which sources there are, by their public names; figures of others are dropped."""
        self._sources = {name: self._sources.get(name, Figures()) for name in names}

    def figures(self, name: str) -> Figures:
        return self._sources.get(name, Figures())

    def put(self, name: str, figures: Figures) -> None:
        """Replace the figures of a source; one that was dropped stays so."""
        if name in self._sources:
            self._sources = {**self._sources, name: figures}

    def beat(self, now: datetime, *, settings_good: bool) -> None:
        """Note that the scheduler is alive, and whether its settings are those of the file."""
        self._now, self._settings_good = now.timestamp(), settings_good

    def collect(self) -> Iterator[Metric]:
        """Give all metrics, as `prometheus_client` wants them."""
        sources = self._sources
        yield GaugeMetricFamily("recense_scheduler_alive_time_seconds", "When it last looked up.", self._now)
        yield GaugeMetricFamily(
            "recense_scheduler_settings_good", "0 if the latest settings were refused.", float(self._settings_good)
        )
        for name, told, value in _GAUGES:
            family = GaugeMetricFamily(name, told, labels=["source"])
            for source, figures in sources.items():
                if (number := value(figures)) is not None:
                    family.add_metric([source], number)
            yield family
        yield from _by_status(sources)
        yield from _of_the_inventory(sources)

    def text(self) -> bytes:
        """Give all metrics in Prometheus's text format."""
        return generate_latest(self.registry)


_GAUGES: tuple[tuple[str, str, Any], ...] = (
    ("recense_scan_running", "1 while the scheduler scans the source.", lambda one: float(one.running)),
    ("recense_scan_next_time_seconds", "When its next run begins.", lambda one: _seconds(one.next)),
    (
        "recense_scan_last_start_time_seconds",
        "When its last run began, whoever began it.",
        lambda one: None if one.last is None else _seconds(one.last.started),
    ),
    (
        "recense_scan_last_end_time_seconds",
        "When its last run ended or was interrupted.",
        lambda one: None if one.last is None else _seconds(one.last.finished),
    ),
)


def _seconds(moment: datetime | None) -> float | None:
    return None if moment is None else moment.timestamp()


def _by_status(sources: dict[str, Figures]) -> Iterator[Metric]:
    last = GaugeMetricFamily("recense_scan_last_status", "1 for how its last run ended.", labels=["source", "status"])
    runs = CounterMetricFamily("recense_scan_runs", "Runs of the scheduler that ended.", labels=["source", "status"])
    rows = CounterMetricFamily("recense_scan_rows", "Rows that the scheduler's runs read.", labels=["source"])
    size = CounterMetricFamily("recense_scan_bytes", "Bytes that the scheduler's runs read.", labels=["source"])
    for source, figures in sources.items():
        for status in STATUSES:
            if figures.last is not None and figures.last.status != "running":
                last.add_metric([source, status], float(figures.last.status == status))
            runs.add_metric([source, status], figures.runs.get(status, 0))
        rows.add_metric([source], figures.rows)
        size.add_metric([source], figures.size)
    yield from (last, runs, rows, size)


def _of_the_inventory(sources: dict[str, Figures]) -> Iterator[Metric]:
    assets = GaugeMetricFamily("recense_assets", "Assets by their line of the coverage.", labels=["source", "status"])
    findings = GaugeMetricFamily(
        "recense_findings",
        "Findings that nobody dismissed; low confidence is a hint.",
        labels=["source", "entity", "confidence"],
    )
    for source, figures in sources.items():
        for status, number in sorted(figures.tally.assets.items()):
            assets.add_metric([source, status], number)
        for (entity, confidence), number in sorted(figures.tally.findings.items()):
            findings.add_metric([source, entity, confidence], number)
    yield from (assets, findings)


def write(board: Board, path: Path) -> None:
    """Write all metrics to a file that is always whole: for the textfile collector of node_exporter (`*.prom`).

    Raises:
        MetricsError: it cannot be written.
    """
    temporary = ""
    try:
        # another ending than .prom, so that the collector never reads half a file
        descriptor, temporary = tempfile.mkstemp(".tmp", f".{path.name}.", path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(board.text())
            os.fchmod(file.fileno(), _READABLE)  # node_exporter is another user
        Path(temporary).replace(path)
    except OSError as error:
        with suppress(OSError):
            Path(temporary).unlink()
        raise MetricsError(f"{path}: the metrics cannot be written ({error.strerror}); check the folder") from error


def serve(board: Board, address: str) -> int:
    """Serve all metrics at `http://ADDRESS/metrics` from a thread of its own; gives the port.

    Args:
        board: to be shown.
        address: `127.0.0.1:9464`, `[::1]:9464`; port 0 takes a free one.

    Raises:
        MetricsError: the address makes no sense or is taken.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise MetricsError(f"{address}: no address to serve metrics at; write one such as 127.0.0.1:9464")
    try:
        server, _ = start_http_server(int(port), host.strip("[]"), board.registry)
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or "no such port"
        raise MetricsError(f"{address}: metrics cannot be served here ({why}); choose another address") from error
    return int(server.server_port)
