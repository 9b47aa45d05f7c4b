"""Tables that tell of persons, from the schemas of applications that hosts see every day; and tables that do not."""

from __future__ import annotations

import pytest

from detectors.registry import TABLE_ENTITIES
from detectors.tables import personal_table

TELLING = {
    "shop.wp_wc_orders": ("purchases", "customer_id", (
        "id status currency type tax_amount total_amount customer_id billing_email date_created_gmt"
        " payment_method ip_address user_agent customer_note"
    )),
    "shop.wp_comments": ("opinions", "user_id", (
        "comment_ID comment_post_ID comment_author comment_author_email comment_author_url comment_author_IP"
        " comment_date comment_content comment_karma comment_approved comment_agent user_id"
    )),
    "ps_orders": ("purchases", "id_customer", (
        "id_order reference id_carrier id_lang id_customer id_cart id_currency id_address_delivery"
        " current_state payment total_discounts total_paid total_products date_add"
    )),
    "ps_cart": ("purchases", "id_customer", (
        "id_cart id_carrier id_lang id_address_delivery id_currency id_customer id_guest gift date_add"
    )),
    "ps_connections": ("browsing", "id_guest", (
        "id_connections id_guest id_page ip_address date_add http_referer"
    )),
    "ps_product_comment": ("opinions", "id_customer", (
        "id_product_comment id_product id_customer id_guest customer_name title content grade date_add"
    )),
    "magento.sales_order": ("purchases", "customer_id", (
        "entity_id state status customer_id base_grand_total subtotal total_paid shipping_amount store_id"
        " order_currency_code created_at"
    )),
    "magento.quote": ("purchases", "customer_id", (
        "entity_id store_id items_count items_qty grand_total customer_id customer_email checkout_method"
    )),
    "magento.review_detail": ("opinions", "customer_id", (
        "detail_id review_id store_id title detail nickname customer_id"
    )),
    "magento.rating_option_vote": ("opinions", "customer_id", (
        "vote_id option_id remote_ip customer_id entity_pk_value rating_id percent value"
    )),
    "magento.report_viewed_product_index": ("browsing", "visitor_id", (
        "index_id visitor_id customer_id product_id store_id added_at page_url viewed_at"
    )),
    "drupal.history": ("browsing", "uid", (
        "uid nid timestamp"
    )),
    "drupal.watchdog": ("browsing", "uid", (
        "wid uid type message variables severity link location referer hostname timestamp"
    )),
    "llx_facture": ("purchases", "fk_soc", (
        "rowid ref fk_soc datef paye total_tva total_ttc fk_user_author note_private"
    )),
    "phpbb_sessions": ("browsing", "session_user_id", (
        "session_id session_user_id session_last_visit session_start session_ip session_browser session_page"
    )),
    "mdl_forum_posts": ("opinions", "userid", (
        "id discussion parent userid created modified subject message"
    )),
    "boutique.commandes": ("purchases", "id_client", (
        "id id_client date_commande montant_total devise statut"
    )),
    "avis": ("opinions", "id_client", (
        "id_avis id_client id_produit note commentaire date"
    )),
    "laden.bestellungen": ("purchases", "kunden_id", (
        "bestell_id kunden_id bestelldatum betrag waehrung"
    )),
    "bewertungen": ("opinions", "kunde_id", (
        "id kunde_id produkt_id sterne kommentar"
    )),
    "negozio.ordini": ("purchases", "cliente_id", (
        "id cliente_id data importo valuta spedizione"
    )),
    "ordini": ("purchases", "cliente_id", (
        "cliente_id totale data_ordine"
    )),
    "recensioni": ("opinions", "utente_id", (
        "id utente_id prodotto_id voto testo"
    )),
    "visits": ("browsing", "customer_id", (
        "id customer_id remote_addr user_agent started_ms landing"
    )),
    "t17": ("opinions", "customer_id", (
        "id customer_id rating comment"
    )),
    "t18": ("browsing", "user_id", (
        "user_id url visited_at"
    )),
    "exports/clients_2026-11.csv": ("purchases", "N\u00b0 client", (
        "N\u00b0 client;Pr\u00e9nom;Nom;Adresse e-mail;Commande;Total d\u00e9pens\u00e9;Remarque"
    )),
    "exports/orders.2024.csv": ("purchases", "recipient_email", (
        "order_number ean tracking weight recipient_email"
    )),
    "api/orders.json": ("purchases", "$.orders[*].customer.email", (
        "$.version $.orders[*].id $.orders[*].customer.email $.orders[*].items[*].ean"
        " $.orders[*].items[*].price"
    )),
}  # fmt: skip
"""Asset: category, the field that links to the person, all fields."""
NUMBERED = {"drupal.history": {"uid": "int unsigned"}, "drupal.watchdog": {"uid": "int unsigned"}}
"""Types that their databases declare."""
KEYS = {"drupal.history": ("uid", "nid"), "drupal.watchdog": ("wid",)}
SILENT = {
    "products": ("a catalogue", (
        "id sku ean13 name price weight_g supplier_id quantity"
    )),
    "catalog_product_entity_tier_price": ("prices by group", (
        "value_id entity_id customer_group_id qty value"
    )),
    "tax_calculation": ("tax rules", (
        "tax_calculation_id tax_rate_id customer_tax_class_id product_tax_class_id"
    )),
    "ps_tax_rule": ("tax rules", (
        "id_tax_rule id_country id_state zipcode_from id_tax behavior"
    )),
    "orders": ("a sequence", (
        "id list_id sort_order position direction"
    )),
    "user_sort_orders": ("a sequence of a user's", (
        "user_id column_name sort_order position"
    )),
    "shop.wp_posts": ("the site's own texts", (
        "ID post_author post_date post_content post_title post_excerpt post_status post_name"
    )),
    "shop.wp_users": ("accounts", (
        "ID user_login user_pass user_nicename user_email user_url user_registered display_name"
    )),
    "cron_log": ("jobs", (
        "id job user started_at duration status output"
    )),
    "queue_jobs": ("jobs", (
        "id queue payload attempts available_at created_at"
    )),
    "shop.wp_options": ("settings", (
        "option_id option_name option_value autoload"
    )),
    "order_lines": ("lines without a person", (
        "order_id line_no product_id quantity unit_price gtin"
    )),
    "payments": ("no person but by the order", (
        "id order_id method card_number iban reference token amount"
    )),
    "addresses": ("tells nothing of the kind", (
        "id customer_id street postcode city country tel"
    )),
    "newsletter": ("tells nothing of the kind", (
        "email confirmed_at token"
    )),
    "stock_moves": ("goods", (
        "warehouse lot sku moved_at quantity"
    )),
    "suppliers": ("firms", (
        "id name siret vat_number contact telephone rib"
    )),
    "invoices_received": ("the house's own bills", (
        "id supplier_id supplier_email amount currency paid"
    )),
    "ps_order_state": ("kinds of orders", (
        "id_order_state invoice send_email module_name color shipped paid"
    )),
    "logs/access.log": ("a text", (
        "text"
    )),
    "ledger": ("accounts of a ledger", (
        "account_id amount currency booked_at"
    )),
    "oauth_access_tokens": ("keys", (
        "id user_id client_id name scopes revoked expires_at"
    )),
    "page_views": ("visits of nobody", (
        "id url referer viewed_at duration"
    )),
}  # fmt: skip
"""Asset: why it tells nothing, all fields."""


