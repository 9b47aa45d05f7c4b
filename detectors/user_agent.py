"""User agents of browsers: which browser, on which device and system; personal data where they belong to a visitor.

Source: RFC 9110, 10.1.5 (products with versions, comments in parentheses), and what browsers send: `Mozilla/5.0 (…)`,
`Opera/9.80 (…)`, `Dalvik/2.1.0 (…)`. Left out: robots, which are nobody, and tools such as `curl/8.5`, which say
nothing of a person. Blanks may be `+`, as in logs of IIS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.interface import Case, Match, Ruling
from detectors.ruling import HIGH, MEDIUM, share
from detectors.shape import Shape, ShapeDetector
from detectors.text import words

_COMMENT = r"\([^()\n\"]{0,600}(?:\([^()\n\"]{0,200}\)[^()\n\"]{0,200}){0,4}\)"
_BLANK = r"(?: {1,3}|\+|%20)"
_AGENT = re.compile(
    rf"(?P<first>(?:Mozilla|Opera|Dalvik)/[0-9.]{{1,8}}){_BLANK}{_COMMENT}"
    rf"(?:{_BLANK}(?:{_COMMENT}|\[[^\]\n\"]{{1,400}}\]|[A-Za-z][\w.-]{{0,40}}/[\w.:;-]{{0,60}}[\w]|Mobile|Safari|Tablet|like|Gecko)(?![\w/])){{0,24}}"
)
_ROBOT = re.compile(
    r"(?i)(?<!cu)bot\b|crawl|spider|slurp|https?://|monitor|preview|headless|lighthouse|archiver|scanner"
)
_PRODUCT = re.compile(r"[A-Za-z][\w.-]*/[\w.]+")


class UserAgent(ShapeDetector):
    """Finds user agents; canonical form: the text with single blanks."""

    entity = "USER_AGENT"
    category = "technical"
    header_words = words("useragent useragents ua agent agents browser navigateur httpuseragent")
    literals = ("mozilla/", "opera/", "dalvik/")
    min_digits = 1

    @property
    def gate(self) -> str:
        """A first product and the start of a comment."""
        return rf"(?:Mozilla|Opera|Dalvik)/[0-9.]+{_BLANK}\("

    def shapes(self, text: str) -> Iterator[Shape]:
        """Go through what starts as a browser does."""
        for hit in _AGENT.finditer(text):
            canonical = _folded(hit.group())
            robot = canonical is None
            yield Shape(True, None if robot else Match(*hit.span(), 0.9, (str(canonical),), explicit=True))

    def parse(self, text: str) -> tuple[str, ...]:
        """Bring a typed one into single blanks; what stands behind it is left out, as in a text."""
        hit = _AGENT.match(" ".join(text.split()))
        canonical = _folded(hit.group()) if hit else None
        return () if canonical is None else (canonical,)

    def mask(self, canonical: str) -> str:
        """Show products and versions: what says which device stands in the comments."""
        return " ".join(_PRODUCT.findall(re.sub(_COMMENT, " ", canonical)))

    def rule(self, case: Case) -> Ruling:
        """Claim: the notation is like no other."""
        alone = case.supporting or share(case.evidence.matched_cells, case.evidence.cells) >= 0.5
        return (HIGH if alone else MEDIUM), "products, versions and comments as browsers send them"


def _folded(written: str) -> str | None:
    """Fold blanks; None for robots."""
    if _ROBOT.search(written):
        return None
    if re.match(r"\w+/[0-9.]+\+\(", written):
        written = written.replace("+", " ")
    return " ".join(written.replace("%20", " ").split())
