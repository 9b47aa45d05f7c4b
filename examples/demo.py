"""A guided tour of recense over a hosted account that was made up: `make demo`, or `python examples/demo.py OUT_DIR`.

Each command is shown before it runs, and each step is held against the truth; the first that does not show what it
should ends the tour with a non-zero exit code.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any

from build import build
from shop import leaks, truth
from shop.people import Customer
from shop.planted import EMAIL, PHONE, Value
from shop.rows import Shop, open_shop

SETTINGS = """\
# What the host says about the account; it stands in the data inventory.
[inventory]
url = {inventory}
key_file = {key}

[[source]]
name = "boutique"
url = {account}
client = "boutique"
region = "FR"
purpose = "orders and support of the shop"
recipients = ["carrier", "payment provider"]
retention = "3 years after the last order"

[[client]]
name = "boutique"
contact = "dpo@boutique.example"
mandate = "DPA 2026-114, 2026-03-01"
"""


class Surprise(Exception):  # noqa: N818 it ends the tour, it is no error of the program
    """A step did not show what it should."""


class Tour:
    """Runs the program as a person would, in one folder."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.program = Path(sys.executable).with_name("recense")
        self.environment = {
            **os.environ,
            "RECENSE_CONFIG": str(out / "recense.toml"),
            "TMPDIR": str(out / "tmp"),
            "COLUMNS": os.environ.get("COLUMNS") or str(min(shutil.get_terminal_size((120, 40)).columns, 140)),
        }

    def show(self, *words: str, expect: Collection[int] = (0,)) -> None:
        """Show a command, run it before everyone's eyes, and hold its exit code against what was expected."""
        print(f"\n$ {shlex.join(['recense', *words])}", flush=True)
        done = subprocess.run([str(self.program), *words], env=self.environment, check=False)
        if done.returncode not in expect:
            raise Surprise(f"recense {words[0]} ended with {done.returncode}, not {expect}")

    def ask(self, *words: str) -> Any:
        """Run a command out of sight and give its JSON."""
        command = [str(self.program), *words, "--format", "json"]
        done = subprocess.run(command, env=self.environment, check=False, capture_output=True, text=True)
        if done.returncode not in (0, 3):
            raise Surprise(f"recense {words[0]} ended with {done.returncode}: {done.stderr.strip()}")
        return json.loads(done.stdout)


def say(text: str) -> None:
    """One remark of the guide."""
    print("\n" + textwrap.fill(text, 100, initial_indent="— ", subsequent_indent="  "), flush=True)


