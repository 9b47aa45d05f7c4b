"""What is measured on: a hosted shop's table, an access log, notes, and hashes and numbers, the same for each seed."""

from __future__ import annotations

import base64
import csv
import html
import quopri
import random
import shutil
import string
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from hashlib import md5, sha256
from pathlib import Path
from uuid import UUID

from tests.detectors.columns import FIRST, LAST, american, card, digits, email, grouped, iban, mobile, swiss

SEED = 20241123
Columns = dict[str, list[str]]
"""Header to cells; an empty cell is an empty text."""

NAMES = [*(name.title() for name in FIRST), "Léa", "Zoé", "Chloé", "René", "Inès"]
SURNAMES = [*(name.title() for name in LAST), "Müller", "Gagnon", "Perrin", "Lefèvre"]
STREETS = ["rue de la Gare", "avenue du Lac", "chemin des Prés", "Main Street", "Bahnhofstrasse", "place d'Armes"]
CITIES = [("Lyon", 69001, 9), ("Lausanne", 1000, 18), ("Namur", 5000, 4), ("Nantes", 44000, 3), ("Genève", 1200, 9)]
SENTENCES = [
    "Livré chez le voisin le {day}.03.2024 à {day}:30, sonnette en panne.",
    "Remboursement de {few} 234,50 EUR convenu, commande 10{seven}.",
    "La cliente demande la lampe bleue, réf. 2024-11-{four}; rappellera lundi.",
    "Colis 99.34.{six}.7{seven} en retard, dossier #{four} ouvert chez le transporteur.",
    "Rien à signaler depuis la version 10.{few}.2.{few} de la boutique.",
    "Delivered to the neighbour, the bell of no. {few} was out of order again.",
    "Asked whether the invoice 2024{four}-{day} could be sent by post instead.",
    "Customer prefers to be called in the morning, before 10:{day} if possible.",
    "Stock moved to shelf B{few}, {day} pieces left, 12 more are due in week {day}.",
    "Payment failed twice with code {few}, went through at the third attempt, {seven}.",
]
AGENTS = [
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 Version/17.1 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:120.0) Gecko/20100101 Firefox/120.0",
    "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://example.org/bot)",
]
PATHS = ["/", "/cart", "/product/1042", "/wp-login.php", "/account?ref=mail", "/search?q=lamp", "/img/lamp@2x.png"]
LETTERS = string.ascii_letters + string.digits + "./"
BEGIN = int(datetime(2023, 1, 1, tzinfo=UTC).timestamp())


PHONES: list[Callable[[random.Random], str]] = [
    lambda rng: grouped(mobile(rng), (2, 2, 2, 2, 2), " "),
    lambda rng: grouped(mobile(rng), (2, 2, 2, 2, 2), "."),
    mobile,
    mobile,
    lambda rng: "+33" + mobile(rng)[1:],
    lambda rng: "+41 " + grouped(swiss(rng)[1:], (2, 3, 2, 2), " "),
    lambda rng: "({}) {}-{}".format(*grouped(american(rng), (3, 3, 4), " ").split()),
    lambda rng: "+1-" + grouped(american(rng), (3, 3, 4), "-"),
    lambda rng: "0032 47" + grouped(digits(rng, 7), (1, 2, 2, 2), " "),
    lambda rng: "07700 900" + digits(rng, 3),
]
"""Numbers as customers of six countries write them."""


def phone(rng: random.Random) -> str:
    """Write a phone number."""
    return rng.choice(PHONES)(rng)


def ip4(rng: random.Random) -> str:
    """Write an address that may be anybody's."""
    bits = rng.getrandbits(32)
    return f"{bits >> 24 or 81}.{bits >> 16 & 255}.{bits >> 8 & 255}.{bits & 255}"


def moment(rng: random.Random) -> datetime:
    """Give a second of two years."""
    return datetime.fromtimestamp(BEGIN + int(rng.random() * 60_000_000), UTC)


HITS: list[Callable[[random.Random], str]] = [
    lambda rng: f"Répondre à {email(rng)} svp.",
    lambda rng: f"Rappeler au {grouped(mobile(rng), (2, 2, 2, 2, 2), ' ')} après 17 h.",
    lambda rng: f"Paid by phone with {grouped(card(rng), (4, 4, 4, 4), ' ')}.",
    lambda rng: f"Refund to {iban(rng, 'FR')} please.",
    lambda rng: f"Commande passée depuis {ip4(rng)} hier.",
]
RARE = 0.01
"""Share of notes with something personal in them."""


