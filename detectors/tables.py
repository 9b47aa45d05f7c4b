"""Tables whose rows belong to persons and tell what they bought, thought or looked at, said by names and links alone.

`orders(customer_id, total)` holds no value that is personal by itself, yet each row is somebody's purchase (GDPR,
article 4(1): any information relating to an identifiable person). A table says so where one column links to a person
and others tell of orders, reviews or visits, in English, French, German or Italian. A catalogue, a tax table, the
posts of a website or a log of jobs links to nobody, or tells nothing of that kind.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from detectors.header import header_words, joined_words, last_part
from detectors.registry import TABLE_ENTITIES
from detectors.ruling import HIGH, MEDIUM
from detectors.text import words


class TableFinding(NamedTuple):
    """What a table tells of persons."""

    category: str
    """`purchases`, `opinions` or `browsing`."""
    field: str
    """The field that links a row to its person."""
    score: float
    """0 to 1."""
    reasons: tuple[str, ...]
    """Sentences, the weightiest first."""

    @property
    def entity(self) -> str:
        """The name of the finding, in Presidio's manner."""
        return next(entity for entity, category in TABLE_ENTITIES.items() if category == self.category)


_PERSONS = words(
    "customer customers client clients buyer shopper user users member members subscriber visitor guest person contact"
    " participant reviewer voter commenter patient student acheteur utilisateur membre abonne visiteur invite"
    " adherent personne tiers soc kunde kunden benutzer mitglied nutzer besucher gast acquirente utente membro cliente"
    " clienti iscritto visitatore poster"
)
_LINKS = words("id ids fk no nr num number numero nummer key code ref uid uuid guid n")
"""What makes a person's word a link: `customer_id`, `fk_user`, `N° client`."""
_BARE_LINKS = words(
    "userid customerid clientid memberid custid kundennr kundennummer kundenid kundeid benutzerid numclient"
    " idclient idcustomer iduser idutente idcliente visitorid sessionuserid posterid voterid customernumber buyerid"
    " subscriberid guestid idguest contactid"
)
_OPEN_LINK = "uid"
"""Short for *user id* and for *unique id* alike: a number of a person only where something else says so."""
_WHOLE_NUMBER = re.compile(r"\b(?:big|medium|small|tiny)?int(?:eger|[248])?\b|serial")
_OF_PERSONS = words(
    "email mail courriel phone telephone tel mobile firstname lastname surname prenom vorname nachname cognome username"
    " login nickname pseudo useragent ip ipaddress birthdate birthday geburtsdatum customer client user member kunde"
    " utente utilisateur"
)
"""Words of columns that a person has and a product, a page or an event has not."""
_MAILS = words("email mail courriel")
_NAMES = words("username login nickname pseudo")
_GROUPS = words(
    "group groups gruppe groupe gruppo type class role segment status count level tier agent ip"
    " send sent notify template enabled verified optin subject"
)
"""What makes it a kind of persons, or a thing of theirs, and no person."""
_SORTING = words("sort sorting display menu position direction by column rank")
"""Beside `order` they mean a sequence."""
_STAFF = words(
    "admin employee staff agent seller vendor supplier fournisseur vendeur lieferant fornitore created updated modified"
    " approved createdby author editor assignee operator warehouse"
)
"""Persons of the house and makers of texts: what their rows tell is not of a customer."""


@dataclass(frozen=True)
class _Kind:
    """What a table of one category is called and has."""

    category: str
    tables: frozenset[str]
    """Words in its name."""
    strong: frozenset[str]
    """Words of its columns that hardly another kind of table has."""
    weak: frozenset[str]
    """Words that count beside its name, or beside a strong one."""
    alone: bool = False
    """Whether one strong word beside a weak one tells without a telling name; else it takes two strong ones."""


