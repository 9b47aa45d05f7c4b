"""Whole scans of real stores."""

import io
import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from PIL import Image

from connectors.interface import SourceSpec
from detectors.interface import DetectSettings
from inventory.errors import BusyError
from inventory.lock import alone
from inventory.model import SourceInfo
from inventory.records import Name
from inventory.sources import ensure
from scanner import pool as pool_module
from scanner.engine import Engine
from scanner.progress import Watcher
from scanner.settings import ClientRule, Policy, ScanOptions, ScanSource, Settings
from scanner.targets import Target, resolve


def picture() -> bytes:
    """Make one that shows nothing."""
    data = io.BytesIO()
    Image.new("L", (200, 60), 255).save(data, "PNG")
    return data.getvalue()


def big_csv(path, rows):
    """A CSV of some 120 bytes a row, an e-mail in each."""
    padding = "x" * 100
    path.write_text("email,padding\n" + "".join(f"c{n}@example.org,{padding}\n" for n in range(rows)))
    return path


class StopAtOnce(Watcher):
    """Stops a scan when its first rows have come."""

    def __init__(self):
        self.stop = threading.Event()

    def update(self, progress):
        if progress.rows:
            self.stop.set()


def test_a_scan_finds_counts_and_locates(scan, shop, inventory, located):
    summary = scan(f"sqlite:///{shop}")
    assert (summary.status, summary.scanned, summary.rows) == ("complete", 2, 300)
    (finding,) = inventory.findings()
    assert (finding.asset, finding.field, finding.count, finding.distinct) == ("customers", "email", 300, 300)
    assert finding.confidence == "high"
    assert located("customer7@example.org") == [("customers", "email", {"key": {"id": "7"}})]


def test_a_second_scan_reads_nothing_of_what_has_not_changed(scan, shop):
    scan(f"sqlite:///{shop}")
    summary = scan(f"sqlite:///{shop}")
    assert (summary.scanned, summary.unchanged, summary.rows, summary.findings) == (0, 2, 0, 1)


def test_fresh_reads_all_again(scan, shop):
    scan(f"sqlite:///{shop}")
    assert scan(f"sqlite:///{shop}", fresh=True).rows == 300


def test_a_changed_table_is_read_again_and_shows_the_new_state(scan, shop, located):
    scan(f"sqlite:///{shop}")
    with sqlite3.connect(shop) as connection:
        connection.execute("UPDATE customers SET email = 'new@example.org' WHERE id = 7")
    connection.close()
    scan(f"sqlite:///{shop}")
    assert located("customer7@example.org") == []
    assert located("new@example.org") == [("customers", "email", {"key": {"id": "7"}})]


def test_a_dropped_table_is_gone(scan, shop, inventory, located):
    scan(f"sqlite:///{shop}")
    with sqlite3.connect(shop) as connection:
        connection.execute("DROP TABLE customers")
    connection.close()
    scan(f"sqlite:///{shop}")
    assert located("customer7@example.org") == []
    assert [line.asset for line in inventory.coverage() if line.kind == "table" and line.status != "skipped"] == [
        "empty"
    ]


def test_one_bad_file_never_ends_a_scan(scan, tmp_path, inventory):
    root = tmp_path / "tree"
    root.mkdir()
    (root / "a.json").write_text('{"email": "jane@example.org", "rest": ')
    (root / "b.csv").write_text("email\nmax@example.org\n")
    summary = scan(root)
    assert (summary.status, summary.scanned, summary.failed) == ("partial", 1, 1)
    assert {finding.asset for finding in inventory.findings()} == {"a.json", "b.csv"}


def test_what_an_error_cut_short_is_read_again_next_time(scan, tmp_path):
    root = tmp_path / "tree"
    root.mkdir()
    (root / "a.json").write_text('{"email": "jane@example.org", "rest": ')
    scan(root)
    assert scan(root).failed == 1


