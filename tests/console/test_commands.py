"""Every command, as a person or a script calls it."""

import csv
import io
import sqlite3

import pytest

from console.cli import COMMANDS, cli
from console.show import counted


def test_scan_tells_what_the_contract_says(recense, tree):
    ran = recense("scan", tree, "--format", "json")
    assert ran.code == 3
    assert ran.json.keys() == {"scan_id", "status", "assets", "rows", "bytes", "seconds", "findings", "hints", "ner"}
    assert ran.json["status"] == "partial"
    assert ran.json["assets"] == {"scanned": 1, "unchanged": 0, "skipped": 1, "failed": 1}


def test_the_first_scan_makes_a_key_and_warns_where_it_lies(recense, tree):
    ran = recense("scan", tree)
    assert "recense.key" in ran.err
    assert "elsewhere" in ran.err
    assert "key file" not in recense("scan", tree).err


def test_quiet_keeps_hints_to_itself(recense, tree):
    assert recense("--quiet", "scan", tree / "people.csv").err == ""


@pytest.mark.parametrize(("models", "said"), [((), "not installed"), (("fr_core_news_sm=3.8.0",), "sample")])
def test_a_scan_says_how_free_text_was_searched_for_names(recense, tree, monkeypatch, models, said):
    monkeypatch.setattr("detectors.models.installed", lambda: models)
    ran = recense("scan", tree / "people.csv", "--format", "json")
    assert ran.json["ner"] == said
    for words in ((), ("coverage",)):
        told = recense(*words).err if words else ran.err
        assert told.count("pip install 'recense[ner]'") == (said == "not installed")
    person = recense("findings", "--entity", "PERSON", "--format", "json").json[0]
    assert "searched" not in str(person["evidence"])


def test_what_was_switched_off_is_said_once_and_stands_in_the_reports(recense, tree, tmp_path):
    settings = tmp_path / "off.toml"
    settings.write_text('[detect]\nner = "off"\n')
    ran = recense("--config", settings, "scan", tree / "people.csv")
    assert ran.err.count("not searched for names") == 1
    for command in ("inventory", "exposure"):
        assert recense(command, "--format", "json").json["coverage"]["unsearched"] == ["off"]
        assert "not searched for names of people" in " ".join(recense(command).out.split())
        french = " ".join(recense(command, "--lang", "fr").out.split())
        assert "n\u2019ont pas \u00e9t\u00e9 fouill\u00e9s \u00e0 la recherche de noms" in french


@pytest.mark.parametrize("words", [("Jane Doe",), ("Jane Doe", "--entity", "PERSON"), ("Bern", "--entity", "LOCATION")])
def test_locate_says_that_a_name_only_narrows_what_another_identifier_finds(recense, people, words):
    ran = recense("locate", *words)
    assert ran.code == 2
    assert "only narrow" in ran.err
    assert words[0] not in ran.err


def test_a_whole_scan_ends_with_zero(recense, tree):
    assert recense("scan", tree / "people.csv").code == 0


def test_findings_hold_what_the_contract_says(recense, people):
    found = {one["entity"]: one for one in recense("findings", "--format", "json").json}
    assert found.keys() == {"EMAIL_ADDRESS", "PHONE_NUMBER", "PERSON"}
    assert found["PERSON"]["samples"] == ["J***", "M***"]
    email = found["EMAIL_ADDRESS"]
    assert {
        "id",
        "client",
        "source",
        "asset",
        "field",
        "entity",
        "count",
        "distinct",
        "rows_scanned",
        "score",
    } <= email.keys()
    assert {"confidence", "samples", "evidence", "status", "first_seen", "last_seen"} <= email.keys()
    assert (email["asset"], email["field"], email["count"], email["status"]) == ("people.csv", "email", 2, "open")
    assert "jane@example.org" not in str(found)