_KINDS = (
    _Kind(
        "purchases",
        words(
            "order orders purchase purchases sale sales invoice invoices cart carts basket checkout booking bookings"
            " reservation reservations subscription subscriptions donation donations wishlist quote quotes commande"
            " commandes achat achats vente ventes facture factures panier paniers abonnement abonnements don dons"
            " bestellung bestellungen auftrag auftraege rechnung rechnungen warenkorb kauf verkauf buchung ordine"
            " ordini acquisto acquisti vendita vendite fattura fatture carrello prenotazione"
        ),
        words(
            "order orders ordernumber commande bestellung bestellnummer auftrag ordine invoice facture rechnung"
            " fattura purchase purchased achat cart panier warenkorb carrello subtotal grandtotal unitprice paid"
            " payment paiement zahlung pagamento coupon checkout depense spent lineitem"
        ),
        words(
            "total amount montant betrag importo price prix preis prezzo quantity qty quantite menge quantita product"
            " produit produkt prodotto article artikel articolo sku item items ean currency devise waehrung valuta"
            " discount remise rabatt sconto shipping livraison versand spedizione tax tva mwst iva delivery tracking"
            " status stato placed totale sottototale gesamt summe"
        ),
    ),
    _Kind(
        "opinions",
        words(
            "review reviews rating ratings comment comments feedback testimonial testimonials survey surveys poll"
            " polls vote votes opinion opinions answer answers avis temoignage temoignages commentaire commentaires"
            " sondage sondages bewertung bewertungen kommentar kommentare umfrage umfragen rezension rezensionen"
            " recensione recensioni commento commenti sondaggio valutazione valutazioni forum nps"
        ),
        words(
            "rating ratings stars review vote voted opinion sentiment nps avis evaluation bewertung sterne rezension"
            " recensione valutazione voto stelle satisfaction verdict liked recommend"
        ),
        words(
            "comment comments commentaire kommentar commento text body content message title titre titel titolo score"
            " note answer percent value reponse antwort risposta subject product detail helpful"
        ),
        alone=True,
    ),
    _Kind(
        "browsing",
        words(
            "visit visits visitor visitors session sessions pageview pageviews page views hit hits click clicks"
            " history connection connections tracking analytics browsing activity access searches search visite"
            " visites historique navigation recherche besuch besuche verlauf zugriff zugriffe visita visite ricerche"
            " cronologia watchdog impressions events"
        ),
        words(
            "url uri referer referrer landing visited viewed pageurl requesturi path clicked searched keywords"
            " besucht consulte lastpage utm useragent pageview lastvisit visitedat viewedat"
        ),
        words(
            "page ip addr agent browser started seen query duration session hostname timestamp time date device"
            " product location os screen dauer duree durata action data"
        ),
    ),
)


def personal_table(
    asset_name: str,
    fields: Sequence[str],
    declared: Mapping[str, str] | None = None,
    foreign: Mapping[str, str] | None = None,
    key: Sequence[str] = (),
) -> list[TableFinding]:
    """Say what a table tells of persons; empty where it links to none, or tells nothing of the kind.

    Args:
        asset_name: the table's or file's, as the contract writes it; its last part counts.
        fields: names of all its columns, or paths of its JSON members.
        declared: types that the store declares, by field; a link is no moment, text or amount.
        foreign: by field, the table that it refers to, where the store says so.
        key: the fields of its own key, where the store says so; of others the first field is thought to be it.
    """
    if len(fields) < 2:
        return []
    link = _link(fields, declared or {}, foreign or {}, tuple(key) or tuple(fields[:1]))
    if link is None:
        return []
    field, how, sure = link
    named = frozenset(header_words(_own_name(asset_name)))
    others = [_signs(one) for one in fields if one != field]
    found = []
    for kind in _KINDS:
        told = _told(kind, named, others)
        if told is not None:
            score = HIGH if sure and told[0] else MEDIUM
            found.append(TableFinding(kind.category, field, score, (told[1], how)))
    return found


def _told(kind: _Kind, named: frozenset[str], others: Sequence[frozenset[str]]) -> tuple[bool, str] | None:
    """Say whether a table is of a kind, surely or not, and by what."""
    called = kind.tables & named
    strong = [min(one & kind.strong) for one in others if one & kind.strong]
    weak = [min(one & kind.weak) for one in others if one & kind.weak and not one & kind.strong]
    if called:
        own = {min(more) for one in others if (more := _beyond(one & (kind.strong | kind.weak), called))}
        return (len(own) >= 2, f"the table is called {min(called)} and has {_few(own)}") if own else None
    told = any(one & kind.strong and not one & _LINKS for one in others)
    if told and (len(set(strong)) >= 2 or (kind.alone and weak)):
        return False, f"the table has {_few({*strong, *weak})}"
    return None


