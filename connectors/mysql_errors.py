"""The server's numbers as this room's errors, translated once.

    a statement fails  →  ReadError with its cause (or SourceError where the connection is gone for good)
    a connection fails →  SourceError

The server's own sentences stay out: they can quote data.

See https://mariadb.com/docs/server/reference/error-codes and
https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
"""

from __future__ import annotations

import ssl

import pymysql

from connectors.errors import ReadError, SourceError
from connectors.interface import Cause
from connectors.mysql_url import Address

_DENIED = (1044, 1045, 1142, 1143, 1227, 1370, 1698, 4166)
_GONE = (1049, 1051, 1054, 1109, 1146, 1412)
_LOCKED = (1205, 1213, 1099, 1100, 1223, 3572)
_TIMEOUT = (1317, 1907, 1969, 3024)
_LOST = (0, 1053, 1077, 1079, 1080, 1152, 1158, 1159, 1160, 1161, 1184, 1927, 2006, 2013, 2014, 2027, 2055, 3169, 4031)
_CORRUPT = (126, 127, 130, 132, 134, 135, 141, 144, 145, 1016, 1017, 1030, 1033, 1034, 1035, 1194, 1195)
_UNOPENED = (1286, 1296, 1707, 1712, 1812, 1814, 1815, 1877, 1932)
CAUSES: dict[int, Cause] = {
    **dict.fromkeys(_DENIED, Cause.DENIED),
    **dict.fromkeys(_GONE, Cause.GONE),
    **dict.fromkeys(_LOCKED, Cause.LOCKED),
    **dict.fromkeys(_TIMEOUT, Cause.TIMEOUT),
    **dict.fromkeys(_LOST, Cause.LOST),
    **dict.fromkeys(_CORRUPT, Cause.CORRUPT),
    **dict.fromkeys(_UNOPENED, Cause.CORRUPT),
}
"""Server and client numbers, and the numbers of storage engines below 200 (MyISAM and Aria report those)."""
_REASONS = {
    Cause.DENIED: "the account may not read it; GRANT SELECT on it",
    Cause.GONE: "it was there when the scan listed it, and no longer is; scan again",
    Cause.LOCKED: "another session holds a lock on it; scan again when that is released",
    Cause.TIMEOUT: "the server needed longer than the statement time-out allows; raise it, or scan at a quieter time",
    Cause.LOST: "the connection broke while it was read; scan again to go on",
    Cause.CORRUPT: "it is damaged or its storage engine cannot open it; run CHECK TABLE on it",
    Cause.OTHER: "the server refused to read it; look the number up in the server's list of errors",
}
_SIGN_IN = {
    1044: "the account {user} may not use the database; GRANT SELECT on it, or correct the URL",
    1045: "the account {user} or its password was refused; correct one of them, or let the account sign in from here",
    1698: "the account {user} signs in without a password only; use its Unix socket, or give it a password",
    1049: "there is no such database, or the account {user} may not see it; correct the URL",
    1040: "the server has too many connections; try again later",
    1129: "the server blocks this host after failed connections; run FLUSH HOSTS there",
    1130: "the server lets no account in from this host; create {user} for it",
    1203: "the account {user} has too many connections; try again later",
    1226: "the account {user} has used up what its limits allow; try again later, or raise them",
    1251: "the account {user} signs in by an old method; give it mysql_native_password or caching_sha2_password",
    2027: "what answers there does not speak MySQL's protocol; see that host and port are right",
    2026: "TLS was asked for and the server offers none; switch it on there, or set ssl-mode=DISABLED",
    2059: "the account {user} signs in by a method that is not supported here; give it a password method",
    3118: "the account {user} is locked; unlock it",
    3159: "the server demands TLS; set ssl-mode=REQUIRED",
    4151: "the account {user} is locked; unlock it",
}
_NOBODY = "nobody answers there; see that the server runs, and that host and port are right"


def number(error: BaseException) -> int:
    """Give the server's or the client library's number of an error; -1 where it has none."""
    first = error.args[0] if isinstance(error, pymysql.err.MySQLError) and error.args else None
    return first if isinstance(first, int) else -1


def cause(error: BaseException) -> Cause:
    """Say why a statement failed."""
    if isinstance(error, TimeoutError):
        return Cause.TIMEOUT
    return Cause.LOST if isinstance(error, OSError) else CAUSES.get(number(error), Cause.OTHER)


def read_error(what: str, error: BaseException) -> ReadError:
    """Translate what a statement on an asset ran into.

    Args:
        what: the asset's name.
        error: of PyMySQL, or of the socket.
    """
    why, code = cause(error), number(error)
    return ReadError(why, f"{what}: {_REASONS[why]}" + (f" (error {code})" if code > 0 else ""))


def source_error(name: str, address: Address, error: BaseException) -> SourceError:
    """Translate what kept a connection from being made."""
    return SourceError(f"{name}: {_sign_in(error).format(user=address.user)} ({address.place})")


def _sign_in(error: BaseException) -> str:
    code, below = number(error), getattr(error, "original_exception", error)
    if isinstance(below, ssl.SSLCertVerificationError):
        return "its certificate cannot be verified; give its authority as ssl-ca, and the host as it is named in it"
    if isinstance(below, ssl.SSLError):
        return "TLS could not be agreed on; see that both sides know a common version, and what ssl-cert says"
    if code in _SIGN_IN:
        return _SIGN_IN[code]
    if isinstance(below, OSError) or code in (2002, 2003, 2005, 2006, 2013):
        return _NOBODY
    return "the server refused the connection" + (f" with error {code}; look it up there" if code > 0 else "")
