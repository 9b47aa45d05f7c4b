"""How a place in JSON documents is written: patterns such as `$.orders[*].email`, and which member names they keep.

A member name becomes `*` where it may itself be data: it holds an `@`, four digits in a row, no letter, characters
that names of members rarely have, or more than 64 characters. What it was is then the locator's, and a value.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PLAIN = re.compile(r"""(?!.*\d{4})(?=.*[^\W\d_])[\w\- .'"]{1,64}\Z""")
_SHORT = re.compile(r"[^\W\d]\w*\Z")


@lru_cache(maxsize=4096)
def is_plain(name: str) -> bool:
    """Tell whether a member name is the application's rather than data.

    >>> is_plain("first name"), is_plain("a.b"), is_plain("ann@example.org"), is_plain("2024001"), is_plain("7")
    (True, True, False, False, False)
    """
    return _PLAIN.match(name) is not None


def member(name: str) -> str:
    r"""Write one member step as JSONPath does.

    >>> member("email"), member("a.b"), member("it's")
    ('.email', "['a.b']", "['it\\'s']")
    """
    if _SHORT.match(name):
        return "." + name
    return "['{}']".format(name.replace("\\", "\\\\").replace("'", "\\'"))