def note(rng: random.Random) -> str:
    """Write what a shop's staff notes, French or English, with something personal once in a hundred."""
    seven = int(rng.random() * 9_000_000) + 1_000_000
    text = " ".join(rng.choices(SENTENCES, k=1 + int(rng.random() * 4))).format(
        day=10 + seven % 18, few=1 + seven % 9, four=seven % 9000 + 1000, six=seven % 900_000 + 100_000, seven=seven
    )
    return f"{text} {rng.choice(HITS)(rng)}" if rng.random() < RARE else text


def customer(rng: random.Random, number: int) -> tuple[str, ...]:
    """Make a row of the shop's table, 280 bytes or so; `HEADER` names its cells."""
    chance = rng.random
    city, postal, districts = CITIES[int(chance() * len(CITIES))]
    return (
        str(number),
        f"{rng.choice(NAMES)} {rng.choice(SURNAMES)}",
        email(rng),
        phone(rng),
        card(rng) if chance() < 0.1 else "",
        f"2024{int(chance() * 1e8):08d}",
        f"{chance() * 500:.2f}",
        moment(rng).strftime("%Y-%m-%d %H:%M:%S"),
        ("paid", "open", "sent")[int(chance() * 3)],
        f"{int(chance() * 200) + 1} {rng.choice(STREETS)}",
        str(postal + int(chance() * districts)),
        city,
        "$2y$10$" + "".join(rng.choices(LETTERS, k=53)),
        iban(rng) if chance() < 0.02 else "",
        ip4(rng),
        note(rng) if chance() < 1 / 3 else "",
    )


HEADER = [
    "id",
    "name",
    "email",
    "phone",
    "card",
    "order_no",
    "total",
    "created",
    "status",
    "address",
    "postal_code",
    "city",
    "password_hash",
    "iban",
    "ip",
    "notes",
]


@cache
def visitors() -> list[str]:
    """Give the addresses that visit the shop, 50,000 of them."""
    rng = random.Random(SEED)
    return [ip4(rng) for _ in range(50_000)]


def request(rng: random.Random) -> str:
    """Write a line of an access log in Apache's combined format; an e-mail stands in one address of five hundred."""
    chance = rng.random
    path = PATHS[int(chance() * len(PATHS))]
    if chance() < 0.002:
        path = f"/newsletter?mail={email(rng).replace('@', '%40')}"
    visitor, when = visitors()[int(chance() * 50_000)], moment(rng).strftime("%d/%b/%Y:%H:%M:%S +0100")
    return (
        f'{visitor} - - [{when}] "GET {path} HTTP/1.1"'
        f' {(200, 200, 200, 304, 404)[int(chance() * 5)]} {int(chance() * 99_999)} "https://shop.example.org/"'
        f' "{AGENTS[int(chance() * len(AGENTS))]}"'
    )


def shop(rows: int) -> Columns:
    """Make the shop's table."""
    rng = random.Random(SEED)
    return dict(zip(HEADER, map(list, zip(*(customer(rng, row) for row in range(rows)), strict=True)), strict=True))


def access_log(rows: int) -> Columns:
    """Make an access log, a line a cell."""
    rng = random.Random(SEED + 1)
    return {"text": [request(rng) for _ in range(rows)]}


def notes(rows: int) -> Columns:
    """Make a column of notes."""
    rng = random.Random(SEED + 2)
    return {"notes": [note(rng) for _ in range(rows)]}


