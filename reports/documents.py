"""The documents as data: what a data inventory and a breach sheet say, before language and layout.

No field holds a raw personal value, nor a masked sample: a document leaves the house.
"""

from __future__ import annotations

from dataclasses import dataclass

from inventory.model import Change, CoverageLine

NATIONAL_IDS = frozenset({"US_SSN", "CA_SIN", "FR_NIR", "CH_AHV", "UK_NINO", "BE_NN"})
"""Entities that are numbers which a state gives to a person."""
READ = ("scanned", "unchanged", "truncated")
"""Statuses of what was read, to its end or not."""


@dataclass(frozen=True)
class Persons:
    """How many persons, as a range, and what it rests on."""

    low: int | None
    """The largest number of different values of one kind of which a person mostly has one; None without such a kind."""
    high: int | None
    """The sum over those kinds and those of which a person may have several; None where there is neither."""
    counted_by: str | None
    """The entity that gave `low`."""
    kinds: tuple[str, ...]
    """The entities that were added up for `high`, the largest first."""
    exact: bool
    """Whether the numbers of different values below it are exact; the number of persons never is."""


@dataclass(frozen=True)
class Records:
    """How many records (rows, lines, messages) hold personal data, as a range."""

    low: int
    """As if each table's kinds stood in the same rows."""
    high: int
    """As if no row held two of them; never more than were read."""
    sampled: bool = False
    """Whether samples of free text showed more, which is in neither figure."""


@dataclass(frozen=True)
class KindSampled:
    """What samples of free text showed of a kind; how much the rest holds is not known."""

    texts: int
    """Different texts that were looked through."""
    count: int
    fields: int
    assets: int
    sources: int


@dataclass(frozen=True)
class Kind:
    """One kind of personal data, over all places of a document; its figures are exact but for `sampled`."""

    entity: str
    category: str
    distinct: int | None
    """Different values, a value in two tables counted once; None for kinds whose values are not told apart."""
    exact: bool
    count: int
    """Occurrences in all."""
    records: int
    """Cells or lines that hold at least one."""
    fields: int
    assets: int
    sources: int
    hashed: int | None = None
    """Of passwords, occurrences that are stored as hashes, the others being clear text; else, or if unknown, None."""
    sampled: KindSampled | None = None
    """In none of the other figures."""


@dataclass(frozen=True)
class FieldEntry:
    """One kind of personal data in one field."""

    field: str
    entity: str
    category: str
    count: int
    distinct: int | None
    """None for kinds whose values are not told apart."""
    rows_scanned: int
    confidence: str
    status: str
    first_seen: str
    last_seen: str
    hashed: int | None = None
    """As in `Kind`."""
    sampled: int | None = None
    """Texts that were looked through where `count` is what a sample of them holds; None: all cells were."""


@dataclass(frozen=True)
class AssetEntry:
    """One table or file that holds personal data."""

    client: str
    asset: str
    fields: tuple[FieldEntry, ...]


@dataclass(frozen=True)
class Sighting:
    """One finding with its place: among the hints, one too weak to be a claim, for a person to look at."""

    source: str
    asset: str
    client: str
    entry: FieldEntry


@dataclass(frozen=True)
class Store:
    """One place (a server, a file store), with what the settings say of it and what was found there."""

    source: str
    region: str | None
    purpose: str | None
    recipients: tuple[str, ...]
    retention: str | None
    last_scan: str | None
    last_status: str | None
    persons: Persons
    assets: tuple[AssetEntry, ...]
    """Those with claims, by name."""
    assets_met: int
    """Tables and files that the latest scan met here."""
    assets_missing: int
    """Those of them that were not read, or not to their end, and may hold data."""
    places_missing: int
    """Whole databases, schemas and folders here (or all of it) that were not read."""
    read: bool
    """Whether anything was read here."""

    @property
    def unread(self) -> bool:
        """Whether something lies here and nothing of it was read."""
        return not self.read and bool(self.assets_missing or self.places_missing)

    @property
    def gaps(self) -> tuple[str, ...]:
        """What the settings do not say of this place."""
        stated = {
            "region": self.region,
            "purpose": self.purpose,
            "recipients": self.recipients,
            "retention": self.retention,
        }
        return tuple(name for name, value in stated.items() if not value)


