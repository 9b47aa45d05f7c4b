"""What the inventory tells: frozen values, ready to be shown. No field holds a raw personal value.

Names that are personal by themselves (a file called after an e-mail) come masked here; only `locate` shows them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceInfo:
    """A place that was scanned, with what the settings say of it."""

    name: str
    region: str | None
    """Country (or region of one) where the data lies, as the settings say: `CH`, `FR`, `CA-QC`."""
    purpose: str | None
    recipients: tuple[str, ...]
    retention: str | None
    last_scan: str | None
    """ISO 8601 time (UTC) at which its latest scan started."""
    last_status: str | None
    """`complete`, `partial`, `failed`, `interrupted` or `running`."""
    unsearched: str = ""
    """Why its latest scan did not search free text for names of persons: `off` (in the settings) or `not installed` (no
    language model); empty where it did, or was asked for other kinds only."""


@dataclass(frozen=True)
class Finding:
    """One entity in one field of one asset, as the latest scan of the asset saw it."""

    id: str
    client: str
    source: str
    asset: str
    field: str
    entity: str
    category: str
    count: int
    """Matches."""
    distinct: int
    """Different values: exact up to 10,000, then estimated to about one per cent. 0 for entities without token."""
    rows_scanned: int
    score: float
    confidence: str
    """`high`, `medium`: claims; `low`: a hint."""
    samples: tuple[str, ...]
    """Masked."""
    evidence: tuple[str, ...]
    status: str
    """`open`, `confirmed` or `dismissed`."""
    first_seen: str
    last_seen: str
    explicit: int | None = None
    """Matches whose notation says what they are; of passwords, those that are stored as hashes. None: not kept."""
    sampled: int | None = None
    """Texts that were looked through where `count` is what a sample of them holds; None: all cells were looked at."""
    places: tuple[str, ...] = ()
    """What kind of place it lies in: `web root`, `world-readable`, `backup`…, as `connectors.exposed` names them."""
    risk: str = "low"
    """`critical`, `high`, `medium` or `low`."""
    rule: str = ""
    """Why the risk is what it is, for a person."""

    @property
    def claimed(self) -> bool:
        """Whether it counts as found: not dismissed, and more than a hint or confirmed by a person."""
        return self.status == "confirmed" or (self.status == "open" and self.confidence != "low")

    @property
    def hinted(self) -> bool:
        """Whether it is a hint for a person to look at: neither claimed nor dismissed."""
        return not self.claimed and self.status != "dismissed"


@dataclass(frozen=True)
class Places:
    """Where the values of a finding lie that have no token of their own."""

    number: int
    locators: tuple[dict[str, object], ...]
    """Some of them, as in the contract; parts of keys that may be personal are masked."""


@dataclass(frozen=True)
class CoverageLine:
    """One asset met by the latest scan of its source."""

    client: str
    source: str
    asset: str
    kind: str
    status: str
    """`scanned`, `unchanged`, `skipped`, `failed` or `truncated`."""
    cause: str
    """`view`, `system`, `policy`, `excluded`, `format`, `link`, `empty`, `denied`…; empty where read."""
    reason: str
    """For a person; empty where it was read to its end."""
    rows: int | None
    bytes: int | None
    seconds: float | None

    @property
    def missing(self) -> bool:
        """Whether data may lie here that was not read: failed, cut short, or closed by policy."""
        return self.status in ("failed", "truncated") or self.cause == "policy"


@dataclass(frozen=True)
class Change:
    """What differs between the two latest versions of an asset."""

    what: str
    """`asset_new`, `asset_gone`, `finding_new`, `finding_gone`, `more`, `fewer`, `unreadable`, `readable`."""
    client: str
    source: str
    asset: str
    field: str | None
    entity: str | None
    before: int | None
    """Distinct values (matches for entities without token) before; None where there was nothing."""
    after: int | None
    at: str
    """ISO 8601 time of the scan that saw it."""


@dataclass(frozen=True)
class Sampled:
    """What samples of free text showed of one entity; how much the rest holds is not known."""

    texts: int
    """Different texts that were looked through."""
    count: int
    """Matches in them."""
    fields: int
    assets: int


@dataclass(frozen=True)
class Estimate:
    """How many different values of one entity a set of findings holds together; a value in two tables counts once.

    Only findings for which all cells were looked at are in its figures; those of samples stand apart in `sampled`.
    """

    entity: str
    category: str
    distinct: int
    """0 for entities without token."""
    exact: bool
    """False where the number is an estimate, good to about one per cent."""
    count: int
    """Matches in all."""
    records: int
    """Cells or lines that hold at least one."""
    fields: int
    assets: int
    explicit: int | None = None
    """Matches whose notation says what they are, as in `Finding`; None where one of the findings does not say."""
    sampled: Sampled | None = None
    """None where no sample showed any."""


@dataclass(frozen=True)
class Record:
    """One place where a looked-up value lies."""

    identifier: int
    """Position in the list of what was asked, from 0."""
    client: str
    source: str
    region: str | None
    asset: str
    """Not masked: to be acted on."""
    field: str
    entity: str
    locator: dict[str, object]
    """As in the contract: `{"key": {"id": "7"}}`, `{"row": 12}`, `{"line": 3}`, `{"path": "$.a[0]"}`."""
    slots: tuple[int | str | None, ...]
    """The locator as a connector takes it, to fetch the record again."""
    last_seen: str
    ambiguous: bool = False
    """A national notation that may mean another region's number: for a person to confirm."""


@dataclass(frozen=True)
class ClientInfo:
    """A client of the host, as far as the inventory knows."""

    name: str
    role: str
    """Of the host towards this data: `processor` or `controller`."""
    assets: int
    findings: int
    last_scan: str | None