def numbers(rows: int) -> Columns:
    """Make what holds no person and looks most like it: hashes, identifiers, times, amounts, coordinates."""
    rng = random.Random(SEED + 3)
    makers: dict[str, Callable[[], str]] = {
        "md5": lambda: md5(rng.randbytes(8)).hexdigest(),
        "sha256": lambda: sha256(rng.randbytes(8)).hexdigest(),
        "uuid": lambda: str(UUID(int=rng.getrandbits(128), version=4)),
        "order_no": lambda: digits(rng, 10, "10"),
        "serial": lambda: digits(rng, 16, "7"),
        "stamp_ms": lambda: str(int((BEGIN + rng.random() * 6e7) * 1000)),
        "score": lambda: repr(rng.random() * 10),
        "amount": lambda: f"{rng.random() * 1e9:,.2f}",
        "position": lambda: f"{rng.uniform(40, 50):.6f},{rng.uniform(-9, 9):.6f}",
        "modified": lambda: moment(rng).strftime("%d.%m.%Y %H:%M:%S"),
        "version": lambda: ".".join(str(rng.randrange(15)) for _ in range(4)),
    }
    return {name: [make() for _ in range(rows)] for name, make in makers.items()}


KINDS: dict[str, tuple[Callable[[int], Columns], int]] = {
    "shop table": (shop, 30_000),
    "access log": (access_log, 40_000),
    "notes": (notes, 50_000),
    "hashes, numbers": (numbers, 30_000),
}
"""Kind of data to its maker, and rows: about 8 MB of each."""


def cells(columns: Columns) -> list[str]:
    """List the cells that hold something, row by row."""
    return [cell for row in zip(*columns.values(), strict=True) for cell in row if cell]


def size(texts: list[str]) -> int:
    """Give the bytes of some texts in UTF-8."""
    return sum(len(text.encode()) for text in texts)


def write_table(path: Path, megabytes: float) -> None:
    """Write the shop's table as CSV."""
    rng, number = random.Random(SEED), 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        while file.tell() < megabytes * 1e6:
            writer.writerows(customer(rng, number + row) for row in range(1000))
            number += 1000


def write_log(path: Path, megabytes: float) -> None:
    """Write an access log."""
    rng = random.Random(SEED + 1)
    with path.open("w", encoding="utf-8") as file:
        while file.tell() < megabytes * 1e6:
            file.writelines(request(rng) + "\n" for _ in range(1000))


def halves(path: Path, folder: Path) -> tuple[Path, Path]:
    """Write a file anew as two of half its size, cut at a line; a CSV's header stands in both."""
    first, second = (folder / f"{path.stem}{number}{path.suffix}" for number in (1, 2))
    with path.open("rb") as whole, first.open("wb") as one, second.open("wb") as other:
        header = whole.readline() if path.suffix == ".csv" else b""
        one.write(header)
        other.write(header)
        while whole.tell() < path.stat().st_size // 2:
            one.writelines(whole.readlines(1 << 20))
        shutil.copyfileobj(whole, other)
    return first, second


def message(rng: random.Random, row: tuple[str, ...]) -> bytes:
    """Write a mail from a customer: text and HTML, and once in ten a small table with it."""
    name, address, phone_number, text = row[1], row[2], row[3], " ".join(note(rng) for _ in range(3))
    lines = [text, f"Tel. {phone_number}", name]
    headers = (
        f"Return-Path: <{address}>\r\nReceived: from mail.example.org ([{row[14]}]) by mx.example.net\r\n"
        f"From: {_word(name)} <{address}>\r\nTo: Shop <shop@example.org>\r\nSubject: {_word('Commande ' + row[5])}\r\n"
        f"Date: {moment(rng):%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: <{row[5]}.{row[0]}@example.org>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="=-a"\r\n\r\n'
    )
    plain = quopri.encodestring("\n".join(lines).encode()).replace(b"\n", b"\r\n")
    page = "<html><body>" + "".join(f"<p>{html.escape(line)}</p>\r\n" for line in lines) + "</body></html>"
    parts = [
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n" + plain,
        b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + page.encode(),
    ]
    if int(row[0]) % 10 == 0:
        table = base64.encodebytes(f"{','.join(HEADER[:4])}\n{','.join(row[:4])}\n".encode() * 20)
        kind = b'Content-Type: text/csv; name="t.csv"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
        parts.append(kind + table.replace(b"\n", b"\r\n"))
    return headers.encode() + b"".join(b"--=-a\r\n" + part + b"\r\n" for part in parts) + b"--=-a--\r\n"


def _word(text: str) -> str:
    """Write a header's text as RFC 2047 has it."""
    return text if text.isascii() else f"=?utf-8?b?{base64.b64encode(text.encode()).decode()}?="
