"""Whose an asset is, and whether it may be read."""

import pytest

from scanner.ownership import client_of, closed, left_out, rule_for
from scanner.settings import ClientRule, Policy, ScanSource

STRICT = Policy(strict=True)


@pytest.mark.parametrize(
    ("container", "client"),
    [("alice_shop", "alice"), ("bob_wp", "bob"), ("nobody", "unassigned"), ("", "unassigned"), ("alicia9", "alice")],
)
def test_rules_come_before_the_pattern_and_nothing_is_left_without_a_client(container, client):
    source = ScanSource("s", "mysql://h/", client_pattern="^(?P<client>[a-z0-9]+)_")
    assert client_of(container, source, [ClientRule("alice", match=("alicia*",))]) == client


def test_a_source_of_one_client_is_wholly_its_own():
    assert client_of("bob_wp", ScanSource("s", "mysql://h/", client="alice"), []) == "alice"


@pytest.mark.parametrize(
    ("rule", "policy", "open_"),
    [
        (ClientRule("a"), Policy(), True),
        (ClientRule("a"), STRICT, False),
        (ClientRule("a", mandate="DPA 7"), STRICT, True),
        (ClientRule("a", scan="none"), Policy(), False),
        (ClientRule("a", scan="names", mandate="DPA 7"), Policy(), False),
    ],
)
def test_policy_opens_and_closes(rule, policy, open_):
    assert (closed("db.table", rule, policy) is None) is open_


@pytest.mark.parametrize("name", ["a/box.mbox", "a/Maildir/cur/1.x", "m.eml!part", "x/Mail/Sent"])
def test_mail_is_closed_under_a_strict_policy_unless_allowed(name):
    assert closed(name, ClientRule("a", mandate="m"), STRICT)
    assert not closed(name, ClientRule("a", mandate="m", mail=True), STRICT)
    assert not closed(name, ClientRule("a"), Policy())


def test_include_and_exclude_are_globs_on_names():
    source = ScanSource("s", "file:///x", include=("*.db", "logs/*"), exclude=("*wp_sessions",))
    assert left_out("site.db!users", source) is None
    assert left_out("logs/a.log", source) is None
    assert "include" in str(left_out("a.csv", source))
    assert "exclude" in str(left_out("site.db!wp_sessions", source))


def test_a_client_without_a_rule_gets_the_default_one():
    assert rule_for("zoe", [ClientRule("alice", role="controller")]).role == "processor"
