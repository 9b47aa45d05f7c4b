"""Texts from a fixed seed: values of five entities and look-alikes, in many scripts, notations and surroundings."""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable, Iterator
from hashlib import md5, sha256

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from detectors.iban_registry import STRUCTURES
from detectors.interface import DEFAULT_REGIONS
from tests.detectors.columns import ean13, isbn10, luhn_digit, moment, siret

SEED = 20241125

SEPARATORS = [" "] * 6 + ["-"] * 4 + [".", "\u00a0", "\u202f", "\u2010", "\u2011", "\u2013", "\u2014", "/", "  "]
WORDS = [
    *(
        "Rappelez-moi",
        "demain",
        "adresse",
        "Gr\u00fc\u00dfe",
        "Z\u00fcrich",
        "\u00e0",
        "No\u00ebl",
        "paid",
        "with",
        "the",
        "new",
    ),
    *(
        "\u041f\u0440\u0438\u0432\u0435\u0442",
        "\u0442\u0435\u043b\u0435\u0444\u043e\u043d",
        "\u0430\u0434\u0440\u0435\u0441",
    ),
    *("\u03ba\u03b1\u03bb\u03b7\u03bc\u03ad\u03c1\u03b1", "\u03c4\u03b7\u03bb\u03ad\u03c6\u03c9\u03bd\u03bf"),
    *("\u0645\u0631\u062d\u0628\u0627", "\u0647\u0627\u062a\u0641", "\u0631\u0642\u0645"),
    *("\u05e9\u05dc\u05d5\u05dd", "\u05d8\u05dc\u05e4\u05d5\u05df"),
    *("\u8054\u7cfb", "\u96fb\u8a71\u756a\u53f7", "\u30ab\u30fc\u30c9", "\uc804\ud654", "\u5730\u5740\u3002"),
    *("\u0928\u092e\u0938\u094d\u0924\u0947", "\u092b\u094b\u0928"),
    *("\U0001f4de", "\u2709\ufe0f", "\U0001f4b3", "\uff34\uff45\uff4c", "\u2026", "\u2014"),
]
LABELS = [
    "Tel: ",
    "T\u00e9l. ",
    "phone=",
    "Mobil ",
    "IBAN ",
    "IBAN: ",
    "carte : ",
    "card ",
    "ip=",
    "IP: ",
    "e-mail : ",
    "mail:",
    "c/o ",
]
AROUND = [
    *["{}"] * 10,
    *["{} "] * 2,
    *('"{}"', "'{}'", "\u00ab {} \u00bb", "\u201e{}\u201c", "\u300c{}\u300d", "<{}>", "({})", "[{}]", "\uff08{}\uff09"),
    *('{{"k": "{}"}}', '{{"k":"{}","n":3}}', "{{'k': '{}'}}", '[["{}", 12], null]', '{{\\"k\\":\\"{}\\"}}'),
    *("<td>{}</td>", '<a href="#">{}</a>', '<input value="{}"/>', "&lt;{}&gt;", "&nbsp;{}&nbsp;", "<b>x</b>{}<br>"),
    *("/search?q={}&x=1", "https://shop.example/u/{}/edit", "?a=1&v={}", "k%3D{}", "q={}#top"),
    *("7;{};2024-11-23", "12,{},paid", '"x","{}","y"', "a\t{}\tb", "|{}|", "| {} | 12.50 |"),
    "2024-11-23T14:05:09.123Z INFO [worker-3] value={} took 12ms",
    '198.51.100.77 - - [23/Nov/2024:14:05:09 +0100] "GET /{} HTTP/1.1" 200 5124',
    "Nov 23 14:05:09 host app[1234]: {}",
    *("**{}**", "`{}`", "- {}", "1. {}", "> {}", "# {}", "[link]({})", "_{}_", "~~{}~~"),
    *(
        "{}.",
        "{},",
        "{};",
        "{}!",
        "{}?",
        "{}:",
        "\u2026{}\u2026",
        "!{}",
        ":{}",
        "={}",
        "#{}",
        "@{}",
        "*{}",
        "{}*",
        "{}\u3002",
        "\uff1a{}\uff0c",
    ),
    *(
        "a{}",
        "{}b",
        "7{}",
        "{}7",
        "x_{}",
        "{}_x",
        "No{}",
        "{}EUR",
        "\u00e9{}",
        "{}\u00e9",
        "\u8054\u7cfb{}\u53f7",
        "\u0442\u0435\u043b{}",
        "v{}",
        "-{}",
        "{}-x",
    ),
    *("{}\n", "\n{}", "x\r\n{}\r\ny", "{}\n\n12", "\t{}", "  {}  ", "\ufeff{}", "\u202a{}\u202c", "\u200b{}"),
]
"""Where a value may stand; nearly half of these are ordinary, the others glue something to it."""

