"""More labelled columns, as tables of shops, offices and devices hold them: one half to tune by, one half held out.

The held-out half was written before the rules were looked at; a column that is added later belongs to `TUNED`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from tests.detectors.columns import (
    CELLS,
    Column,
    american,
    any_phone,
    card,
    digits,
    ean13,
    email,
    grouped,
    iban,
    isbn10,
    luhn_digit,
    mobile,
    moment,
    note,
    siret,
    swiss,
)

Row = Callable[[random.Random, int], str | None]
Entry = tuple[str, str, tuple[str, ...], Row, frozenset[str]]
"""What it is, declared as, under which headers, the cell of a row (from 0), and what a person would claim."""

NOTHING: frozenset[str] = frozenset()
PHONE, MAIL, CARD, IBAN = (frozenset({one}) for one in ("PHONE_NUMBER", "EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE"))
AREAS = ("212", "415", "514", "418", "604", "305", "617", "312", "702", "819", "450", "613")
GARBAGE = ("n/a", "-", "0", "123", "voir mail", "?", "inconnu", "0000000000", "call shop", "99999")


def luhned(rng: random.Random, length: int, first: str) -> str:
    body = digits(rng, length - 1, first)
    return body + luhn_digit(body)


def canadian(rng: random.Random) -> str:
    return rng.choice(AREAS) + digits(rng, 7, rng.choice("23456789"))


def cents(rng: random.Random) -> int:
    return int(rng.lognormvariate(14, 3)) + 1


def either(rng: random.Random, share: float, one: str, other: str) -> str:
    return one if rng.random() < share else other


def mostly_null(rng: random.Random, cell: str) -> str | None:
    return cell if rng.random() < 0.04 else None


def upc(rng: random.Random, length: int, first: str) -> str:
    body = digits(rng, length - 1, first)
    total = sum(int(one) * (3 if at % 2 == 0 else 1) for at, one in enumerate(reversed(body)))
    return body + str(-total % 10)


TUNED: list[Entry] = [
    ("counter from 4180000000", "bigint", ("c3", "numero"), lambda _, at: str(4_180_000_000 + 3 * at), NOTHING),
    (
        "snowflakes",
        "bigint",
        ("c3", "post"),
        lambda rng, at: str((1_700_000_000_000 + 977 * at << 22) + rng.randrange(4096)),
        NOTHING,
    ),
    ("zero-padded counter", "", ("c3", "dossier"), lambda _, at: f"{123_400 + at:010d}", NOTHING),
    (
        "epoch seconds, ascending",
        "integer",
        ("c1", "quand"),
        lambda rng, at: str(1_690_000_000 + 3600 * at + rng.randrange(3000)),
        NOTHING,
    ),
    (
        "epoch milliseconds, unordered",
        "",
        ("c1", "wann"),
        lambda rng, _: str(int(moment(rng).timestamp() * 1000)),
        NOTHING,
    ),
    (
        "epoch microseconds, unordered",
        "",
        ("c1", "quando"),
        lambda rng, _: str(int(moment(rng).timestamp() * 10**6)),
        NOTHING,
    ),
    (
        "latitude times 10^7",
        "integer",
        ("c2", "breite"),
        lambda rng, _: str(rng.randrange(430_000_000, 499_999_999)),
        NOTHING,
    ),
    ("longitude with a sign", "", ("c2", "longitudine"), lambda rng, _: f"{rng.uniform(-75, 10):.9f}", NOTHING),
    ("cents", "bigint", ("c4", "solde", "umsatz"), lambda rng, _: str(cents(rng)), NOTHING),
    ("EAN-13", "bigint", ("c5", "gencod"), lambda rng, _: ean13(rng), NOTHING),
    ("ISBN-13, bare", "", ("c5", "livre"), lambda rng, _: upc(rng, 13, "9782"), NOTHING),
    ("SIREN, bare", "", ("c5", "entreprise"), lambda rng, _: siret(rng)[:9], NOTHING),
    ("SIRET, in blanks", "", ("c5", "etablissement"), lambda rng, _: grouped(siret(rng), (3, 3, 3, 5), " "), NOTHING),
    ("Belgian VAT", "", ("c6", "btw"), lambda rng, _: "BE0" + digits(rng, 9, "4"), NOTHING),
    ("Italian VAT, bare", "", ("c6", "partita_iva"), lambda rng, _: digits(rng, 11, "0"), NOTHING),
    ("Colissimo", "", ("c7", "numero_colis"), lambda rng, _: "6A" + digits(rng, 11), NOTHING),
    ("DPD, 14 digits", "", ("c7", "paket"), lambda rng, _: digits(rng, 14, "0153"), NOTHING),
    (
        "USPS, 22 digits in fours",
        "",
        ("c7", "spedizione"),
        lambda rng, _: grouped(digits(rng, 22, "9400"), (4, 4, 4, 4, 4, 2), " "),
        NOTHING,
    ),
    ("FedEx, in fours", "", ("c7", "envoi"), lambda rng, _: grouped(digits(rng, 12), (4, 4, 4), " "), NOTHING),
    ("DHL, 10 digits", "bigint", ("c7", "awb"), lambda rng, _: digits(rng, 10, rng.choice("123456789")), NOTHING),
    ("invoices with a year", "", ("c8", "n_facture"), lambda _, at: f"2023-{at + 117:06d}", NOTHING),
    ("invoices with a year, bare", "bigint", ("c8", "numero_fattura"), lambda _, at: f"2023{at + 117:07d}", NOTHING),
    ("prices, Swiss", "", ("c8", "betrag"), lambda rng, _: f"{cents(rng):,}.00".replace(",", "'"), NOTHING),
    ("prices, Italian", "", ("c8", "importo"), lambda rng, _: f"{cents(rng):,}".replace(",", ".") + ",50", NOTHING),
    (
        "versions with a build",
        "",
        ("c8", "release"),
        lambda rng, _: f"20{rng.randrange(10, 25)}.{rng.randrange(12)}.{rng.randrange(9)}.{rng.randrange(9999)}",
        NOTHING,
    ),
    ("IMEI", "", ("c9", "imei"), lambda rng, _: luhned(rng, 15, "35"), NOTHING),
    ("serials", "", ("c9", "appareil"), lambda rng, _: "SN" + digits(rng, 10), NOTHING),
    ("masked cards", "", ("c9", "card", "carte"), lambda rng, _: card(rng)[:6] + "******" + digits(rng, 4), NOTHING),
    ("cards masked with X", "", ("c9", "cc"), lambda rng, _: "XXXX-XXXX-XXXX-" + digits(rng, 4), NOTHING),
    (
        "phones, a third garbage",
        "",
        ("phone", "c3"),
        lambda rng, _: either(rng, 0.7, any_phone(rng), rng.choice(GARBAGE)),
        PHONE,
    ),
    (
        "bare phones, a third garbage",
        "",
        ("tel", "numero_telephone"),
        lambda rng, _: either(rng, 0.7, mobile(rng), rng.choice(GARBAGE)),
        PHONE,
    ),
    ("phones without their zero", "bigint", ("telefono", "tel_client"), lambda rng, _: mobile(rng)[1:], PHONE),
    ("North American, bare", "bigint", ("c3", "c11"), lambda rng, _: canadian(rng), PHONE),
    (
        "contacts",
        "",
        ("contact", "kontakt", "c3"),
        lambda rng, _: either(rng, 0.5, any_phone(rng), email(rng)),
        PHONE | MAIL,
    ),
    ("cards, nearly all null", "", ("carta_di_credito", "c3"), lambda rng, _: mostly_null(rng, card(rng)), CARD),
    ("phones, nearly all null", "", ("Telefonnummer", "c3"), lambda rng, _: mostly_null(rng, any_phone(rng)), PHONE),
    (
        "addresses, nearly all null",
        "",
        ("courriel_secondaire", "c3"),
        lambda rng, _: mostly_null(rng, email(rng)),
        MAIL,
    ),
    ("IBAN, half of them", "", ("zahlung", "c3"), lambda rng, _: either(rng, 0.5, iban(rng), "Rechnung"), IBAN),
]

HELD_OUT: list[Entry] = [
    ("counter, descending", "bigint", ("c3", "nummer"), lambda _, at: str(9_052_500_000 - 7 * at), NOTHING),
    (
        "counter with gaps from 514",
        "",
        ("c3", "commande_no"),
        lambda rng, at: str(5_142_000_000 + 5000 * at + rng.randrange(4000)),
        NOTHING,
    ),
    (
        "random order numbers, no zero in front",
        "bigint",
        ("c3", "bestellnummer"),
        lambda rng, _: digits(rng, 10, rng.choice("23456789")),
        NOTHING,
    ),
    (
        "random customer numbers, 9 digits",
        "",
        ("c3", "kunde"),
        lambda rng, _: digits(rng, 9, rng.choice("123456789")),
        NOTHING,
    ),
    ("year and counter", "", ("c3", "pratica"), lambda _, at: f"{2015 + at // 50}{at % 50 + 120:06d}", NOTHING),
    ("hashes as integers", "bigint", ("c3", "empreinte"), lambda rng, _: str(rng.getrandbits(63)), NOTHING),
    ("days as integers", "integer", ("c1", "jour"), lambda rng, _: moment(rng).strftime("%Y%m%d"), NOTHING),
    ("minutes as integers", "bigint", ("c1", "zeitpunkt"), lambda rng, _: moment(rng).strftime("%Y%m%d%H%M"), NOTHING),
    ("file sizes", "bigint", ("c4", "taille"), lambda rng, _: str(int(rng.lognormvariate(17, 2))), NOTHING),
    ("view counts", "integer", ("c4", "vues"), lambda rng, _: str(int(rng.paretovariate(0.4) * 100)), NOTHING),
    (
        "coordinates with commas",
        "",
        ("c2", "breitengrad"),
        lambda rng, _: f"{rng.uniform(42, 51):.7f}".replace(".", ","),
        NOTHING,
    ),
    ("Lambert 93", "", ("c2", "y_l93"), lambda rng, _: str(rng.randrange(6_100_000, 7_100_000)), NOTHING),
    (
        "Swiss grid",
        "",
        ("c2", "koordinaten"),
        lambda rng, _: f"{rng.randrange(2_480_000, 2_840_000)} {rng.randrange(1_070_000, 1_300_000)}",
        NOTHING,
    ),
    (
        "degrees, minutes, seconds",
        "",
        ("c2", "punto"),
        lambda rng, _: f"{rng.randrange(42, 51)}°{rng.randrange(60):02d}'{rng.uniform(0, 60):.3f}\"N",
        NOTHING,
    ),
    ("sums as text", "", ("c4", "saldo"), lambda rng, _: f"{rng.choice(['', '-'])}{cents(rng) / 100:.2f}", NOTHING),
    (
        "thousands in no-break blanks",
        "",
        ("c4", "chiffre_affaires"),
        lambda rng, _: f"{cents(rng):,}".replace(",", "\u202f"),
        NOTHING,
    ),
    (
        "prices with a currency",
        "",
        ("c4", "summe"),
        lambda rng, _: f"CHF {cents(rng) / 100:,.2f}".replace(",", "'"),
        NOTHING,
    ),
    ("UPC", "", ("c5", "codice"), lambda rng, _: upc(rng, 12, "0"), NOTHING),
    ("GTIN-14", "", ("c5", "carton"), lambda rng, _: upc(rng, 14, "13"), NOTHING),
    ("ISBN-10 in hyphens", "", ("c5", "buch"), lambda rng, _: grouped(isbn10(rng), (1, 2, 6, 1), "-"), NOTHING),
    ("communes", "", ("c5", "commune_insee"), lambda rng, _: f"{rng.randrange(1000, 95999):05d}", NOTHING),
    ("German VAT", "", ("c6", "ust_id"), lambda rng, _: "DE" + digits(rng, 9, "2"), NOTHING),
    ("Swiss companies", "", ("c6", "firma"), lambda rng, _: "CHE-" + grouped(digits(rng, 9), (3, 3, 3), "."), NOTHING),
    ("Belgian companies", "", ("c6", "societe"), lambda rng, _: belgian_company(rng), NOTHING),
    ("Swiss Post, bare", "", ("c7", "barcode_post"), lambda rng, _: digits(rng, 18, "9900"), NOTHING),
    ("Canada Post, bare", "", ("c7", "envoi_no"), lambda rng, _: digits(rng, 16, "4003"), NOTHING),
    (
        "GLS, 11 digits",
        "bigint",
        ("c7", "paketnummer"),
        lambda rng, _: digits(rng, 11, rng.choice("123456789")),
        NOTHING,
    ),
    (
        "GLS, 12 digits ascending",
        "",
        ("c7", "lieferung"),
        lambda rng, at: str(600_123_000_000 + 31 * at + rng.randrange(30)),
        NOTHING,
    ),
    ("S10 postal items", "", ("c7", "recommande"), lambda rng, _: "RR" + digits(rng, 9) + "CH", NOTHING),
    ("invoices with slashes", "", ("c8", "rechnungsnr"), lambda _, at: f"RG-2024/{at + 12:05d}", NOTHING),
    (
        "invoices with year and month",
        "",
        ("c8", "documento"),
        lambda _, at: f"2024/{at % 12 + 1:02d}/{at + 4000:06d}",
        NOTHING,
    ),
    ("invoices in blanks", "", ("c8", "piece"), lambda _, at: f"2024 {at // 100:04d} {at % 100:02d}00", NOTHING),
    (
        "gift codes in fours",
        "",
        ("c9", "code_cadeau"),
        lambda rng, _: grouped(digits(rng, 16), (4, 4, 4, 4), "-"),
        NOTHING,
    ),
    ("gift codes from 6006", "", ("c9", "buono"), lambda rng, _: digits(rng, 19, "6006"), NOTHING),
    ("SIM cards", "", ("c9", "iccid"), lambda rng, _: luhned(rng, 19, "8933"), NOTHING),
    ("IMSI", "", ("c9", "abo"), lambda rng, _: digits(rng, 15, "20801"), NOTHING),
    (
        "clock times",
        "",
        ("c9", "dauer"),
        lambda rng, _: f"{rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.uniform(0, 60):06.3f}",
        NOTHING,
    ),
    ("loyalty cards", "", ("c9", "fidelite"), lambda rng, _: upc(rng, 13, "2991"), NOTHING),
    ("cards with stars", "", ("c9", "kreditkarte"), lambda rng, _: f"**** **** **** {digits(rng, 4)}", NOTHING),
    ("masked phones", "", ("c9", "telefon"), lambda rng, _: f"06 ** ** ** {digits(rng, 2)}", NOTHING),
    ("accounts, 10 digits", "", ("c9", "konto"), lambda rng, _: digits(rng, 10), NOTHING),
    ("tax numbers", "", ("c9", "steuernummer"), lambda rng, _: grouped(digits(rng, 11), (2, 3, 3, 3), " "), NOTHING),
    (
        "Unix ids of rows, shuffled",
        "bigint",
        ("c3", "vorgang"),
        lambda rng, _: str(4_161_000_000 + rng.randrange(9000)),
        NOTHING,
    ),
    ("country code without plus", "bigint", ("phone", "Handynummer"), lambda rng, _: "33" + mobile(rng)[1:], PHONE),
    (
        "dotted phones, a third garbage",
        "",
        ("Portable", "c3"),
        lambda rng, _: either(rng, 0.7, grouped(mobile(rng), (2, 2, 2, 2, 2), "."), rng.choice(GARBAGE)),
        PHONE,
    ),
    (
        "phones with extensions",
        "",
        ("Tel. ufficio", "c3"),
        lambda rng, _: f"514-555-0{digits(rng, 3, '1')} x{rng.randrange(100, 999)}",
        PHONE,
    ),
    (
        "Italian mobiles",
        "",
        ("cellulare", "c3"),
        lambda rng, _: "+39 " + grouped(digits(rng, 10, rng.choice(["333", "347", "320"])), (3, 3, 4), " "),
        PHONE,
    ),
    ("German mobiles", "", ("Handy privat", "c3"), lambda rng, _: "+49 151 " + digits(rng, 8, "2"), PHONE),
    ("Swiss, bare", "", ("Telefon Geschäft", "N° tél"), lambda rng, _: swiss(rng), PHONE),
    ("Swiss without their zero", "bigint", ("telefonnr", "gsm_nummer"), lambda rng, _: swiss(rng)[1:], PHONE),
    (
        "North American, with garbage",
        "",
        ("Numéro de téléphone", "c3"),
        lambda rng, _: either(rng, 0.8, f"({american(rng)[:3]}) 555-{digits(rng, 4, '01')}", rng.choice(GARBAGE)),
        PHONE,
    ),
    (
        "North American of one town",
        "varchar(10)",
        ("c3", "c12"),
        lambda rng, _: either(rng, 0.8, "418", "581") + digits(rng, 7, rng.choice("23456789")),
        PHONE,
    ),
    (
        "bare national phones, some empty",
        "",
        ("c3", "c12"),
        lambda rng, _: either(rng, 0.8, "0" + rng.choice("12345679") + digits(rng, 8), ""),
        PHONE,
    ),
    ("addresses, in German", "", ("E-Mail-Adresse", "posta_elettronica"), lambda rng, _: email(rng), MAIL),
    (
        "addresses, some garbage",
        "",
        ("Adresse de messagerie", "c3"),
        lambda rng, _: either(rng, 0.6, email(rng), rng.choice(GARBAGE)),
        MAIL,
    ),
    (
        "contacts, mostly mail",
        "",
        ("recapito", "c3"),
        lambda rng, _: either(rng, 0.9, email(rng), any_phone(rng)),
        PHONE | MAIL,
    ),
    (
        "contacts with names",
        "",
        ("ansprechpartner", "c3"),
        lambda rng, _: f"A. Keller, {any_phone(rng)}, {email(rng)}",
        PHONE | MAIL,
    ),
    (
        "cards, half masked",
        "",
        ("Numéro de carte", "c3"),
        lambda rng, _: either(rng, 0.5, card(rng), card(rng)[:6] + "******" + digits(rng, 4)),
        CARD,
    ),
    (
        "cards, some grouped",
        "",
        ("numero_carta", "c3"),
        lambda rng, _: either(rng, 0.5, card(rng), grouped(card(rng), (4, 4, 4, 4), " ")),
        CARD,
    ),
    (
        "cards, nearly all null",
        "",
        ("Kreditkarte Nr.", "c3"),
        lambda rng, _: mostly_null(rng, grouped(card(rng), (4, 4, 4, 4), " ")),
        CARD,
    ),
    ("IBAN, nearly all null", "", ("Coordonnées bancaires", "c3"), lambda rng, _: mostly_null(rng, iban(rng)), IBAN),
]


FRESH: list[Entry] = [
    (
        "counter inside one town, shuffled",
        "bigint",
        ("c3", "vorgangsnr"),
        lambda rng, _: str(4_182_200_000 + rng.randrange(9000)),
        NOTHING,
    ),
    ("counter that looks French", "", ("c3", "chrono"), lambda _, at: f"06{12_000_000 + 13 * at}", NOTHING),
    (
        "foreign keys, few and often",
        "bigint",
        ("c3", "parent"),
        lambda rng, _: str(5_143_300_000 + 17 * rng.randrange(60)),
        NOTHING,
    ),
    (
        "random, ten digits, all valid areas but short exchanges",
        "",
        ("c3", "ticket"),
        lambda rng, _: rng.choice(AREAS) + digits(rng, 7, rng.choice("01")),
        NOTHING,
    ),
    ("random, eleven digits", "", ("c3", "contrat"), lambda rng, _: digits(rng, 11, rng.choice("1234567")), NOTHING),
    (
        "random, nine digits from 6 and 7",
        "integer",
        ("c3", "abonne"),
        lambda rng, _: digits(rng, 9, rng.choice("67")),
        NOTHING,
    ),
    ("moments with a fraction", "", ("c1", "momento"), lambda rng, _: f"{moment(rng).timestamp():.3f}", NOTHING),
    (
        "durations in nanoseconds",
        "bigint",
        ("c1", "laufzeit"),
        lambda rng, _: str(int(rng.lognormvariate(20, 1.5))),
        NOTHING,
    ),
    ("day and month first", "", ("c1", "naissance"), lambda rng, _: moment(rng).strftime("%d%m%Y"), NOTHING),
    ("weights with a unit", "", ("c4", "poids"), lambda rng, _: f"{rng.randrange(10**7)} g", NOTHING),
    ("ratios", "real", ("c4", "quota"), lambda rng, _: f"{rng.random():.10f}", NOTHING),
    (
        "pairs of coordinates, scaled",
        "",
        ("c2", "standort"),
        lambda rng, _: f"{rng.randrange(43 * 10**6, 49 * 10**6)}/{rng.randrange(10**6, 9 * 10**6)}",
        NOTHING,
    ),
    (
        "tax numbers of persons, German",
        "",
        ("c6", "idnr"),
        lambda rng, _: digits(rng, 11, rng.choice("123456789")),
        NOTHING,
    ),
    (
        "customs codes",
        "",
        ("c5", "nomenclature"),
        lambda rng, _: digits(rng, 10, rng.choice(["84", "85", "39", "94"])),
        NOTHING,
    ),
    (
        "account and check, in blanks",
        "",
        ("c6", "compte_client"),
        lambda rng, _: f"{digits(rng, 5)} {digits(rng, 5)} {digits(rng, 11)} {digits(rng, 2)}",
        NOTHING,
    ),
    ("Chronopost", "", ("c7", "expedition"), lambda rng, _: "XY" + digits(rng, 9) + "FR", NOTHING),
    ("Mondial Relay, 8 digits", "", ("c7", "relais"), lambda rng, _: digits(rng, 8, "3"), NOTHING),
    ("SSCC", "", ("c7", "palette"), lambda rng, _: upc(rng, 18, "337"), NOTHING),
    (
        "orders, hyphens in threes",
        "",
        ("c8", "ordre"),
        lambda rng, _: grouped(digits(rng, 17), (3, 7, 7), "-"),
        NOTHING,
    ),
    (
        "quotes, dots",
        "",
        ("c8", "offerte"),
        lambda rng, at: f"{rng.randrange(10, 25)}.{at:04d}.{rng.randrange(99):02d}",
        NOTHING,
    ),
    (
        "builds",
        "",
        ("c9", "firmware_rev"),
        lambda rng, _: f"{rng.randrange(9)}.{rng.randrange(30)}.{rng.randrange(10**4)}.{rng.randrange(10**6)}",
        NOTHING,
    ),
    ("MAC as integer", "bigint", ("c9", "interface"), lambda rng, _: str(rng.getrandbits(48)), NOTHING),
    ("signed numbers", "", ("c9", "ecart"), lambda rng, _: f"{rng.choice('+-')}{rng.randrange(10**6, 10**9)}", NOTHING),
    ("licence keys", "", ("c9", "lizenz"), lambda rng, _: grouped(digits(rng, 20), (5, 5, 5, 5), "-"), NOTHING),
    (
        "masked cards with blanks",
        "",
        ("c9", "moyen_paiement"),
        lambda rng, _: f"4970 {digits(rng, 2)}** **** {digits(rng, 4)}",
        NOTHING,
    ),
    (
        "North American, a tenth garbage",
        "",
        ("c3", "c12"),
        lambda rng, _: either(rng, 0.93, canadian(rng), rng.choice(GARBAGE)),
        PHONE,
    ),
    ("North American with a leading 1", "bigint", ("c3", "c12"), lambda rng, _: "1" + canadian(rng), PHONE),
    (
        "North American in the order of the table",
        "",
        ("phone", "cell_number"),
        lambda _, at: f"212555{at:04d}",
        PHONE,
    ),
    (
        "French, bare, mobile and landline",
        "varchar(20)",
        ("c3", "c12"),
        lambda rng, _: rng.choice(["01", "02", "04", "06", "07"]) + digits(rng, 8),
        PHONE,
    ),
    (
        "Belgian, slash and dots",
        "",
        ("Téléphone fixe", "c3"),
        lambda rng, _: f"0{rng.choice('23')}/{grouped(digits(rng, 7, '5'), (3, 2, 2), '.')}",
        PHONE,
    ),
    ("British", "", ("Telefono ufficio", "c3"), lambda rng, _: f"020 7{digits(rng, 3)} {digits(rng, 4)}", PHONE),
    ("00 in front", "", ("fax", "c3"), lambda rng, _: "0033" + mobile(rng)[1:], PHONE),
    (
        "phones of two persons",
        "",
        ("Tel. Eltern", "c3"),
        lambda rng, _: f"{grouped(mobile(rng), (2, 2, 2, 2, 2), ' ')} / {grouped(mobile(rng), (2, 2, 2, 2, 2), ' ')}",
        PHONE,
    ),
    (
        "phones with a name",
        "",
        ("personne_a_prevenir", "c3"),
        lambda rng, _: f"Mme Keller {grouped(mobile(rng), (2, 2, 2, 2, 2), '.')}",
        PHONE,
    ),
    (
        "cards in the order of the table",
        "",
        ("c3", "pan"),
        lambda rng, at: card(rng, f"4{970_0000 + at * 13:07d}"),
        CARD,
    ),
    ("cards with expiry", "", ("carte_bleue", "c3"), lambda rng, _: f"{card(rng)} 0{rng.randrange(1, 9)}/27", CARD),
    (
        "cards, a third garbage",
        "",
        ("n_carte", "c3"),
        lambda rng, _: either(rng, 0.7, card(rng), rng.choice(GARBAGE)),
        CARD,
    ),
    ("addresses in a list", "", ("verteiler", "c3"), lambda rng, _: f"{email(rng)}; {email(rng)}", MAIL),
    ("IBAN with a name", "", ("bonifico", "c3"), lambda rng, _: f"Keller {iban(rng, 'CH')}", IBAN),
]


def belgian_company(rng: random.Random) -> str:
    body = int(digits(rng, 8, "04"))
    return grouped(f"{body:08d}{97 - body % 97:02d}", (4, 3, 3), ".")


RARE: list[tuple[frozenset[str], Callable[[random.Random], str]]] = [
    (CARD, lambda rng: f"carte {card(rng, '4')} exp 11/27"),
    (PHONE, lambda rng: f"rappeler au +33 6{digits(rng, 8)}"),
    (PHONE, lambda rng: f"Rückruf +41 79 {grouped(digits(rng, 7, '3'), (3, 2, 2), ' ')}"),
    (MAIL, lambda rng: f"scrivere a {email(rng)}"),
    (IBAN, lambda rng: f"zahlt auf {iban(rng, 'CH')}"),
]


def held_out(seed: int = 20250117) -> Iterator[Column]:
    """Make the half that no rule was tuned by, rare values in notes included."""
    yield from _made(HELD_OUT, seed)
    for at, (truth, make) in enumerate(RARE):
        rng = random.Random(f"{seed}{at}rare")
        cells: list[str | None] = [note(rng) for _ in range(5 * CELLS)]
        cells[rng.randrange(len(cells))] = make(rng)
        yield Column("bemerkungen", "text", cells, truth, f"{min(truth)} once in many notes")


def fresh(seed: int = 20250117) -> Iterator[Column]:
    """Make what was written once the first held-out half had been looked at."""
    yield from _made(FRESH, seed)


def tuned(seed: int = 20250117) -> Iterator[Column]:
    """Make the half that the rules may be tuned by."""
    yield from _made(TUNED, seed)


def _made(entries: list[Entry], seed: int) -> Iterator[Column]:
    for about, declared, headers, make, truth in entries:
        for header in headers:
            rng = random.Random(f"{seed}{about}{header}")
            cells = [None if rng.random() < 0.05 else make(rng, at) for at in range(CELLS)]
            yield Column(header, declared, cells, truth, about)
