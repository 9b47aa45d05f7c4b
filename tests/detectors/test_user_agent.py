"""User agents: browsers in logs and cells, robots and tools."""

from __future__ import annotations

from detectors.user_agent import UserAgent
from tests.detectors.cases import Case, found, table

AGENTS = UserAgent()
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36"
)
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1"
    " Mobile/15E148 Safari/604.1"
)
FACEBOOK = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15"
    " [FBAN/FBIOS;FBAV/440.0;FBDV/iPhone14,5]"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0"

HITS = table(
    (CHROME, (CHROME,), "a cell"),
    (PHONE, (PHONE,), "a telephone"),
    (FACEBOOK, (FACEBOOK,), "an app's browser"),
    (f'"GET / HTTP/1.1" 200 12 "-" "{CHROME}"', (CHROME,), "a line of an access log"),
    (f"{FIREFOX} visited the shop", (FIREFOX,), "in a sentence"),
    (CHROME.replace(" ", "+"), (CHROME,), "plus signs, as in IIS"),
    (CHROME.replace(" ", "  "), (CHROME,), "two blanks"),
    (f"{FIREFOX}, {CHROME}", (FIREFOX, CHROME), "two"),
    (
        "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1; U; fr) Presto/2.8",
        ("Opera/9.80 (J2ME/MIDP; Opera Mini/7.1; U; fr) Presto/2.8",),
        "Opera",
    ),
    (
        "Dalvik/2.1.0 (Linux; U; Android 13; CUBOT X50)",
        ("Dalvik/2.1.0 (Linux; U; Android 13; CUBOT X50)",),
        "an app on Android",
    ),
    (
        "Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1)",
        ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 5.1)",),
        "old",
    ),
)
MISSES = table(
    ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", (), "a robot"),
    ("Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", (), "a robot"),
    ("curl/8.5.0", (), "a tool"),
    ("Mozilla/5.0", (), "no comment"),
    ("Mozilla Firefox (120)", (), "no product"),
    ("see Mozilla/5.0 for details (soon)", (), "words"),
)


@HITS
def test_finds_a_browser(case: Case) -> None:
    assert found(AGENTS, case.text) == case.expected


@MISSES
def test_leaves_what_is_no_browser(case: Case) -> None:
    assert found(AGENTS, case.text) == ()


def test_reads_what_is_pasted() -> None:
    assert AGENTS.parse(f"  {CHROME}\n") == (CHROME,)


def test_masks_the_device_and_keeps_products() -> None:
    assert AGENTS.mask(CHROME) == "Mozilla/5.0 AppleWebKit/537.36 Chrome/120.0.0.0 Safari/537.36"
    assert found(AGENTS, AGENTS.mask(CHROME)) == ()
