"""Messages of Python's own tests: each is mail, and what the standard library reads of it is read."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

import pytest

from connectors.errors import ReadError
from tests.connectors.formats.mails import kind, told

MESSAGES = Path(__file__).parents[3] / "shared" / "fixtures" / "formats" / "mail-cpython"
pytestmark = pytest.mark.skipif(not MESSAGES.is_dir(), reason="the folder of other projects' fixtures is not there")
NO_MAIL = {"msg_18", "msg_19", "msg_20", "msg_26", "msg_35", "msg_37", "msg_39"}
"""What begins with no header that only mail has, or none at all."""


def messages() -> list[Path]:
    return sorted(MESSAGES.glob("msg_*.txt"))


def words(text: str) -> set[str]:
    return set(text.split())


@pytest.mark.parametrize("path", messages(), ids=lambda path: path.stem)
def test_what_the_library_reads_is_read(path):
    content = path.read_bytes()
    found = told(content, "a.eml")
    if not found.cells:  # no header at all
        assert path.stem in NO_MAIL
        return
    everything = words(" ".join(value for cells in found.cells.values() for _, _, value in cells))
    parsed = email.message_from_bytes(content, policy=email.policy.compat32)
    for part in parsed.walk():
        if part.get_content_type() == "text/plain" and not part.is_multipart():
            raw = part.get_payload(decode=True)
            assert isinstance(raw, bytes)
            missing = words(raw.decode("ascii", "ignore")) - everything
            assert not {word for word in missing if word.isalpha()}, path.stem


@pytest.mark.parametrize("path", messages(), ids=lambda path: path.stem)
def test_messages_are_told_without_their_name(path):
    assert kind(path.read_bytes(), "a") in ("eml", "mbox") or path.stem in NO_MAIL


@pytest.mark.parametrize("path", messages(), ids=lambda path: path.stem)
def test_no_message_cut_or_damaged_anywhere_breaks_the_reader(path):
    content = path.read_bytes()
    for place in range(0, len(content), max(1, len(content) // 40)):
        for broken in (content[:place], content[:place] + b"\0\xff\r\n--" + content[place:]):
            try:
                found = told(broken, "a.eml")
            except ReadError:
                continue
            for ended in found.ended.values():
                assert "please report" not in ended.reason