Maker = Callable[[random.Random], str]


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def parts(value: str, sizes: tuple[int, ...], gap: str) -> str:
    ends = [sum(sizes[: at + 1]) for at in range(len(sizes))]
    return gap.join(value[end - size : end] for end, size in zip(ends, sizes, strict=True))


CARD_KINDS = [
    *[
        (prefix, 16)
        for prefix in ("4", "4", "4", "51", "53", "55", "2221", "2720", "6011", "65", "3530", "62", "5019", "6759")
    ],
    *[
        ("34", 15),
        ("37", 15),
        ("37", 15),
        ("36", 14),
        ("38", 14),
        ("305", 14),
        ("4", 13),
        ("4", 19),
        ("62", 19),
        ("62", 18),
        ("6304", 13),
    ],
]
CARD_SIZES = {
    13: [(4, 4, 5), (4, 3, 3, 3)],
    14: [(4, 6, 4), (4, 4, 4, 2)],
    15: [(4, 6, 5), (4, 6, 5), (4, 4, 4, 3), (5, 5, 5)],
    16: [(4, 4, 4, 4)] * 6 + [(8, 8), (4, 12), (4, 4, 8)],
    18: [(4, 4, 4, 4, 2), (6, 12)],
    19: [(4, 4, 4, 4, 3), (6, 13), (4, 4, 4, 7)],
}


def card(rng: random.Random) -> str:
    prefix, length = rng.choice(CARD_KINDS)
    body = prefix + digits(rng, length - 1 - len(prefix))
    number = body + luhn_digit(body)
    if rng.random() < 0.35:
        return number
    return parts(number, rng.choice(CARD_SIZES[length]), rng.choice(SEPARATORS))


NAMES = [
    *(
        "anna",
        "jean-luc",
        "marc.roy",
        "O'Brien",
        "lea_dubois",
        "j",
        "tom+shop",
        "N.Keller",
        "info",
        "x1",
        "1987paul",
        "mari\u00e9",
    ),
    *(
        "\u0438\u0432\u0430\u043d",
        "\u03bd\u03af\u03ba\u03bf\u03c2",
        "\u0441\u0430\u0448\u0430.\u043a",
        "\u5f20\u4f1f",
        "\u0645\u062d\u0645\u062f",
        "M\u00fcller",
        "a.b.c.d",
        "sales-fr",
        "no_reply",
    ),
    *("user%tag", "a/b", "k=v", "me!", "#1", "a&b", "{x}", "who?", "a^b", "p|q", "x*y", "`tick`"),
]
DOMAINS = [
    *(
        "example.org",
        "example.com",
        "mail.example.net",
        "example.co.uk",
        "sub-1.example.fr",
        "EXAMPLE.CH",
        "a.io",
        "x.be",
        "1and1.com",
    ),
    *(
        "m\u00fcnchen.de",
        "xn--mnchen-3ya.de",
        "\u043f\u043e\u0447\u0442\u0430.\u0440\u0444",
        "\u4f8b\u5b50.\u4e2d\u56fd",
        "shop.quebec",
        "mail.museum",
        "my-host.co.jp",
        "gmail.com",
        "laposte.net",
    ),
]


def email(rng: random.Random) -> str:
    common = rng.random() < 0.85
    name = rng.choice(NAMES[:12] if common else NAMES)
    return f"{name}@{rng.choice(DOMAINS[:9] if common else DOMAINS)}"


