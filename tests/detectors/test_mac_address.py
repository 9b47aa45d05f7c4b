"""Addresses of devices: notations, chains that only contain six octets, and moments."""

from __future__ import annotations

from detectors.mac_address import MacAddress
from tests.detectors.cases import Case, found, table

DEVICES = MacAddress()
ONE = "00:1a:2b:3c:4d:5e"

HITS = table(
    ("00:1A:2B:3C:4D:5E", (ONE,), "colons"),
    ("00-1a-2b-3c-4d-5e", (ONE,), "hyphens"),
    ("MAC:00:1A:2B:3C:4D:5E", (ONE,), "a label right in front"),
    ("dhcp lease for 00:1a:2b:3c:4d:5e via eth0", (ONE,), "in a log"),
    ("MAC address 001a.2b3c.4d5e", (ONE,), "groups of four, beside a word"),
    ("adresse MAC : 001A2B3C4D5E", (ONE,), "bare, beside a word"),
    ("macs: 00:11:22:33:44:55", ("00:11:22:33:44:55",), "digits alone, beside a word"),
    ("Hardware address: AA-BB-CC-DD-EE-FF", ("aa:bb:cc:dd:ee:ff",), "letters alone, beside a word"),
)
MISSES = table(
    ("FF:FF:FF:FF:FF:FF", (), "broadcast"),
    ("mac 00:00:00:00:00:00", (), "zero"),
    ("00:1A:2B:3C:4D", (), "five octets"),
    ("00:1a:2b:ff:fe:3c:4d:5e", (), "EUI-64"),
    ("mac 00:1a:2b:3c:4d:5e:6f:70:81:92:a3:b4:c5:d6:e7:f8", (), "a fingerprint"),
    ("10:2F:33-AC-29-C3", (), "two separators"),
    ("24-11-23-12-30-45", (), "a moment"),
    ("00:11:22:33:44:55", (), "digits alone"),
    ("001a.2b3c.4d5e", (), "groups of four, no word"),
    ("001a2b3c4d5e", (), "bare, no word"),
    ("550e8400-e29b-41d4-a716-446655440000", (), "UUID"),
    ("mac 550e8400-e29b-41d4-a716-446655440000", (), "UUID, beside a word"),
    ("2001:db8:aa:bb:cc:dd:ee:ff", (), "version 6"),
    ("d41d8cd98f00b204e9800998ecf8427e", (), "MD5"),
)
UNDER = table(
    ("001A2B3C4D5E", (ONE,), "bare"),
    ("001a.2b3c.4d5e", (ONE,), "groups of four"),
    ("00-11-22-33-44-55", ("00:11:22:33:44:55",), "digits alone"),
)


@HITS
def test_finds_a_mac_address(case: Case) -> None:
    assert found(DEVICES, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_mac_address(case: Case) -> None:
    assert found(DEVICES, case.text) == ()


@UNDER
def test_finds_weaker_notations_under_a_header(case: Case) -> None:
    assert (
        tuple(match.readings[0] for _, match in DEVICES.shapes_under(case.text, headed=True) if match) == case.expected
    )


def test_reads_a_typed_address_and_masks_the_device() -> None:
    assert DEVICES.parse("00-1A-2B-3C-4D-5E") == DEVICES.parse("001a.2b3c.4d5e") == (ONE,)
    assert DEVICES.mask(ONE) == "00:1a:2b:**:**:**"
