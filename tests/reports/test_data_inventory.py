"""What a data inventory says of a client."""

import dataclasses
import io
from dataclasses import replace

import pytest

from reports.data_inventory import collect
from reports.documents import KindSampled
from reports.formats.table import render
from reports.interface import UnknownClientError
from reports.language import Words, capital
from reports.phrases import how_persons, kind_name, lead, person_range, record_range
from tests.reports.stand_in import ALICE, MADE, StandIn, crowd, failures, finding, line, place, shop, single, unscanned


def of(situation, client="alice"):
    return collect(situation, client, MADE)


def test_persons_are_between_the_largest_kind_and_the_sum():
    persons = of(shop()).persons
    assert (persons.low, persons.high) == (4237, 4237 + 3890 + 1204 + 87)
    assert persons.counted_by == "EMAIL_ADDRESS"
    assert "IP_ADDRESS" not in persons.kinds


def holding(**kinds):
    """One table with so many different values of each kind."""
    found = [finding("alice.t", entity.lower(), entity, distinct) for entity, distinct in kinds.items()]
    return of(StandIn(found, [line("alice.t")], [place("sql7")], [ALICE]))


def test_two_cards_a_person_do_not_double_the_persons():
    persons = holding(CREDIT_CARD=200, EMAIL_ADDRESS=100, IBAN_CODE=150, IP_ADDRESS=900, SOCIAL_HANDLE=300).persons
    assert (persons.low, persons.counted_by) == (100, "EMAIL_ADDRESS")
    how = how_persons(Words("en"), persons)
    assert "One person may have several social network accounts, payment card numbers and bank" in how


@pytest.mark.parametrize(("lang", "text"), [("en", "up to 350"), ("fr", "jusqu\u2019\u00e0 350")])
def test_cards_and_accounts_alone_give_an_upper_limit_and_no_lower_one(lang, text):
    document = holding(CREDIT_CARD=200, IBAN_CODE=150, MAC_ADDRESS=900)
    assert (document.persons.low, document.persons.high, document.persons.counted_by) == (None, 350, None)
    assert person_range(Words(lang), document.persons) == text
    assert text in lead(Words(lang), "glance", document)


def test_records_are_between_one_row_for_all_and_one_row_for_each():
    records = of(shop()).records
    assert records.low == 4237 + 18_455 + 1204 + 980 + 201_777
    assert records.high == (4237 + 3890) + (18_455 + 211) + min(2408, 1204 + 1198 + 87) + 980 + 201_777


def test_a_document_that_is_one_record_counts_by_its_matches():
    found = StandIn([replace(finding("orders.json", "$.orders[*].email", "EMAIL_ADDRESS", 400), rows_scanned=1)])
    found.people = [ALICE]
    assert of(found).records.low == of(found).records.high == 400


def test_kinds_that_say_nothing_of_persons_give_no_number():
    found = StandIn([finding("a.log", "text", "IP_ADDRESS", 900)], [line("a.log")], [place("sql7")], [ALICE])
    assert (of(found).persons.low, of(found).persons.high) == (None, None)


def test_hints_and_dismissed_findings_are_counted_apart():
    document = of(shop())
    assert [hint.entry.field for hint in document.hints] == ["reference"]
    assert document.dismissed == 1
    assert sum(kind.fields for kind in document.kinds) == 9


def test_a_hint_that_a_person_confirmed_counts():
    assert any(kind.entity == "IBAN_CODE" and kind.distinct == 87 for kind in of(shop()).kinds)


def test_values_without_token_have_no_number_of_different_ones():
    codes = [kind for kind in of(shop()).kinds if kind.entity == "CVV"]
    assert [(kind.distinct, kind.count) for kind in codes] == [(None, 1198)]


def test_what_the_settings_leave_out_is_a_gap():
    gaps = {store.source: store.gaps for store in of(shop()).stores}
    assert gaps == {"sql7": (), "files": ("region", "purpose", "recipients", "retention")}


def test_what_was_not_read_stands_apart_from_views():
    coverage = of(shop()).coverage
    assert [one.asset for one in coverage.missing] == ["exports/old.csv", "mail/box", "alice_wp.audit"]
    assert dict(coverage.aside) == {"view": 1, "format": 1}
    assert not coverage.complete


def test_the_gravest_comes_first():
    codes = [risk.code for risk in of(shop()).risks]
    assert codes == ["card_with_cvv", "cards", "accounts", "unread", "region_unknown", "new"]


def passwords(*counted):
    """A client whose passwords are stored in these ways: (matches, hashes among them)."""
    found = [
        replace(finding(f"alice.t{at}", "pass", "PASSWORD", 0, count=count), category="credentials", explicit=hashed)
        for at, (count, hashed) in enumerate(counted)
    ]
    return StandIn(found, [line("alice.t0")], [place("sql7")], [ALICE])


