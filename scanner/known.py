"""Files that did not change since an earlier scan: told again without being opened."""

from __future__ import annotations

from collections.abc import Callable

from inventory.keys import ClientKey
from inventory.recorder import Recorder
from inventory.records import StillTrue
from scanner.plan import Plan
from scanner.summary import Summary

TOGETHER = 500
"""Files that are told in one transaction."""


class KnownFiles:
    """Asked by the walk of one source for each file that it meets."""

    def __init__(
        self,
        recorder: Recorder,
        summary: Summary,
        plan: Plan,
        source_id: int,
        client: Callable[[str, str], ClientKey],
    ) -> None:
        self._recorder = recorder
        self._summary = summary
        self._plan = plan
        self._source_id = source_id
        self._client = client
        self._any = recorder.knows(source_id)
        self._lines: list[int] = []
        self._kept: list[StillTrue] = []

    def ask(self, container: str, name: str, fingerprint: str) -> bool:
        """Say whether a file is known as it is; its lines of the coverage go on holding then."""
        file = self._plan.file(container, name) if self._any else None
        if file is None:
            return False
        client = self._client(*file)
        known = self._recorder.known(
            self._source_id,
            client,
            self._plan.within_source(name),
            self._plan.hashed(fingerprint),
            self._plan.read_with,
        )
        if known is None:
            return False
        self._lines += known[0]
        self._kept += known[1]
        if len(self._lines) >= TOGETHER:
            self.tell()
        return True

    def tell(self) -> None:
        """Write what was asked for since the last time."""
        lines, kept = self._lines, self._kept
        self._lines, self._kept = [], []
        if not lines:
            return
        self._summary.count(self._recorder.keep(lines, kept))
        for one in kept:
            if one.status == "skipped":
                self._summary.skipped += 1
                continue
            self._summary.unchanged += 1
            self._summary.truncated += one.status == "truncated"
            if one.asset is not None and one.pack:
                things, counted = self._recorder.keep_within(self._source_id, one.asset)
                self._summary.unchanged += things
                self._summary.count(counted)
