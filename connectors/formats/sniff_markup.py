"""What a text looks like from its first part: HTML, XML, settings."""

from __future__ import annotations

import re

from connectors.formats.sniff import Claim, Start

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_TAG = re.compile(r"<[a-z][a-z0-9]*[\s/>]", re.IGNORECASE)
_XML = re.compile(
    r"\s*(?:<\?xml\s|(?:<!--.*?-->\s*)*<(?:!DOCTYPE\s+(?!html)|rss\b|feed\s|svg\b|kml\b|gpx\b|urlset\b|[\w-]+:Envelope\b))",
    re.DOTALL,
)
_XML_TAG = re.compile(r"\s*<[!?A-Za-z_]")
_NAMED = re.compile(r"(?:^|/)\.env(?:\.[\w-]+)*\Z|(?:^|/)\.(?:my\.cnf|npmrc|pgpass|netrc)\Z", re.IGNORECASE)
_NAMED_PHP = re.compile(
    r"(?:config|configuration|settings|parameters|database|env)[\w.-]*\.(?:php|inc)\w*\Z", re.IGNORECASE
)
_LINE = re.compile(r"\s*(?:export\s+)?[\w.\-]+\s*=")
_LINES = 50


def is_html(start: Start, claim: Claim) -> bool:
    """Tell a page by how it begins; where the name says so, by any tag."""
    return _PAGE.match(start.text) is not None or (claim is Claim.OWN and _TAG.search(start.text) is not None)


def is_xml(start: Start, claim: Claim) -> bool:
    """Tell XML by its declaration or a well-known outermost element; where the name says so, by a first tag."""
    return (_XML_TAG if claim is Claim.OWN else _XML).match(start.text) is not None


def is_config(start: Start, claim: Claim) -> bool:
    """Tell settings by the name; where that says nothing, by lines that are nearly all `key=value`."""
    name = start.file.name
    if claim is Claim.OWN or _NAMED.search(name) or _NAMED_PHP.search(name):
        return True
    if claim is not Claim.NONE:
        return False
    lines = [line for line in start.text.split("\n")[:_LINES] if line.strip() and not line.startswith(("#", ";", "["))]
    return len(lines) >= 3 and sum(_LINE.match(line) is not None for line in lines) * 10 >= len(lines) * 9
