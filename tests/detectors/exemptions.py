"""What Presidio finds and we leave on purpose: the one list, each line with its reason and the test that tells it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from detectors.issuers import is_article, issued
from detectors.text import ascii_digits, labelled_otherwise


class Exemption(NamedTuple):
    """One kind of thing that is no miss."""

    entity: str
    name: str
    reason: str
    applies: Callable[[str, int, int], bool]
    """Asked with the text (digits of other scripts as ASCII) and the span that Presidio gives."""


def exempted(entity: str, text: str, start: int, end: int) -> str | None:
    """Give the name of the first exemption that a find of Presidio's falls under."""
    plain = ascii_digits(text)
    return next((one.name for one in EXEMPTIONS if one.entity == entity and one.applies(plain, start, end)), None)


def _digits(text: str, start: int, end: int) -> str:
    return re.sub("[^0-9]", "", text[start:end])


def _is_moment(text: str, start: int, end: int) -> bool:
    return re.fullmatch(r"1[0-9]{12}|1[0-9]{15}|1[0-9]{18}|20[0-9]{12}", text[start:end]) is not None


def _has_no_issuer(text: str, start: int, end: int) -> bool:
    return not issued(_digits(text, start, end))


def _is_article(text: str, start: int, end: int) -> bool:
    return is_article(text[start:end])


def _is_piece(text: str, start: int, end: int) -> bool:
    """The mark between its own groups, other than a blank, goes on to further groups of three or more."""
    marks = set(re.sub("[0-9() ]", "", text[start:end]))
    front = re.search(r"[0-9A-Z]{3,}(\W)$", text[max(0, start - 12) : start])
    behind = re.match(r"(\W)[0-9A-Z]{2,}", text[end : end + 12])
    return any(one is not None and one[1] in marks for one in (front, behind))


def _is_repository(text: str, start: int, end: int) -> bool:
    return re.search(r"(?:git|hg|svn)@[^@]*$", text[start:end]) is not None and text[end : end + 1] == ":"


def _has_a_mark_before_the_sign(text: str, start: int, end: int) -> bool:
    return re.search(r"[!#$%&*/=?^`{|}]@", text[start:end]) is not None


def _is_the_user_of_a_url(text: str, start: int, end: int) -> bool:
    return re.search(r"://[^\s/?#@]*$", text[:start]) is not None or "://" in text[start:end].partition("@")[0]


def _is_a_message(text: str, start: int, end: int) -> bool:
    return re.search(r"Message-ID: <$", text[:start]) is not None


def _goes_on(text: str, start: int, end: int) -> bool:
    return re.match("[0-9A-Z]", text[end : end + 1]) is not None


def _is_called_a_version(text: str, start: int, end: int) -> bool:
    return re.search(r"(?i)\bv(?:er|ersion)?[ .:=\"']{0,3}$", text[:start]) is not None


def _has_five_parts(text: str, start: int, end: int) -> bool:
    return re.search(r"[0-9]\.$|\+$", text[:start]) is not None or re.match(r"\.[0-9]", text[end:]) is not None


def _is_nobodys(text: str, start: int, end: int) -> bool:
    return not set(text[start:end].partition("/")[0]) & set("123456789abcdefABCDEF")


def _is_a_slice(text: str, start: int, end: int) -> bool:
    return re.fullmatch(r"[0-9A-Fa-f]{0,3}::[0-9A-Fa-f]{0,3}", text[start:end].partition("/")[0]) is not None


def _is_bare(text: str, start: int, end: int) -> bool:
    return (
        re.fullmatch(r"(?:1\. )?[(\[]?[1-9][0-9]{6,14}", text[start:end]) is not None and text[start - 1 : start] != "+"
    )


def _is_an_id(text: str, start: int, end: int) -> bool:
    one_run = re.fullmatch("[0-9]+", text[start:end]) is not None
    return one_run and (text[start - 1 : start] in tuple("/#") or labelled_otherwise(text, start))


def _is_a_code(text: str, start: int, end: int) -> bool:
    if re.search(r"[A-Za-z]{2,}[-_]$", text[:start]):
        return True
    return (
        re.match(r"-[A-Za-z0-9]", text[end:]) is not None and re.fullmatch(r"[0-9]+|.*-.*", text[start:end]) is not None
    )


def _is_an_amount(text: str, start: int, end: int) -> bool:
    return (
        re.fullmatch(r"(?:1\. )?[0-9]{1,3}(?:[ ',.\u00a0\u202f][0-9]{3}){1,4}[.,][0-9]{2}", text[start:end]) is not None
    )


def _is_decimal(text: str, start: int, end: int) -> bool:
    return re.search(r"[0-9][.,]$", text[:start]) is not None or re.match(r"[.,][0-9]", text[end:]) is not None


def _is_a_moment(text: str, start: int, end: int) -> bool:
    return re.match(r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9] [0-2][0-9]:[0-5][0-9]", text[start:]) is not None


EXEMPTIONS = (
    Exemption("CREDIT_CARD", "timestamp", "milli-, micro- and nanoseconds since 1970, and compact moments", _is_moment),
    Exemption(
        "CREDIT_CARD", "no issuer", "Luhn's digit alone: one in ten EAN, SIRET, order numbers has it", _has_no_issuer
    ),
    Exemption("CREDIT_CARD", "article", "thirteen digits with the check digit of an EAN too", _is_article),
    Exemption("CREDIT_CARD", "decimal", "decimals, coordinates", _is_decimal),
    Exemption("EMAIL_ADDRESS", "repository", "git@host:path names a server", _is_repository),
    Exemption(
        "EMAIL_ADDRESS",
        "mark",
        "{x}@, `x`@, x!@: placeholders; no large provider lets these end a name",
        _has_a_mark_before_the_sign,
    ),
    Exemption("EMAIL_ADDRESS", "user of a URL", "scheme://user@host is a login", _is_the_user_of_a_url),
    Exemption("EMAIL_ADDRESS", "message", "the name of a message, labelled so", _is_a_message),
    Exemption("IBAN_CODE", "goes on", "capitals or digits right behind: a longer code", _goes_on),
    Exemption("IP_ADDRESS", "version", "called a version, and small enough to be one", _is_called_a_version),
    Exemption("IP_ADDRESS", "five parts", "a section, an object identifier, a dotted phone number", _has_five_parts),
    Exemption("IP_ADDRESS", "nobody's", "the unspecified address", _is_nobodys),
    Exemption("IP_ADDRESS", "slice", "a::b with fewer than four digits: slices, operators", _is_a_slice),
    Exemption(
        "PHONE_NUMBER",
        "bare",
        "digits without trunk prefix, plus, separator or label, in the midst of a text",
        _is_bare,
    ),
    Exemption("PHONE_NUMBER", "id", "a bare run in a path, behind #, or labelled as something else", _is_an_id),
    Exemption("PHONE_NUMBER", "code", "letters and a hyphen in front (SKU-…), or hyphens going on", _is_a_code),
    Exemption("PHONE_NUMBER", "amount", "thousands and two decimals", _is_an_amount),
    Exemption("PHONE_NUMBER", "decimal", "decimals, coordinates", _is_decimal),
    Exemption("PHONE_NUMBER", "moment", "a date and the hour behind it", _is_a_moment),
    Exemption("PHONE_NUMBER", "piece", "groups in the midst of a longer number", _is_piece),
)