def test_a_source_that_cannot_be_opened_fails_with_a_line_in_the_coverage(scan, inventory):
    summary = scan("postgresql://nobody@127.0.0.1:1/none")
    assert summary.status == "failed"
    (line,) = inventory.coverage()
    assert (line.kind, line.status) == ("source", "failed")
    assert inventory.gaps()[0] >= 1


def test_a_source_that_cannot_be_opened_leaves_the_others_alone(scan, shop, inventory):
    summary = scan("postgresql://nobody@127.0.0.1:1/none", f"sqlite:///{shop}")
    assert (summary.status, summary.scanned, summary.failed) == ("partial", 2, 1)


def test_clients_of_a_tree_are_told_apart(scan, tmp_path, inventory):
    for name in ("alice", "bob"):
        (tmp_path / "homes" / name).mkdir(parents=True)
        (tmp_path / "homes" / name / "a.txt").write_text("jane@example.org\n")
    source = ScanSource("homes", f"file://{tmp_path}/homes", region="CH", client_pattern="^(?P<client>.+)$")
    scan("homes", settings=Settings((source,)))
    assert {(one.client, one.asset) for one in inventory.findings()} == {("alice", "alice/a.txt"), ("bob", "bob/a.txt")}


def test_a_scan_of_one_client_leaves_the_others_unread(scan, tmp_path, inventory):
    for name in ("alice", "bob"):
        (tmp_path / "homes" / name).mkdir(parents=True)
        (tmp_path / "homes" / name / "a.txt").write_text("jane@example.org\n")
    source = ScanSource("homes", f"file://{tmp_path}/homes", client_pattern="^(?P<client>.+)$")
    scan("homes", settings=Settings((source,)), client="bob")
    assert {one.client for one in inventory.coverage()} == {"bob"}


def test_a_part_of_a_configured_tree_goes_by_the_same_names(scan, tmp_path, inventory):
    (tmp_path / "homes/alice/www").mkdir(parents=True)
    (tmp_path / "homes/alice/www/a.txt").write_text("jane@example.org\n")
    source = ScanSource("homes", f"file://{tmp_path}/homes", client_pattern="^(?P<client>.+)$")
    for target in ("homes", str(tmp_path / "homes/alice/www"), str(tmp_path / "homes/alice/www/a.txt")):
        scan(target, settings=Settings((source,)))
        assert {(one.client, one.source, one.asset) for one in inventory.coverage()} == {
            ("alice", "homes", "alice/www/a.txt")
        }


def test_a_strict_policy_skips_clients_without_a_mandate(scan, shop, inventory):
    source = ScanSource("shop", f"sqlite:///{shop}", client="alice")
    summary = scan("shop", settings=Settings((source,), policy=Policy(strict=True)))
    assert (summary.status, summary.scanned, summary.skipped) == ("complete", 0, 1)
    assert inventory.gaps()[0] == 1
    allowed = Settings((source,), (ClientRule("alice", mandate="DPA 7"),), Policy(strict=True))
    assert scan("shop", settings=allowed).scanned == 2


def test_a_sample_says_that_it_is_one(scan, tmp_path, inventory):
    path = big_csv(tmp_path / "big.csv", 80_000)
    summary = scan(path, mode="sample")
    assert (summary.status, summary.truncated) == ("complete", 0)
    assert summary.rows < 80_000
    assert [(line.status, line.cause) for line in inventory.coverage()] == [("truncated", "sample")]
    assert scan(path).rows == 80_000


def test_a_sample_of_a_small_file_is_the_whole(scan, shop, inventory):
    scan(f"sqlite:///{shop}", mode="sample")
    assert {line.status for line in inventory.coverage() if line.status != "skipped"} == {"scanned"}


def test_a_stopped_scan_goes_on_where_it_stopped(scan, tmp_path, inventory, located, monkeypatch):
    rows = 150_000
    path = big_csv(tmp_path / "big.csv", rows)
    watcher = StopAtOnce()
    slow = Settings((ScanSource(f"file://{path}", f"file://{path}", max_mb_per_s=2.5),))
    first = scan(path, settings=slow, watcher=watcher, stop=watcher.stop)
    assert first.status == "interrupted"
    assert 0 < first.rows < rows
    assert inventory.gaps()[0] >= 1
    second = scan(path)
    assert (second.status, second.scan_id) == ("complete", first.scan_id)
    assert first.rows + second.rows == rows
    (finding,) = inventory.findings()
    assert finding.count == rows
    assert abs(finding.distinct - rows) < rows * 0.04
    assert located("c149999@example.org") == [("big.csv", "email", {"row": 150_000})]


