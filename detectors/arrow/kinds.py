"""The kinds of data that are decided at once, and what is kept between columns for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np

from detectors.arrow import card, phone
from detectors.arrow.agent import Agents, Read
from detectors.arrow.cells import Cells, Integers, Mask
from detectors.arrow.email import Emails
from detectors.arrow.grouping import FEWEST
from detectors.arrow.hashed import hashes
from detectors.arrow.iban import Ibans
from detectors.arrow.ip import Addresses
from detectors.arrow.outcome import Outcome
from detectors.arrow.runs import Runs
from detectors.credit_card import CreditCard
from detectors.email_address import EmailAddress
from detectors.iban_code import IbanCode
from detectors.ip_address import IpAddress
from detectors.password import Password
from detectors.phone_number import PhoneNumber
from detectors.shape import ShapeDetector
from detectors.text import FOREIGN_DIGIT
from detectors.user_agent import UserAgent

FAST = (CreditCard, EmailAddress, IbanCode, IpAddress, Password, PhoneNumber, UserAgent)
"""Detectors whose plain way has a fast one beside it."""
_FEWEST_DIGITS = 4
"""Of an IP address; all other kinds of digits have more."""
_NONE = np.zeros(0, np.int64)
_FEWEST_IN_CHAIN = FEWEST
_SEPARATORS = "".join(sorted({*phone.SEPARATORS, *card.SEPARATORS}))
_MOST_SEPARATORS = max(phone.MOST_SEPARATORS, card.MOST_SEPARATORS)


class Kinds:
    """Decides columns for those detectors that have a fast way."""

    def __init__(self, detectors: Sequence[ShapeDetector]) -> None:
        """Pick the detectors; others are passed over."""
        self._by_class = {type(one): one for one in detectors if type(one) in FAST}
        phones = self._by_class.get(PhoneNumber)
        self._plan = phone.PhonePlan(phones) if isinstance(phones, PhoneNumber) else None
        agents = self._by_class.get(UserAgent)
        self._agents = agents if isinstance(agents, UserAgent) else None
        self._read: dict[str, Read] = {}
        self._versions: dict[bytes, bool] = {}
        self._messages: dict[bytes, bool] = {}
        self._labels: dict[bytes, tuple[bool, bool]] = {}

    def __contains__(self, detector: ShapeDetector) -> bool:
        return type(detector) in self._by_class and type(detector) is not Password

    def decide(self, cells: Cells, headed: Collection[str] = ()) -> dict[str, Outcome]:
        """Look at a column; gives an outcome for each entity that it may hold.

        Args:
            cells: the column.
            headed: entities for which the column's name speaks.
        """
        found: dict[str, Outcome] = {}
        if Password.entity in headed and Password in self._by_class:
            found[Password.entity] = hashes(cells)
        if self._agents is not None:
            found[UserAgent.entity] = Agents(cells, self._agents, self._read).decide()
        if EmailAddress in self._by_class:
            found[EmailAddress.entity] = Emails(cells, self._messages).decide()
        if cells.digits.max(initial=0) >= _FEWEST_DIGITS:
            self._numbers(cells, found)
        if IpAddress in self._by_class and IpAddress.entity not in found:
            found[IpAddress.entity] = Addresses(cells, Runs.of(cells), self._versions).decide()
        for outcome in found.values():
            outcome.touch()
        self._settle(found)
        return found

    def looks(self, decided: Mapping[str, Outcome], unusual: Mask) -> dict[ShapeDetector, Mask]:
        """Say where each detector with a fast way could find something, if the cell is left open.

        Args:
            decided: as `decide` gave it.
            unusual: cells that nothing here reads.
        """
        looks = {}
        for detector in self._by_class.values():
            if detector in self:
                outcome = decided.get(detector.entity)
                known = outcome.touched if outcome is not None else None
                looks[detector] = unusual if known is None else unusual | known
        return looks

    @staticmethod
    def unusual(cells: Cells) -> Mask:
        """Say which cells hold digits of other scripts or blanks as HTML writes them, which nothing here reads."""
        found = np.zeros(cells.count, np.bool_)
        if b"&" in cells.raw:  # far faster to find than what is longer
            found |= cells.holding(b"&nbsp;") | cells.holding(b"&#160;")
        wide = np.flatnonzero(cells.wide) if not cells.raw.isascii() else _NONE
        if len(wide):
            found[wide[cells.matching(wide, FOREIGN_DIGIT)]] = True
        return found

    def _numbers(self, cells: Cells, found: dict[str, Outcome]) -> None:
        runs, most = Runs.of(cells), int(cells.digits.max(initial=0))
        if IpAddress in self._by_class:
            found[IpAddress.entity] = Addresses(cells, runs, self._versions).decide()
        if IbanCode in self._by_class and most >= _FEWEST_DIGITS:
            found[IbanCode.entity] = Ibans(cells, runs).decide()
        if most < _FEWEST_IN_CHAIN:
            return
        chains = runs.chains(_SEPARATORS, _MOST_SEPARATORS, _FEWEST_IN_CHAIN)
        np.maximum.at(cells.chained, chains.cells, chains.digits)
        runs = chains.crowded()
        if CreditCard in self._by_class and most >= card.FEWEST:
            found[CreditCard.entity] = card.Cards(cells, runs, self._labels).decide()
        if self._plan is not None:
            found[PhoneNumber.entity] = phone.Phones(cells, runs, self._plan).decide()

    def _settle(self, found: dict[str, Outcome]) -> None:
        """Let each character belong to one entity: what is a card is no phone, and a browser's text nothing else."""
        cards, phones = found.get(CreditCard.entity), found.get(PhoneNumber.entity)
        if cards is not None and phones is not None and cards.hits and phones.hits:
            taken = np.zeros(len(cards.open), np.bool_)
            taken[cards.hit_cells()] = True
            for hits in phones.hits:
                hits.keep(~taken[hits.cells])
        agents = found.get(UserAgent.entity)
        if agents is None or not agents.hits:
            return
        for entity in (EmailAddress.entity, IpAddress.entity):
            for hits in found[entity].hits if entity in found else ():
                if hits.spans is not None:
                    hits.keep(~_inside(hits.spans, agents))


def _inside(spans: tuple[Integers, Integers], agents: Outcome) -> Mask:
    """Say which spans have a character in common with a browser's text."""
    kept = [hits.spans for hits in agents.hits if hits.spans is not None]
    low, high = (np.sort(np.concatenate([one[side] for one in kept])) for side in (0, 1))
    if not len(low):
        return np.zeros(len(spans[0]), np.bool_)
    before = np.searchsorted(low, spans[1]) - 1
    return (before >= 0) & (high[np.maximum(before, 0)] > spans[0])