@pytest.mark.parametrize(
    ("options", "count"),
    [(["--entity", "PHONE_NUMBER"], 1), (["--client", "alice"], 0), (["--asset", "*.csv"], 3), (["--asset", "x*"], 0)],
)
def test_findings_can_be_narrowed(recense, people, options, count):
    assert len(recense("findings", *options, "--format", "json").json) == count


def test_coverage_names_what_could_not_be_read_and_why(recense, tree):
    recense("scan", tree)
    lines = {one["asset"]: one for one in recense("coverage", "--format", "json").json}
    assert {name: line["status"] for name, line in lines.items()} == {
        "people.csv": "scanned",
        "broken.json": "failed",
        "logo.png": "skipped",
    }
    assert "PNG" in lines["logo.png"]["reason"]
    assert {"client", "source", "asset", "kind", "status", "reason", "rows", "bytes", "seconds"} <= lines[
        "people.csv"
    ].keys()
    assert [one["asset"] for one in recense("coverage", "--status", "failed", "--format", "json").json] == [
        "broken.json"
    ]


def test_locate_gives_the_record_and_what_it_could_not_see(recense, tree):
    recense("scan", tree)
    answer = recense("locate", "JANE@Example.org", "--format", "json").json
    assert [(one["entity"], one["masked"]) for one in answer["identifiers"]] == [("EMAIL_ADDRESS", "j***@e***.org")]
    records = {one["asset"]: one for one in answer["records"]}
    assert records["people.csv"]["locator"] == {"row": 1}
    assert records["people.csv"].keys() == {
        "identifier",
        "client",
        "source",
        "region",
        "asset",
        "field",
        "entity",
        "locator",
        "last_seen",
    }
    assert records["broken.json"]["locator"] == {"path": "$.email"}
    assert answer["coverage"] == {"complete": False, "assets_not_read": 1, "assets_skipped": 1}


def test_locate_understands_a_national_phone_number(recense, people):
    records = recense("locate", "+41 79 123 45 67", "--format", "json").json["records"]
    assert [(one["locator"], one["ambiguous"]) for one in records] == [({"row": 2}, True)]
    assert len(recense("locate", "0791234567", "--format", "json").json["records"]) == 1


def test_locate_reads_identifiers_from_standard_input(recense, people, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("jane@example.org\n\nmax@example.com\n"))
    answer = recense("locate", "-", "--format", "json").json
    assert [one["identifier"] for one in answer["records"]] == [0, 1]


def test_locate_refuses_what_is_no_identifier_without_quoting_it(recense, people):
    ran = recense("locate", "not-an-identifier-at-all")
    assert ran.code == 2
    assert "not-an-identifier" not in ran.err
    assert ran.err.count("\n") == 1


def test_locate_live_says_whether_a_record_still_holds_it(recense, tree):
    recense("scan", tree / "people.csv")
    assert [
        one["live"] for one in recense("locate", "jane@example.org", "--live", "--format", "json").json["records"]
    ] == [True]
    (tree / "people.csv").write_text("name,email\nJane,gone@example.org\n")
    assert [
        one["live"] for one in recense("locate", "jane@example.org", "--live", "--format", "json").json["records"]
    ] == [False]
    (tree / "people.csv").unlink()
    assert [
        one["live"] for one in recense("locate", "jane@example.org", "--live", "--format", "json").json["records"]
    ] == [None]


def test_a_strict_policy_wants_a_reason_for_a_look_up_over_all_clients(recense, tree):
    (tree.parent / "here/recense.toml").write_text("[policy]\nstrict = true\n")
    assert recense("locate", "jane@example.org").code == 2
    recense("scan", tree)
    assert recense("locate", "jane@example.org", "--all-clients", "--reason", "letter of 3 May").code == 0
    assert recense("locate", "jane@example.org", "--client", "alice").code == 0


