"""An inventory in memory, and the situations that documents must bear."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from inventory.model import Change, ClientInfo, CoverageLine, Estimate, Finding, Sampled, SourceInfo
from reports.interface import Particulars

MADE = Particulars(datetime(2026, 11, 23, 6, 18, tzinfo=UTC), "0.1.0", "dpo@alice.example", "DPA 2026-114, 2026-03-01")
CATEGORY = {
    "EMAIL_ADDRESS": "contact", "PHONE_NUMBER": "contact", "CREDIT_CARD": "financial", "IBAN_CODE": "financial",
    "IP_ADDRESS": "technical", "CVV": "financial", "FR_NIR": "identity", "PERSON": "identity",
}  # fmt: skip
HOSTILE = (
    "=cmd|' /C calc'!A0.csv",
    "<script>alert(1)</script>.json",
    "'; DROP TABLE clients; --",
    "\x1b[31mred\x1b[0m\x07.log",
    "invoice\u202efdp.exe",
    "#set page(width: 1cm) $ \\ ` @label // */",
    "{{ 7*7 }}{% raw %}",
    "very-long-" + "x" * 600 + ".csv",
    "Ελληνικά/Кириллица/العربية/顧客名簿.csv",
    "tab\tand\nnewline\r.txt",
    "bad\udce9surrogate",
    "a" + "\u0301" * 40 + ".csv",
)


@dataclass
class StandIn:
    """Answers `reports.interface.Inventory` from lists; `exact` is what its estimates claim to be."""

    findings_: list[Finding] = field(default_factory=list)
    lines: list[CoverageLine] = field(default_factory=list)
    places: list[SourceInfo] = field(default_factory=list)
    people: list[ClientInfo] = field(default_factory=list)
    changes_: list[Change] = field(default_factory=list)
    exact: bool = True
    asked_as_of: set = field(default_factory=set)

    def sources(self):
        return self.places

    def clients(self):
        return self.people

    def findings(self, client=None, entity=None, asset=None, source=None, as_of=None):
        self.asked_as_of.add(as_of)
        return [one for one in self.findings_ if _wanted(one, client, source, asset) and entity in (None, one.entity)]

    def coverage(self, client=None, status=None, source=None, asset=None, as_of=None):
        self.asked_as_of.add(as_of)
        return [one for one in self.lines if _wanted(one, client, source, asset) and status in (None, one.status)]

    def changes(self, client=None):
        return [one for one in self.changes_ if client in (None, one.client)]

    def estimates(self, client=None, source=None, asset=None, as_of=None):
        groups = defaultdict(list)
        for one in self.findings(client=client, source=source, asset=asset, as_of=as_of):
            if one.claimed:
                groups[one.entity].append(one)
        return [self._estimate(entity, found) for entity, found in groups.items()]

    def _estimate(self, entity, found):
        sampled = [one for one in found if one.sampled is not None]
        seen = Sampled(
            sum(one.sampled for one in sampled), sum(one.count for one in sampled), len(sampled), len(sampled)
        )
        first, found = found[0], [one for one in found if one.sampled is None]
        # Every table holds the same persons here: the union is the largest.
        distinct = max((one.distinct for one in found), default=0)
        count = sum(one.count for one in found)
        assets = len({(one.source, one.asset) for one in found})
        told = [one.explicit for one in found if one.explicit is not None]
        explicit = sum(told) if len(told) == len(found) else None
        return Estimate(
            entity, first.category, distinct, self.exact, count, count, len(found), assets, explicit,
            seen if sampled else None,
        )  # fmt: skip


def _wanted(one, client, source, asset):
    return (
        client in (None, one.client)
        and source in (None, one.source)
        and (asset is None or fnmatchcase(one.asset, asset))
    )


def finding(asset, name, entity, distinct, *, source="sql7", client="alice", confidence="high", status="open", count=0):
    """A finding; the sample in it must never show up in a document."""
    return Finding(
        f"{source}-{asset}-{name}-{entity}", client, source, asset, name, entity, CATEGORY.get(entity, "contact"),
        count or distinct, distinct, max(count, distinct) * 2, 0.9, confidence, ("SAMPLE-m****@example.org",),
        ("EVIDENCE: the header speaks for it",), status, "2026-10-01T02:00:00Z", "2026-11-22T02:00:00Z",
    )  # fmt: skip


def line(asset, status="scanned", cause="", *, source="sql7", client="alice", reason="", rows=1000):
    return CoverageLine(client, source, asset, "table", status, cause, reason, rows, 4096 * rows, 0.5)


def place(
    name, region="CH", *, purpose="orders of the shop", recipients=("carrier",), retention="3 years", status="complete"
):
    return SourceInfo(name, region, purpose, recipients, retention, "2026-11-22T02:00:00Z", status)


ALICE = ClientInfo("alice", "processor", 10, 10, "2026-11-22T02:00:00Z")


def shop():
    """A shop as hosts know it: a database, files, cards with their codes, gaps, failures, hints."""
    found = [
        finding("alice_wp.customers", "email", "EMAIL_ADDRESS", 4237),
        finding("alice_wp.customers", "phone", "PHONE_NUMBER", 3890),
        finding("alice_wp.orders", "billing_email", "EMAIL_ADDRESS", 4102, count=18_455),
        finding("alice_wp.orders", "notes", "PHONE_NUMBER", 211, confidence="medium"),
        finding("alice_wp.payments", "pan", "CREDIT_CARD", 1204),
        finding("alice_wp.payments", "cvc", "CVV", 0, count=1198),
        finding("alice_wp.payments", "iban", "IBAN_CODE", 87, status="confirmed", confidence="low"),
        finding("exports/2026-09.csv", "email", "EMAIL_ADDRESS", 980, source="files", client="alice"),
        finding("logs/access.log", "text", "IP_ADDRESS", 12_456, source="files", count=201_777),
        finding("alice_wp.orders", "reference", "CREDIT_CARD", 3, confidence="low"),
        finding("alice_wp.stock", "ean", "PHONE_NUMBER", 12, status="dismissed"),
    ]
    lines = [line(name) for name in sorted({one.asset for one in found if one.source == "sql7"})]
    lines += [
        line("exports/2026-09.csv", source="files"),
        line("logs/access.log", "unchanged", source="files", rows=201_777),
        line("alice_wp.audit", "failed", "denied", reason="SELECT command denied to user 'scanner'", rows=0),
        line("exports/old.csv", "truncated", "cut", source="files", reason="cell of 70 MB read to 64 MB"),
        line("mail/box", "skipped", "policy", source="files", reason="mail is not allowed for this client"),
        line("alice_wp.v_orders", "skipped", "view", rows=0),
        line("photo.jpg", "skipped", "format", source="files", rows=0),
    ]
    changes = [
        Change("finding_new", "alice", "sql7", "alice_wp.payments", "cvc", "CVV", None, 1198, "2026-11-22T02:00:00Z"),
        Change("more", "alice", "sql7", "alice_wp.customers", "email", "EMAIL_ADDRESS", 4100, 4237, "2026-11-22"),
        Change("asset_gone", "alice", "files", "exports/2025.csv", None, None, None, None, "2026-11-22T02:00:00Z"),
    ]  # fmt: skip
    files = place("files", region=None, purpose=None, recipients=(), retention=None, status="partial")
    return StandIn(found, lines, [place("sql7"), files], [ALICE], changes)


def crowd(assets=300):
    """Three hundred tables over three places and two clients."""
    found, lines = [], []
    for number in range(assets):
        where = {"source": ("sql7", "sql8", "archive")[number % 3], "client": ("alice", "bob")[number % 2]}
        name = f"{where['client']}_wp{number // 10}.wp_table_{number}"
        lines.append(line(name, **where))
        found.append(finding(name, "user_email", "EMAIL_ADDRESS", 100 + number, **where))
        found.append(finding(name, "phone", "PHONE_NUMBER", 50 + number, **where))
    bob = ClientInfo("bob", "controller", 10, 10, None)
    places = [place("sql7"), place("sql8", "FR"), place("archive", "CA-QC")]
    return StandIn(found, lines, places, [ALICE, bob], [], exact=False)


def hostile():
    """Names that want to be formulas, markup, escapes, code, or endless."""
    found = [finding(name, name, "EMAIL_ADDRESS", 10 + at, source=HOSTILE[1]) for at, name in enumerate(HOSTILE)]
    found += [finding(HOSTILE[0], "+x", "=EVIL()", 5, source=HOSTILE[1], confidence="low")]
    lines = [line(name, "failed", HOSTILE[1], source=HOSTILE[1], reason=name) for name in HOSTILE]
    where = place(
        HOSTILE[1], "<b>XX</b>", purpose="=purpose()", recipients=("@recipient", HOSTILE[3]), retention="\u202e3 years"
    )
    changes = [Change(HOSTILE[1], "alice", HOSTILE[1], name, name, name, 1, 2, name) for name in HOSTILE]
    return StandIn(found, lines, [where], [ALICE], changes)


def notes():
    """Names in a sample of notes, passwords stored in both ways, free text that another place did not search."""
    names = replace(finding("shop.orders", "notes", "PERSON", 0, count=12), sampled=200)
    passwords = replace(finding("shop.users", "pass", "PASSWORD", 0, count=30), category="credentials", explicit=10)
    cards = finding("shop.users", "pan", "CREDIT_CARD", 40)
    lines = [line("shop.orders"), line("shop.users")]
    people = [ALICE]
    places = [replace(place("sql7", region=None, purpose=None), unsearched="not installed")]
    return StandIn([names, passwords, cards], lines, places, people)


def empty():
    """A client whose tables were all read and hold nothing."""
    return StandIn([], [line("alice_wp.stock")], [place("sql7")], [ALICE])


def single():
    """One finding in one table of one place."""
    return StandIn([finding("alice.t", "email", "EMAIL_ADDRESS", 1)], [line("alice.t")], [place("sql7")], [ALICE])


def failures():
    """Nothing could be read."""
    lines = [line(f"alice.t{number}", "failed", "denied", reason="permission denied") for number in range(5)]
    return StandIn([], lines, [place("sql7", status="failed")], [ALICE])


def unscanned():
    """A client without a scan."""
    return StandIn([], [], [], [ALICE])


SITUATIONS = {one.__name__: one for one in (shop, crowd, hostile, notes, empty, single, failures, unscanned)}
