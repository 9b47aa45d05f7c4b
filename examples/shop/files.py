"""The files of the hosted account beside its database: exports, logs, API dumps, a support mailbox, the website."""

from __future__ import annotations

import csv
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from urllib.parse import quote

from . import numbers, words
from .clock import epoch, milliseconds, moment, stamp
from .people import Customer
from .planted import Text, compact, say
from .rows import Shop
from .schema import BY_NAME

Cells = list[Any]


@dataclass(frozen=True)
class Sheet:
    """A CSV file."""

    path: str
    encoding: str
    delimiter: str
    newline: str
    header: list[str]
    rows: list[Cells]

    def content(self) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=self.newline)
        writer.writerows([self.header, *self.rows])
        return out.getvalue().encode(self.encoding)


@dataclass(frozen=True)
class Lines:
    """A text file, each line by itself."""

    path: str
    lines: list[str]

    def content(self) -> bytes:
        return ("\n".join(self.lines) + "\n").encode()


@dataclass(frozen=True)
class Document:
    """A JSON document."""

    path: str
    value: Any

    def content(self) -> bytes:
        return (compact(self.value) + "\n").encode()


@dataclass(frozen=True)
class Records:
    """JSON lines."""

    path: str
    values: list[Any]

    def content(self) -> bytes:
        return "".join(compact(value) + "\n" for value in self.values).encode()


@dataclass(frozen=True)
class Raw:
    """Bytes in which nothing is planted."""

    path: str
    data: bytes

    def content(self) -> bytes:
        return self.data


File = Sheet | Lines | Document | Records | Raw


def files(shop: Shop) -> Iterator[File]:
    """Every file of the account but the database."""
    yield client_sheet(shop)
    yield order_sheet(shop)
    yield access_log(shop, "logs/access.log", 3000)
    yield access_log(shop, "logs/access.log.1", 1500)
    yield order_dump(shop)
    yield customer_dump(shop)
    yield mailbox(shop)
    yield website()
    yield Raw("www/assets/logo.png", logo())
    yield Raw("api/catalogue.json", damaged_catalogue(shop))


def client_sheet(shop: Shop) -> Sheet:
    """What a French Excel saves: semicolons, Windows-1252, a comma for decimals, quoted line breaks."""
    random = shop.random("client_sheet")
    header = [
        "N° client",
        "Prénom",
        "Nom",
        "Adresse e-mail",
        "Téléphone",
        "IBAN",
        "Commande",
        "Total dépensé",
        "Remarque",
    ]
    rows: list[Cells] = []
    for one in shop.customers:
        remark: object = random.choice(("", "", "Livrer à côté ; sonner deux fois", "Fidèle\r\ndepuis 2024"))
        if random.random() < 0.05:
            remark = say("Joindre aussi au {}", one.international())
        total = f"{random.randrange(2000)},{random.randrange(100):02d}"
        order = numbers.digits(random, 12)
        rows.append(
            [one.id, one.first, one.last, one.mail(), one.national(), one.printed_account() or "", order, total, remark]
        )
    return Sheet("exports/clients_2026-11.csv", "cp1252", ";", "\r\n", header, rows)