def test_review_changes_the_status(recense, people):
    number = recense("findings", "--entity", "EMAIL_ADDRESS", "--format", "json").json[0]["id"]
    assert (
        recense("review", "dismiss", number, "--reason", "test data", "--format", "json").json["status"] == "dismissed"
    )
    assert recense("review", "undo", number, "--format", "json").json["status"] == "open"
    assert recense("review", "confirm", "999").code == 1


def test_a_dismissed_finding_counts_nowhere_until_its_evidence_changes(recense, tree):
    path = tree / "people.csv"
    path.write_text("id,note\n" + "".join(f"{at},nothing\n" for at in range(50)) + "51,jane@example.org\n")
    assert recense("scan", path, "--format", "json").json["findings"] == 1
    number = recense("findings", "--format", "json").json[0]["id"]
    recense("review", "dismiss", number)
    with path.open("a") as file:
        file.write("52,max@example.org\n")
    assert recense("scan", path, "--format", "json").json["findings"] == 0
    assert recense("scan", path, "--format", "json").json["findings"] == 0  # unchanged
    assert recense("exposure", "--format", "json").json["kinds"] == []
    assert "dismissed" in recense("findings", "--format", "table").out
    with path.open("a") as file:
        file.write("".join(f"{at},max{at}@example.org\n" for at in range(53, 80)))
    assert recense("scan", path, "--format", "json").json["findings"] == 1
    (found,) = recense("findings", "--format", "json").json
    assert found["status"] == "open"
    assert "since then 29 of 79 records match instead of 1 of 51" in found["evidence"][-1]
    assert recense("exposure", "--format", "json").json["kinds"] != []
    assert recense("audit", "verify").code == 0


def test_client_forget_asks_for_a_confirmation_first(recense, people):
    assert "--confirm" in recense("client", "forget", "unassigned").out
    assert len(recense("client", "list", "--format", "json").json) == 1
    assert recense("client", "forget", "unassigned", "--confirm").code == 0
    assert recense("client", "list", "--format", "json").json == []
    assert recense("client", "forget", "unassigned", "--confirm").code == 1


def test_audit_shows_who_did_what_and_verifies_it(recense, tree):
    recense("--actor", "support-7", "scan", tree / "people.csv")
    recense("locate", "jane@example.org")
    lines = recense("audit", "show", "--format", "json").json
    assert [(one["actor"] == "support-7", one["action"]) for one in lines] == [
        (True, "scan"),
        (True, "scan ended"),
        (False, "locate"),
    ]
    assert "jane@" not in str(lines)
    assert recense("audit", "verify").code == 0


def test_audit_verify_fails_on_a_changed_line(recense, people):
    with sqlite3.connect("recense.db") as connection:
        connection.execute("UPDATE audit SET actor = 'nobody' WHERE n = 1")
    connection.close()
    ran = recense("audit", "verify")
    assert ran.code == 1
    assert "line 1" in ran.err


def test_sources_check_says_what_may_be_read(recense, tree):
    ran = recense("sources", "check", tree, "--format", "json")
    assert ran.code == 0
    assert {"source", "subject", "level", "message"} <= ran.json[0].keys()


