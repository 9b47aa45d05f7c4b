r"""E-mail addresses, as people write them and as logs, URLs, HTML and JSON escape them.

Sources: RFC 5321 4.5.3.1 (lengths), RFC 6531 (letters outside ASCII); WHATWG HTML, *valid e-mail address*, for what is
in use. Left out on purpose: quoted local parts, addresses without a dot in the domain, and the marks `!#$&*/=?^{|}`,
which in stored text nearly always end a neighbour (`email=jane@example.org`). A Message-ID is shaped like an address:
it is one only where no label in front says `Message-ID`, `References` or the like.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from detectors.domains import FILE_SUFFIXES, domain_at
from detectors.interface import Case, Match, Ruling
from detectors.ruling import HIGH, HINT
from detectors.shape import Shape, ShapeDetector
from detectors.text import before, plain, words

_SIGN = re.compile(r"@|\uff20|%(?:25){0,2}40|&#0{0,4}64;|&#[xX]0{0,4}40;|&commat;|\\u0040")
_LONGEST = 120
_SIMPLE = re.compile(
    r"[a-z0-9_](?:[a-z0-9_+-]|\.(?=[a-z0-9_+-])){0,62}@(?![0-9]+\.[0-9]+\.[0-9]+-)(?:[a-z0-9](?:[a-z0-9-]{0,20}[a-z0-9])?\.){1,4}([a-z]{2,20})"
)
"""What most cells of a column of addresses look like; says nothing about those it does not match."""

_MARKS = frozenset("._+-'~")
_LONGEST_LOCAL = 64
_DOMAIN_RUN = re.compile(
    r"(?:[A-Za-z0-9._\u00aa\u00b5\u00ba\u00c0-\u1fff\u2c00-\u2dff\u3005-\u3007\u3021-\ud7ff\uf900-\ufdff\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a-]"
    r"|%2[EeDd]){1,260}"
)
_ESCAPE = re.compile(r"%(?:25)?([0-9A-Fa-f]{2})")
_ESCAPED_MARKS = frozenset(("2B", "2D", "2E", "5F"))
_JSON_ESCAPE = re.compile(r"u00[0-9a-fA-F]{2}|[nrt]")
_EAST_ASIAN = re.compile(r".*[\u2e80-\ud7ff\uf900-\ufaff]")
_THREAD_LABEL = re.compile(r"(?:message-?_?id|references|in-reply-to|content-id|cid)[\"']?\s*[:=]\s*[\"'<]{0,2}$")
_SHELL = re.compile(r"(?<![0-9a-z])(?:ssh|sftp|ssh-copy-id) $")
_USER_INFO_WINDOW = 150
_SHELL_USERS = frozenset(("git", "hg", "svn"))

_THREAD_NAMES = ("messageid", "inreplyto", "contentid", "references")
"""Columns of a mail archive that hold the names of messages, shaped as addresses (RFC 5322 3.6.4)."""


class EmailAddress(ShapeDetector):
    """Finds e-mail addresses; canonical form: lower case, domain in IDNA, `+tag` kept."""

    entity = "EMAIL_ADDRESS"
    category = "contact"
    version = 2
    header_words = words(
        "email emails mail mails courriel courriels adresseemail emailaddress mailadresse emailadresse posta"
    )

    @property
    def gate(self) -> str:
        """The sign itself or one of its escapes."""
        return r"@|\x{FF20}|%(?:25){0,2}40|&#0{0,4}64;|&#[xX]0{0,4}40;|&commat;|\\u0040"

    def shapes(self, text: str) -> Iterator[Shape]:
        """Go through the signs, looking at what stands on both sides; a plain address is known at once."""
        if len(text) <= _LONGEST and (simple := _SIMPLE.fullmatch(text)) and simple[1] not in FILE_SUFFIXES:
            yield Shape(explicit=True, match=Match(0, len(text), 0.95, (text,), explicit=True))
            return
        behind = 0
        for sign in _SIGN.finditer(text):
            if sign.start() < behind:
                continue
            found = _address(text, sign, behind)
            if found is not None:
                behind = found.end
                yield Shape(explicit=True, match=found)

    def parse(self, text: str) -> tuple[str, ...]:
        """Bring a typed address into its canonical form; empty where it is none."""
        typed = plain(text)
        if typed.lower().startswith("mailto:"):
            typed = typed[7:].split("?", 1)[0]
        typed = typed.strip("<> ")
        found = next(self.find(typed), None)
        whole = found is not None and found.start == 0 and found.end == len(typed)
        return found.readings if found is not None and whole else ()

    def mask(self, canonical: str) -> str:
        """Show one letter of each side and the top level; a side of one letter shows none."""
        local, _, domain = canonical.rpartition("@")
        name, _, top = domain.rpartition(".")
        return f"{_first(local)}@{_first(name)}.{top}"

    def rule(self, case: Case) -> Ruling:
        """Claim them, but for the names of messages."""
        if case.name.endswith(_THREAD_NAMES):
            return HINT, "shaped as addresses, but the column's name says that they name messages"
        return HIGH, "valid addresses"


def _first(name: str) -> str:
    return f"{name[0]}***" if len(name) > 1 else "***"


def _address(text: str, sign: re.Match[str], floor: int) -> Match | None:
    """Read the address around one sign; `floor` is where the one before ended."""
    in_url = sign.group()[0] == "%"
    start = _local_start(text, sign.start(), floor, in_url=in_url)
    run = _DOMAIN_RUN.match(text, sign.end())
    if start == sign.start() or sign.start() - start > _LONGEST_LOCAL or run is None:
        return None
    local, domain_run = text[start : sign.start()], run.group()
    if in_url:
        local, domain_run = _unescaped(local), _unescaped(domain_run)
    domain = domain_at(domain_run)
    if domain is None or local[-1] in ".'" or ".." in local or _is_other(text, start, local, sign.end() + domain[1]):
        return None
    taken = domain[1] if len(domain_run) == len(run.group()) else len(run.group())
    canonical = unicodedata.normalize("NFC", local.lower())
    return Match(start, sign.end() + taken, 0.95, (f"{canonical}@{domain[0]}",), explicit=True)


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), text)


def _local_start(text: str, at: int, floor: int, *, in_url: bool) -> int:
    """Walk left from a sign to where its local part starts; in a URL `+` is a blank and `%2B` a plus."""
    start, lowest = at, max(floor, at - _LONGEST_LOCAL - 8)
    while start > lowest:
        character = text[start - 1]
        if character.isalnum() or (character in _MARKS and not (in_url and character == "+")):
            start -= 1
            continue
        escape = _ESCAPE.match(text, start - 1) if character == "%" else None
        if escape and in_url and escape[1].upper() in _ESCAPED_MARKS:
            start -= 1
            continue
        if escape:
            start = min(at, escape.end())
        elif character == "\\" and (code := _JSON_ESCAPE.match(text, start)):
            start = min(at, code.end())
        break
    return _trimmed(text, start, at)


def _trimmed(text: str, start: int, at: int) -> int:
    """Leave out leading marks, and a script without blanks in front of an ASCII local part."""
    if not text.isascii() and text[at - 1].isascii() and (asian := _EAST_ASIAN.match(text[start:at])):
        start += asian.end()
    while start < at and text[start] in _MARKS and text[start] != "_":
        start += 1
    return start


def _is_other(text: str, start: int, local: str, end: int) -> bool:
    """Say whether it is a login (of a URL, a repository, a shell), or a label calls it the name of a message."""
    scheme = text.rfind("://", max(0, start - _USER_INFO_WINDOW), start)
    if scheme >= 0 and not frozenset(text[scheme + 3 : start]) & frozenset(" \t\r\n/?#@\"'<>"):
        return True
    if (local in _SHELL_USERS and text[end : end + 1] == ":") or text[end : end + 2] in (":/", ":~"):
        return True
    return named_otherwise(before(text, start))


def named_otherwise(in_front: str) -> bool:
    """Say whether a label, the last of some lower-case text, calls what follows a message's name, or a shell's host."""
    return _THREAD_LABEL.search(in_front) is not None or _SHELL.search(in_front) is not None
