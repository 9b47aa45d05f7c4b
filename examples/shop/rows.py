"""The rows of every table, in the order of `schema.TABLES`; keyless tables are stored in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any

from . import numbers, words
from .clock import epoch, milliseconds, moment, stamp
from .people import Customer, exploded, people
from .planted import EMAIL, IBAN, PASSWORD, PHONE, Text, Value, say

Row = tuple[Any, ...]


@dataclass
class Shop:
    """All that the shop knows, before it is written anywhere."""

    seed: int
    customers: list[Customer]
    rows: dict[str, list[Row]] = field(default_factory=dict)
    """By table; each row in the order of the table's columns, JSON columns as objects."""

    def random(self, purpose: str) -> Random:
        """A stream of its own for each purpose, so that one more table leaves the others as they were."""
        return Random(f"{self.seed}/{purpose}")

    def customer(self, number: int) -> Customer:
        return self.customers[number - 1]


def open_shop(customers: int = 2000, seed: int = 2026) -> Shop:
    """Make the shop: the same seed gives the same shop, to the byte."""
    shop = Shop(seed, people(Random(f"{seed}/people"), customers))
    for name, make in MAKERS.items():
        shop.rows[name] = list(make(shop, shop.random(name)))
    return shop


def sometimes(random: Random, share: float, make: Callable[..., Any], *parts: Any) -> Any:
    """Make a value for a share of the rows, and NULL for the others."""
    return make(*parts) if random.random() < share else None


def customers(shop: Shop, random: Random) -> Iterator[Row]:
    for one in shop.customers:
        at = moment(random)
        yield (
            one.id, one.first, one.last, one.mail(), phone_as_typed(random, one), one.language,
            "29" + numbers.digits(random, 11), secret(numbers.hashed("sha256", random)), stamp(at),
            milliseconds(random, at), random.random() * 1000, random.random() < 0.5, one.address(),
            settings(random, one), sometimes(random, 0.15, note, random, one),
        )  # fmt: skip


def phone_as_typed(random: Random, one: Customer) -> Text:
    """Each form was filled in by another hand."""
    return random.choice((one.national, one.national, one.international, one.e164))()


def secret(stored: str) -> Text:
    return Text(stored, Value(PASSWORD, stored))


def settings(random: Random, one: Customer) -> dict[str, Any]:
    """Preferences, with a second contact deep inside for some and a device list for others."""
    made: dict[str, Any] = {
        "theme": random.choice(("light", "dark")),
        "cart": {"total": round(random.random() * 90, 2)},
    }
    made["cart"]["saved_ms"] = milliseconds(random)
    if random.random() < 0.3:
        made["contact"] = {"email": one.mail(), "phone": one.international()}
    if random.random() < 0.2:
        made["devices"] = [{"id": numbers.uuid4(random), "ip": one.address()} for _ in range(random.randrange(1, 3))]
    return made


def note(random: Random, one: Customer) -> Text | str:
    """What the staff wrote about a customer: mostly nothing personal."""
    return random.choice((
        lambda: say("Rappeler au {} après 18 h.", one.national()),
        lambda: say("Prefers mail to {}, order 4000123412341235 was late.", one.mail()),
        lambda: "Client fidèle depuis 2024, remise de 5,5 %.",
        lambda: "Moved on 2025-06-30, ticket 20250630114512.",
    ))()  # fmt: skip


def addresses(shop: Shop, random: Random) -> Iterator[Row]:
    for one in shop.customers:
        yield (
            one.id, one.id, one.home(), one.postal_code(), one.town, one.country, sometimes(random, 0.6, one.national),
            40 + random.random() * 10, random.random() * 10,
        )  # fmt: skip


def suppliers(random: Random) -> Iterator[Row]:
    for number, name in enumerate(words.SUPPLIERS * 10, 1):
        siret = numbers.siret(random)
        phone = f"+3319900{numbers.digits(random, 4)}"
        account = numbers.french_iban(random)
        contact = f"ventes{number}@fournisseur{number % 7}.example.com"
        yield (
            number, name, siret, f"FR{random.randrange(100):02d}{siret[:9]}", numbers.ean13(random, "301"),
            Text(contact, Value(EMAIL, contact)), Text(f"0{phone[3:]}", Value(PHONE, phone)),
            Text(numbers.grouped_iban(account), Value(IBAN, account)),
        )  # fmt: skip


def products(random: Random) -> Iterator[Row]:
    for number in range(1, 301):
        name = f"{random.choice(words.GOODS)} {random.choice(words.COLOURS)}"
        yield (
            number, f"{name[:3].upper()}-{number:05d}", int(numbers.ean13(random)), name, price(random, 9000),
            random.random() * 5000, sometimes(random, 0.2, firmware, random), random.randrange(1, 61),
        )  # fmt: skip


def firmware(random: Random) -> str:
    """A version of three parts, or of four as Windows drivers have them."""
    return ".".join(str(random.randrange(1, 20)) for _ in range(random.choice((3, 4))))


def price(random: Random, cents: int) -> str:
    """Decimal text: what every engine's DECIMAL(10,2) gives back."""
    amount = random.randrange(100, cents)
    return f"{amount // 100}.{amount % 100:02d}"