def _beyond(signs: frozenset[str], called: frozenset[str]) -> set[str]:
    """Leave out what only repeats the table's name: `order_id` in `orders`."""
    return {sign for sign in signs if not any(sign.startswith(name[:5]) for name in called)}


def _few(signs: set[str]) -> str:
    return ", ".join(sorted(signs)[:4])


def _link(
    fields: Sequence[str], declared: Mapping[str, str], foreign: Mapping[str, str], key: tuple[str, ...]
) -> tuple[str, str, bool] | None:
    """Give the field that links a row to a person, how that is known, and whether surely; keys before addresses."""
    ranked: list[tuple[int, str, str]] = []
    for field in fields:
        rank = _rank(field, declared.get(field, ""), foreign.get(field))
        if rank is None and foreign.get(field) is None and _is_open(field):
            others = [one for one in fields if one != field]
            rank = _open_rank(declared.get(field, ""), others, own_key=key == (field,))
        if rank is not None:
            ranked.append((*rank, field))
    if not ranked:
        return None
    best, how, field = min(ranked, key=lambda one: one[0])
    return field, how, best < 3


def _rank(field: str, declared: str, foreign: str | None) -> tuple[int, str] | None:
    """Say how well a field links to a person, 0 the best, and in which words; None: it does not."""
    if foreign is not None:
        to = frozenset(header_words(_own_name(foreign)))
        told = f"each row refers to {_own_name(foreign)} by this field"
        return (0, told) if to & _PERSONS and not to & _STAFF else None
    found = header_words(field)
    own, joined = frozenset(found), frozenset(_with_pairs(found))
    if own & (_STAFF | _GROUPS) or _NO_LINK.search(declared):
        return None
    if joined & _BARE_LINKS or (own & _PERSONS and own & _LINKS) or _GLUED.fullmatch("".join(found)):
        return 1, _BY_NUMBER
    if own & _MAILS:
        return 3, "each row belongs to a person, whose address this field holds"
    alone = len(found) == 1 and bool(own & _PERSONS)
    if alone or joined & _NAMES or (own & _PERSONS and "name" in own):
        return (2 if alone else 4), "each row belongs to a person, whom this field names"
    return None


def _is_open(field: str) -> bool:
    """Say whether a field is called `uid` and no more; `event_uid` and `product_uid` are the event's and the product's.

    Of a JSON path the last member counts: what belongs to a person has been told by the members above it.
    """
    return "".join(header_words(last_part(field))).rstrip("0123456789") == _OPEN_LINK


def _open_rank(declared: str, others: Sequence[str], *, own_key: bool) -> tuple[int, str] | None:
    """Say how well a bare `uid` links to a person: as a whole number that is not the table's own, or beside a person.

    A unique id of the row itself is a UUID or a text mostly, or the table's key.
    """
    if own_key or _NO_LINK.search(declared):
        return None
    beside = joined_words(others) & _OF_PERSONS
    if not beside and not _WHOLE_NUMBER.search(declared):
        return None
    return 5, "each row belongs to a person, whose number this field seems to hold"


_BY_NUMBER = "each row belongs to a person, whose number this field holds"
_SUFFIX = re.compile(r"\.(?:csv|tsv|jsonl?|ndjson|parquet|avro|xlsx?|gz)\b", re.IGNORECASE)
_GLUED = re.compile(r"(?:fk|id|num|no)(?:customer|client|user|member|kunde|soc|adherent|cliente|utente)s?")
_NO_LINK = re.compile(r"date|time|bool|float|double|real|money|json|blob|decimal\([0-9]+,[1-9]")


def _with_pairs(found: tuple[str, ...]) -> tuple[str, ...]:
    bare = tuple(word.rstrip("0123456789") or word for word in found)
    return (*bare, *(one + other for one, other in pairwise(bare)))


def _signs(field: str) -> frozenset[str]:
    """Give what a field tells by; of a path its last two members: `items[*].price` tells by `items price`."""
    parts = [part for part in re.split(r"[.$\[\]*/@]+", field) if part]
    found = frozenset(_with_pairs(header_words(" ".join(parts[-2:]))))
    return frozenset() if found & _SORTING else found


def _own_name(asset: str) -> str:
    """Give a table's own name: behind the database and schema, the folder, the file that it lies in, no suffix."""
    last = re.split(r"[!/]", asset)[-1]
    bare = _SUFFIX.sub("", last)
    return bare if bare != last else last.rpartition(".")[2]