ABROAD = sorted(phonenumbers.SUPPORTED_REGIONS)
KINDS = [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE]
FORMS = [PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164, PhoneNumberFormat.NATIONAL, PhoneNumberFormat.RFC3966]


def number_in(rng: random.Random, region: str) -> phonenumbers.PhoneNumber:
    """Give a valid number of a region: its example with other last digits."""
    example = phonenumbers.example_number_for_type(region, rng.choice(KINDS)) or phonenumbers.example_number(region)
    for _ in range(20):
        made = phonenumbers.PhoneNumber(country_code=example.country_code, national_number=example.national_number)
        made.italian_leading_zero, made.number_of_leading_zeros = (
            example.italian_leading_zero,
            example.number_of_leading_zeros,
        )
        made.national_number += rng.randrange(-(10**4), 10**4)
        if phonenumbers.is_valid_number(made):
            return made
    return example


def phone(rng: random.Random) -> str:
    region = rng.choice(DEFAULT_REGIONS) if rng.random() < 0.75 else rng.choice(ABROAD)
    ours = region in DEFAULT_REGIONS
    number = number_in(rng, region)
    written = phonenumbers.format_number(number, rng.choice(FORMS if ours else FORMS[:2]))
    how = rng.random()
    if how < 0.3:
        gap = rng.choice(SEPARATORS)
        written = re.sub("[ -]" if rng.random() < 0.5 else " ", gap, written)
    elif how < 0.4 and ours and region not in ("US", "CA"):
        national = phonenumbers.national_significant_number(number)
        gap = rng.choice(SEPARATORS[:11])
        written = rng.choice(
            [
                f"+{number.country_code}{gap}(0){national}",
                f"00{number.country_code}{gap}{national}",
                f"(0){national}",
                f"0{national}",
            ]
        )
    elif how < 0.47 and ours:
        written = "".join(filter(str.isdigit, phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)))
    elif how < 0.5:
        written += rng.choice([" ext. 12", "x34", " poste 7", ";ext=12", " #5"])
    return written


_PART = re.compile(r"(\[[^\]]+\])\{(\d+)\}")
_POOLS = {"[0-9]": "0123456789", "[A-Z]": "ABCDEFGHIKLMNPRSTUVWXYZ", "[A-Z0-9]": "0123456789ABCDEF"}


def iban(rng: random.Random) -> str:
    country = rng.choice(["FR", "CH", "BE", "DE", "GB", "LU"]) if rng.random() < 0.6 else rng.choice(sorted(STRUCTURES))
    _, pattern = STRUCTURES[country]
    bban = "".join(
        "".join(rng.choice(_POOLS[kind]) for _ in range(int(count)))
        for kind, count in _PART.findall(pattern.pattern)[1:]
    )
    rest = int("".join(str(int(one, 36)) for one in bban + country + "00")) % 97
    whole = f"{country}{98 - rest:02d}{bban}"
    how = rng.random()
    if how < 0.4:
        return whole
    if how < 0.45:
        return whole.lower()
    fours = [whole[at : at + 4] for at in range(0, len(whole), 4)]
    return rng.choice(SEPARATORS[:17]).join(fours)


