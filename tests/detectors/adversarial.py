"""A truth set from a fixed seed: values in hard notations and places, and what only looks like them.

The labels are what a person would say.
Bare runs of nine or ten digits without a word or header beside them are neither hit nor miss, and do not occur.
`python -m tests.detectors.adversarial` prints recall and precision by entity.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import md5, sha1, sha256
from typing import NamedTuple
from urllib.parse import quote, quote_plus

from detectors.header import said
from detectors.interface import DetectSettings
from detectors.registry import make
from detectors.shape import overlaps
from tests.detectors.columns import (
    american,
    card,
    digits,
    ean13,
    email,
    grouped,
    iban,
    ip4,
    ip6,
    isbn10,
    luhn_digit,
    mobile,
    moment,
    siret,
    swiss,
)

SEED = 20241126
ITEMS = 4_000
WEAK = 0.3
"""Matches below it say little by themselves and count under a header only."""

Value = tuple[str, str]
"""Entity and canonical form."""


class Item(NamedTuple):
    """One text, the header of its column (empty for free text), and what a person finds in it."""

    text: str
    header: str
    truth: tuple[Value, ...]
    about: str


Maker = Callable[[random.Random], str]
Hit = Callable[[random.Random], tuple[str, str]]
"""Gives what is written, and its canonical form."""

GAPS = [" ", " ", "-", ".", "\u00a0", "\u202f", "\u2011", "\u2013"]


def fours(value: str, gap: str) -> str:
    return gap.join(value[at : at + 4] for at in range(0, len(value), 4))


def _card(rng: random.Random) -> tuple[str, str]:
    kind = rng.random()
    if kind < 0.15:
        number = card(rng, rng.choice(["34", "37"]), 15)
        return grouped(number, (4, 6, 5), rng.choice([" ", "-", "\u00a0"])), number
    if kind < 0.22:
        number = card(rng, "62", 19)
        return rng.choice([number, fours(number, " ")]), number
    number = card(rng)
    gap = rng.choice(GAPS)
    ways = [number, number, fours(number, gap), fours(number, gap), fours(number, gap), grouped(number, (8, 8), " ")]
    ways += [
        fours(number, " ") + " 123",
        "XX " + fours(number, "-"),
        fours(number, " ") + " 12/27",
        quote(fours(number, " ")),
    ]
    ways += [quote_plus(fours(number, " ")), wide(number)]
    return rng.choice(ways), number


def wide(text: str) -> str:
    """Write ASCII digits in full width."""
    return text.translate({ord("0") + at: 0xFF10 + at for at in range(10)})


def _email(rng: random.Random) -> tuple[str, str]:
    plain = email(rng)
    ways = [
        (plain, plain),
        (plain.upper(), plain),
        (f"mailto:{plain}?subject=Re", plain),
        (f"Jane Doe <{plain}>", plain),
        (f"&lt;{plain}&gt;", plain),
        (plain.replace("@", "&#64;"), plain),
        (plain.replace("@", "\\u0040"), plain),
        (f"?mail={quote(plain)}&x=1", plain),
        (f"\u8054\u7cfb{plain}\u3002", plain),
        (f"{plain}.", plain),
        (f"{plain}, please", plain),
        (f"[{plain}](mailto:)", plain),
        (f"uid={plain},ou=people", plain),
        (f"VALUES (12,'{plain}','x')", plain),
        (f"/home/vmail/{plain}/cur", plain),
        (f"{plain.partition('@')[0]}@m\u00fcnchen.example", f"{plain.partition('@')[0]}@xn--mnchen-3ya.example"),
        (f"Author: Anna Keller <{plain}> 1732370000 +0100", plain),
        (f"{plain}:$2y$10$abcdefghijklmnopqrstuv", plain),
        (f"o'neil.{plain}", f"o'neil.{plain}"),
    ]
    return rng.choice(ways)


def _phone(rng: random.Random) -> tuple[str, str]:
    kind = rng.random()
    if kind < 0.4:
        number = mobile(rng)
        national, e164 = grouped(number, (2, 2, 2, 2, 2), rng.choice([*GAPS, "/"])), "+33" + number[1:]
    elif kind < 0.6:
        number = swiss(rng)
        national, e164 = grouped(number, (3, 3, 2, 2), rng.choice([" ", "\u00a0", ".", "-"])), "+41" + number[1:]
    elif kind < 0.85:
        number = american(rng)
        parts = number[:3], number[3:6], number[6:]
        forms = ["({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "1-{}-{}-{}", "({})-{}-{}", "{} {} {}", "({}){}-{}"]
        national, e164 = rng.choice(forms).format(*parts), "+1" + number
    else:
        number = "0475" + digits(rng, 6)
        national, e164 = f"{number[:4]}/{number[4:6]}.{number[6:8]}.{number[8:]}", "+32" + number[1:]
    code, rest = (e164[:2], e164[2:]) if e164.startswith("+1") else (e164[:3], e164[3:])
    gap = rng.choice([" ", "-", ".", "\u00a0"])
    ways = [national] * 5 + [e164, e164, f"{code} {rest}", f"{code}{gap}{grouped(rest, (3, 3, len(rest) - 6), gap)}"]
    ways += [
        f"tel:{e164}",
        f"00{code[1:]}{rest}",
        f"00{code[1:]} {rest}",
        f"{national} ext. 12",
        e164.replace("+", "%2B"),
        wide(e164),
    ]
    ways += [f"Tel {number}", f"mobile: {number}", f"{national} / {national}x"[: len(national)], f"\u260e {national}"]
    if number[0] == "0":
        ways += [f"{code} (0){rest}", f"{code}(0) {grouped(rest, (3, 2, 2, 2), ' ')}", f"(0){rest}"]
    return rng.choice(ways), e164


def _iban(rng: random.Random) -> tuple[str, str]:
    number = iban(rng)
    ways = [
        number,
        number,
        number.lower(),
        fours(number, rng.choice(GAPS)),
        fours(number, " "),
        fours(number, " "),
        f"IBAN{number}",
    ]
    ways += [
        f"iban:{fours(number, ' ')}",
        quote(fours(number, " ")),
        f"{number[:2]} {number[2:]}",
        f"{fours(number, ' ')} BIC BNPAFRPP",
    ]
    return rng.choice(ways), number


def _ip(rng: random.Random) -> tuple[str, str]:
    four = f"{rng.choice([82, 91, 178, 192, 203])}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
    six = ip6(rng)
    ways = [(four, four)] * 4 + [
        (f"{four}:{rng.randrange(1024, 65535)}", four),
        (f"{four}/24", four),
        (f"[{four}]", four),
        (f"http://{four}/admin", four),
        (f"root@{four}", four),
        (f"::ffff:{four}", four),
        (f"log_{four}.gz", four),
        (f"ip-{four}", four),
        (f'{four} - - [23/Nov/2024:14:05:09 +0100] "GET / HTTP/1.1" 200 12', four),
        (six, six),
        (six.upper(), six),
        (f"[{six}]:443", six),
        (f"{six}/64", six),
        (f"http://[{six}]:8080/", six),
        (f"fe80::{rng.randrange(4096, 65536):x}:1%eth0", ""),
    ]
    written, canonical = rng.choice(ways)
    return written, canonical or written.partition("%")[0]


TEXT = [
    *["{}"] * 6,
    *(
        "paid with {} yesterday",
        "{} (Mr Keller)",
        "Contact\u00a0: {}",
        "- {}",
        "**{}**",
        "| {} |",
        "\u00ab\u00a0{}\u00a0\u00bb",
        "\u2192 {}",
    ),
    *(
        "7;{};2024-11-23",
        "12,{},paid",
        '"x","{}","y"',
        "a\t{}\tb",
        "<td>{}</td>",
        '<input value="{}">',
        "x <b>{}</b> y",
    ),
    *(
        '{{"k":"{}"}}',
        "{{'k': '{}'}}",
        "key={}",
        "key: {}\n",
        "\n{}\n",
        "{}\r\n",
        "\ufeff{}",
        "\u200e{}\u200f",
        "`{}`",
        "({})",
        "[{}]",
    ),
    "2024-11-23T14:05:09.123Z INFO [worker-3] seen {} in 12ms",
    "Nov 23 14:05:09 host app[1234]: {}",
    *(
        "\u0442\u0435\u043b. {}, \u0410\u043d\u043d\u0430",
        "\u8bf7\u8054\u7cfb {} \u8c22\u8c22",
        "\u0627\u062a\u0635\u0644 {} \u0634\u0643\u0631\u0627",
        "\u03c0\u03ac\u03c1\u03b5 {} \u03c4\u03ce\u03c1\u03b1",
    ),
]

_ORDERS = ["order", "commande n\u00b0", "Bestellung Nr.", "ticket #", "SIREN", "ref."]
_ACCOUNTS = ["Konto", "Kto.-Nr.", "account", "compte n\u00b0"]
_SECTIONS = ["section", "\u00a7", "art.", "chapitre"]


def _bare(rng: random.Random, make_number: Maker, code: str, trunk: int) -> tuple[str, str]:
    number = make_number(rng)
    return number, code + number[trunk:]


def _spoilt(number: str) -> str:
    return number[:-1] + str((int(number[-1], 36) + 3) % 10)


def _imei(rng: random.Random) -> str:
    body = digits(rng, 14, "35")
    return body + luhn_digit(body)


def _company(rng: random.Random) -> str:
    body = digits(rng, 8, "04")
    return grouped(f"{body}{97 - int(body) % 97:02d}", (4, 3, 3), ".")


def _version(rng: random.Random) -> str:
    return ".".join(str(rng.randrange(20)) for _ in range(4))


NOT_CARDS: list[tuple[str, Maker]] = [
    ("EAN-13", ean13),
    ("SIRET", siret),
    ("SIRET, grouped", lambda rng: grouped(siret(rng), (3, 3, 3, 5), " ")),
    ("labelled order", lambda rng: f"order no. {card(rng)}"),
    ("labelled tracking", lambda rng: f"tracking: {card(rng, '6011')}"),
    ("wrong check digit", lambda rng: _spoilt(card(rng))),
    ("milliseconds", lambda rng: str(int(moment(rng).timestamp() * 1000))),
    ("microseconds", lambda rng: str(int(moment(rng).timestamp() * 10**6))),
    ("nanoseconds", lambda rng: str(int(moment(rng).timestamp() * 10**9))),
    ("decimals", lambda rng: f"{rng.randrange(9)}.{card(rng)}"),
    ("sum", lambda rng: f"{card(rng)}.00"),
    ("UUID", lambda rng: f"{card(rng)[:8]}-{digits(rng, 4)}-4{digits(rng, 3)}-8{digits(rng, 3)}-{digits(rng, 12)}"),
    ("hash", lambda rng: f"a{card(rng)}f{digits(rng, 8)}"),
    ("IMEI", _imei),
    ("IMEI, grouped", lambda rng: grouped(_imei(rng), (2, 6, 6, 1), "-")),
    ("long run", lambda rng: f"9{card(rng)}{digits(rng, 6)}"),
    ("ISBN-13", lambda rng: f"978-3-16-{digits(rng, 6)}-{digits(rng, 1)}"),
    ("UPS", lambda rng: f"1Z{digits(rng, 16)}"),
    ("Swiss Post", lambda rng: "99." + grouped(digits(rng, 16), (2, 6, 8), ".")),
    ("GS1", lambda rng: f"(01)0{ean13(rng)}(10){digits(rng, 6)}"),
    ("invoice", lambda rng: f"INV-2024-{digits(rng, 8)}-{digits(rng, 4)}"),
    ("QR reference", lambda rng: grouped(digits(rng, 27, "21"), (2, 5, 5, 5, 5, 5), " ")),
    ("compact moment", lambda rng: moment(rng).strftime("%Y%m%d%H%M%S")),
]
NOT_EMAILS: list[tuple[str, Maker]] = [
    ("npm", lambda rng: f"lodash@{rng.randrange(9)}.{rng.randrange(30)}.{rng.randrange(30)}"),
    ("npm scope", lambda rng: f"@babel/core@^{rng.randrange(9)}.{rng.randrange(30)}.0"),
    ("npm pre-release", lambda rng: f"vue@{rng.randrange(1, 9)}.0.0-beta.next"),
    ("Go module", lambda rng: f"github.com/pkg/errors@v0.{rng.randrange(9)}.1"),
    ("retina", lambda rng: f"icon-{rng.randrange(99)}@{rng.choice('23')}x.{rng.choice(['png', 'webp', 'jpg'])}"),
    ("no dot", lambda rng: rng.choice(["root@localhost", "deploy@web01", "admin@intranet"])),
    (
        "handle",
        lambda rng: rng.choice(["@jane.doe", "@jane_doe on X", "cc @anna.keller!", "https://social.example/@jane.doe"]),
    ),
    ("Message-ID", lambda rng: f"Message-ID: <{digits(rng, 14)}.{digits(rng, 4)}@mail.example.org>"),
    ("references", lambda rng: f"In-Reply-To: <{uuid.UUID(int=rng.getrandbits(128))}@mail.example.org>"),
    ("repository", lambda rng: f"git@git.example.org:owner/repo-{rng.randrange(99)}.git"),
    (
        "user of a URL",
        lambda rng: f"{rng.choice(['https', 'ssh', 'mysql', 'ftp'])}://deploy@db{rng.randrange(9)}.example.org/x",
    ),
    ("user and password of a URL", lambda rng: f"postgres://app:s3cret{rng.randrange(99)}@db.example.org:5432/x"),
    ("ssh", lambda rng: f"ssh deploy@web{rng.randrange(9)}.example.org"),
    ("scp", lambda rng: f"scp dump.sql deploy@web{rng.randrange(9)}.example.org:/srv/backup"),
    (
        "CSS",
        lambda rng: rng.choice(
            ["@media (min-width:100px)", "@import url(x.css);", "@font-face{src:url(a.woff)}", "a@b{c:d}"]
        ),
    ),
    (
        "SQL",
        lambda rng: rng.choice(
            ["SET @total.x := 1", "'root'@'localhost'", "'app'@'10.0.0.%'", "@@global.sql_mode", "x@>y.z"]
        ),
    ),
    ("decorator", lambda rng: rng.choice(["@app.route('/')", "@pytest.mark.slow", "@Override", "@param jane.doe"])),
    ("systemd", lambda rng: rng.choice(["getty@tty1.service", "postgresql@14-main.service", "user@1000.service"])),
    ("image digest", lambda rng: f"nginx@sha256:{sha256(rng.randbytes(8)).hexdigest()}"),
    ("matrix", lambda rng: f"@anna{rng.randrange(99)}:matrix.example"),
    ("map", lambda rng: f"https://maps.example/@{rng.uniform(40, 50):.6f},{rng.uniform(0, 9):.6f},15z"),
    ("two signs", lambda rng: f"a{rng.randrange(99)}@@b.example"),
]
NOT_PHONES: list[tuple[str, Maker]] = [
    ("seconds", lambda rng: f"at {int(moment(rng).timestamp())} sharp"),
    ("milliseconds", lambda rng: str(int(moment(rng).timestamp() * 1000))),
    ("EAN-13", ean13),
    ("ISBN-10", lambda rng: f"ISBN {isbn10(rng)}"),
    ("ISBN-13", lambda rng: f"978-3-16-{digits(rng, 6)}-{digits(rng, 1)}"),
    (
        "date and hour",
        lambda rng: moment(rng).strftime(
            rng.choice(["%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%Y %H.%M", "%Y%m%d %H%M%S"])
        ),
    ),
    ("two dates", lambda rng: f"{moment(rng):%Y-%m-%d}/{moment(rng):%Y-%m-%d}"),
    ("days", lambda rng: f"{moment(rng):%d.%m.%y}-{moment(rng):%d.%m.%y}"),
    (
        "amount",
        lambda rng: f"{rng.randrange(10**6, 10**9):,}.{rng.randrange(100):02d}".replace(
            ",", rng.choice([" ", ",", "'", "\u202f"])
        ),
    ),
    (
        "amount, comma",
        lambda rng: f"{rng.randrange(10**6, 10**8):,}".replace(",", ".") + f",{rng.randrange(100):02d} EUR",
    ),
    ("coordinates", lambda rng: f"{rng.uniform(40, 50):.7f}, {rng.uniform(-9, 9):.7f}"),
    ("decimal", lambda rng: repr(rng.random())),
    ("decimal, comma", lambda rng: f"0,{digits(rng, 10)}"),
    ("UUID", lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4))),
    (
        "UUID of digits",
        lambda rng: f"{digits(rng, 8)}-{digits(rng, 4)}-4{digits(rng, 3)}-8{digits(rng, 3)}-{digits(rng, 12)}",
    ),
    ("MD5", lambda rng: md5(rng.randbytes(8)).hexdigest()),
    ("SHA-1", lambda rng: sha1(rng.randbytes(8)).hexdigest()),
    ("SKU", lambda rng: f"{rng.choice(['SKU', 'REF', 'CMD', 'ART'])}-{digits(rng, 4)}-{digits(rng, 6)}"),
    ("SKU, bare", lambda rng: f"SKU-0{digits(rng, 9, '6')}"),
    ("labelled order", lambda rng: f"{rng.choice(_ORDERS)} 0{digits(rng, 9, '6')}"),
    ("account", lambda rng: f"{rng.choice(_ACCOUNTS)} 0{digits(rng, 9, '1')}"),
    ("path", lambda rng: f"/orders/0{digits(rng, 9, '6')}/edit"),
    ("product code", lambda rng: f"P/N 514-555-0{digits(rng, 3)}-A"),
    (
        "VAT",
        lambda rng: rng.choice(
            [
                f"FR{digits(rng, 2)}{siret(rng)[:9]}",
                f"BE0{digits(rng, 9, '4')}",
                f"CHE-{grouped(digits(rng, 9), (3, 3, 3), '.')} MWST",
            ]
        ),
    ),
    ("Belgian company", _company),
    ("structured communication", lambda rng: f"+++{grouped(digits(rng, 12, '0'), (3, 4, 5), '/')}+++"),
    ("AHV", lambda rng: "756." + grouped(digits(rng, 10), (4, 4, 2), ".")),
    ("NIR", lambda rng: grouped(digits(rng, 15, "1850578"), (1, 2, 2, 2, 3, 3, 2), " ")),
    ("Belgian national number", lambda rng: f"85.05.17-{digits(rng, 3)}.{digits(rng, 2)}"),
    ("IMEI", lambda rng: grouped(_imei(rng), (2, 6, 6, 1), "-")),
    ("Swiss Post", lambda rng: "99." + grouped(digits(rng, 16), (2, 6, 8), ".")),
    ("UPS", lambda rng: f"1Z{digits(rng, 16)}"),
    ("version", lambda rng: f"v{rng.randrange(9)}.{rng.randrange(30)}.{rng.randrange(9999)}.{rng.randrange(9999)}"),
    (
        "log line",
        lambda rng: (
            f'"GET / HTTP/1.1" {rng.choice([200, 304, 404])} {rng.randrange(100, 999)} {rng.randrange(1000, 9999)}'
        ),
    ),
    ("time zone", lambda rng: f"{moment(rng):%H:%M:%S} +0100"),
    ("QR reference", lambda rng: grouped(digits(rng, 27, "21"), (2, 5, 5, 5, 5, 5), " ")),
    (
        "range",
        lambda rng: (
            f"{rng.randrange(1900, 2000)}-{rng.randrange(2000, 2030)}"
            f", pp. {rng.randrange(100, 999)}-{rng.randrange(1000, 1999)}"
        ),
    ),
    ("small table", lambda rng: "  ".join(str(rng.randrange(10, 999)) for _ in range(5))),
]
NOT_IBANS: list[tuple[str, Maker]] = [
    ("wrong check digits", lambda rng: _spoilt(iban(rng))),
    ("too short", lambda rng: iban(rng)[:-1]),
    ("too long", lambda rng: iban(rng) + "7"),
    ("VAT", lambda rng: f"FR{digits(rng, 11)}"),
    ("LEI", lambda rng: f"5493{digits(rng, 2)}{digits(rng, 12)}{digits(rng, 2)}"),
    ("ISIN", lambda rng: f"FR{digits(rng, 10)}"),
    ("creditor", lambda rng: f"DE{digits(rng, 2)}ZZZ{digits(rng, 11)}"),
    ("BIC", lambda rng: rng.choice(["BNPAFRPPXXX", "UBSWCHZH80A", "DEUTDEFF500"])),
    ("code of an IBAN's length", lambda rng: f"FR99{digits(rng, 23)}"),
    ("base64", lambda rng: f"xDE{digits(rng, 2)}{sha1(rng.randbytes(4)).hexdigest()[:18]}"),
    ("tracking", lambda rng: f"CH{digits(rng, 2)}-{digits(rng, 4)}-{digits(rng, 4)}-{digits(rng, 4)}"),
]
NOT_IPS: list[tuple[str, Maker]] = [
    ("version", lambda rng: f"{rng.choice(['v', 'version ', 'Version: ', 'release ', 'firmware '])}{_version(rng)}"),
    ("browser", lambda rng: f"Chrome/{rng.randrange(90, 130)}.0.0.0 Safari/537.36"),
    ("product", lambda rng: f"nginx-module Foo/{_version(rng)}"),
    ("section", lambda rng: f"{rng.choice(_SECTIONS)} {_version(rng)}"),
    ("OID", lambda rng: f"1.3.6.1.4.1.{rng.randrange(9999)}.{rng.randrange(9)}"),
    ("five parts", lambda rng: ip4(rng) + f".{rng.randrange(9)}"),
    ("octet too large", lambda rng: f"{rng.randrange(256, 999)}.{rng.randrange(256)}.1.1"),
    ("leading zero", lambda rng: f"192.168.0{rng.randrange(1, 9)}.1"),
    ("reverse tree", lambda rng: f"{ip4(rng)}.in-addr.arpa"),
    ("time", lambda rng: f"{moment(rng):%H:%M:%S}"),
    ("time code", lambda rng: f"{moment(rng):%H:%M:%S}:{rng.randrange(25):02d}"),
    ("MAC", lambda rng: ":".join(f"{rng.randrange(256):02x}" for _ in range(6))),
    ("EUI-64", lambda rng: ":".join(f"{rng.randrange(256):02x}" for _ in range(8))),
    ("fingerprint", lambda rng: ":".join(f"{rng.randrange(256):02X}" for _ in range(20))),
    (
        "C++",
        lambda rng: rng.choice(
            ["std::vector", "a::b::c", "dead::beef", "Foo::bar()", "::before", "x[1::2]", "'1'::integer"]
        ),
    ),
    ("date", lambda rng: f"{moment(rng):%d.%m.%y}"),
    ("unspecified", lambda rng: rng.choice(["0.0.0.0", "::", "0.0.0.0/0", "::/0"])),
    ("Windows", lambda rng: f"10.0.19045.{rng.randrange(1000, 4000)}"),
]

HEADED: list[tuple[str, str, Hit]] = [
    ("PHONE_NUMBER", "phone", lambda rng: _bare(rng, american, "+1", 0)),
    ("PHONE_NUMBER", "t\u00e9l\u00e9phone", lambda rng: _bare(rng, mobile, "+33", 1)),
    ("PHONE_NUMBER", "natel", lambda rng: _bare(rng, swiss, "+41", 1)),
    ("CREDIT_CARD", "card_number", lambda rng: (number := card(rng), number)),
    ("IBAN_CODE", "iban", lambda rng: (number := iban(rng), number)),
    ("IP_ADDRESS", "ip", lambda rng: (address := f"10.0.{rng.randrange(20)}.{rng.randrange(1, 30)}", address)),
    ("EMAIL_ADDRESS", "email", lambda rng: (address := email(rng), address)),
]


def _hard_card(rng: random.Random) -> tuple[str, str]:
    number = card(rng)
    ways = [fours(number, "&nbsp;"), f"{fours(number, ' ')}, exp 12/27", f"n\u00b0{number}", f"card={number}&cvv=123"]
    ways += [
        f"<PAN>{number}</PAN>",
        f"{number}|12|27|123",
        f"{number}=27121010000",
        f"{fours(number, '  ')}",
        f"CB: {number}.",
    ]
    ways += [f"{number[:4]} {number[4:8]} {number[8:12]}-{number[12:]}", f"({fours(number, '-')})", f"{number}\t123"]
    return rng.choice(ways), number


def _hard_email(rng: random.Random) -> tuple[str, str]:
    plain = email(rng)
    local, _, _ = plain.partition("@")
    ways = [
        *(
            f"{plain}{end}"
            for end in (";", ">", ")", "'s", "?subject=x", "/phone", "\\n", "&amp;x=1", "%3B", "\u3001", "!", ":")
        ),
        *(
            f"{front}{plain}"
            for front in (
                "<a href=mailto:",
                "e-mail:",
                "\u201c",
                "to=<",
                "%3C",
                "cc:",
                "(",
                "user/",
                "#",
                "\\t",
                "\u0434\u043e ",
            )
        ),
    ]
    pairs = [(way, plain) for way in ways]
    domains = (
        "example.photography",
        "a-b.example",
        "mail.corp.example.com",
        "example.museum",
        "x.io",
        "EXAMPLE.Org",
    )
    pairs += [(f"{local}@{domain}", f"{local}@{domain.lower()}") for domain in domains]
    return rng.choice(pairs)


def _hard_phone(rng: random.Random) -> tuple[str, str]:
    french, national, american_ = mobile(rng), swiss(rng), american(rng)
    two = grouped(french, (2, 2, 2, 2, 2), " ")
    rest = grouped(national[1:], (2, 3, 2, 2), " ")
    f, s, a = "+33" + french[1:], "+41" + national[1:], "+1" + american_
    area, mid, last = american_[:3], american_[3:6], american_[6:]
    london = "020" + "7946" + "0" + digits(rng, 3)
    belgian = "02512" + digits(rng, 4)
    return rng.choice(
        [
            (two.replace(" ", "&nbsp;"), f),
            (f"{two} (mobile)", f),
            (f"{two}, after 5", f),
            (f"+33 (0) {two[1:]}", f),
            (f"+33-(0){two[1:].replace(' ', '-')}", f),
            (f"0033 (0){two[1:]}", f),
            (f"T\u00e9l:{french}", f),
            (f"T: {two}", f),
            (f"{grouped(french, (2, 2, 3, 3), ' ')}", f),
            (f"{grouped(french, (4, 2, 2, 2), ' ')}", f),
            (f"sms:{f}", f),
            (f"whatsapp://send?phone={f[1:]}", f),
            (f"https://wa.me/{f[1:]}", f),
            (f"phone={f.replace('+', '%2B')}", f),
            (f"+41 (0){rest}", s),
            (f"+41(0){national[1:]}", s),
            (f"0041 (0){rest}", s),
            (f"{national[:3]}/{grouped(national[3:], (3, 2, 2), ' ')}", s),
            (f"{national[:3]} / {grouped(national[3:], (3, 2, 2), ' ')}", s),
            (f"+1.{area}.{mid}.{last}", a),
            (f"1 ({area}) {mid}-{last}", a),
            (f"+1-{area}-{mid}-{last}", a),
            (f"({area}) {mid} {last}", a),
            (f"{area}/{mid}-{last}", a),
            (f"{area}-{mid}-{last} x12", a),
            (f"+44 (0){london[1:3]} {london[3:7]} {london[7:]}", "+44" + london[1:]),
            (f"({london[:3]}) {london[3:7]} {london[7:]}", "+44" + london[1:]),
            (f"{london[:3]}-{london[3:7]}-{london[7:]}", "+44" + london[1:]),
            (f"{belgian[:2]} {belgian[2:5]} {belgian[5:7]} {belgian[7:]}", "+32" + belgian[1:]),
            (f"{belgian[:2]}/{belgian[2:5]}.{belgian[5:7]}.{belgian[7:]}", "+32" + belgian[1:]),
        ]
    )


def _hard_iban(rng: random.Random) -> tuple[str, str]:
    number = iban(rng)
    ways = [
        fours(number, "&nbsp;"),
        f"<IBAN>{number}</IBAN>",
        fours(number.lower(), " "),
        f"IBAN : {fours(number, ' ')}",
    ]
    ways += [
        f"iban={number}&x",
        f"IBAN{fours(number, ' ')}",
        f"{fours(number, ' ')}, BIC: UBSWCHZH80A",
        f"({number})",
        f"{number};",
    ]
    ways += [f"{number}/EUR", f"IBAN-{number}", f"n\u00b0 {fours(number, '-')}", f"{number}\u3002", fours(number, "  ")]
    return rng.choice(ways), number


def _hard_ip(rng: random.Random) -> tuple[str, str]:
    four = f"{rng.choice([82, 91, 178, 192, 203])}.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(1, 255)}"
    six = ip6(rng)
    ways = [
        f"{four},",
        f"{four};",
        f"ip={four}&x=1",
        f"src:{four}",
        f"{four}.",
        f"{four}->",
        f"from[{four}]",
        f"'{four}'",
        f"{four}\\n",
    ]
    ways += [f"@{four}", f"{four}_443", f"host={four};port=1", f"%20{four}", f"{four}\u3002", f"x-ip:{four}"]
    sixes = [
        f"[IPv6:{six}]",
        f"{six},",
        f"{six}.",
        f"ip={six}",
        f"src={six};",
        f"'{six}'",
        f"<{six}>",
        f"{six}%eth0",
        f"{six}\u3002",
    ]
    return rng.choice([(way, four) for way in ways] + [(way, six) for way in sixes])


LOOK_ALIKES: list[tuple[str, Maker]] = [
    ("ISSN", lambda rng: f"ISSN 0317-8{digits(rng, 3)}"),
    ("CAS", lambda rng: f"CAS {digits(rng, 5, '7')}-18-5"),
    ("DUNS", lambda rng: f"D-U-N-S 15-048-{digits(rng, 4)}"),
    ("serial", lambda rng: f"S/N 0{digits(rng, 9, '6')}"),
    ("hexadecimal", lambda rng: f"0x0{digits(rng, 9, '6')}"),
    ("bytes", lambda rng: f"Content-Length: {digits(rng, 10, '1')}"),
    ("microseconds of a moment", lambda rng: f"{moment(rng):%Y-%m-%dT%H:%M:%S}.{digits(rng, 6)}Z"),
    ("US SSN", lambda rng: f"123-45-{digits(rng, 4)}"),
    ("Canadian SIN", lambda rng: f"046 454 {digits(rng, 3)}"),
    ("RUT", lambda rng: f"12.{digits(rng, 3)}.{digits(rng, 3)}-9"),
    ("RIB", lambda rng: f"RIB 30004 00567 {digits(rng, 11, '000')} {digits(rng, 2)}"),
    ("SIREN", lambda rng: f"RCS Paris B {grouped(siret(rng)[:9], (3, 3, 3), ' ')}"),
    ("VAT, grouped", lambda rng: f"TVA FR {digits(rng, 2)} {grouped(siret(rng)[:9], (3, 3, 3), ' ')}"),
    ("days and hours", lambda rng: f"{moment(rng):%d/%m/%y %H:%M}-{moment(rng):%H:%M}"),
    ("pages", lambda rng: f"pp. {rng.randrange(100, 999)}-{rng.randrange(1000, 1999)}, {rng.randrange(1990, 2030)}"),
    ("ports", lambda rng: f"ports {rng.randrange(8000, 8999)}-{rng.randrange(9000, 9999)}"),
    ("sizes", lambda rng: f"{rng.randrange(100, 999)}x{rng.randrange(100, 999)}x{rng.randrange(1000, 9999)} mm"),
    ("money", lambda rng: f"CHF {rng.randrange(1, 9)}'{digits(rng, 3)}'{digits(rng, 3)}.{digits(rng, 2)}"),
    (
        "percentages",
        lambda rng: f"{rng.random() * 100:.2f} % / {rng.random() * 100:.2f} % / {rng.random() * 100:.2f} %",
    ),
    (
        "Git range",
        lambda rng: f"index {md5(rng.randbytes(8)).hexdigest()[:7]}..{md5(rng.randbytes(8)).hexdigest()[:7]} 100644",
    ),
    (
        "diff",
        lambda rng: (
            f"@@ -{rng.randrange(99)},{rng.randrange(9)} +{rng.randrange(100, 999)},{rng.randrange(1000, 9999)} @@"
        ),
    ),
    ("FR NIR, bare", lambda rng: f"NIR {digits(rng, 13, '185057')} {digits(rng, 2)}"),
    ("opening hours", lambda rng: "Mo-Fr 08:00-12:00, 13:30-18:00"[: 28 + rng.randrange(2)]),
    ("IPv4 of five", lambda rng: f"10.1.2.{rng.randrange(256)}.{rng.randrange(256)}"),
    ("driver", lambda rng: f"driver version: {rng.randrange(20, 31)}.21.14.{rng.randrange(10, 99)}"),
    ("GS1 label", lambda rng: f"(00){digits(rng, 18)}"),
    ("MRZ", lambda rng: f"P<FRAKELLER<<ANNA<<<<<< {digits(rng, 9)}FRA{digits(rng, 7)}F{digits(rng, 7)}<<"),
    ("package path", lambda rng: f"node_modules/.pnpm/vue@3.{rng.randrange(9)}.{rng.randrange(40)}/x"),
    ("JS email pattern", lambda rng: r"/^[^\s@]+@[^\s@]+\.[^\s@]+$/"[: 30 + rng.randrange(2)]),
    ("Twig", lambda rng: f"{{{{ user{rng.randrange(9)} }}}}@{{{{ domain }}}}"),
    ("Perl", lambda rng: f"my ($a, @b.c) = @_; # {rng.randrange(99)}"),
    ("rating", lambda rng: f"3.5/5 (1 {digits(rng, 3)} {digits(rng, 3)} votes)"),
    ("EAN with a dash", lambda rng: f"{ean13(rng)}-{digits(rng, 2)}"),
]

NEGATIVES = [*NOT_CARDS, *NOT_EMAILS, *NOT_PHONES, *NOT_IBANS, *NOT_IPS, *LOOK_ALIKES]
HITS: dict[str, tuple[Hit, ...]] = {
    "CREDIT_CARD": (_card, _hard_card),
    "EMAIL_ADDRESS": (_email, _hard_email),
    "PHONE_NUMBER": (_phone, _hard_phone),
    "IBAN_CODE": (_iban, _hard_iban),
    "IP_ADDRESS": (_ip, _hard_ip),
}


def items(count: int = ITEMS, seed: int = SEED) -> Iterator[Item]:
    """Make the set; each item has its own stream."""
    entities = list(HITS)
    for at in range(count):
        rng = random.Random(f"{seed}:{at}")
        kind = rng.random()
        if kind < 0.08:
            entity, header, hit = rng.choice(HEADED)
            written, canonical = hit(rng)
            yield Item(written, header, ((entity, canonical),), f"{entity} under a header")
            continue
        pieces: list[str] = []
        truth: list[Value] = []
        about = []
        if kind < 0.6:
            entity = rng.choice(entities)
            written, canonical = rng.choice(HITS[entity])(rng)
            pieces.append(rng.choice(TEXT).format(written))
            truth.append((entity, canonical))
            about.append(entity)
        if kind > 0.5:
            name, negative = rng.choice(NEGATIVES)
            pieces.append(rng.choice(TEXT).format(negative(rng)))
            about.append(f"not: {name}")
        rng.shuffle(pieces)
        yield Item(rng.choice([", ", "\n", "; ", " | "]).join(pieces), "", tuple(truth), " + ".join(about))


class Score(NamedTuple):
    """How one entity came out."""

    hits: int
    missed: int
    false: int

    @property
    def recall(self) -> float:
        return self.hits / max(1, self.hits + self.missed)

    @property
    def precision(self) -> float:
        return self.hits / max(1, self.hits + self.false)


def judged(some: Iterable[Item]) -> tuple[dict[str, Score], list[tuple[str, Item]]]:
    """Hold our detectors to the truth; gives the scores by entity, and each wrong item with what is wrong about it."""
    detectors = make(DetectSettings(entities=tuple(HITS)))
    hits: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    false: Counter[str] = Counter()
    wrong: list[tuple[str, Item]] = []
    for item in some:
        left = list(item.truth)
        taken: list[tuple[int, int]] = []
        for detector in detectors:
            headed = bool(item.header) and said(item.header, detector.header_words)[0] is not None
            for shape in detector.shapes_under(item.text, headed=headed):
                match = shape.match
                if match is None or overlaps(sorted(taken), match.start, match.end):
                    continue
                taken.append((match.start, match.end))
                if match.score < WEAK and not headed:
                    continue
                value = next((one for one in left if one[0] == detector.entity and one[1] in match.readings), None)
                if value is not None:
                    left.remove(value)
                    hits[detector.entity] += 1
                else:
                    false[detector.entity] += 1
                    wrong.append((f"false {detector.entity}", item))
        for entity, _ in left:
            missed[entity] += 1
            wrong.append((f"missed {entity}", item))
    return {entity: Score(hits[entity], missed[entity], false[entity]) for entity in HITS}, wrong


def main() -> None:
    """Print recall and precision by entity, and how the wrong ones were made."""
    scores, wrong = judged(items())
    for entity, score in scores.items():
        print(f"{entity:15} {score.hits + score.missed:6,} recall {score.recall:.2%} precision {score.precision:.2%}")
    for (what, about), count in Counter((what, item.about) for what, item in wrong).most_common():
        print(f"  {count:4} {what}: {about}")


if __name__ == "__main__":
    main()