def empty(folder: Path) -> None:
    """Clear what an earlier tour left; anything else stays, and ends the tour."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "recense.toml").exists():
        raise Surprise(f"{folder} holds something else: name a folder that is empty or not there yet")
    shutil.rmtree(folder, ignore_errors=True)


def prepare(tour: Tour, shop: Shop) -> None:
    empty(tour.out)
    for folder in ("inventory", "keys", "tmp", "said"):
        (tour.out / folder).mkdir(parents=True)
    build(shop, tour.out / "boutique")
    places = {
        "inventory": f"sqlite:///{tour.out / 'inventory' / 'recense.db'}",
        "key": str(tour.out / "keys" / "recense.key"),
        "account": (tour.out / "boutique").as_uri(),
    }
    settings = SETTINGS.format(**{name: json.dumps(place) for name, place in places.items()})
    (tour.out / "recense.toml").write_text(settings, encoding="utf-8")
    say(
        f"The hosted account of Boutique, a shop with {len(shop.customers):,} customers who do not exist, was built"
        f" under {shown(tour.out / 'boutique')}: a database, exports, logs, API dumps, a support mailbox."
        " The inventory and its key will lie in different folders, as they should."
    )
    print(f"\n$ export RECENSE_CONFIG={shown(tour.out / 'recense.toml')}")


def shown(path: Path) -> str:
    """A path as a person here would type it."""
    return os.path.relpath(path)


def scan(tour: Tour) -> None:
    say("First, a scan. Exit code 3 means: done but for a part, and here one file was damaged on purpose.")
    tour.show("scan", shown(tour.out / "boutique"), "--format", "table", expect=(3,))
    again = tour.ask("scan", shown(tour.out / "boutique"))
    if again["assets"]["scanned"] > again["assets"]["failed"] or again["assets"]["unchanged"] < 10:
        raise Surprise(f"a second scan read unchanged assets again: {again['assets']}")
    say(f"A second scan knew {again['assets']['unchanged']} assets to be unchanged, and did not read them again.")


def findings(tour: Tour, planted: list[truth.Planted]) -> None:
    say(
        "What was found. Samples are masked. “low” is a hint, counted apart: order numbers of which one in ten"
        " passes a card's check digit, versions that look like IP addresses."
    )
    tour.show("findings", "--format", "table")
    wanted = truth.fields(planted)
    entities = {entity for _, _, entity in wanted}
    rows = [one for one in tour.ask("findings") if one["confidence"] != "low" and one["entity"] in entities]
    claimed = {(one["asset"], one["field"], one["entity"]) for one in rows}
    share = 2 * len(claimed & wanted) / (len(claimed) + len(wanted))
    say(
        f"Held against what was planted: {len(claimed & wanted)} of {len(wanted)} fields right,"
        f" {len(claimed - wanted)} claimed wrongly (F1 {share:.3f})."
    )
    if share < 0.97:
        raise Surprise(f"missing: {sorted(wanted - claimed)}; wrong: {sorted(claimed - wanted)}")


def coverage(tour: Tour) -> None:
    say("What was looked at, and what could not be read: “nothing found” and “not read” are never the same.")
    tour.show("coverage", "--format", "table")
    by_asset = {line["asset"]: line["status"] for line in tour.ask("coverage")}
    expected = {"api/catalogue.json": ("failed", "truncated"), "www/assets/logo.png": ("skipped",)}
    for asset, statuses in expected.items():
        if by_asset.get(asset) not in statuses:
            raise Surprise(f"{asset} is {by_asset.get(asset)}, not {' or '.join(statuses)}")


def locate(tour: Tour, shop: Shop, planted: list[truth.Planted]) -> Customer:
    """Find one person by e-mail and by phone, and compare with every place where the two were planted."""
    one = well_known(shop, planted)
    say(
        f"“What do you hold on me?” asks customer {one.id}. The inventory holds no values: the e-mail is looked up by a"
        " token, which nobody can make without the key."
    )
    tour.show("locate", one.email, "--format", "table", expect=(0, 3))
    say("The same person by phone, in the notation that people use at home.")
    tour.show("locate", str(one.national()), "--format", "table", expect=(0, 3))
    for identifier, value in ((one.email, Value(EMAIL, one.email)), (str(one.national()), Value(PHONE, one.phone))):
        found = {
            (record["asset"], record["field"], truth.locator(**record["locator"]))
            for record in tour.ask("locate", identifier)["records"]
        }
        if found != (places := truth.places(planted, value)):
            raise Surprise(f"{value.entity}: {len(places - found)} records missing, {len(found - places)} too many")
    say("Every record that holds them, and none that does not.")
    return one


def well_known(shop: Shop, planted: list[truth.Planted]) -> Customer:
    """The French customer who left traces in the most assets."""
    assets: dict[str, set[str]] = {}
    for one in planted:
        assets.setdefault(one.value.canonical, set()).add(one.asset)
    french = [one for one in shop.customers if one.country == "FR"]
    return max(french, key=lambda one: len(assets[one.email]) + len(assets[one.phone]))


def documents(tour: Tour) -> None:
    say("The data inventory, a document for the client: one page that needs no network.")
    for lang, name in (("en", "inventory.html"), ("fr", "inventaire.html")):
        page = tour.out / name
        tour.show("inventory", "--client", "boutique", "--lang", lang, "--format", "html", "-o", shown(page))
        if "Boutique" not in (text := page.read_text(encoding="utf-8")) and "boutique" not in text:
            raise Surprise(f"{shown(page)} does not name the client")


def nothing_kept(tour: Tour, planted: list[truth.Planted]) -> None:
    say("No value was kept. Every file that the program wrote is searched for every value that was planted.")
    for words in (("findings",), ("coverage",), ("inventory", "--client", "boutique")):
        (tour.out / "said" / f"{words[0]}.json").write_text(json.dumps(tour.ask(*words)), encoding="utf-8")
    written = [tour.out / name for name in ("inventory", "keys", "tmp", "said", "inventory.html", "inventaire.html")]
    needles = leaks.Needles(planted)
    files = list(leaks.files_below(written))
    print(
        f"\n{len(needles.values):,} values in {needles.count():,} disguises (raw, hexadecimal, base64, URL, UTF-16,"
        f"\nmd5, sha1, sha256, blake2b), in {len(files)} files of {sum(map(size, files)):,} bytes …",
        flush=True,
    )
    if found := leaks.search(written, needles):
        raise Surprise(f"values were kept: {found[:5]}")
    if not leaks.search([tour.out / "boutique" / "support"], needles):
        raise Surprise("the search finds nothing even where values are: it proves nothing")
    say("None. (The same search finds them where they belong, in the account.)")


def size(file: Path) -> int:
    return file.stat().st_size


def audit(tour: Tour) -> None:
    say("Who scanned and who looked up stands in an audit trail, which shows when it was touched.")
    tour.show("audit", "verify")
    database = tour.out / "inventory" / "recense.db"
    untouched = database.with_name("untouched.db")
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(untouched)) as copy:
        source.backup(copy)
    change = "UPDATE audit SET actor = 'nobody' WHERE n = 2"
    print(f'\n$ sqlite3 {shown(database)} "{change}"')
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(change)
    tour.show("audit", "verify", expect=(1,))
    with closing(sqlite3.connect(untouched)) as source, closing(sqlite3.connect(database)) as copy:
        source.backup(copy)
    untouched.unlink()
    say("The changed line was caught; it has been put back, and the trail is whole again.")
    tour.show("audit", "verify")


def run(out: Path) -> None:
    started = time.monotonic()
    tour, shop = Tour(out), open_shop()
    planted = list(truth.in_account(shop))
    prepare(tour, shop)
    scan(tour)
    findings(tour, planted)
    coverage(tour)
    locate(tour, shop, planted)
    documents(tour)
    nothing_kept(tour, planted)
    audit(tour)
    say(f"That was all, in {time.monotonic() - started:.0f} s. Open one of these in a browser:")
    print(f"\n  {out / 'inventory.html'}\n  {out / 'inventaire.html'}\n")


def main() -> int:
    out = Path(sys.argv[1] if len(sys.argv) > 1 else "demo-out").resolve()
    try:
        run(out)
    except Surprise as surprise:
        print(f"\nThe demo stops here: {surprise}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
