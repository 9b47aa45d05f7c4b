"""Passwords and their hashes: under a header, behind a label in text, or in a hash's own notation.

`explicit` are those stored as hashes; the rest stands there in clear text, which is the graver finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.context import ContextDetector
from detectors.interface import Case, Match, Ruling
from detectors.password_hash import SURE, SURE_STARTS, kind_of
from detectors.ruling import HIGH, HINT, MEDIUM, share
from detectors.shape import Shape
from detectors.text import words

_LONGEST = 128
_LABEL = (
    r"(?:password|passwd|passwort|kennwort|passphrase|pwd|mdp|mot[ _]de[ _]passe|motdepasse|passcode"
    r"|parola[ _]d[ _']ordine|user_pass|db_pass|pass(?==))"
)
_IS = r"(?:is|est|ist|lautet|\u00e8|e\u0300|e')"
_TOLD = re.compile(
    rf"(?i)(?<![a-z]){_LABEL}(?![a-z])[\"']?(?:\s{{1,3}}{_IS})?\s{{0,3}}(?::=|=>|[:=])\s{{0,3}}"
    rf"(?P<quote>[\"']?)(?P<value>[^\s\"'<>]{{3,128}})"
)
_NOT_TOLD = re.compile(
    r"(?i)(?:required|optional|invalid|incorrect|wrong|forgotten|forgot|missing|expired|changed|hidden|protected|none"
    r"|null|nil|true|false|undefined|empty|unknown|string|text|password|passwort|mot|see|voir|siehe|your|votre|ihr|the"
    r"|le|oubli\S*|obligatoire|requis|incorrecte?|obbligatori[ao]|richiest[ao]|errat[ao]|scadut[ao]|erforderlich|falsch|vide|n/a|xxx+|\W+)"
)
"""What stands behind the word and is no password: words about passwords, and stars."""
_DEFINED = re.compile(
    r"define\(\s?[\"'][A-Z_]{0,30}PASS(?:WORD|WD)?[\"']\s{0,3},\s{0,3}(?P<quote>[\"'])(?P<value>[^\s\"']{3,128})[\"']"
)
"""How PHP's settings files write one."""
_CODE = re.compile(
    r"^[$%{(<\[&]|\$\{|\{\{|\(\)|[($]$|\)$|^:[a-z]|^(?i:[a-z_]{1,40}(?:\.|->|::)[a-z_]{1,40})(?![0-9a-z])"
)
"""Variables, calls and placeholders of source code."""
_IN_URL = re.compile(r"[?&;][^\s?&;=]{0,40}$")
_NO_PASSWORD = re.compile(
    r"(?i)(?:[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9:.+Z-]{0,20})?"
    r"|[0-9]{1,2}[./][0-9]{1,2}[./][0-9]{2,4}(?: [0-9:]{4,8})?"
    r"|[0-3]|true|false|yes|no|y|n|on|off|oui|non|ja|nein|null|none|nil|n/a|\W*|https?://\S*|\d{1,3}(?:\.\d+)?\s?%?)"
)
"""Cells under such a name that are moments, flags, small numbers or nothing."""
_SENTENCE = re.compile(r"(?:\S+\s+){3}\S")


class Password(ContextDetector):
    """Finds passwords and hashes of passwords; canonical form: as it stands. They get no token."""

    entity = "PASSWORD"
    version = 2
    category = "credentials"
    tokenised = False
    header_words = words(
        "password passwords passwd passwort kennwort passphrase passcode pwd mdp motdepasse motpasse pass passwordhash"
        " passhash passwdhash pwdhash mdphash hashmdp hashmotdepasse passworthash userpass newpasswd newpassword"
        " oldpassword passcrypted passwordcrypted cryptedpassword encryptedpassword passworddigest paroladordine"
    )
    near = frozenset((
        "password", "passwd", "passwort", "kennwort", "passphrase", "passcode", "pwd", "mdp", "mot de passe",
        "motdepasse", "parola d ordine", "user pass", "db pass",
    ))  # fmt: skip
    pattern = re.compile(r"\S+")

    @property
    def gate(self) -> str:
        """Anything under a header; the label or a hash's beginning is looked for by `near` and `sure_gate`."""
        return r"\S"

    @property
    def sure_gate(self) -> str:
        """The beginning of a hash that says what it is, and labels that are other words' beginnings too."""
        return rf"{SURE_STARTS}|(?i:pass=)|PASS[\"']"

    def check(self, hit: re.Match[str]) -> str | None:
        """Take everything: what is no password was left out before."""
        return hit.group()

    def shapes_under(self, text: str, *, headed: bool) -> Iterator[Shape]:
        """Look for labelled passwords and for hashes; under a telling header the whole cell is one."""
        value = text.strip()
        if headed and value:
            start = text.index(value)
            if len(value) <= 4 * _LONGEST and not _NO_PASSWORD.fullmatch(value) and not _SENTENCE.match(value):
                hashed = kind_of(value) is not None
                yield Shape(hashed, Match(start, start + len(value), 0.9 if hashed else 0.5, (value,), hashed))
            return
        behind = 0
        for start, end in sorted([*_told(text), *(hit.span() for hit in _hashes(text))]):
            if start >= behind:
                behind = end
                hashed = kind_of(text[start:end]) is not None
                yield Shape(hashed, Match(start, end, 0.9 if hashed else 0.5, (text[start:end],), hashed))

    def parse(self, text: str) -> tuple[str, ...]:
        """Take a text as it stands."""
        typed = text.strip()
        return (typed,) if typed and len(typed) <= 4 * _LONGEST else ()

    def mask(self, canonical: str) -> str:
        """Show the kind of hash, and of clear text nothing."""
        kind = kind_of(canonical)
        return f"*** ({kind} hash)" if kind else "*** (clear text)"

    def rule(self, case: Case) -> Ruling:
        """Say whether they are hashes or clear text; a name that is only `pass` may mean a ticket."""
        evidence = case.evidence
        hashed = share(evidence.explicit, evidence.matches)
        stored = (
            "stored as hashes"
            if hashed == 1
            else "in clear text"
            if hashed == 0
            else "some as hashes, some in clear text"
        )
        if hashed >= 0.5 and (case.supporting or evidence.explicit >= 1):
            return HIGH, f"passwords, {stored}"
        if case.supporting == "pass" and case.name != "pass" and hashed == 0:
            return HINT, "the column's name may mean another kind of pass"
        if case.supporting:
            return HIGH, f"passwords, {stored}"
        if case.counter and case.alone:
            return HINT, f"the column's name says otherwise ({case.counter})"
        return MEDIUM, f"passwords behind their label, {stored}"


def _told(text: str) -> Iterator[tuple[int, int]]:
    """Give the span of each password that stands behind its label."""
    for hit in (*_TOLD.finditer(text), *_DEFINED.finditer(text)):
        start, value = hit.start("value"), hit["value"]
        if not hit["quote"]:
            value = value.split("&", 1)[0] if _IN_URL.search(text[max(0, hit.start() - 48) : hit.start()]) else value
            value = value.rstrip(".,;)]}")
        if len(value) >= 3 and not _NOT_TOLD.fullmatch(value) and not (_CODE.search(value) and kind_of(value) is None):
            yield start, start + len(value)


def _hashes(text: str) -> Iterator[re.Match[str]]:
    """Give each hash that says what it is and is no part of something longer."""
    for hit in SURE.finditer(text):
        before, behind = text[max(0, hit.start() - 1) : hit.start()], text[hit.end() : hit.end() + 1]
        if not (before.isalnum() or behind.isalnum()):
            yield hit
