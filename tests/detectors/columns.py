"""A labelled set of columns from a fixed seed: personal data in many notations and under many names, and traps."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import md5, sha1, sha256

from detectors.iban_registry import STRUCTURES

Maker = Callable[[random.Random], str]
CELLS = 400


@dataclass(frozen=True)
class Column:
    """One column: what it is called, declared as, holds; and the entities that a person would claim in it."""

    header: str
    declared: str
    cells: list[str | None]
    truth: frozenset[str]
    about: str


def digits(rng: random.Random, count: int, first: str = "") -> str:
    return first + "".join(rng.choice("0123456789") for _ in range(count - len(first)))


def luhn_digit(body: str) -> str:
    total = sum(sum(divmod(int(one) * (2 if at % 2 == 0 else 1), 10)) for at, one in enumerate(reversed(body)))
    return str(-total % 10)


def card(rng: random.Random, prefix: str = "", length: int = 16) -> str:
    body = digits(rng, length - 1, prefix or rng.choice(["4", "51", "55", "2223", "6011", "3530", "62", "5019"]))
    return body + luhn_digit(body)


def grouped(value: str, sizes: tuple[int, ...], gap: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(value[at : at + size])
        at += size
    return gap.join(parts)


def ean13(rng: random.Random) -> str:
    body = digits(rng, 12, rng.choice(["30", "37", "400", "50", "541", "76", "4", "6"]))
    return body + str(-sum(int(one) * (3 if at % 2 else 1) for at, one in enumerate(body)) % 10)


def isbn10(rng: random.Random) -> str:
    body = digits(rng, 9, rng.choice("01239"))
    check = sum(int(one) * (at + 1) for at, one in enumerate(body)) % 11
    return body + "0123456789X"[check]


def siret(rng: random.Random) -> str:
    body = digits(rng, 8, rng.choice("345789"))
    siren = body + luhn_digit(body)
    return siren + "000" + digits(rng, 1) + luhn_digit(siren + "000" + siren[:1])


def iban(rng: random.Random, country: str = "") -> str:
    country = country or rng.choice(["FR", "CH", "BE", "DE", "GB", "LU"])
    length, pattern = STRUCTURES[country]
    while True:
        bban = "".join(rng.choice("0123456789") for _ in range(length - 4))
        if country == "GB":
            bban = "WEST" + bban[4:]
        number = int("".join(str(int(one, 36)) for one in bban + country + "00"))
        whole = f"{country}{98 - number % 97:02d}{bban}"
        if pattern.fullmatch(whole):
            return whole


FIRST = ["anna", "marc", "lea", "tom", "nina", "paul", "zoe", "jean", "eva", "luc", "ida", "ben"]
LAST = ["keller", "roy", "dubois", "martin", "favre", "smith", "tremblay", "janssens", "muller", "blanc"]


def email(rng: random.Random) -> str:
    domain = rng.choice(["example.org", "example.com", "mail.example.net", "example.co.uk"])
    return f"{rng.choice(FIRST)}{rng.choice(['.', '_', '', '+'])}{rng.choice(LAST)}{rng.randrange(999)}@{domain}"


def mobile(rng: random.Random) -> str:
    return "061" + digits(rng, 7)


def swiss(rng: random.Random) -> str:
    return rng.choice(["076", "078", "079"]) + digits(rng, 7, rng.choice("23456789"))


def american(rng: random.Random) -> str:
    return rng.choice(["514", "418", "212", "415"]) + "5550" + digits(rng, 3, "1")


def any_phone(rng: random.Random) -> str:
    french, canadian = mobile(rng), american(rng)
    return rng.choice(
        [
            "+33" + french[1:],
            grouped(french, (2, 2, 2, 2, 2), "."),
            f"({canadian[:3]}) {canadian[3:6]}-{canadian[6:]}",
            "+41 " + grouped(swiss(rng)[1:], (2, 3, 2, 2), " "),
            "003361" + digits(rng, 7),
        ]
    )


def ip4(rng: random.Random) -> str:
    return ".".join(str(rng.randrange(1, 255)) for _ in range(4))


def mac(rng: random.Random) -> str:
    return ":".join(f"{rng.randrange(256):02x}" for _ in range(6))


def ip6(rng: random.Random) -> str:
    return f"2001:db8:{rng.randrange(65536):x}::{rng.randrange(65536):x}:{rng.randrange(1, 65536):x}"


SENTENCES = [
    "Delivered to the neighbour on 12.03.2024 at 14:30.",
    "Refund of 1 234,50 EUR agreed, order 1002345678.",
    "Asked about the blue lamp, ref 2024-11-0042; calls back on Monday.",
    "Parcel 99.34.123456.78901234 is late, ticket #4711.",
    "Nothing to report since version 10.4.2.1 of the shop.",
]


def note(rng: random.Random) -> str:
    return " ".join(rng.choice(SENTENCES) for _ in range(3))


def spaced(sizes: tuple[int, ...], gap: str, make: Maker) -> Maker:
    return lambda rng: grouped(make(rng), sizes, gap)


GOOD: list[tuple[str, str, tuple[str, ...], Maker]] = [
    ("CREDIT_CARD", "bare", ("card_number", "c3", "order_ref"), card),
    ("CREDIT_CARD", "blanks", ("cc", "c3", "reference"), spaced((4, 4, 4, 4), " ", card)),
    ("CREDIT_CARD", "dashes", ("carteBancaire", "c3", "sku"), spaced((4, 4, 4, 4), "-", card)),
    ("CREDIT_CARD", "amex", ("pan", "c3"), spaced((4, 6, 5), " ", lambda rng: card(rng, "37", 15))),
    ("CREDIT_CARD", "19 digits", ("kartennummer", "c3"), lambda rng: card(rng, "62", 19)),
    ("EMAIL_ADDRESS", "plain", ("email", "c3", "product_code"), email),
    ("EMAIL_ADDRESS", "upper", ("courriel", "c3"), lambda rng: email(rng).upper()),
    ("EMAIL_ADDRESS", "named", ("from", "c3"), lambda rng: f"Anna Keller <{email(rng)}>"),
    ("EMAIL_ADDRESS", "in URLs", ("referer", "c3"), lambda rng: f"/u?m={email(rng).replace('@', '%40')}&p=1"),
    ("PHONE_NUMBER", "mixed", ("telephone", "c3", "order_ref"), any_phone),
    ("PHONE_NUMBER", "E.164", ("mobile", "c3", "created_by_id"), lambda rng: "+33" + mobile(rng)[1:]),
    ("PHONE_NUMBER", "pairs", ("Téléphone", "c3", "price"), spaced((2, 2, 2, 2, 2), " ", mobile)),
    ("PHONE_NUMBER", "Swiss", ("natel", "c3"), spaced((3, 3, 2, 2), " ", swiss)),
    ("PHONE_NUMBER", "dashes", ("phone_1", "c3"), spaced((3, 3, 4), "-", american)),
    ("PHONE_NUMBER", "bare", ("telMobile", "c3"), mobile),
    ("PHONE_NUMBER", "bare, no trunk", ("rufnummer", "cellulare"), american),
    ("PHONE_NUMBER", "lost zero", ("phone",), lambda rng: mobile(rng)[1:]),
    ("IBAN_CODE", "bare", ("iban", "c3", "ref"), iban),
    ("IBAN_CODE", "blanks", ("kontonummer", "c3"), lambda rng: " ".join(_fours(iban(rng)))),
    ("IBAN_CODE", "lower", ("compte", "c3"), lambda rng: iban(rng).lower()),
    ("IP_ADDRESS", "v4", ("ip", "c3", "version"), ip4),
    ("IP_ADDRESS", "v6", ("remote_addr", "c3"), ip6),
    ("IP_ADDRESS", "port", ("client_ip", "c3"), lambda rng: f"{ip4(rng)}:{rng.randrange(1024, 65535)}"),
    ("IP_ADDRESS", "small net", ("ip_address",), lambda rng: f"10.0.0.{rng.randrange(1, 30)}"),
    ("CVV", "three digits", ("cvv", "card_cvc"), lambda rng: digits(rng, 3)),
    ("CARD_EXPIRY", "MM/YY", ("exp", "cc_expiry"), lambda rng: f"{rng.randrange(1, 13):02d}/{rng.randrange(24, 32)}"),
    ("CARD_EXPIRY", "MMYY", ("card_exp",), lambda rng: f"{rng.randrange(1, 13):02d}{rng.randrange(24, 32)}"),
    ("DATE_OF_BIRTH", "ISO", ("dob", "Date de naissance"), lambda rng: birthday(rng).strftime("%Y-%m-%d")),
    ("DATE_OF_BIRTH", "German", ("Geburtsdatum",), lambda rng: birthday(rng).strftime("%d.%m.%Y")),
    ("POSTAL_CODE", "French", ("code_postal", "zip"), lambda rng: f"{rng.randrange(1000, 98900):05d}"),
    ("POSTAL_CODE", "Swiss", ("NPA", "plz"), lambda rng: str(rng.randrange(1000, 9700))),
    ("POSTAL_CODE", "Canadian", ("postal_code",), lambda rng: rng.choice(["H2X 1Y4", "M5V 2T6", "K1P1J1", "G1R 2J6"])),
    ("STREET_ADDRESS", "French", ("adresse", "c3"), lambda rng: f"{rng.randrange(1, 200)} {rng.choice(STREETS)}"),
    (
        "STREET_ADDRESS",
        "German",
        ("strasse", "c3"),
        lambda rng: f"{rng.choice(['See', 'Berg'])}strasse {rng.randrange(1, 90)}",
    ),
    ("PASSWORD", "bcrypt", ("password", "c3"), lambda rng: "$2y$10$" + "".join(rng.choice(BASE64) for _ in range(53))),
    ("PASSWORD", "SHA-1", ("user_pass", "pass_hash"), lambda rng: sha1(rng.randbytes(8)).hexdigest()),
    ("PASSWORD", "clear", ("mdp", "passwort"), lambda rng: "".join(rng.choice(BASE64) for _ in range(9))),
    ("MAC_ADDRESS", "colons", ("mac", "c3"), mac),
]
STREETS = ["rue des Lilas", "avenue de la Gare", "place de l'\u00c9glise", "boulevard Voltaire", "chemin du Lac"]
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./"


def birthday(rng: random.Random) -> datetime:
    return datetime(1940, 1, 1, tzinfo=UTC) + timedelta(days=rng.randrange(24_000))


def _fours(value: str) -> Iterator[str]:
    return (value[at : at + 4] for at in range(0, len(value), 4))


BASE = datetime(2023, 1, 1, tzinfo=UTC)


def moment(rng: random.Random) -> datetime:
    return BASE + timedelta(seconds=rng.randrange(60_000_000))


TRAPS: list[tuple[str, str, tuple[str, ...], Maker]] = [
    ("order numbers, 10 digits", "", ("order_no", "c3"), lambda rng: digits(rng, 10, "10")),
    (
        "order numbers, 10 random digits",
        "bigint",
        ("commande", "c3"),
        lambda rng: digits(rng, 10, rng.choice("123456789")),
    ),
    ("order numbers, 12 digits", "", ("order_id", "c3"), lambda rng: digits(rng, 12, "2024")),
    ("order numbers, 16 digits", "", ("order_number", "c3"), lambda rng: digits(rng, 16)),
    ("order numbers, 16 digits from 4", "", ("bestellung", "c3"), lambda rng: digits(rng, 16, "4000")),
    ("zero-padded ids", "", ("id", "c3"), lambda rng: f"{rng.randrange(10**7):010d}"),
    ("EAN-13", "", ("ean", "c3"), ean13),
    ("EAN-8", "", ("barcode", "c3"), lambda rng: digits(rng, 8)),
    ("ISBN-10", "", ("isbn", "c3"), isbn10),
    ("ISBN-13", "", ("isbn13", "c3"), lambda rng: "978-3-16-" + digits(rng, 6) + "-" + digits(rng, 1)),
    ("epoch seconds", "integer", ("created", "c3"), lambda rng: str(int(moment(rng).timestamp()))),
    ("epoch milliseconds", "bigint", ("ts", "c3"), lambda rng: str(int(moment(rng).timestamp() * 1000))),
    ("epoch microseconds", "bigint", ("updated_us", "c3"), lambda rng: str(int(moment(rng).timestamp() * 10**6))),
    ("floats", "double precision", ("score", "c3"), lambda rng: repr(rng.random() * 10)),
    ("decimals", "numeric(20,8)", ("amount", "c3"), lambda rng: f"{rng.random() * 10**9:.8f}"),
    ("thousands", "", ("prix", "c3"), lambda rng: f"{rng.randrange(10**9):,}".replace(",", " ")),
    ("coordinates", "", ("lat", "c3"), lambda rng: f"{rng.uniform(40, 50):.8f}"),
    ("coordinate pairs", "", ("position", "c3"), lambda rng: f"{rng.uniform(40, 50):.6f},{rng.uniform(-9, 9):.6f}"),
    ("UUID", "uuid", ("token", "c3"), lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4))),
    ("MD5", "", ("hash", "c3"), lambda rng: md5(rng.randbytes(8)).hexdigest()),
    ("SHA-1", "", ("etag", "c3"), lambda rng: sha1(rng.randbytes(8)).hexdigest()),
    ("SHA-256", "", ("checksum", "c3"), lambda rng: sha256(rng.randbytes(8)).hexdigest()),
    ("SIRET", "", ("siret", "c3"), siret),
    ("SIREN, grouped", "", ("siren", "c3"), spaced((3, 3, 3), " ", lambda rng: siret(rng)[:9])),
    ("VAT numbers", "", ("tva", "c3"), lambda rng: f"FR{digits(rng, 2)}{siret(rng)[:9]}"),
    ("UPS", "", ("tracking", "c3"), lambda rng: "1Z" + digits(rng, 16)),
    ("Swiss Post", "", ("colis", "c3"), lambda rng: "99." + grouped(digits(rng, 16), (2, 6, 8), ".")),
    ("Canada Post", "", ("tracking_number", "c3"), spaced((4, 4, 4, 4), " ", lambda rng: digits(rng, 16, "7"))),
    ("FedEx, 12", "", ("shipment", "c3"), lambda rng: digits(rng, 12)),
    ("FedEx, 15", "", ("suivi", "c3"), lambda rng: digits(rng, 15)),
    ("DHL", "", ("sendung", "c3"), lambda rng: "JJD" + digits(rng, 18)),
    ("versions", "", ("version", "c3"), lambda rng: ".".join(str(rng.randrange(15)) for _ in range(4))),
    ("dates", "date", ("delivered", "c3"), lambda rng: moment(rng).strftime("%Y-%m-%d")),
    ("moments", "timestamp", ("modified", "c3"), lambda rng: moment(rng).strftime("%d.%m.%Y %H:%M:%S")),
    ("compact moments", "", ("stamp", "c3"), lambda rng: moment(rng).strftime("%Y%m%d%H%M%S")),
    ("packages", "", ("package", "c3"), lambda rng: f"lib{rng.randrange(99)}@{rng.randrange(9)}.{rng.randrange(9)}.1"),
    ("retina images", "", ("image", "c3"), lambda rng: f"icon{rng.randrange(99)}@2x.png"),
    ("random phones", "", ("phone",), lambda rng: digits(rng, 12, rng.choice("123456789"))),
    (
        "serials",
        "",
        ("serial", "c3"),
        lambda rng: f"AB{digits(rng, 2)}-{digits(rng, 4)}-{digits(rng, 4)}-{digits(rng, 4)}",
    ),
    ("quantities", "int", ("quantity", "c3"), lambda rng: str(rng.randrange(1, 1500))),
    ("stock", "", ("stock", "c3"), lambda rng: digits(rng, 3)),
    ("order ids, 5 digits", "", ("order_id", "c3"), lambda rng: digits(rng, 5, rng.choice("123456789"))),
    ("years", "", ("year", "c3"), lambda rng: str(rng.randrange(1950, 2027))),
    ("months", "", ("period", "c3"), lambda rng: f"{rng.randrange(1, 13):02d}/{rng.randrange(2020, 2027)}"),
    ("reset moments", "", ("password_reset_date",), lambda rng: moment(rng).strftime("%Y-%m-%d %H:%M:%S")),
    ("places of birth", "", ("birth_place",), lambda rng: rng.choice(["Lyon", "Bern", "Roma 1", "Gen\u00e8ve"])),
    ("archives", "", ("zip_file",), lambda rng: f"backup-{rng.randrange(20000, 99999)}.zip"),
    ("address ids", "", ("address_id",), lambda rng: str(rng.randrange(10**6))),
    (
        "meetings",
        "",
        ("c3", "subject"),
        lambda rng: f"Raum {rng.randrange(9)}, place {rng.randrange(30)}, via Teams {rng.randrange(9)}",
    ),
    ("IBAN look-alikes", "", ("code", "c3"), lambda rng: f"FR{digits(rng, 25)}"),
]

RARE: list[tuple[str, Maker]] = [
    ("CREDIT_CARD", lambda rng: f"paid with {grouped(card(rng), (4, 4, 4, 4), ' ')} by phone"),
    ("EMAIL_ADDRESS", lambda rng: f"writes from {email(rng)} now"),
    ("PHONE_NUMBER", lambda rng: f"call back at {grouped(mobile(rng), (2, 2, 2, 2, 2), ' ')} after 5"),
    ("IBAN_CODE", lambda rng: f"refund to {' '.join(_fours(iban(rng)))} please"),
    ("IP_ADDRESS", lambda rng: f"logged in from 203.0.113.{rng.randrange(40, 250)} yesterday"),
]


def _filled(rng: random.Random, make: Maker) -> list[str | None]:
    return [None if rng.random() < 0.05 else make(rng) for _ in range(CELLS)]


def columns(seed: int = 20241123) -> Iterator[Column]:
    """Make the whole set; each column has its own stream, so that adding one changes no other."""
    for entity, about, headers, make in GOOD:
        for header in headers:
            rng = random.Random(f"{seed}{entity}{about}{header}")
            yield Column(header, "", _filled(rng, make), frozenset({entity}), f"{entity} {about}")
    for about, declared, headers, make in TRAPS:
        for header in headers:
            rng = random.Random(f"{seed}{about}{header}")
            yield Column(header, declared if header != "c3" else "", _filled(rng, make), frozenset(), about)
    for entity, make in RARE:
        rng = random.Random(f"{seed}{entity}rare")
        cells: list[str | None] = [note(rng) for _ in range(5 * CELLS)]
        cells[rng.randrange(len(cells))] = make(rng)
        yield Column("notes", "", cells, frozenset({entity}), f"{entity} once in many notes")
    rng = random.Random(f"{seed}none")
    yield Column("notes", "", [note(rng) for _ in range(5 * CELLS)], frozenset(), "notes without a person")