def test_a_worker_that_dies_is_replaced_and_the_count_stays_right(scan, tmp_path, inventory):
    path = big_csv(tmp_path / "big.csv", 600_000)
    thread = threading.Thread(target=_kill_a_worker_that_has_found_something, args=(inventory.path,))
    thread.start()
    summary = scan(path)
    thread.join()
    assert summary.status == "complete"
    assert [finding.count for finding in inventory.findings()] == [600_000]


def _kill_a_worker_that_has_found_something(path):
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT 1 FROM locations LIMIT 1").fetchone()
        if found and (children := multiprocessing.active_children()):
            os.kill(children[0].pid, signal.SIGKILL)
            return
        time.sleep(0.02)


def test_a_code_in_a_note_is_located_and_cannot_be_looked_up(scan, tmp_path, inventory):
    notes = ["nothing", "paid with 4111 1111 1111 1111 12/27 123", "nothing either"]
    (tmp_path / "notes.csv").write_text(
        "id,notes,cvv\n" + "".join(f"{at},{note},123\n" for at, note in enumerate(notes))
    )
    scan(tmp_path / "notes.csv")
    names = dict(inventory.connection.execute("SELECT id, name FROM fields"))
    token = inventory.tokens.token("CVV", "")
    placed = inventory.connection.execute(
        "SELECT field_id, locator FROM locations WHERE token = ?", (token,)
    ).fetchall()
    assert [(names[field], locator) for field, locator in placed] == [("notes", b"I\2")]
    assert {one.field: one.distinct for one in inventory.findings(entity="CVV")} == {"notes": 0, "cvv": 0}


def test_two_scans_into_one_inventory_do_not_meet(scan, shop, inventory):
    with alone(inventory.path), pytest.raises(BusyError, match="another scan"):
        scan(f"sqlite:///{shop}")


def test_more_workers_find_the_same(inventory, shop, scan):
    scan(f"sqlite:///{shop}")
    alone = [(one.asset, one.field, one.count, one.distinct) for one in inventory.findings()]
    scan(f"sqlite:///{shop}", fresh=True, workers=3)
    assert [(one.asset, one.field, one.count, one.distinct) for one in inventory.findings()] == alone


def test_a_rate_limit_is_held(scan, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"hello world\n" * 250_000)
    source = ScanSource("slow", f"file://{path}", max_mb_per_s=1.0)
    assert scan("slow", settings=Settings((source,))).seconds >= 2.5


def test_a_national_number_is_ambiguous_unless_the_region_settles_it(scan, tmp_path, inventory):
    path = tmp_path / "a.csv"
    path.write_text("telephone\n079 123 45 67\n")
    tokens = {code: inventory.tokens.token("PHONE_NUMBER", f"+{code}791234567") for code in (33, 41)}
    scan(path)
    assert all(next(inventory.locate([(0, "PHONE_NUMBER", token)])).ambiguous for token in tokens.values())
    inventory.forget_client("unassigned")
    scan("ch", settings=Settings((ScanSource("ch", f"file://{path}", region="CH"),)))
    ambiguous = {code: next(inventory.locate([(0, "PHONE_NUMBER", token)])).ambiguous for code, token in tokens.items()}
    assert ambiguous == {33: True, 41: False}
    assert [finding.distinct for finding in inventory.findings()] == [1]


def test_names_that_are_personal_are_sealed_at_rest_and_shown_to_locate(scan, tmp_path, inventory, located):
    root = tmp_path / "tree"
    root.mkdir()
    (root / "max.muster@example.com.csv").write_text("email\njane@example.org\n")
    scan(root)
    assert located("jane@example.org")[0][0] == "max.muster@example.com.csv"
    assert "max.muster" not in inventory.findings()[0].asset
    assert "max.muster" not in inventory.coverage()[0].asset
    inventory.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"max.muster" not in inventory.path.read_bytes()