@dataclass(frozen=True)
class Coverage:
    """What was met, what was read, and what was not."""

    statuses: tuple[tuple[str, int], ...]
    """Assets by status, in the order scanned, unchanged, skipped, truncated, failed; none of them zero."""
    missing: tuple[CoverageLine, ...]
    """Failed, cut short or closed by policy: data may lie here that this document does not show."""
    aside: tuple[tuple[str, int], ...]
    """Skipped for another cause, by cause, the most frequent first."""
    places: int
    """Of the assets met, those that are no table or file but a whole server, database, schema or folder."""
    rows: int
    bytes: int
    unfinished: tuple[tuple[str, str | None], ...]
    """Places of this document whose latest scan did not end (name, status), so that they may hold more."""
    unreached: int
    """Other places that were never scanned or not to the end: whether they hold data of this client is not known."""
    unsearched: tuple[str, ...] = ()
    """Why free text was not searched for names of persons in some places: `off`, `not installed`; empty: it was."""

    @property
    def complete(self) -> bool:
        """Whether all that may hold data was read."""
        return not (self.missing or self.unfinished or self.unreached)

    @property
    def assets(self) -> int:
        """Assets met."""
        return sum(count for _, count in self.statuses)

    @property
    def read(self) -> bool:
        """Whether anything was read at all."""
        return any(status in READ for status, _ in self.statuses)


@dataclass(frozen=True)
class Risk:
    """One thing to look at first."""

    code: str
    """`card_with_cvv`, `cvv`, `passwords_clear`, `cards`, `credentials`, `national_ids`, `accounts`,
    `password_hashes`, `unread_place`, `unread`, `region_unknown`, `new`."""
    level: str
    """`critical`, `high`, `medium` or `low`."""
    number: int
    """What is counted depends on the code: values, tables, or places."""
    fields: int
    places: tuple[tuple[str, str], ...]
    """Source and asset of each table or file concerned; the asset is empty where a whole place is meant."""


@dataclass(frozen=True)
class DataInventory:
    """What is held for a client (or for all), where, for what, and what is not known."""

    client: str | None
    """None: all clients together."""
    roles: tuple[str, ...]
    """`processor`, `controller`: what the host is to this data; both where clients differ."""
    made_at: str
    """ISO 8601, UTC."""
    version: str
    contact: str | None
    mandate: str | None
    persons: Persons
    records: Records
    kinds: tuple[Kind, ...]
    """By category, the largest first."""
    stores: tuple[Store, ...]
    coverage: Coverage
    hints: tuple[Sighting, ...]
    dismissed: int
    """Findings that a person set aside; counted nowhere else."""
    changes: tuple[Change, ...]
    risks: tuple[Risk, ...]
    """The gravest first."""

    @property
    def assets(self) -> int:
        """Tables and files that hold personal data."""
        return sum(len(store.assets) for store in self.stores)


@dataclass(frozen=True)
class ClientShare:
    """One client's part in a breach sheet."""

    client: str
    role: str | None
    persons: Persons
    records: Records
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Country:
    """The places of a breach sheet that lie in one country."""

    region: str | None
    """None: the settings do not say."""
    sources: tuple[str, ...]
    persons: Persons
    records: Records
    entities: tuple[str, ...]


@dataclass(frozen=True)
class Exposure:
    """What would be in the wrong hands if the scope of this sheet were."""

    source: str | None
    """None: every source."""
    asset: str | None
    """A glob; None: every asset."""
    as_of: str | None
    """The state at this time, ISO 8601; None: the latest."""
    made_at: str
    version: str
    persons: Persons
    records: Records
    kinds: tuple[Kind, ...]
    clients: tuple[ClientShare, ...]
    """Those with personal data in the scope."""
    countries: tuple[Country, ...]
    coverage: Coverage
    hints: int
    dismissed: int
    assets: int
    """Tables and files that hold personal data."""


Document = DataInventory | Exposure
"""All that a format can be asked to write."""
