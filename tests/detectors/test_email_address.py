"""E-mail addresses: as people, logs, URLs, HTML and JSON write them, and what only has an @."""

from __future__ import annotations

import pytest

from detectors.email_address import EmailAddress
from tests.detectors.cases import Case, found, table

JANE = "jane@example.org"
EMAILS = EmailAddress()

HITS = table(
    (JANE, (JANE,), "plain"),
    ("JANE.DOE@Example.ORG", ("jane.doe@example.org",), "capitals"),
    ("jane+news@example.org", ("jane+news@example.org",), "a tag"),
    ("o'brien@example.org", ("o'brien@example.org",), "an apostrophe"),
    ("'jane@example.org'", (JANE,), "in quotes"),
    ("Jane Doe <jane@example.org>", (JANE,), "with a name"),
    ("mailto:jane@example.org?subject=x", (JANE,), "a link"),
    ("email=jane@example.org&x=1", (JANE,), "in a query"),
    ("GET /u?m=jane%40example.org HTTP/1.1", (JANE,), "escaped"),
    ("m=jane%2540example.org", (JANE,), "escaped twice"),
    ("m=jane%2Bnews%40example.org", ("jane+news@example.org",), "an escaped plus"),
    ("q=hello+jane%40example.org", (JANE,), "a plus that is a blank"),
    ("to%3Djane%40example.org", (JANE,), "behind an escape"),
    ("%3Cjane@example.org%3E", (JANE,), "between escapes"),
    ("jane&#64;example.org", (JANE,), "HTML, decimal"),
    ("jane&#x40;example.org", (JANE,), "HTML, hexadecimal"),
    ("&lt;jane@example.org&gt;", (JANE,), "between HTML entities"),
    (r"\u003cjane@example.org\u003e", (JANE,), "between JSON escapes"),
    (r"jane\u0040example.org", (JANE,), "a JSON escape"),
    (r"text\njane@example.org\n", (JANE,), "behind an escaped line break"),
    ("a@b.co,b@c.io;c@d.net", ("a@b.co", "b@c.io", "c@d.net"), "a list"),
    ("john@example.com123-45-6789", ("john@example.com",), "glued to digits"),
    ("Write to jane@example.org.", (JANE,), "end of a sentence"),
    ("jane@example.org.Thanks", (JANE,), "a sentence without a blank"),
    ("\u8054\u7cfbxiaoming@example.cn", ("xiaoming@example.cn",), "behind Chinese"),
    ("jane@m\u00fcnchen.example", ("jane@xn--mnchen-3ya.example",), "international domain"),
    ("jane@xn--mnchen-3ya.example", ("jane@xn--mnchen-3ya.example",), "the same in IDNA"),
    ("\u0141ukasz@example.com", ("\u0142ukasz@example.com",), "letters outside ASCII"),
    ("jane@mail.example.co.uk", ("jane@mail.example.co.uk",), "several labels"),
    ("https://example.org/u/jane@example.org", (JANE,), "in a path"),
    ("/var/mail/jane@example.org/new", (JANE,), "in a file's name"),
    ("\u00abjane@example.org\u00bb", (JANE,), "between guillemets"),
    ("jane@\uff11and\uff11.example", ("jane@1and1.example",), "full width"),
    ("jane@example.org.csv", (JANE,), "a file called after a person"),
    ('{"email":"jane@example.org"}', (JANE,), "in JSON"),
)
MISSES = table(
    ("jane@localhost", (), "no dot"),
    ("jane@example.", (), "no top level"),
    ("@media (min-width: 100px)", (), "CSS"),
    ("@jane.doe", (), "a handle"),
    ("pkg@1.2.3", (), "npm"),
    ("icon@2x.png", (), "a retina image"),
    ("app@v2.min.js", (), "a script"),
    ("getty@tty1.service", (), "a systemd unit"),
    ("jane@127.0.0.1", (), "an address instead of a name"),
    ("jane@@example.org", (), "two signs"),
    ("jane@-example.org", (), "label starts with a hyphen"),
    ("jane@exa-.mple-.org", (), "label ends with a hyphen"),
    (f"{'a' * 65}@example.org", (), "local part too long"),
    ("https://user:pass@example.org/x", (), "the user of a URL"),
    ("postgresql://scanner@db.example.org/x", (), "the user of a database"),
    ("git@github.com:owner/repository.git", (), "a repository"),
    ("Message-ID: <20241123.1@mail.example.org>", (), "the name of a message"),
    ("In-Reply-To: <20241123.1@mail.example.org>", (), "the name of another message"),
    ("ssh deploy@web.example.org", (), "a login"),
    ("scp x deploy@web.example.org:/srv", (), "a copy"),
    ("vue@3.0.0-beta.next", (), "a pre-release"),
    ("const A = /[a-z]+@[a-z]+/;", (), "a pattern"),
    ("a @ b.example", (), "blanks"),
)


@HITS
def test_finds_an_address(case: Case) -> None:
    assert found(EMAILS, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_address(case: Case) -> None:
    assert found(EMAILS, case.text) == ()


@pytest.mark.parametrize(
    "typed", [JANE, " Jane@EXAMPLE.org ", "<jane@example.org>", "mailto:jane@example.org?subject=x"]
)
def test_reads_a_typed_address_in_any_notation(typed: str) -> None:
    assert EMAILS.parse(typed) == (JANE,)


@pytest.mark.parametrize("typed", ["", "jane", "jane@example.org and more", "two@example.org,three@example.org"])
def test_refuses_what_is_no_address(typed: str) -> None:
    assert EMAILS.parse(typed) == ()


def test_masks_both_sides_and_never_shows_a_side_of_one_letter() -> None:
    assert EMAILS.mask(JANE) == "j***@e***.org"
    assert EMAILS.mask("j@e.org") == "***@***.org"