@pytest.mark.parametrize("suffix", ["html", "json", "csv", "pdf", "parquet", "txt"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_data_inventory_is_written_in_every_format_and_language(recense, tree, people, suffix, lang):
    ran = recense("inventory", "--client", "unassigned", "--lang", lang, "-o", f"out.{suffix}")
    assert ran.code == 0
    written = (tree.parent / "here" / f"out.{suffix}").read_bytes()
    assert len(written) > 200
    assert b"jane@example.org" not in written


def test_the_data_inventory_goes_to_standard_output_too(recense, people):
    assert "people.csv" in recense("inventory").out
    assert recense("inventory", "--format", "json").json


def test_the_breach_sheet_can_look_back(recense, people):
    now = recense("exposure", "--format", "json").json
    before = recense("exposure", "--format", "json", "--as-of", "2020-01-01").json
    assert now != before
    assert recense("exposure", "--as-of", "yesterday").code == 2


def test_init_writes_settings_that_are_valid_and_never_overwrites(recense):
    assert recense("init").code == 0
    assert recense("init").code == 2
    assert recense("scan").code == 2  # no source yet, and said so


def test_a_dry_run_reads_nothing_and_writes_nothing(recense, tree):
    (row,) = recense("scan", tree, "--dry-run", "--format", "json").json
    assert (row["client"], row["assets"], row["left_out"]) == ("unassigned", 2, 1)
    assert not (tree.parent / "here/recense.db").exists()


def test_a_target_that_is_not_there_is_a_usage_error(recense):
    ran = recense("scan", "no/such/folder")
    assert ran.code == 2
    assert ran.err.count("\n") == 1


def test_a_command_without_an_inventory_says_how_to_make_one(recense):
    ran = recense("findings")
    assert ran.code == 1
    assert "recense scan" in ran.err


def test_csv_cannot_make_a_spreadsheet_compute(recense, tmp_path):
    (tmp_path / "=cmd()").mkdir()
    (tmp_path / "=cmd()/@a.csv").write_text("email\njane@example.org\n")
    recense("scan", tmp_path / "=cmd()")
    rows = list(csv.reader(io.StringIO(recense("findings", "--format", "csv").out)))
    assert "'@a.csv" in rows[1]


def test_tables_show_escapes_instead_of_obeying_them(recense, tmp_path):
    root = tmp_path / "tree"
    root.mkdir()
    (root / "a\x1b[31m\u202e.csv").write_text("email\njane@example.org\n")
    recense("scan", root)
    out = recense("findings").out + recense("coverage").out + recense("inventory").out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\\x1b" in out


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_help_text_shows_an_example(recense, command):
    ran = recense(command, "--help")
    assert ran.code == 0
    assert f"recense {command}" in ran.out


def test_help_lists_every_command(recense):
    assert all(command in recense("--help").out for command in COMMANDS)
    assert cli.list_commands(None) == list(COMMANDS)


def test_wrong_detection_settings_are_told_before_anything_is_written(recense, tree):
    here = tree.parent / "here"
    for text in (
        'phone_regions = ["UK"]',
        'phone_regions = ["XX"]',
        'entities = ["EMAIL"]',
        "entities = []",
        'recognizers = "none.yaml"',
    ):
        (here / "recense.toml").write_text(f"[detect]\n{text}\n")
        ran = recense("scan", tree)
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert not (here / "recense.db").exists()


@pytest.mark.parametrize(
    "target",
    [
        "ftp://x/",
        "sftp://host",
        "s3://bucket/?endpoint=x",
        "mysql://u@h/?bogus=1",
        "sqlite:///nowhere.db",
        "file:///no/where",
    ],
)
def test_a_target_that_can_mean_nothing_writes_nothing(recense, tree, target):
    ran = recense("scan", target)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert not (tree.parent / "here/recense.db").exists()


def test_a_look_up_that_says_nothing_is_never_complete(recense, tree, people):
    def complete(*options):
        return recense("locate", "jane@example.org", *options, "--format", "json").json["coverage"]["complete"]

    assert complete() is True
    assert complete("--client", "typo") is False
    (tree.parent / "here/recense.toml").write_text('[[source]]\nname = "never"\nurl = "file:///srv"\n')
    assert complete() is False
    recense("client", "forget", "unassigned", "--confirm")
    assert complete() is False


def test_an_unknown_entity_is_refused_with_the_nearest(recense, people):
    for command in (["findings"], ["locate", "jane@example.org"]):
        ran = recense(*command, "--entity", "email")
        assert ran.code == 2
        assert "EMAIL_ADDRESS" in ran.err


def test_an_unknown_format_or_folder_of_a_document_is_refused(recense, people):
    assert recense("inventory", "-o", "x.docx").code == 2
    assert recense("inventory", "-o", "no/such/folder/x.html").code == 2


def test_a_client_is_forgotten_only_after_that_was_written_down(recense, people):
    recense("client", "forget", "unassigned", "--confirm")
    assert recense("audit", "show", "--format", "json").json[-1]["action"] == "forget"


def test_a_scan_counts_hints_beside_the_findings(recense, tmp_path):
    numbers = [f"6{at * 73_856_093 % 10**8:08d}" for at in range(60)]
    (tmp_path / "n.csv").write_text("c3,email\n" + "".join(f"{one},jane@example.org\n" for one in numbers))
    for _again in range(2):  # the second time nothing is read
        ran = recense("scan", tmp_path / "n.csv", "--format", "json")
        assert (ran.json["findings"], ran.json["hints"]) == (1, 1)
    hint = next(one for one in recense("findings", "--format", "json").json if one["confidence"] == "low")
    said = recense("scan", tmp_path / "n.csv").out
    assert "1 finding and 1 hint for a person to look at" in said
    assert "0 assets scanned, 1 unchanged" in said
    recense("review", "dismiss", hint["id"], "--reason", "stock numbers")
    assert recense("scan", tmp_path / "n.csv", "--format", "json").json["hints"] == 0
    assert "1 finding." in recense("scan", tmp_path / "n.csv").out


@pytest.mark.parametrize(("number", "said"), [(0, "0 assets"), (1, "1 asset"), (2000, "2,000 assets")])
def test_one_thing_is_not_said_in_the_plural(number, said):
    assert counted(number, "asset") == said


def test_codes_in_free_text_are_shown_with_their_places(recense, tmp_path):
    notes = ["nothing", "paid with 4111 1111 1111 1111 12/27 123", "cvv: 456"]
    with sqlite3.connect(tmp_path / "n.db") as store:
        for table, key in (("orders", "INTEGER"), ("people", "TEXT")):
            store.execute(f"CREATE TABLE {table} (id {key} PRIMARY KEY, note TEXT)")
        store.executemany("INSERT INTO orders VALUES (?, ?)", enumerate(notes, 1))
        store.executemany("INSERT INTO people VALUES ('jane' || ? || '@example.org', ?)", enumerate(notes))
    store.close()
    recense("scan", f"sqlite:///{tmp_path}/n.db")
    asked = ("findings", "--entity", "CVV", "--asset")
    (orders,) = recense(*asked, "orders", "--format", "json").json
    assert (orders["located"], orders["locators"]) == (2, [{"key": {"id": "2"}}, {"key": {"id": "3"}}])
    assert "CVV in orders, note: key id 2, key id 3" in recense(*asked, "orders").out.replace('"', "")
    (people,) = recense(*asked, "people", "--format", "json").json
    assert people["locators"] == [{"key": {"id": "***"}}] * 2
    assert "jane" not in recense(*asked, "people").out
    assert "locators" not in recense("findings", "--entity", "CVV", "--format", "json").json[0]


def test_the_places_of_a_column_of_codes_are_said_by_its_name(recense, tmp_path):
    (tmp_path / "c.csv").write_text("id,cvv\n1,123\n2,456\n3,789\n")
    recense("scan", tmp_path / "c.csv")
    (codes,) = recense("findings", "--entity", "CVV", "--asset", "c.csv", "--format", "json").json
    assert "locators" not in codes


def test_only_so_many_places_are_shown(recense, tmp_path, monkeypatch):
    monkeypatch.setattr("console.cli.findings._PLACES", 2)
    (tmp_path / "c.csv").write_text("id,note\n" + "".join(f"{at},cvv: {at + 100}\n" for at in range(9)))
    recense("scan", tmp_path / "c.csv")
    asked = ("findings", "--entity", "CVV", "--asset", "c.csv")
    (codes,) = recense(*asked, "--format", "json").json
    assert (codes["located"], len(codes["locators"])) == (9, 2)
    assert "row 1, row 2, and 7 more" in recense(*asked).out
