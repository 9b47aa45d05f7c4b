"""Texts in base64, told from hashes and ids."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import secrets

import pyarrow as pa
import pytest

from connectors.base64_text import decoded
from connectors.cell_gate import Gate
from connectors.json_fields import expand
from tests.connectors.formats.opening import cells
from tests.connectors.test_json_fields import batch_of

TEXT = "Write to zoe@example.org, or to Zoé."
CELL = base64.b64encode(TEXT.encode()).decode()


@pytest.mark.parametrize(
    "cell",
    [
        CELL,
        CELL.rstrip("="),
        CELL[:20] + "\r\n" + CELL[20:] + "\r\n",
        CELL.replace("+", "-").replace("/", "_"),
        "data:text/plain;charset=utf-8;base64," + CELL,
        "data:;base64," + CELL,
    ],
)
def test_a_text_is_read(cell):
    assert decoded(cell) == TEXT


def hidden():
    png = b"\x89PNG\r\n\x1a\n" + secrets.token_bytes(100)
    return [
        hashlib.sha256(b"x").hexdigest(),
        base64.b64encode(hashlib.sha256(b"x").digest()).decode(),
        base64.b64encode(random.Random(1).randbytes(48)).decode(),
        "abcdefghijklmnopqrstuvwxyzabcdef",
        "CustomerNotificationServiceFactoryBean",
        "0123456789012345678901234567",
        "0aa1b2c3-1111-4222-8333-444455556666",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P",
        "data:image/png;base64," + base64.b64encode(png).decode(),
        "https://example.org/abcdefghijklmnopqrstuvwxyz",
        CELL[:20],
        CELL + "!",
    ]


@pytest.mark.parametrize("cell", hidden())
def test_what_holds_no_text_stays_as_it_is(cell):
    assert cells(expand(batch_of(cell))) == [("settings", ("k0",), cell)]


def test_the_field_says_how_it_was_written():
    inner = base64.b64encode(json.dumps({"contact": {"email": "zoe@example.org"}}).encode()).decode()
    php = base64.b64encode(b'a:1:{s:4:"mail";s:15:"max@example.org";}').decode()
    assert cells(expand(batch_of("x", CELL, inner, php, None))) == [
        ("settings$base64", ("k1",), TEXT),
        ("settings$base64.contact.email", ("k2",), "zoe@example.org"),
        ("settings$base64.mail", ("k3",), "max@example.org"),
        ("settings", ("k0",), "x"),
    ]


def test_the_gate_lets_through_what_may_be_one_wherever_it_lies_in_a_buffer():
    column = pa.array(["x", None, "", CELL, "a text with blanks in it, long enough", "f" * 64, "data:,x" + "y" * 30])
    assert Gate(column).wrapped() == [3, 6]
    assert Gate(column.slice(2)).wrapped() == [1, 4]
    assert Gate(column.slice(3, 1)).wrapped() == [0]
    assert Gate(column.cast(pa.large_string())).wrapped() == [3, 6]
    assert Gate(pa.array([], pa.string())).wrapped() == []
