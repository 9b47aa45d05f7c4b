"""Whose an asset is, and whether it may be read: client rules, patterns, mandates, mail."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from functools import cache

from connectors.exposed import is_mail
from inventory.clients import UNASSIGNED
from scanner.settings import ClientRule, Policy, ScanSource


def client_of(container: str, source: ScanSource, rules: Sequence[ClientRule]) -> str:
    """Name the client to whom a database or first folder belongs."""
    if source.client:
        return source.client
    for rule in rules:
        if any(fnmatchcase(container, glob) for glob in rule.match):
            return rule.name
    if source.client_pattern and (found := _pattern(source.client_pattern).search(container)):
        return found.group("client") or UNASSIGNED
    return UNASSIGNED


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def closed(asset: str, rule: ClientRule, policy: Policy, kind: str = "") -> str | None:
    """Say why policy keeps an asset closed; None where it may be read. Mail is told by its name or by its kind."""
    if (why := closed_wholly(rule, policy)) is not None:
        return why
    if policy.strict and not rule.mail and is_mail(asset, kind):
        return f"closed by policy: {rule.name} has not allowed its mail to be read"
    return None


def closed_wholly(rule: ClientRule, policy: Policy) -> str | None:
    """Say why policy keeps everything of a client closed; None where it does not."""
    if rule.scan == "none":
        return f"closed by policy: the settings say that nothing of {rule.name} is scanned"
    if rule.scan == "names":
        return f"closed by policy: of {rule.name} only names are scanned"
    if policy.strict and not rule.mandate:
        return f"closed by policy: {rule.name} has given no mandate; write it into [[client]] to scan"
    return None


def left_out(asset: str, source: ScanSource) -> str | None:
    """Say which setting leaves an asset out; None where it stays in."""
    names = {asset, asset.partition("!")[0]}
    for glob in source.exclude:
        if any(fnmatchcase(name, glob) for name in names):
            return f"left out by the settings: exclude {glob!r}"
    if source.include and not any(fnmatchcase(name, glob) for glob in source.include for name in names):
        return "left out by the settings: not in include"
    return None


def rule_for(client: str, rules: Sequence[ClientRule]) -> ClientRule:
    """Give the settings' rule for a client, or the default one."""
    return next((rule for rule in rules if rule.name == client), ClientRule(client))