def test_the_pool_gives_each_chunk_a_worker_of_its_own():
    pool = pool_module.Pool(2)
    assert len(pool) == 2
    pool.close()


def test_targets_are_told_in_the_audit_trail(scan, shop, inventory):
    scan(f"sqlite:///{shop}")
    lines = list(inventory.audit.lines())
    assert [line.action for line in lines] == ["scan", "scan ended"]
    assert lines[0].detail["sources"] == [f"sqlite:///{shop}"]


def test_an_engine_needs_no_watcher(inventory, shop):
    target = resolve([f"sqlite:///{shop}"], [])[0]
    assert isinstance(target, Target)
    assert isinstance(target.spec, SourceSpec)
    assert Engine(inventory, Settings(), ScanOptions()).run([target]).status == "complete"


class StopAtFirstUnchanged(Watcher):
    """Stops a scan as soon as it looks at all."""

    def __init__(self):
        self.stop = threading.Event()

    def update(self, _progress):
        self.stop.set()


def test_a_stop_amid_unchanged_assets_is_an_interruption(scan, tmp_path, inventory, monkeypatch):
    monkeypatch.setattr("scanner.engine.AHEAD_SECONDS", 0.001)  # a fast machine walks the whole tree in one go
    root = tmp_path / "tree"
    root.mkdir()
    for number in range(400):
        (root / f"{number}.txt").write_text("nothing here\n")
    scan(root)
    watcher = StopAtFirstUnchanged()
    summary = scan(root, watcher=watcher, stop=watcher.stop)
    assert summary.status == "interrupted"
    assert inventory.gaps()[0] >= 1
    assert scan(root).unchanged == 400


@pytest.mark.parametrize(
    "content", [b"", b"8BPS\0\1" + bytes(60), picture()], ids=["emptied", "Photoshop", "a picture now"]
)
def test_what_a_file_no_longer_holds_is_no_longer_found(scan, tmp_path, inventory, located, content):
    path = tmp_path / "tree" / "a.txt"
    path.parent.mkdir()
    path.write_text("jane@example.org\n")
    scan(path.parent)
    path.write_bytes(content)
    scan(path.parent)
    assert located("jane@example.org") == []
    assert inventory.findings() == []


def test_a_target_named_twice_or_inside_another_is_read_once(scan, tmp_path):
    (tmp_path / "tree/sub").mkdir(parents=True)
    (tmp_path / "tree/sub/a.txt").write_text("jane@example.org\n")
    tree = tmp_path / "tree"
    assert scan(tree / "sub", tree, tree, tree / "sub/a.txt").scanned == 1


def test_of_nested_sources_the_innermost_counts(scan, tmp_path, inventory):
    (tmp_path / "homes/alice").mkdir(parents=True)
    (tmp_path / "homes/alice/a.txt").write_text("jane@example.org\n")
    sources = (
        ScanSource("all", f"file://{tmp_path}/homes"),
        ScanSource("alice", f"file://{tmp_path}/homes/alice", client="alice"),
    )
    scan(tmp_path / "homes/alice", settings=Settings(sources))
    assert {(one.source, one.client, one.asset) for one in inventory.coverage()} == {("alice", "alice", "a.txt")}


def test_a_closed_client_is_not_even_opened(scan, tmp_path, inventory):
    (tmp_path / "homes/bob").mkdir(parents=True)
    (tmp_path / "homes/bob/broken.db").write_bytes(b"SQLite format 3\x00" + bytes(100))
    source = ScanSource("homes", f"file://{tmp_path}/homes", client_pattern="^(?P<client>.+)$")
    summary = scan("homes", settings=Settings((source,), (ClientRule("bob", scan="none"),)))
    assert (summary.status, summary.failed, summary.skipped) == ("complete", 0, 1)
    assert [(line.asset, line.status, line.cause) for line in inventory.coverage()] == [
        ("bob/broken.db", "skipped", "policy")
    ]


