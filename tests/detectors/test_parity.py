"""What Presidio's own recognizers find is found here, save for the exemptions."""

from __future__ import annotations

import socket
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.detectors.exemptions import EXEMPTIONS
from tests.detectors.parity import RECALL, Parity, compare, report
from tests.detectors.peers import Presidio
from tests.detectors.texts import texts

SLICE = 2_500
VALUES = [
    *("4111111111111111", "4111 1111 1111 1111", "3782-822463-10005", "2223003122003222"),
    *("jane@example.org", "Jean.Roy+x@mail.example.co.uk", "\u0438\u0432\u0430\u043d@example.com"),
    *("+33 6 12 34 56 78", "+33612345678", "06.12.34.56.78", "(514) 555-0199", "0041446681800", "020 7946 0958"),
    *("+06 12 34 56 78", "+1 (514) 555-0199", "(0)612345678", "0475/12.34.56", "079 123 45 67", "\uff10612345678"),
    *("DE89370400440532013000", "FR14 2004 1010 0505 0001 3M02 606", "BE32 1234 5678 9002"),
    *("203.0.113.9", "2001:db8:1:2:3:4:5:6", "2001:db8::1234", "203.0.113.0/24", "192.168.1.77:8080"),
]
AROUND = [
    *(
        "",
        " ",
        "'",
        '"',
        "<",
        ">",
        "(",
        ")",
        "[",
        "]",
        ",",
        ";",
        "\n",
        "\t",
        "_",
        "*",
        "|",
        "\u00a0",
        "\u202f",
        "\u00ab ",
    ),
    *(
        "Tel. ",
        "\u8054\u7cfb",
        "\u0442\u0435\u043b ",
        '{"k": "',
        "</td>",
        "1. ",
        "\U0001f4de",
        "\u0627",
        ". ",
        " - ",
        " @ ",
    ),
]
BETWEEN = [" ", ", ", "\n", '","', "; ", " / ", " \u2013 ", "</td><td>", " | ", "\t", "\u3001", " et ", " 12h "]


@cache
def peer() -> Presidio:
    return Presidio()


@pytest.fixture(scope="module")
def parity() -> Parity:
    return compare(texts(SLICE), peer())


def told(parity: Parity) -> str:
    return "\n".join(report(parity))


@pytest.mark.parametrize("entity", list(peer().recognizers))
def test_what_presidio_finds_in_many_scripts_and_surroundings_is_found(parity: Parity, entity: str) -> None:
    assert parity.held(entity) > 200
    assert parity.recall(entity) >= RECALL, told(parity)


def test_the_exempted_share_stays_small(parity: Parity) -> None:
    assert sum(parity.exempt.values()) < 0.1 * sum(parity.found.values()), told(parity)


def test_every_exemption_has_a_name_of_its_own_and_a_reason() -> None:
    names = [(one.entity, one.name) for one in EXEMPTIONS]
    assert len(set(names)) == len(names)
    assert all(one.reason for one in EXEMPTIONS)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(st.tuples(*map(st.sampled_from, (AROUND, VALUES, BETWEEN, VALUES, AROUND))).map("".join))
def test_whatever_presidio_finds_of_two_neighbours_is_found(text: str) -> None:
    assert compare([text], peer()).misses == []


def test_presidio_is_asked_without_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        pytest.fail("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert peer().find("EMAIL_ADDRESS", "jane@example.org") == [(0, 16)]


def test_misses_are_shown_by_their_shape_only() -> None:
    lines = told(Parity(misses=[("CREDIT_CARD", "Anna 4111", (5, 9))]))
    assert "9999" in lines
    assert "4111" not in lines
    assert "Anna" not in lines