def split(fields: str) -> list[str]:
    return fields.split(";") if ";" in fields else fields.split()


@pytest.mark.parametrize("asset", TELLING)
def test_a_table_of_persons_says_what_it_tells(asset: str) -> None:
    category, link, fields = TELLING[asset]
    found = personal_table(asset, split(fields), NUMBERED.get(asset), key=KEYS.get(asset, ()))
    assert [(one.category, one.field) for one in found] == [(category, link)]


@pytest.mark.parametrize("asset", SILENT)
def test_other_tables_say_nothing(asset: str) -> None:
    why, fields = SILENT[asset]
    assert personal_table(asset, split(fields)) == [], why


def test_a_telling_name_with_a_link_by_number_is_sure_and_an_address_is_not() -> None:
    (sure,) = personal_table("orders", ["customer_id", "total", "currency"])
    (less,) = personal_table("orders", ["email", "total", "currency"])
    assert (sure.score, less.score) == (0.9, 0.65)


def test_reasons_are_sentences() -> None:
    (found,) = personal_table("db.orders", ["customer_id", "total", "currency"])
    assert found.entity == "PURCHASES"
    assert found.reasons == (
        "the table is called orders and has currency, total",
        "each row belongs to a person, whose number this field holds",
    )


def test_a_foreign_key_says_more_than_a_name() -> None:
    fields = ["id", "x7", "total", "currency"]
    assert personal_table("orders", fields) == []
    (found,) = personal_table("orders", fields, foreign={"x7": "public.customers"})
    assert found.field == "x7"
    assert personal_table("orders", ["customer_id", "total"], foreign={"customer_id": "suppliers"}) == []


def test_a_moment_links_to_nobody() -> None:
    assert personal_table("orders", ["user", "total"], declared={"user": "timestamp"}) == []


UNIQUE_IDS: dict[str, tuple[list[str], dict[str, str], tuple[str, ...]]] = {
    "its own key, a UUID": (["uid", "total", "currency"], {"uid": "uuid"}, ("uid",)),
    "its own key, a number": (["uid", "pid", "total", "currency"], {"uid": "int unsigned"}, ("uid",)),
    "first, in a file": (["uid", "total", "currency"], {}, ()),
    "a UUID beside its key": (["id", "uid", "total", "currency"], {"uid": "uuid"}, ("id",)),
    "a text beside its key": (["id", "uid", "total", "currency"], {"uid": "char(36)"}, ("id",)),
    "of who knows what, in a file": (["no", "uid", "total", "currency"], {}, ()),
    "a product's": (["id", "product_uid", "total", "currency"], {"product_uid": "int"}, ("id",)),
    "an event's": (["id", "event_uid", "total", "currency"], {"event_uid": "int"}, ("id",)),
}


@pytest.mark.parametrize("what", UNIQUE_IDS)
def test_a_unique_id_links_to_nobody(what: str) -> None:
    fields, declared, key = UNIQUE_IDS[what]
    assert personal_table("shop.orders", fields, declared, key=key) == []


@pytest.mark.parametrize(
    ("fields", "declared"),
    [
        (["id", "uid", "total", "currency"], {"uid": "bigint(20) unsigned"}),
        (["id", "uid", "total", "currency", "phone"], {}),
        (["id", "user_uid", "total", "currency"], {"user_uid": "uuid"}),
        (["id", "$.customer.uid", "total", "currency"], {}),
    ],
)
def test_a_uid_links_to_a_person_where_something_else_says_so(fields: list[str], declared: dict[str, str]) -> None:
    (found,) = personal_table("shop.orders", fields, declared)
    assert "uid" in found.field


def test_an_address_says_more_than_a_bare_uid() -> None:
    (found,) = personal_table("orders", ["id", "uid", "total", "email"])
    assert found.field == "email"


def test_every_category_has_its_entity() -> None:
    assert set(TABLE_ENTITIES.values()) == {"purchases", "opinions", "browsing"}