def test_a_part_of_a_source_is_not_the_whole_of_it(scan, tmp_path, inventory):
    (tmp_path / "homes/alice").mkdir(parents=True)
    (tmp_path / "homes/alice/a.txt").write_text("jane@example.org\n")
    settings = Settings((ScanSource("homes", f"file://{tmp_path}/homes", client_pattern="^(?P<client>.+)$"),))
    scan(tmp_path / "homes/alice", settings=settings)
    assert inventory.gaps() == (1, 0)
    scan("homes", settings=settings, client="alice")
    assert (inventory.gaps("alice"), inventory.gaps()) == ((0, 0), (1, 0))
    scan("homes", settings=settings)
    assert inventory.gaps() == (0, 0)


def test_a_sample_ends_at_its_number_of_records(scan, tmp_path, inventory):
    path = big_csv(tmp_path / "big.csv", 30_000)
    assert scan(path, mode="sample").rows == 10_000
    (finding,) = inventory.findings()
    assert (finding.count, finding.distinct <= finding.count) == (10_000, True)


def test_a_personal_client_name_is_sealed(scan, tmp_path, inventory):
    (tmp_path / "vmail/max.muster@example.com").mkdir(parents=True)
    (tmp_path / "vmail/max.muster@example.com/a.txt").write_text("jane@example.org\n")
    source = ScanSource("vmail", f"file://{tmp_path}/vmail", client_pattern="^(?P<client>.+)$")
    scan("vmail", settings=Settings((source,)))
    assert "max.muster" not in str(inventory.clients()) + str(inventory.findings()) + str(inventory.coverage())
    assert len(inventory.findings(client="max.muster@example.com")) == 1
    inventory.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"max.muster" not in inventory.path.read_bytes()
    inventory.forget_client("max.muster@example.com")
    assert inventory.clients() == []


def test_two_places_of_one_name_are_two_sources(inventory):
    info = SourceInfo("mysql://root@/shop", None, None, (), None, None, None)
    numbers = {ensure(inventory, Name(info.name), info, f"unix_socket=/run/{one}") for one in ("a", "b", "a")}
    assert len(numbers) == 2
    assert {one.name for one in inventory.sources()} == {info.name, f"{info.name}?unix_socket=/run/b"}


def test_forgetting_waits_for_no_scan_and_no_scan_for_it(scan, shop, inventory):
    scan(f"sqlite:///{shop}")
    with alone(inventory.path), pytest.raises(BusyError):
        inventory.forget_client("unassigned")
    assert len(inventory.clients()) == 1


def test_what_vanished_before_an_interrupted_scan_goes_on_is_gone(scan, tmp_path, inventory, located):
    root = tmp_path / "tree"
    root.mkdir()
    (root / "a.txt").write_text("jane@example.org\n")
    big_csv(root / "m.csv", 150_000)
    watcher = StopAtOnce()
    slow = Settings((ScanSource(f"file://{root}", f"file://{root}", max_mb_per_s=2.5),))
    assert scan(root, settings=slow, watcher=watcher, stop=watcher.stop).status == "interrupted"
    (root / "a.txt").unlink()
    (root / "m.csv").rename(root / "n.csv")
    (root / "n.csv").write_text("email\nmax@example.com\n")
    assert scan(root).status == "complete"
    assert located("jane@example.org") == []
    assert [line.asset for line in inventory.coverage()] == ["n.csv"]
    assert inventory.gaps() == (0, 0)


def rows_of_orders(path, rows):
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, total REAL, currency TEXT)"
        )
        connection.execute(
            "CREATE TABLE goods (id INTEGER PRIMARY KEY, product_id INTEGER, price REAL, quantity INTEGER)"
        )
        connection.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, 'EUR')", [(n, n % 7, n / 3) for n in range(1, rows + 1)]
        )
        connection.executemany("INSERT INTO goods VALUES (?, ?, 2.5, 3)", [(n, n) for n in range(1, rows + 1)])
    connection.close()
    return path


