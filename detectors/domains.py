"""What a mail domain looks like: labels, top level, IDNA. The structure decides; no list of top levels is fetched.

Sources: RFC 1035 2.3.1 (labels), RFC 5890 and UTS 46 (international names).
"""

from __future__ import annotations

import re

from detectors.text import words

FILE_SUFFIXES = words(
    "png jpg jpeg jpe gif webp avif svg bmp ico tif tiff psd css scss sass less js mjs cjs jsx ts tsx vue map json"
    " jsonl xml yml yaml toml ini cfg conf html htm xhtml php asp aspx jsp csv tsv txt log lock pdf doc docx xls"
    " xlsx ppt pptx odt ods rtf gz bz2 xz tar tgz rar exe dll bin iso deb rpm dmg apk jar war whl egg pyc woff"
    " woff2 ttf otf eot mp3 mp4 avi mkv webm wav ogg flac sql sqlite bak tmp swp orig service target socket timer"
    " mount vcf ics eml mbox msg"
)
"""Last labels that mark a file or a systemd unit; none is a top-level domain (`zip`, `mov`, `md`, `py`, `sh` are)."""

COMMON_TOPS = words("com org net edu gov int mil info biz example test invalid local swiss quebec paris brussels")
"""Top levels of more than two letters behind which a file's suffix is one: `jane@example.org.csv`."""

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TOP = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,58}[a-z0-9]")
_GLUED = re.compile(r"[A-Za-z]{2,24}(?=[0-9-])")
_VERSION = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+-")
"""A pre-release, as in `vue@3.0.0-beta.next`."""
_EAST_ASIAN = re.compile(r"[\u2e80-\ud7ff\uf900-\ufaff]")


def domain_at(run: str) -> tuple[str, int] | None:
    """Read a domain off the start of a run of letters, digits, dots, hyphens and underscores.

    Returns its canonical form (lower case, IDNA) and how many characters of the run it takes, or None.
    """
    written = _trim(run)
    labels = written.split(".")
    if len(labels) < 2 or len(written) > 253 or _VERSION.match(written):
        return None
    canonical = _canonical(written)
    if canonical is None:
        return None
    names = canonical.split(".")
    if not all(map(_LABEL.fullmatch, names)) or not _TOP.fullmatch(names[-1]) or names[-1] in FILE_SUFFIXES:
        return None
    return canonical, len(written)


def _trim(run: str) -> str:
    """Cut off what follows the domain without a blank: a full stop, a new sentence, digits, another script."""
    run = run.split("_", 1)[0].split("..", 1)[0]
    if run and run[0] < "\u2e80" and run.isascii() is False:
        top = run.rfind(".") + 1
        asian = _EAST_ASIAN.search(run, top)
        if asian and asian.start() > top and run[top : asian.start()].isascii():
            run = run[: asian.start()]
    run = run.rstrip(".-")
    head, _, top_label = run.rpartition(".")
    if top_label.lower() in FILE_SUFFIXES and _is_top(head.rpartition(".")[2].lower()) and "." in head:
        return head
    if head == head.lower() and head and top_label[:1].isupper() and "." in head:
        return head
    if (glued := _GLUED.match(top_label)) and top_label[:4].lower() != "xn--":
        return f"{head}.{glued.group()}"
    return run


def _is_top(label: str) -> bool:
    return (len(label) == 2 and label.isalpha()) or label in COMMON_TOPS


def _canonical(written: str) -> str | None:
    if written.isascii():
        return written.lower()
    import idna  # noqa: PLC0415 only names outside ASCII need the tables

    try:
        return idna.encode(written, uts46=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return None