def orders(shop: Shop, random: Random) -> Iterator[Row]:
    for number in range(1, int(len(shop.customers) * 2.5) + 1):
        one = random.choice(shop.customers)
        at = moment(random)
        yield (
            number, f"{4_000_000_000_000_000 + random.randrange(10**15)}", one.id, stamp(at), epoch(at),
            price(random, 30000), "CAD" if one.country == "CA" else "EUR", one.address(),
            random.choice(("web", "app", "phone")), numbers.hashed("md5", random),
            sometimes(random, 0.05, comment, random, one),
        )  # fmt: skip


def comment(random: Random, one: Customer) -> Text | str:
    """What customers type into a box that should hold none of it."""
    card = one.printed_card()
    if card is not None and random.random() < 0.5:
        return say("Paiement refusé, voici ma carte : {} merci", card)
    return random.choice((say("Sonner, ou appeler le {}", one.national()), "Laisser chez le gardien, code 4512."))


def order_lines(shop: Shop, random: Random) -> Iterator[Row]:
    for order in shop.rows["orders"]:
        for line in range(1, random.randrange(2, 5)):
            yield (
                order[0], line, random.randrange(1, 301), random.randrange(1, 4), price(random, 9000),
                "0" + numbers.ean13(random),
            )  # fmt: skip


def payments(shop: Shop, random: Random) -> Iterator[Row]:
    """The old checkout kept whole card numbers; the new one a token and the last four digits."""
    for number, order in enumerate(shop.rows["orders"], 1):
        one = shop.customer(order[2])
        method = random.choice(("card", "debit", "gift"))
        card = (one.printed_card() if random.random() < 0.3 else one.pan()) if method == "card" else None
        if card and random.random() < 0.6:
            card = Text("**** **** **** " + card[-4:])
        account = random.choice((one.account, one.printed_account))() if method == "debit" else None
        yield (
            number, order[0], method, card, account, numbers.digits(random, random.randrange(10, 17)),
            numbers.uuid4(random), order[5], milliseconds(random),
        )  # fmt: skip


def shipments(shop: Shop, random: Random) -> Iterator[Row]:
    for number, order in enumerate(shop.rows["orders"], 1):
        one = shop.customer(order[2])
        yield (
            number, order[0], random.choice(("Colissimo", "Die Post", "Postes Canada", "UPS")),
            numbers.tracking(random), sometimes(random, 0.5, phone_as_typed, random, one),
            stamp(moment(random)),
        )  # fmt: skip


def reviews(shop: Shop, random: Random) -> Iterator[Row]:
    for number in range(1, len(shop.customers) // 2 + 1):
        one = random.choice(shop.customers)
        body: Text | str = random.choice(words.PRAISE[one.language])
        if random.random() < 0.03:
            body = say("{} Contact : {}", body, one.mail())
        yield (
            number, random.randrange(1, 301), one.id, random.randrange(1, 6), one.language, body, stamp(moment(random)),
        )  # fmt: skip


def visits(shop: Shop, random: Random) -> Iterator[Row]:
    for _ in range(len(shop.customers) * 2):
        one = random.choice(shop.customers)
        yield (
            numbers.uuid4(random), one.id, one.address(), random.choice(words.BROWSERS),
            milliseconds(random), f"/p/{random.randrange(1, 301)}?v={random.randrange(10**9)}",
        )  # fmt: skip


def newsletter(shop: Shop, random: Random) -> Iterator[Row]:
    for one in shop.customers:
        if random.random() < 0.4:
            yield one.mail(), stamp(moment(random)), numbers.hashed("sha1", random)


def stock_moves(random: Random) -> Iterator[Row]:
    for number in range(2000):
        lot = f"{random.choice('LMN')}{numbers.digits(random, 12)}{number}"
        yield (
            random.choice(("LYON-2", "ZH 1", "MTL")), lot, f"BOL-{random.randrange(1, 301):05d}",
            stamp(moment(random)), random.randrange(-40, 40),
        )  # fmt: skip


def event_log(shop: Shop, random: Random) -> Iterator[Row]:
    for _ in range(len(shop.customers)):
        one = random.choice(shop.customers)
        yield (
            stamp(moment(random)), random.choice(("info", "warn")), numbers.uuid4(random),
            numbers.digits(random, 10), event(random, one),
        )  # fmt: skip


def event(random: Random, one: Customer) -> Text | str:
    """A line of the application's own log."""
    return random.choice((
        lambda: say("login of {} from {}", one.mail(str.upper), one.address(exploded)),
        lambda: f"job 17 done in {random.random() * 9:.6f} s, {random.randrange(10**6)} rows, build 4.11.0.2",
        lambda: say("mail to <{}> bounced (550 5.1.1)", one.mail()),
        lambda: f"cache {numbers.hashed('md5', random)} evicted at {milliseconds(random)}",
    ))()  # fmt: skip


MAKERS: dict[str, Callable[[Shop, Random], Iterator[Row]]] = {
    "customers": customers,
    "addresses": addresses,
    "suppliers": lambda _, random: suppliers(random),
    "products": lambda _, random: products(random),
    "orders": orders,
    "order_lines": order_lines,
    "payments": payments,
    "shipments": shipments,
    "reviews": reviews,
    "visits": visits,
    "newsletter": newsletter,
    "stock_moves": lambda _, random: stock_moves(random),
    "event_log": event_log,
}