def test_a_table_that_tells_of_persons_is_found_where_no_value_is_personal(scan, tmp_path, inventory):
    scan(f"sqlite:///{rows_of_orders(tmp_path / 'o.db', 90)}")
    (finding,) = inventory.findings()
    assert (finding.asset, finding.field, finding.entity, finding.category) == (
        "orders", "customer_id", "PURCHASES", "purchases",
    )  # fmt: skip
    assert (finding.count, finding.distinct, finding.rows_scanned, finding.samples) == (90, 0, 90, ())
    assert finding.confidence == "high"
    assert finding.evidence[0] == "the table is called orders and has currency, total"


def test_what_tables_tell_is_left_out_where_other_entities_are_asked_for(scan, tmp_path, inventory):
    store = rows_of_orders(tmp_path / "o.db", 5)
    scan(f"sqlite:///{store}", settings=Settings(detect=DetectSettings(entities=("EMAIL_ADDRESS",))))
    assert inventory.findings() == []
    scan(f"sqlite:///{store}", settings=Settings(detect=DetectSettings(entities=("PURCHASES",))))
    assert [one.entity for one in inventory.findings()] == ["PURCHASES"]


def test_csv_and_json_records_tell_as_tables_do_and_texts_do_not(scan, tmp_path, inventory):
    root = tmp_path / "tree"
    root.mkdir()
    (root / "avis.csv").write_text("id_client,note,commentaire\n3,5,Parfait\n4,2,Bof\n")
    (root / "visits.jsonl").write_text('{"user_id": 7, "url": "/p/3", "at": "noon"}\n')
    (root / "orders.txt").write_text("customer_id total currency\n7 12.50 EUR\n")
    scan(root)
    assert {(one.asset, one.field, one.entity, one.count) for one in inventory.findings()} == {
        ("avis.csv", "id_client", "OPINIONS", 2),
        ("visits.jsonl", "$.user_id", "BROWSING", 1),
    }


def test_a_table_whose_own_key_is_called_uid_tells_of_nobody(scan, tmp_path, inventory):
    with sqlite3.connect(tmp_path / "u.db") as connection:
        columns = "uid INTEGER, nid INTEGER, total REAL, currency TEXT"
        connection.execute(f"CREATE TABLE orders ({columns}, PRIMARY KEY (nid, uid))")
        connection.execute(f"CREATE TABLE orders_own ({columns}, PRIMARY KEY (uid))")
        for table in ("orders", "orders_own"):
            connection.executemany(
                f"INSERT INTO {table} VALUES (?, ?, 2.5, 'EUR')",
                [(n, n) for n in range(1, 20)],
            )
    connection.close()
    scan(f"sqlite:///{tmp_path / 'u.db'}")
    assert [(one.asset, one.field, one.entity) for one in inventory.findings()] == [("orders", "uid", "PURCHASES")]


def test_it_is_told_how_many_passwords_are_hashes(scan, tmp_path, inventory):
    hashed = "$2y$10$abcdefghijklmnopqrstuuN2Yx5mJmGmKQOqtZyqQ3E9yQ3sYy1bC"
    cells = [hashed] * 4 + ["Tr0ub4dor&3", "xkcd-936!"]
    (tmp_path / "users.csv").write_text("id,password\n" + "".join(f"{at},{cell}\n" for at, cell in enumerate(cells)))
    scan(tmp_path / "users.csv")
    (finding,) = inventory.findings(entity="PASSWORD")
    assert (finding.count, finding.explicit) == (6, 4)
    assert [one.explicit for one in inventory.estimates()] == [4]


def test_what_is_no_finding_for_its_columns_name_can_be_located_all_the_same(scan, tmp_path, inventory, located):
    (tmp_path / "stock.csv").write_text("id,sku\n" + "".join(f"{at},612345{at:03d}\n" for at in range(100, 140)))
    scan(tmp_path / "stock.csv")
    assert inventory.findings() == []
    assert located("+33612345107", "PHONE_NUMBER") == [("stock.csv", "sku", {"row": 8})]
