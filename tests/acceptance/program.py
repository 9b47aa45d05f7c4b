"""The program as a person runs it: another process, with an inventory, key and temporary folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "console")
Place = tuple[str, str, str]
"""Asset, field, locator as JSON with sorted keys."""


@dataclass
class Program:
    """`recense`, set up below one folder.

    What a command says is kept below `said/`; what `locate` answers, below `located/`: it shows the keys of records,
    which can be the values themselves.
    """

    folder: Path
    extra: dict[str, str] = field(default_factory=dict)
    """Further environment."""

    def __post_init__(self) -> None:
        for name in ("inventory", "keys", "tmp", "home", "said", "located"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    @property
    def database(self) -> Path:
        return self.folder / "inventory" / "recense.db"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "RECENSE_INVENTORY": f"sqlite:///{self.database}",
            "RECENSE_KEY_FILE": str(self.folder / "keys" / "recense.key"),
            "TMPDIR": str(self.folder / "tmp"),
            "HOME": str(self.folder / "home"),
            "PYTHONPATH": str(ROOT),
            "COLUMNS": "200",
            **self.extra,
        }

    def run(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, and keep what it says."""
        done = subprocess.run(
            [*COMMAND, *words],
            env=self.environment,
            cwd=self.folder,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        self._keep("located" if words[:1] == ("locate",) else "said", done.stdout)
        self._keep("said", done.stderr)
        assert "Traceback" not in done.stderr, done.stderr
        return done

    def _keep(self, name: str, text: str) -> None:
        kept = self.folder / name
        (kept / f"{len(list(kept.iterdir()))}.txt").write_text(text, encoding="utf-8")

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a command and do not wait, in a process group of its own."""
        return subprocess.Popen(
            [*COMMAND, *words],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def ask(self, *words: str, stdin: str | None = None, expect: tuple[int, ...] = (0,)) -> Any:
        """Run a command with `--format json` and give what it says."""
        done = self.run(*words, "--format", "json", stdin=stdin)
        assert done.returncode in expect, f"{words}: {done.returncode}: {done.stderr}"
        return json.loads(done.stdout)

    def claims(self) -> dict[Place, tuple[int, int]]:
        """Matches and distinct values of each (asset, field, entity) that is claimed."""
        return {
            (one["asset"], one["field"], one["entity"]): (one["count"], one["distinct"])
            for one in self.ask("findings")
            if one["confidence"] in ("high", "medium")
        }

    def located(self, entity: str, identifiers: list[str]) -> list[set[Place]]:
        """Every place that holds each of some identifiers of one kind, in the order asked."""
        answer = self.ask("locate", "--entity", entity, "-", stdin="\n".join(identifiers) + "\n", expect=(0, 3))
        found: list[set[Place]] = [set() for _ in identifiers]
        for record in answer["records"]:
            place = (record["asset"], record["field"], json.dumps(record["locator"], sort_keys=True))
            assert place not in found[record["identifier"]], "a record came twice"
            found[record["identifier"]].add(place)
        return found
