"""Files made to hurt cost themselves: the scan ends, says why, and finds what lies among them."""

from __future__ import annotations

import time
from pathlib import Path

from tests.acceptance.hostile import build
from tests.acceptance.sealed import sealed, unreadable

SECONDS = 240
"""In which it has to end, on a busy machine too; the bar for the full sizes is 300."""


def test_a_hostile_tree_ends_and_is_told(tmp_path, program):
    (tmp_path / "neighbour").mkdir()
    (tmp_path / "neighbour" / "secret.txt").write_text("neighbour@example.org\n")
    good = build(tmp_path / "tree")
    before = {path for path in tmp_path.rglob("*") if "tree" not in path.parts}
    began = time.monotonic()
    program.ask("scan", str(tmp_path / "tree"), expect=(3,))
    assert time.monotonic() - began < SECONDS
    lines = program.ask("coverage")
    assert not [line["asset"] for line in lines if "report this" in line["reason"] or "report it" in line["reason"]]
    assert not [line["asset"] for line in lines if line["status"] in ("failed", "truncated") and not line["reason"]]
    told = {(line["asset"].partition("!")[0], line["cause"]) for line in lines}
    assert not [name for name in sealed() if (f"sealed/{name}", "denied") not in told]
    assert not [name for name in unreadable() if (f"sealed/{name}", "format") not in told]
    assert ("nested/overlapping.zip", "corrupt") in told
    for asset, mail in good.items():
        found = program.ask("locate", mail, expect=(0, 3))["records"]
        assert [record["asset"] for record in found] == [asset], mail
    first = {(line["asset"], line["cause"], line["reason"]) for line in lines}
    program.ask("scan", str(tmp_path / "tree"), expect=(3,))
    assert {(line["asset"], line["cause"], line["reason"]) for line in program.ask("coverage")} == first
    for mail in ("neighbour@example.org", "root@example.org"):
        assert not program.ask("locate", mail, expect=(0, 3))["records"]
    written = {path for path in tmp_path.rglob("*") if "tree" not in path.parts} - before
    assert not [path for path in written if path.name in ("evil", "b")]
    assert not Path("/etc/cron.d/evil").exists()
    assert not Path("/tmp/evil").exists()
