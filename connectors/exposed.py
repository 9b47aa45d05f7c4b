"""Where a file lies and who can reach it there: what its path, its name and its mode say.

Names of web roots: those that Apache, nginx, IIS and the hosting panels (cPanel, Plesk, DirectAdmin, ISPConfig,
Froxlor, Virtualmin) give them by default.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Collection

WEB_ROOT, READABLE, BACKUP, LOG, MAILBOX, PUBLIC_BUCKET = (
    "web root",
    "world-readable",
    "backup",
    "log",
    "mailbox",
    "public bucket",
)
PLACES = (WEB_ROOT, PUBLIC_BUCKET, READABLE, BACKUP, LOG, MAILBOX)
"""In the order of their gravity."""

_WEB_ROOTS = frozenset({"public_html", "private_html", "htdocs", "httpdocs", "httpsdocs", "wwwroot", "webroot", "www"})
_WEB_IN = {"html": {"www", "nginx", "apache", "apache2", "httpd"}, "web": set(), "public": set()}
"""Folders that are web roots below some others, or (`web`, `public`) right below the folder of a site."""
_SITE = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,}|web\d+|client\d+")
_BACKUPS = re.compile(r"backups?|bak|dumps?|sauvegardes?|snapshots?|\.?softaculous_backups?|updraft|ai1wm-backups|old")
_BACKUP_NAME = re.compile(
    r"(?:^|[._-])(?:backup|bckup|bkp|dump|cpmove|sauvegarde)s?(?:[._-]|\d|$)"
    r"|\.(?:bak|backup|dump|old|orig|save|wpress|jpa)(?:[._-]?\d*)?(?:\.(?:gz|bz2|xz|zst|zip))?$"
    r"|\.sql(?:\.(?:gz|bz2|xz|zst|zip))?$|~$"
)
_LOGS = frozenset({"log", "logs", "access-logs", "statistics"})
_LOG_NAME = re.compile(r"(?:\.log|[._-]log)(?:[._-]?\d[\d._-]*)?(?:\.(?:gz|bz2|xz|zst))?$|^error_log$|^access_log$")
_MAIL_FOLDERS = frozenset({"maildir", "mail", ".maildir", ".mail", "vmail", "imap"})
_MESSAGE_NAME = re.compile(r"\d{9,}\.[^/]+")
"""As mail servers call a message in a Maildir: the time, then what makes it unique."""
_MAIL_KINDS = frozenset({"eml", "mbox", "msg", "pst"})
_MAIL_NAME = re.compile(r"\.(?:eml|emlx|mbox|mbx|msg|pst|ost)(?:\.|$)")


def places(path: str, mode: int | None = None, *, public: bool = False) -> tuple[str, ...]:
    """Say what kind of place a file lies in; none, one or several of `PLACES`.

    Args:
        path: from the root of the source, with `/`.
        mode: of the file, as `stat` gives it; None where the store has none.
        public: whether everybody on the network can read the bucket that it lies in.
    """
    *folders, name = [part.lower() for part in path.split("/")]
    found = set()
    if any(_is_web_root(folders, place) for place in range(len(folders))) and not name.startswith(".ht"):
        found.add(WEB_ROOT)
    if mode is not None and mode & stat.S_IROTH:
        found.add(READABLE)
    if public:
        found.add(PUBLIC_BUCKET)
    if any(_BACKUPS.fullmatch(folder) for folder in folders) or _BACKUP_NAME.search(name):
        found.add(BACKUP)
    if not _LOGS.isdisjoint(folders) or _LOG_NAME.search(name):
        found.add(LOG)
    if is_mail(path):
        found.add(MAILBOX)
    return in_order(found)


def in_order(found: Collection[str]) -> tuple[str, ...]:
    """Give places by their gravity, each once."""
    return tuple(place for place in PLACES if place in found)


def is_mail(path: str, kind: str = "") -> bool:
    """Say whether something is mail or lies in mail, by its path, that inside an archive too, or by its kind.

    A Maildir is told by its three folders and how messages are called there, since uploads and sessions lie in a `tmp`
    as well; a mail server's tree by its name.
    """
    *folders, name = path.lower().replace("!", "/").split("/")
    maildir = len(folders) > 1 and folders[-1] in ("cur", "new", "tmp") and _MESSAGE_NAME.fullmatch(name)
    named = any(_MAIL_NAME.search(part) for part in (*folders, name))
    return bool(kind in _MAIL_KINDS or maildir or named or not _MAIL_FOLDERS.isdisjoint(folders))


def _is_web_root(folders: list[str], place: int) -> bool:
    name, above = folders[place], folders[place - 1] if place else ""
    if name in _WEB_ROOTS:
        return True
    return name in _WEB_IN and (above in _WEB_IN[name] or (name != "html" and _SITE.fullmatch(above) is not None))
