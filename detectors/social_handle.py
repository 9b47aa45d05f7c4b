"""Accounts on Facebook, X, Instagram and LinkedIn: URLs of profiles, and of posts, which count for their author.

Sources: the networks' help pages on user names (Facebook: letters, digits and dots, five or more; X: letters, digits
and underscores, up to 15; Instagram: letters, digits, dots and underscores, up to 30). Not accounts: sharing, login,
search, hashtag, help and policy pages, and on LinkedIn anything but `/in/`. Under a header that names a network, a
cell that is nothing but `@name` counts for every network on which there can be that name. Left out: URLs that are
escaped inside other URLs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

from detectors.interface import Case, Match, Ruling
from detectors.ruling import HIGH, HINT, MEDIUM, share
from detectors.shape import Shape, ShapeDetector
from detectors.text import plain, words

_SLASH = r"\\?/"
_URL = re.compile(
    r"(?i)(?<![0-9a-z@.-])(?:www\.|m\.|mobile\.|web\.|touch\.|mbasic\.|[a-z]{2}(?:-[a-z]{2})?\.)?(?:"
    rf"(?P<facebook>(?:facebook|fb)\.com){_SLASH}(?:#!{_SLASH})?(?:profile\.php\?(?:[\w=;&-]{{0,80}}&)?id=(?P<number>[0-9]{{5,20}})|people{_SLASH}[^/\s\"'<>]{{1,80}}{_SLASH}(?P<person>[0-9]{{5,20}})"
    r"|(?P<page>[a-z0-9.-]{5,60}))"
    rf"|(?P<x>x|twitter)\.com{_SLASH}(?:#!{_SLASH})?@?(?P<handle>[a-z0-9_]{{1,15}})"
    rf"|(?P<instagram>instagram\.com|instagr\.am){_SLASH}(?:stories{_SLASH}|_u{_SLASH})?@?(?P<gram>[a-z0-9_.]{{1,30}})"
    rf"|linkedin\.com{_SLASH}(?:mwlite{_SLASH})?(?:in|pub){_SLASH}(?P<member>[\w%.-]{{2,120}})"
    r")(?![\w%*@-]|\.\w)"
)
_CELL = re.compile(r"\s*@(?P<name>[A-Za-z0-9_.]{2,30})\s*")
_PAGES = words(
    "2008 about accounts ads api apps business careers challenge company compose connect developer developers"
    " dialog direct directory download emails events example explore events-manager favicon.ico feed feeds fbml"
    " fundraisers gaming graphql groups hashtag help home home.php i intent jobs l.php legal login login.php"
    " logout lookaside marketplace media messages notes notifications oauth p pages permalink.php photo photo.php"
    " photos places plugins policies policy policy.php posts press privacy profile.php profile public r.php"
    " recover reel reels rsrc.php search search-advanced security sem_campaigns session settings share share.php"
    " sharer sharer.php signup sitemap static statuses stories story.php terms terms.php tos tr tv username user"
    " users video videos watch web who_to_follow widgets www your_username yourname yourpage you"
)
_FILE = re.compile(r"\.(?:php|html?|js|css|json|xml|txt|ico|png|jpe?g|gif|svg|webp|aspx?|com|org|net)$")
_VERSION = re.compile(r"v[0-9]+\.[0-9]+")
_NETWORKS = (
    ("instagram.com/", re.compile(r"[a-z0-9_](?:[a-z0-9_.]{0,28}[a-z0-9_])?")),
    ("x.com/", re.compile(r"[a-z0-9_]{1,15}")),
    ("facebook.com/", re.compile(r"[a-z0-9.-]{5,60}")),
)


class SocialHandle(ShapeDetector):
    """Finds accounts; canonical form: `facebook.com/name`, `linkedin.com/in/name` and the like, lower case."""

    entity = "SOCIAL_HANDLE"
    category = "social"
    header_words = words(
        "twitter instagram insta facebook linkedin handle twitterhandle xhandle socialhandle pseudoinstagram"
    )
    literals = ("facebook.com", "fb.com", "x.com", "twitter.com", "instagram.com", "instagr.am", "linkedin.com")
    headed_literals = (*literals, "@")

    @property
    def gate(self) -> str:
        """A network's name and a slash, or a cell that starts with an at sign."""
        return r"(?i)(?:facebook|fb|x|twitter|instagram|linkedin)\.com\\?/|instagr\.am\\?/|^\s*@[A-Za-z0-9_.]{2,30}\s*$"

    def shapes(self, text: str) -> Iterator[Shape]:
        """Go through URLs of the four networks."""
        for hit in _URL.finditer(text):
            canonical, end = _account(hit)
            if canonical is not None:
                yield Shape(True, Match(hit.start(), end, 0.85, (canonical,), explicit=True))

    def shapes_under(self, text: str, *, headed: bool) -> Iterator[Shape]:
        """Go through a cell; under a network's name also what is nothing but `@name`."""
        cell = _CELL.fullmatch(text) if headed else None
        readings = _readings(cell["name"]) if cell else ()
        if cell and readings:
            yield Shape(True, Match(cell.start("name") - 1, cell.end("name"), 0.7, readings, explicit=True))
        else:
            yield from self.shapes(text)

    def parse(self, text: str) -> tuple[str, ...]:
        """Bring a typed URL into its canonical form; `@name` is read as each network's."""
        typed = plain(text)
        if cell := _CELL.fullmatch(typed):
            return _readings(cell["name"])
        hit = _URL.match(re.sub(r"(?i)^https?://", "", typed))
        canonical = _account(hit)[0] if hit else None
        return () if canonical is None else (canonical,)

    def mask(self, canonical: str) -> str:
        """Show the network and the first letter."""
        network, _, name = canonical.rpartition("/")
        return f"{network}/{name[:1]}***"

    def rule(self, case: Case) -> Ruling:
        """Claim, unless it is one and the same account over and over: the site's own."""
        if case.distinct == 1 and case.evidence.matches >= 10 and not case.supporting:
            return HINT, f"one and the same account {case.evidence.matches:,} times, as in a site's own links"
        alone = case.supporting or share(case.evidence.whole, case.evidence.matches) >= 0.5
        return (HIGH if alone else MEDIUM), "profiles' addresses, or names with @ under a network's name"


def _account(hit: re.Match[str]) -> tuple[str | None, int]:
    """Give the canonical form of a URL's account, None where it is a page of the network's own; and where it ends."""
    if number := hit["number"] or hit["person"]:
        return f"facebook.com/{number}", hit.end()
    group = next(one for one in ("page", "handle", "gram", "member") if hit[one])
    name = hit[group].rstrip(".")
    end = hit.end() - (len(hit[group]) - len(name))
    if group == "member":
        decoded = plain(plain(unquote(name)).casefold()).rstrip(".")
        return (f"linkedin.com/in/{decoded}" if re.fullmatch(r"[\w.-]{2,100}", decoded) else None), end
    name = name.lower()
    if name in _PAGES or _FILE.search(name) or _VERSION.fullmatch(name) or not any(map(str.isalnum, name)):
        return None, end
    if group == "page" and len(name) < 5:
        return None, end
    return {"page": "facebook.com/", "handle": "x.com/", "gram": "instagram.com/"}[group] + name, end


def _readings(name: str) -> tuple[str, ...]:
    """Give the account of each network on which there can be such a name."""
    small = name.lower()
    if _FILE.search(small) or not any(map(str.isalnum, small)):
        return ()
    return tuple(network + small for network, rule in _NETWORKS if rule.fullmatch(small))
