"""What a breach sheet says of a part of the stores."""

import pytest

from reports.exposure import collect
from reports.interface import UnknownSourceError
from tests.reports.stand_in import MADE, crowd, shop


def test_the_sheet_counts_persons_records_clients_and_countries():
    sheet = collect(shop(), MADE)
    assert (sheet.persons.low, sheet.persons.high) == (4237, 9418)
    assert [client.client for client in sheet.clients] == ["alice"]
    assert [country.region for country in sheet.countries] == ["CH", None]


def test_a_source_narrows_everything_down():
    sheet = collect(shop(), MADE, source="files")
    assert {kind.entity for kind in sheet.kinds} == {"EMAIL_ADDRESS", "IP_ADDRESS"}
    assert [line.asset for line in sheet.coverage.missing] == ["exports/old.csv", "mail/box"]
    assert sheet.hints == sheet.dismissed == 0


def test_a_glob_narrows_the_tables_down():
    sheet = collect(shop(), MADE, asset="*.payments")
    assert sheet.assets == 1
    assert (sheet.persons.low, sheet.persons.high) == (None, 1204 + 87)


def test_each_client_has_its_own_range():
    shares = {share.client: share for share in collect(crowd(), MADE).clients}
    assert set(shares) == {"alice", "bob"}
    assert shares["bob"].persons.low == 100 + 299
    assert shares["alice"].role == "processor"


def test_places_in_one_country_are_joined_without_counting_persons_once_for_sure():
    found = crowd()
    found.places = [
        *found.places[:1],
        found.places[1].__class__(**{**vars(found.places[1]), "region": "CH"}),
        found.places[2],
    ]
    swiss = next(country for country in collect(found, MADE).countries if country.region == "CH")
    assert swiss.sources == ("sql7", "sql8")
    assert swiss.persons.low == 100 + 298
    assert swiss.persons.high == 100 + 297 + 50 + 297 + 100 + 298 + 50 + 298


def test_an_unknown_source_is_an_error_that_names_the_known_ones():
    with pytest.raises(UnknownSourceError, match="'files'"):
        collect(shop(), MADE, source="sql8")


def test_a_scope_without_a_match_holds_nothing():
    sheet = collect(shop(), MADE, asset="no_such_*")
    assert (sheet.kinds, sheet.clients, sheet.persons.high) == ((), (), 0)


def test_a_time_in_the_past_is_asked_for_everywhere():
    found = shop()
    collect(found, MADE, as_of="2026-10-01T00:00:00Z")
    assert found.asked_as_of == {"2026-10-01T00:00:00Z"}