def ip4(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.15:
        return f"192.168.{rng.randrange(256)}.{rng.randrange(256)}"
    if kind < 0.25:
        return f"10.{rng.randrange(20)}.0.{rng.randrange(256)}"
    return ".".join(str(rng.randrange(256)) for _ in range(4))


def ip(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.45:
        return ip4(rng)
    if kind < 0.6:
        return ip4(rng) + rng.choice([":8080", "/24", "/32", ":443"])
    groups = [f"{rng.randrange(65536):x}" for _ in range(8)]
    six = ":".join(groups)
    if kind < 0.8:
        at, cut = rng.randrange(1, 6), rng.randrange(1, 3)
        six = ":".join(groups[:at]) + "::" + ":".join(groups[at + cut :])
    elif kind < 0.85:
        six = f"fe80::{groups[0]}:{groups[1]}" + rng.choice(["%eth0", "%en1", ""])
    elif kind < 0.9:
        return f"::ffff:{ip4(rng)}"
    return rng.choice([six, six.upper(), f"[{six}]:443", f"{six}/64"])


OTHERS: list[Maker] = [
    lambda rng: str(int(moment(rng).timestamp())),
    lambda rng: str(int(moment(rng).timestamp() * 1000)),
    lambda rng: str(int(moment(rng).timestamp() * 10**6)),
    lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4)),
    lambda rng: md5(rng.randbytes(8)).hexdigest(),
    lambda rng: sha256(rng.randbytes(8)).hexdigest(),
    lambda rng: repr(rng.random() * 100),
    lambda rng: f"{rng.uniform(40, 50):.6f},{rng.uniform(-9, 9):.6f}",
    lambda rng: f"{rng.randrange(10**9):,}.{rng.randrange(100):02d}".replace(",", rng.choice([" ", "'", ",", "."])),
    lambda rng: moment(rng).strftime(
        rng.choice(["%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "%d/%m/%Y %H:%M", "%Y%m%d%H%M%S", "%Y-%m-%dT%H:%M:%SZ"])
    ),
    lambda rng: ".".join(str(rng.randrange(30)) for _ in range(4)),
    lambda rng: ":".join(f"{rng.randrange(256):02x}" for _ in range(6)),
    ean13,
    isbn10,
    siret,
    lambda rng: "978-3-16-" + digits(rng, 6) + "-" + digits(rng, 1),
    lambda rng: f"{rng.choice(['CMD', 'SKU', 'REF', 'INV'])}-{digits(rng, 4)}-{digits(rng, 6)}",
    lambda rng: digits(rng, rng.choice([6, 8, 9, 11, 12, 14, 16, 20])),
    lambda rng: "1Z" + digits(rng, 16),
    lambda rng: parts(digits(rng, 16), (2, 6, 8), "."),
    lambda rng: f"icon{rng.randrange(99)}@2x.png",
    lambda rng: f"@scope/pkg@{rng.randrange(20)}.{rng.randrange(20)}.1",
    lambda rng: f"git@git.example.org:owner/repo{rng.randrange(99)}.git",
    lambda rng: f"{rng.choice(['postgresql', 'https', 'ssh'])}://{rng.choice(NAMES[:6])}@db.example.org/x",
    lambda rng: f"Message-ID: <{digits(rng, 14)}.{digits(rng, 3)}@mail.example.org>",
    lambda rng: rng.choice(["0.0.0.0", "::", "::/0", "0.0.0.0/0"]),
    lambda rng: f"{rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}",
]
VALUES: list[tuple[float, Maker]] = [(0.16, card), (0.16, email), (0.2, phone), (0.12, iban), (0.14, ip)]
OTHER_DIGITS = ["\uff10", "\u0660", "\u06f0", "\u0966"]
"""Zeros of the digits of other scripts: full width, Arabic, Persian, Devanagari."""


def piece(rng: random.Random) -> str:
    """Make a value or a look-alike, in some surrounding."""
    draw = rng.random()
    make = rng.choice(OTHERS)
    for share, maker in VALUES:
        if draw < share:
            make = maker
            break
        draw -= share
    value = make(rng)
    if rng.random() < 0.02:
        zero = ord(OTHER_DIGITS[0] if make is email else rng.choice(OTHER_DIGITS))
        value = value.translate({ord("0") + at: zero + at for at in range(10)})
    label = rng.choice(LABELS) if rng.random() < 0.12 else ""
    return label + rng.choice(AROUND).format(value)


def texts(count: int, seed: int = SEED) -> Iterator[str]:
    """Give the first of an endless list; each text has its own stream, so that a slice is a slice of the whole."""
    for at in range(count):
        rng = random.Random(f"{seed}:{at}")
        said: list[str] = []
        for _ in range(rng.choice([1, 1, 1, 2, 3])):
            said += rng.sample(WORDS, rng.choice([0, 0, 1, 2]))
            said.append(piece(rng))
        said += rng.sample(WORDS, rng.choice([0, 0, 1]))
        yield rng.choice([" ", " ", " ", "", "\n", ", "]).join(said)
