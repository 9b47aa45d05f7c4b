"""IP addresses of both versions, and versions, times, codes that only look like one."""

from __future__ import annotations

import pytest

from detectors.ip_address import IpAddress
from tests.detectors.cases import Case, found, table

HOST = "203.0.113.9"
IPS = IpAddress()

HITS = table(
    (HOST, (HOST,), "plain"),
    (f"[{HOST}] in logs", (HOST,), "in brackets"),
    (f"{HOST}:8080", (HOST,), "with a port"),
    ("203.0.113.0/24", ("203.0.113.0",), "with a prefix length"),
    (f"http://{HOST}/x", (HOST,), "in a URL"),
    (f"from {HOST}.", (HOST,), "end of a sentence"),
    (f"a={HOST},b=198.51.100.7", (HOST, "198.51.100.7"), "two"),
    (f"log_{HOST}.txt", (HOST,), "in a file's name"),
    ("v=198.51.100.77", ("198.51.100.77",), "too large for a version"),
    (f"...{HOST}", (HOST,), "behind dots"),
    ("\uff12\uff10\uff13.0.113.9", (HOST,), "full width"),
    ("127.0.0.1", ("127.0.0.1",), "loopback: found, and weak"),
    ("2001:DB8:0:0:0:0:0:1", ("2001:db8::1",), "written out"),
    ("2001:db8::1", ("2001:db8::1",), "compressed"),
    ("[IPv6:2001:db8::1]", ("2001:db8::1",), "as mail servers write it"),
    ("[2001:db8::1]:443", ("2001:db8::1",), "with a port"),
    ("fe80::1%eth0", ("fe80::1",), "with a zone"),
    ("2001:db8::/32", ("2001:db8::",), "a network"),
    ("::ffff:192.0.2.1", ("192.0.2.1",), "mapped"),
    ("64:ff9b::192.0.2.1", ("64:ff9b::c000:201",), "embedded"),
    ("::1", ("::1",), "loopback of version 6"),
)
MISSES = table(
    ("256.1.1.1", (), "an octet too large"),
    ("192.168.01.1", (), "a leading zero"),
    ("192.168.1", (), "three parts"),
    ("1.3.6.1.4.1", (), "an object identifier"),
    ("192.168.1.1.1", (), "a section of five parts"),
    ("v1.2.3.4", (), "a version"),
    ("v=10.4.2.133", (), "a version with a large build"),
    ("lib.1.2.3.4", (), "part of a name"),
    ("version 10.4.2.1", (), "a version, labelled"),
    ("section 10.1.1.1", (), "a section"),
    ("Mozilla/5.0 Chrome/119.0.0.0 Safari/537.36", (), "a browser"),
    ("0.0.0.0", (), "nobody's"),
    ("::", (), "nobody's, version 6"),
    ("4.3.2.10.in-addr.arpa", (), "a name of the reverse tree"),
    ("12:34:56", (), "a time"),
    ("aa:bb:cc:dd:ee:ff", (), "a MAC"),
    ("50:06:01:60:3b:20:1d:2c", (), "an EUI-64"),
    ("std::cout", (), "C++"),
    ("dead::beef", (), "names"),
    ("items[1::2]", (), "a slice"),
    ("'1'::integer", (), "a cast"),
    ("2001::db8::1", (), "compressed twice"),
    ("text192.168.1.1", (), "part of a word"),
)


@HITS
def test_finds_an_address(case: Case) -> None:
    assert found(IPS, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_address(case: Case) -> None:
    assert found(IPS, case.text) == ()


@pytest.mark.parametrize(
    "typed", ["192.0.2.1", " ::FFFF:192.0.2.1 ", "192.0.2.1:443", "192.0.2.1/32", "[::ffff:192.0.2.1]:80"]
)
def test_reads_a_typed_address_in_any_notation(typed: str) -> None:
    assert IPS.parse(typed) == ("192.0.2.1",)


@pytest.mark.parametrize("typed", ["", "192.0.2", "0.0.0.0", "12:34:56", "example.org"])
def test_refuses_what_is_no_address(typed: str) -> None:
    assert IPS.parse(typed) == ()


def test_masks_all_but_the_first_two_groups() -> None:
    assert IPS.mask(HOST) == "203.0.*.*"
    assert IPS.mask("2001:db8::1") == "2001:db8:*"


def test_a_small_number_does_not_say_what_it_is() -> None:
    assert [match.explicit for match in IPS.find("10.4.2.1 10.4.2.77")] == [False, True]
