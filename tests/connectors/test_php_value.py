"""PHP's serialised values, told and opened."""

from __future__ import annotations

import pytest

from connectors.json_fields import expand
from connectors.php_value import LEVELS, parse_php
from tests.connectors.formats.opening import cells
from tests.connectors.test_json_fields import batch_of

OPTION = 'a:2:{s:5:"email";s:15:"zoe@example.org";s:4:"tags";a:2:{i:0;s:1:"x";i:1;s:1:"y";}}'


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (OPTION, (("email", "zoe@example.org"), ("tags", ["x", "y"]))),
        ("a:0:{}", ()),
        ("a:1:{i:5;d:0.5;}", (("5", "0.5"),)),
        ("a:3:{i:0;b:1;i:1;N;i:2;i:-7;}", [True, None, "-7"]),
        ('s:5:"hello";', "hello"),
        ('a:1:{s:1:"a";s:6:"é€!";}', (("a", "é€!"),)),
        ('a:1:{s:1:"a";s:3:"é€!";}', (("a", "é€!"),)),
        ('a:1:{s:1:"a";s:9:"x";i:1;}"";}', (("a", 'x";i:1;}"'),)),
        ('O:8:"stdClass":1:{s:4:"mail";s:1:"x";}', (("mail", "x"),)),
        ('O:4:"User":2:{s:10:"\0User\0mail";s:1:"x";s:4:"\0*\0t";s:1:"y";}', (("mail", "x"), ("t", "y"))),
        ('O:4:"User":1:{s:10:" User mail";s:1:"x";}', (("mail", "x"),)),
        ('a:2:{i:0;O:1:"A":0:{}i:1;R:2;}', [(), None]),
        ('C:11:"ArrayObject":18:{a:1:{s:1:"k";i:5;}}', (("k", "5"),)),
        ('a:1:{s:1:"a";s:22:"a:1:{s:1:"b";s:1:"c";}";}', (("a", (("b", "c"),)),)),
        ('a:1:{s:1:"a";E:11:"Suit:Hearts";}', (("a", "Suit:Hearts"),)),
        ('a:1:{s:1:"a";S:2:"\\41b";}', (("a", "Ab"),)),
        ('user|a:1:{s:4:"mail";s:1:"x";}n|i:3;', (("user", (("mail", "x"),)), ("n", "3"))),
    ],
)
def test_a_value_is_read_as_php_wrote_it(text, value):
    assert parse_php(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a:1:{",
        OPTION[:-1],
        OPTION + "x",
        'a:1:{s:5:"email";s:99:"zoe@example.org";}',
        'a:1:{i:0;s:99999999999:"x";}',
        "a:1:{i:0;i:1",
        "a:99999:{}}",
        "s:3",
        "O:1:x",
        "a:1:{a:0:{}i:1;}",
        "a: 1: {}",
        "at:12:noon",
        "name|value",
        "a:1:{i:0;" * 3000 + "N;" + "}" * 3000,
        'a:1:{i:0;s:2:"' * 50_000,
    ],
)
def test_what_is_broken_or_none_stays_text(text):
    assert parse_php(text) is None
    assert cells(expand(batch_of(text))) == [("settings", ("k0",), text)]


def test_levels_are_counted():
    def nested(levels):
        return "a:1:{i:0;" * levels + "N;" + "}" * levels

    assert parse_php(nested(LEVELS)) is not None
    assert parse_php(nested(LEVELS + 1)) is None


def test_nested_strings_cost_no_more_than_they_hold():
    text = "N;"
    for _ in range(30):
        text = f'a:1:{{i:0;s:{len(text)}:"{text}";}}'
    assert parse_php(text) is not None


def test_a_cell_is_fields_under_its_column_and_the_others_stay():
    found = cells(expand(batch_of("plain", OPTION, "a:1 broken", "  " + OPTION)))
    assert ("settings$.email", ("k1",), "zoe@example.org") in found
    assert ("settings$.email", ("k3",), "zoe@example.org") in found
    assert ("settings$.tags[*]", ("k1",), "y") in found
    assert [cell for cell in found if cell[0] == "settings"] == [
        ("settings", ("k0",), "plain"),
        ("settings", ("k2",), "a:1 broken"),
    ]


def test_a_session_is_opened_by_its_variables():
    (field, *_), *_ = cells(expand(batch_of('cart|a:0:{}user|a:1:{s:4:"mail";s:15:"zoe@example.org";}', "a|b")))
    assert field == "settings$.user.mail"


def test_names_that_are_data_are_values_too():
    found = cells(expand(batch_of('a:1:{s:15:"zoe@example.org";i:1;}')))
    assert ("settings$.*", ("k0",), "zoe@example.org") in found