def order_sheet(shop: Shop) -> Sheet:
    """What a carrier's portal exports: UTF-8 and commas."""
    random = shop.random("order_sheet")
    header = [
        "order_number",
        "ean",
        "tracking",
        "placed_ms",
        "weight",
        "recipient_email",
        "recipient_phone",
        "checksum",
    ]
    rows: list[Cells] = []
    for order in random.sample(shop.rows["orders"], len(shop.rows["orders"]) // 3):
        one = shop.customer(order[2])
        rows.append([
            order[1], numbers.ean13(random), numbers.tracking(random), order[4] * 1000 + random.randrange(1000),
            f"{random.random() * 10:.3f}", one.mail(), one.e164(), numbers.hashed("md5", random),
        ])  # fmt: skip
    return Sheet("exports/carrier/orders.csv", "utf-8", ",", "\n", header, rows)


def access_log(shop: Shop, path: str, count: int) -> Lines:
    """Apache's combined format; some addresses stand percent-encoded in a query."""
    random = shop.random(path)
    times = sorted(moment(random) for _ in range(count))
    return Lines(path, [log_line(random, random.choice(shop.customers), at) for at in times])


def log_line(random: Random, one: Customer, at: datetime) -> Text:
    page: object = f"/p/{random.randrange(1, 301)}?t={epoch(at)}{random.randrange(1000):03d}"
    if random.random() < 0.08:
        page = say("/newsletter/confirm?email={}&token={}", one.mail(percent_encoded), numbers.hashed("md5", random))
    user = one.mail() if random.random() < 0.02 else "-"
    return say(
        '{} - {} [{}] "GET {} HTTP/1.1" {} {} "https://boutique.example/" "{}"',
        one.address(), user, at.strftime("%d/%b/%Y:%H:%M:%S +0000"), page, random.choice((200, 200, 304, 404)),
        random.randrange(200, 90_000), random.choice(words.BROWSERS),
    )  # fmt: skip


def percent_encoded(text: str) -> str:
    return quote(text, safe="")


def order_dump(shop: Shop) -> Document:
    """One answer of the shop's API: a document with a list of orders."""
    random = shop.random("order_dump")
    orders = [
        order_entry(random, shop, order)
        for order in random.sample(shop.rows["orders"], min(400, len(shop.rows["orders"])))
    ]
    return Document("api/orders.json", {"generated": "2026-11-01T00:00:00Z", "version": "2.4.0.11", "orders": orders})


def order_entry(random: Random, shop: Shop, order: tuple[Any, ...]) -> dict[str, Any]:
    one = shop.customer(order[2])
    entry: dict[str, Any] = {
        "id": numbers.uuid4(random),
        "number": order[1],
        "placed": order[4] * 1000,
        "customer": {"name": f"{one.first} {one.last}", "email": one.mail(), "phones": [one.international()]},
        "items": [{"ean": numbers.ean13(random), "price": round(random.random() * 80, 2)} for _ in range(2)],
        "client_ip": one.address(),
    }
    account = one.account()
    if account and random.random() < 0.3:
        entry["refund"] = {"iban": account, "amount": round(random.random() * 50, 2)}
    return entry


def customer_dump(shop: Shop) -> Records:
    """The same API's stream: a customer a line."""
    random = shop.random("customer_dump")
    chosen = random.sample(shop.customers, len(shop.customers) // 2)
    return Records(
        "api/customers.jsonl",
        [
            {
                "id": one.id, "login": one.mail(), "profile": {"mobile": one.national(), "lang": one.language},
                "last_seen": {"ip": one.address(), "ms": milliseconds(random)}, "etag": numbers.hashed("sha1", random),
            }
            for one in chosen
        ],
    )  # fmt: skip


def mailbox(shop: Shop) -> Lines:
    """The support's correspondence as one text; one customer typed a card number."""
    random = shop.random("mailbox")
    lines: list[str] = []
    for number, one in enumerate(random.sample(shop.customers, min(150, len(shop.customers))), 1):
        lines += message(random, number, one)
    for typist in [one for one in shop.customers if one.card][:1]:
        lines += ["", say("> ma carte est le {}, merci de réessayer", typist.printed_card())]
    return Lines("support/mailbox.txt", lines)


def message(random: Random, number: int, one: Customer) -> list[str]:
    bodies: tuple[Callable[[], str], ...] = (
        lambda: say("Pouvez-vous me rappeler au {} ? Merci.", one.national()),
        lambda: say("My number is {}, any time after 5.", one.international()),
        lambda: f"Le colis {numbers.tracking(random)} n'est pas arrivé.",
        lambda: f"Order {numbers.digits(random, 14)} shows total 1299.00 twice.",
    )
    return [
        f"=== Message {number} ===",
        say("From: {} {} <{}>", one.first, one.last, one.mail()),
        "To: the support team",
        f"Date: {stamp(moment(random))}",
        "",
        random.choice(bodies)(),
        "",
    ]


def website() -> Lines:
    """A page with figures that only look like something."""
    page = ["<!doctype html>", "<title>Boutique</title>", "<p>Depuis 2024, 12 000 clients.</p>", "<p>v3.11.0</p>"]
    return Lines("www/index.html", page)


def logo() -> bytes:
    """A PNG of one square: a kind of file that has no text to read."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = 16
    pixels = b"".join(b"\0" + b"\x2a\x6f\x97" * size for _ in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b"")
    )


def damaged_catalogue(shop: Shop) -> bytes:
    """A dump of the products that broke off in the middle of its upload; nobody's data is in it."""
    names = [column.name for column in BY_NAME["products"].columns]
    products = [dict(zip(names, row, strict=True)) for row in shop.rows["products"]]
    whole = compact({"products": products}).encode()
    return whole[: len(whole) * 2 // 3]
