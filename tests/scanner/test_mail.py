"""Mail from the file to the inventory: where a message's own values are found, and those of what it carries."""

from __future__ import annotations

import pytest

from scanner.settings import ClientRule, Policy, Settings

HEAD = b"From: zoe%d@example.org\nTo: shop@example.com\nSubject: x\n"
MAIL = HEAD + (
    b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\ncall me: jane%d@example.org\n"
    b'--b\nContent-Disposition: attachment; filename="c.csv"\n\nmail\nin%d@example.org\n--b--\n'
)
MARK = b"From zoe@example.org Mon Jan  1 10:00:00 2024\n"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "mail"
    made.mkdir()
    return made


def test_a_message_is_the_file_and_what_it_carries_lies_behind_it(scan, folder, located):
    (folder / "a.eml").write_bytes(MAIL % (1, 1, 1))
    summary = scan(folder.as_uri())
    assert (summary.status, summary.scanned, summary.rows) == ("complete", 2, 2)
    assert located("zoe1@example.org") == [("a.eml", "From", {"part": "0"})]
    assert located("jane1@example.org") == [("a.eml", "body", {"part": "1"})]
    assert located("in1@example.org") == [("a.eml!c.csv", "mail", {"row": 1})]
    again = scan(folder.as_uri())
    assert (again.scanned, again.unchanged, again.rows) == (0, 2, 0)


def test_messages_of_a_mailbox_that_are_looked_through_together_keep_their_own(scan, folder, inventory, located):
    (folder / "box").write_bytes(b"".join(MARK + MAIL % (n, n, n) + b"\n" for n in range(1, 701)))
    summary = scan(folder.as_uri())
    assert (summary.status, summary.scanned) == ("complete", 1401)
    for number in (1, 250, 700):
        assert located(f"zoe{number}@example.org") == [(f"box!{number}", "From", {"part": "0"})]
        assert located(f"jane{number}@example.org") == [(f"box!{number}", "body", {"part": "1"})]
        assert located(f"in{number}@example.org") == [(f"box!{number}!c.csv", "mail", {"row": 1})]
    counts = {finding.count for finding in inventory.findings() if finding.field == "body"}
    assert counts == {1}


def test_mail_is_closed_by_policy_whatever_it_is_called(scan, folder, inventory):
    (folder / "letter").write_bytes(MAIL % (1, 1, 1))
    settings = Settings(clients=(ClientRule("unassigned", mandate="x"),), policy=Policy(strict=True))
    assert scan(folder.as_uri(), settings=settings).scanned == 0
    assert inventory.findings() == []
