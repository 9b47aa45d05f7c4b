"""The shop's tables, described once for every engine; the order is one in which foreign keys hold."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    kind: str
    """`int`, `bigint`, `money`, `real`, `bool`, `time`, `ip`, `json`, `word` (a short text) or `text`."""
    refers: str = ""
    """The table whose `id` it points to."""


@dataclass(frozen=True)
class Table:
    """One table."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Names of the key columns; empty for a table without a key."""


def table(name: str, columns: str, key: str = "id") -> Table:
    """Read a description such as `id int, customer_id int>customers, body text`."""
    made = []
    for words in columns.split(","):
        column, kind = words.split()
        kind, _, refers = kind.partition(">")
        made.append(Column(column, kind, refers))
    return Table(name, tuple(made), tuple(key.split()))


TABLES = (
    table(
        "customers",
        "id int, first_name word, last_name word, email word, phone word, lang word, loyalty_number word,"
        " password_hash word, created_at time, updated_ms bigint, lifetime_value real, newsletter bool,"
        " last_login_ip ip, settings json, notes text",
    ),
    table(
        "addresses",
        "id int, customer_id int>customers, street word, postcode word, city word, country word, tel word,"
        " lat real, lng real",
    ),
    table(
        "suppliers",
        "id int, name word, siret word, vat_number word, gln word, contact word, telephone word, rib word",
    ),
    table(
        "products",
        "id int, sku word, ean13 bigint, name word, price money, weight_g real, firmware word,"
        " supplier_id int>suppliers",
    ),
    table(
        "orders",
        "id int, order_number word, customer_id int>customers, placed_at time, placed_epoch bigint, total money,"
        " currency word, ip_address ip, channel word, checksum word, comment text",
    ),
    table(
        "order_lines",
        "order_id int>orders, line_no int, product_id int>products, quantity int, unit_price money, gtin word",
        key="order_id line_no",
    ),
    table(
        "payments",
        "id int, order_id int>orders, method word, card_number word, iban word, reference word, token word,"
        " amount money, authorised_ms bigint",
    ),
    table("shipments", "id int, order_id int>orders, carrier word, tracking_number word, mobile word, eta time"),
    table(
        "reviews",
        "id int, product_id int>products, customer_id int>customers, rating int, lang word, body text, posted_at time",
    ),
    table("visits", "id word, customer_id int, remote_addr word, user_agent text, started_ms bigint, landing text"),
    table("newsletter", "email word, confirmed_at time, token word", key="email"),
    table("stock_moves", "warehouse word, lot word, sku word, moved_at time, quantity int", key="warehouse lot"),
    table("event_log", "happened_at time, level word, request_id word, c4 word, message text", key=""),
)

BY_NAME = {one.name: one for one in TABLES}

VIEW = ("customer_contacts", "SELECT id, email, phone FROM customers")
"""A view: its rows lie in `customers`, so a scan leaves it out."""
