"""Accounts on four networks: profiles, posts, and the networks' own pages."""

from __future__ import annotations

import pytest

from detectors.interface import Evidence
from detectors.social_handle import SocialHandle
from detectors.verdict import judge
from tests.detectors.cases import Case, found, table

ACCOUNTS = SocialHandle()

HITS = table(
    ("https://www.facebook.com/Jane.Doe", ("facebook.com/jane.doe",), "Facebook"),
    ("see facebook.com/jane.doe.", ("facebook.com/jane.doe",), "in a sentence, with its full stop"),
    ("https://m.facebook.com/profile.php?id=100012345678901", ("facebook.com/100012345678901",), "by number"),
    ("https://fr-fr.facebook.com/people/Jane-Doe/100012345678901/", ("facebook.com/100012345678901",), "people"),
    ("https://www.facebook.com/jane.doe/posts/123456", ("facebook.com/jane.doe",), "a post's author"),
    ("https://twitter.com/Jane_Doe?lang=fr", ("x.com/jane_doe",), "the old name of X"),
    ("https://x.com/jane_doe/status/1234567890", ("x.com/jane_doe",), "a post's author on X"),
    ("https://www.instagram.com/jane.doe/", ("instagram.com/jane.doe",), "Instagram"),
    ("https://www.instagram.com/stories/jane.doe/123/", ("instagram.com/jane.doe",), "a story's author"),
    ("https://ch.linkedin.com/in/jane-doe-12ab34", ("linkedin.com/in/jane-doe-12ab34",), "LinkedIn"),
    ("https://linkedin.com/in/j%C3%A9r%C3%B4me-roy", ("linkedin.com/in/j\u00e9r\u00f4me-roy",), "LinkedIn, escaped"),
    (r"https:\/\/www.facebook.com\/jane.doe", ("facebook.com/jane.doe",), "slashes escaped in JSON"),
    ('<a href="https://x.com/jane_doe">', ("x.com/jane_doe",), "in HTML"),
    ("x.com/jane_doe, instagram.com/jane.doe", ("x.com/jane_doe", "instagram.com/jane.doe"), "two"),
)
MISSES = table(
    ("https://www.facebook.com/sharer/sharer.php?u=https://shop.example/", (), "sharing"),
    ("https://www.facebook.com/tr?id=123456", (), "a pixel"),
    ("https://www.facebook.com/v2.10/dialog/oauth", (), "login"),
    ("http://www.facebook.com/2008/fbml", (), "a name space"),
    ("https://www.facebook.com/events/123456789", (), "an event"),
    ("https://www.facebook.com/plugins/like.php", (), "a plug-in"),
    ("https://twitter.com/intent/tweet?text=x", (), "sharing"),
    ("https://twitter.com/share?url=x", (), "sharing"),
    ("https://x.com/hashtag/sale", (), "a hashtag"),
    ("https://x.com/search?q=sale", (), "a search"),
    ("https://x.com/i/status/123", (), "a post without its author"),
    ("https://www.instagram.com/p/Cabc123/", (), "a post without its author"),
    ("https://www.instagram.com/explore/tags/sale/", (), "a hashtag"),
    ("https://www.linkedin.com/company/example", (), "a company"),
    ("https://www.linkedin.com/shareArticle?url=x", (), "sharing"),
    ("https://www.netflix.com/browse", (), "another site that ends in x.com"),
    ("https://fedex.com/tracking", (), "likewise"),
    ("https://example-x.com/about", (), "likewise"),
    ("jane@facebook.com", (), "an e-mail"),
    ("https://facebook.com/", (), "the network itself"),
    ("https://graph.facebook.com/jane.doe", (), "an interface"),
    ("@jane_doe", (), "a name without a network"),
    ("https://connect.facebook.net/en_US/sdk.js", (), "a script"),
    ("https://x.com/a_name_that_is_too_long_for_x", (), "too long"),
)


@HITS
def test_finds_an_account(case: Case) -> None:
    assert found(ACCOUNTS, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_account(case: Case) -> None:
    assert found(ACCOUNTS, case.text) == ()


@pytest.mark.parametrize(
    ("cell", "readings"),
    [
        ("@Jane_Doe", ("instagram.com/jane_doe", "x.com/jane_doe")),
        ("@janedoe", ("instagram.com/janedoe", "x.com/janedoe", "facebook.com/janedoe")),
        (" @jane.doe ", ("instagram.com/jane.doe", "facebook.com/jane.doe")),
        ("https://x.com/jane_doe", ("x.com/jane_doe",)),
        ("thanks @jane_doe!", ()),
        ("jane_doe", ()),
        ("@example.com", ()),
    ],
)
def test_a_cell_under_a_networks_name_may_be_a_name_of_several(cell: str, readings: tuple[str, ...]) -> None:
    found_here = [match.readings for _, match in ACCOUNTS.shapes_under(cell, headed=True) if match]
    assert found_here == ([readings] if readings else [])


def test_reads_a_typed_account_and_masks_the_name() -> None:
    assert ACCOUNTS.parse("HTTPS://Twitter.com/Jane_Doe/") == ("x.com/jane_doe",)
    assert ACCOUNTS.parse("@jane_doe") == ("instagram.com/jane_doe", "x.com/jane_doe")
    assert ACCOUNTS.parse("jane") == ACCOUNTS.parse("https://x.com/login") == ()
    assert ACCOUNTS.mask("linkedin.com/in/jane-doe") == "linkedin.com/in/j***"
    assert found(ACCOUNTS, ACCOUNTS.mask("x.com/jane_doe")) == ()


def test_the_sites_own_account_over_and_over_is_a_hint() -> None:
    counted = Evidence(cells=90, matched_cells=90, matches=90, candidates=90, explicit=90)
    assert judge("SOCIAL_HANDLE", "post_content", "", counted, 1, 90).confidence == "low"
    assert judge("SOCIAL_HANDLE", "post_content", "", counted, 40, 90).confidence == "medium"
