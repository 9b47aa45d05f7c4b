"""Where a person is."""

import pytest

from detectors.interface import DetectSettings, IdentifierError
from subjects.errors import PolicyError
from subjects.locate import demand_reason, identify, locate
from tests.subjects.conftest import JANE

EVERYWHERE = {
    ("a.csv", "email", str({"row": 2})),
    ("b.json", "$.users[*].mail", str({"path": "$.users[1].mail"})),
    ("c.jsonl", "$.m", str({"record": 2})),
    ("d.log", "text", str({"line": 2})),
    ("e.db!people", "email", str({"key": {"shop": "ch", "id": "2"}})),
    ("e.db!keyless", "settings$.contact.email", str({"row": 2})),
}


def find(inventory, *texts, entity=None, **options):
    return locate(inventory, identify(inventory, texts, entity, DetectSettings()), **options)


def test_a_person_is_found_in_every_kind_of_store(inventory):
    records = find(inventory, JANE).records
    assert {(one.asset, one.field, str(one.locator)) for one in records} == EVERYWHERE


@pytest.mark.parametrize(
    "notation", ["JANE@EXAMPLE.ORG", " jane@example.org ", "<jane@example.org>", "mailto:jane@example.org"]
)
def test_notation_does_not_matter(inventory, notation):
    assert len(find(inventory, notation).records) == len(EVERYWHERE)


def test_each_record_says_which_identifier_it_holds(inventory):
    located = find(inventory, "+41 44 668 18 11", JANE)
    assert [one.entities[0] for one in located.identifiers] == ["PHONE_NUMBER", "EMAIL_ADDRESS"]
    assert {one.identifier for one in located.records if one.asset == "a.csv"} == {0, 1}


def test_nobody_is_found_where_nobody_is(inventory):
    located = find(inventory, "nobody@example.org")
    assert (located.records, located.complete) == ((), True)


def test_an_identifier_is_never_quoted_when_it_is_refused(inventory):
    with pytest.raises(IdentifierError) as caught:
        find(inventory, "jane-at-example")
    assert "jane" not in str(caught.value)


def test_a_look_up_is_kept_masked(inventory):
    find(inventory, JANE, reason=f"letter of {JANE}")
    line = list(inventory.audit.lines())[-1]
    assert (line.action, line.detail["records"]) == ("locate", 6)
    assert JANE not in str(line)


def test_a_strict_policy_demands_a_client_or_a_reason():
    for given in ({"client": "alice"}, {"all_clients": True, "reason": "letter"}):
        demand_reason(strict=True, **{"client": None, "all_clients": False, "reason": None, **given})
    with pytest.raises(PolicyError, match="--reason"):
        demand_reason(strict=True, client=None, all_clients=True, reason=None)
    demand_reason(strict=False, client=None, all_clients=False, reason=None)
