"""How passwords are stored: the formats of hashes that say themselves what they are, and those that need a header.

Sources: crypt(5) for `$…$` (libxcrypt); the PHC string format for argon2, scrypt and pbkdf2; phpass for `$P$`, `$H$`,
Drupal for `$S$`; RFC 2307 and OpenLDAP for `{SSHA}`; Django, Werkzeug and MediaWiki for their own.
"""

from __future__ import annotations

import re

_B64 = "[0-9A-Za-z./+_-]"

_SURE = {
    "bcrypt": r"\$2[abxy]?\$[0-3][0-9]\$[0-9A-Za-z./]{53}",
    "phpass": r"\$[PH]\$[0-9A-Za-z./]{31}|\$S\$[0-9A-Za-z./]{40,60}",
    "argon2": (
        rf"(?:argon2)?\$argon2(?:id|i|d)\$(?:v=[0-9]{{1,3}}\$)?[a-z0-9=,]{{5,40}}\${_B64}{{8,90}}\${_B64}{{16,180}}"
    ),
    "scrypt": (
        rf"\$(?:scrypt|7)\${_B64}{{0,40}}[a-z0-9=,]{{0,40}}\$?{_B64}{{8,180}}={{0,2}}\${_B64}{{16,180}}={{0,2}}"
        r"|scrypt:[0-9]{1,8}:[0-9]{1,3}:[0-9]{1,3}\$[0-9A-Za-z]{4,64}\$[0-9a-f]{64,128}"
    ),
    "pbkdf2": (
        rf"\$?pbkdf2[-_](?:sha1|sha256|sha512)\$[0-9]{{1,8}}\${_B64}{{4,90}}={{0,2}}\${_B64}{{16,180}}={{0,2}}"
        rf"|pbkdf2:sha(?:1|256|512)(?::[0-9]{{1,8}})?\$[0-9A-Za-z]{{4,64}}\$[0-9a-f]{{40,128}}"
        rf"|:pbkdf2:sha[0-9]{{1,3}}:[0-9]{{1,8}}:[0-9]{{1,4}}:{_B64}{{8,90}}={{0,2}}:{_B64}{{16,180}}={{0,2}}"
    ),
    "crypt": (
        r"\$(?:1|apr1)\$[0-9A-Za-z./]{1,8}\$[0-9A-Za-z./]{22}"
        r"|\$5\$(?:rounds=[0-9]{1,9}\$)?[0-9A-Za-z./]{1,16}\$[0-9A-Za-z./]{43}"
        r"|\$6\$(?:rounds=[0-9]{1,9}\$)?[0-9A-Za-z./]{1,16}\$[0-9A-Za-z./]{86}"
        r"|\$g?y\$[0-9A-Za-z./]{1,12}\$[0-9A-Za-z./]{0,86}\$[0-9A-Za-z./]{43}"
    ),
    "LDAP": r"\{(?:S?MD5|S?SHA(?:256|384|512)?|CRYPT)\}[0-9A-Za-z./+$]{12,180}={0,2}",
    "Django": r"(?:sha1|md5|bcrypt_sha256|bcrypt)\$[0-9A-Za-z./$]{0,64}\$[0-9A-Za-z./]{31,64}",
    "MediaWiki": r":[AB]:(?:[0-9a-f]{1,16}:)?[0-9a-f]{32}",
}
_HEADED = {
    "MD5": r"(?:[0-9a-f]{32}|[0-9A-F]{32})(?::[0-9A-Za-z]{2,32})?",
    "SHA-1": r"\*?(?:[0-9a-f]{40}|[0-9A-F]{40})",
    "SHA-2": (
        r"(?:[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128}|[0-9A-F]{64}|[0-9A-F]{128})(?::[0-9A-Za-z]{2,64}){0,3}"
    ),
    "crypt": r"\$[0-9a-z-]{1,20}\$[\x21-\x7e]{20,250}",
}

SURE_STARTS = (
    r"\$(?:2[abxy]?|[PHS]|argon2|scrypt|pbkdf2|[1567y]|gy|apr1)[$di-]|(?:sha1|md5|bcrypt)[0-9a-z_]{0,7}\$"
    r"|pbkdf2[-_:]|scrypt:|\{(?:S?MD5|S?SHA|CRYPT)|:[AB]:[0-9a-f]"
)
"""How the hashes that need no header begin (RE2)."""

_WHOLE = {kind: re.compile(pattern) for kind, pattern in _SURE.items()}
_UNDER_NAME = {kind: re.compile(pattern) for kind, pattern in _HEADED.items()}
SURE = re.compile("|".join(f"(?:{pattern})" for pattern in _SURE.values()))
"""Any hash that says itself what it is."""


def kind_of(text: str) -> str | None:
    """Say which kind of hash a whole text is, taken that it is a password's; None: it is none."""
    for kinds in (_WHOLE, _UNDER_NAME):
        for kind, pattern in kinds.items():
            if pattern.fullmatch(text):
                return kind
    return None