def test_passwords_in_clear_text_are_urgent_and_hashes_are_counted_apart():
    risks = {risk.code: risk for risk in of(passwords((100, 0), (30, 10), (50, 50))).risks}
    assert list(risks) == ["passwords_clear", "password_hashes"]
    clear, hashes = risks.values()
    lies = [asset for _, asset in clear.places]
    assert (clear.level, clear.number, lies) == ("critical", 120, ["alice.t0", "alice.t1"])
    assert (hashes.level, hashes.number, [asset for _, asset in hashes.places]) == (
        "medium", 60, ["alice.t1", "alice.t2"],
    )  # fmt: skip


def test_hashes_alone_are_not_urgent():
    assert [(risk.code, risk.level) for risk in of(passwords((50, 50))).risks] == [("password_hashes", "medium")]


def test_passwords_of_an_older_inventory_are_urgent_since_nobody_knows_how_they_are_stored():
    assert [(risk.code, risk.level) for risk in of(passwords((50, None))).risks] == [("credentials", "high")]


@pytest.mark.parametrize(
    ("hashed", "english", "french"),
    [
        (0, "Passwords in clear text", "Mots de passe en clair"),
        (50, "Passwords stored as hashes", "Mots de passe hachés"),
        (20, "Passwords, some of them in clear text", "Mots de passe, dont certains en clair"),
    ],
)
def test_the_kind_says_how_passwords_are_stored(hashed, english, french):
    (kind,) = of(passwords((50, hashed))).kinds
    assert [capital(kind_name(Words(lang), kind)) for lang in ("en", "fr")] == [english, french]


def sampled(*others):
    """Names found in 12 of 200 texts that were looked through, beside other findings."""
    notes = replace(finding("alice.orders", "notes", "PERSON", 0, count=12), sampled=200)
    return StandIn([notes, *others], [line("alice.orders")], [place("sql7")], [ALICE])


def test_what_a_sample_showed_is_in_no_exact_figure():
    document = of(sampled(finding("alice.users", "name", "PERSON", 0, count=300)))
    (names,) = document.kinds
    assert (names.count, names.records, names.fields, names.assets) == (300, 300, 1, 1)
    assert names.sampled == KindSampled(texts=200, count=12, fields=1, assets=1, sources=1)
    assert (document.records.low, document.records.high) == (300, 300)


@pytest.mark.parametrize(
    ("lang", "wanted"),
    [
        ("en", ["Names of persons, in a sample of 200 texts", "12 in a sample", "no other number includes it"]),
        ("fr", ["Noms de personnes, dans un \u00e9chantillon de 200 textes", "12 dans un \u00e9chantillon"]),
    ],
)
def test_a_sample_alone_is_shown_as_one_and_gives_no_number_of_records(lang, wanted):
    document = of(sampled())
    assert record_range(Words(lang), document.records) == Words(lang)("records.unknown")
    out = io.BytesIO()
    render(document, lang, out, 200)
    text = " ".join(out.getvalue().decode().split())
    assert [one for one in wanted if one not in text] == []


def test_a_client_sees_nothing_of_another():
    document = of(crowd(), "bob")
    assert {asset.client for store in document.stores for asset in store.assets} == {"bob"}
    assert document.assets == 150
    assert document.roles == ("controller",)


def test_without_a_client_all_are_taken_together():
    document = of(crowd(), None)
    assert document.assets == 300
    assert document.roles == ("controller", "processor")


def test_an_unknown_client_is_an_error_that_names_the_known_ones():
    with pytest.raises(UnknownClientError, match="'alice'"):
        of(single(), "alcie")


def test_a_scan_that_did_not_end_is_named_and_other_places_only_counted():
    found = single()
    found.places = [place("sql7", status="interrupted"), place("bob-private", status="failed")]
    coverage = of(found).coverage
    assert coverage.unfinished == (("sql7", "interrupted"),)
    assert coverage.unreached == 1


def test_a_place_with_a_masked_name_still_has_its_persons():
    found = single()
    found.estimates = lambda source=None, **_: [] if source else StandIn.estimates(found)
    assert of(found).stores[0].persons.low == 1


@pytest.mark.parametrize("situation", [failures, unscanned])
def test_nothing_read_is_not_nothing_found(situation):
    document = of(situation())
    assert not document.kinds
    assert not document.stores or document.stores[0].assets_missing


def test_no_sample_and_no_evidence_gets_into_a_document():
    assert "SAMPLE" not in repr(dataclasses.asdict(of(shop())))
    assert "EVIDENCE" not in repr(dataclasses.asdict(of(shop())))
