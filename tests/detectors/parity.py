"""Held to Presidio: what its own recognizers find, ours find. `python -m tests.detectors.parity` prints how far."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from detectors.interface import DetectSettings
from detectors.registry import make
from tests.detectors.exemptions import EXEMPTIONS, exempted
from tests.detectors.peers import Presidio, Span
from tests.detectors.texts import texts

ENTITIES = ("CREDIT_CARD", "EMAIL_ADDRESS", "PHONE_NUMBER", "IBAN_CODE", "IP_ADDRESS")
"""Of which Presidio has recognizers that look for what we look for."""
TEXTS = 30_000
RECALL = 0.998


@dataclass
class Parity:
    """What a comparison saw: finds of Presidio's, exemptions and misses by entity."""

    found: Counter[str] = field(default_factory=Counter)
    exempt: Counter[tuple[str, str]] = field(default_factory=Counter)
    misses: list[tuple[str, str, Span]] = field(default_factory=list)
    """Entity, text, span."""

    def missed(self, entity: str) -> int:
        return sum(one == entity for one, _, _ in self.misses)

    def held(self, entity: str) -> int:
        """Finds of Presidio's outside the exemptions."""
        return self.found[entity] - sum(count for (one, _), count in self.exempt.items() if one == entity)

    def recall(self, entity: str) -> float:
        return 1 - self.missed(entity) / self.held(entity) if self.held(entity) else 1.0

    def overall(self) -> float:
        return 1 - len(self.misses) / max(1, sum(map(self.held, self.found)))


def compare(some: Iterable[str], peer: Presidio | None = None, settings: DetectSettings | None = None) -> Parity:
    """Ask both of each text; a find counts as found where ours overlaps it, or a stronger entity of ours does."""
    peer = peer or Presidio()
    ours = make(replace(settings or DetectSettings(), entities=ENTITIES))
    parity = Parity()
    for text in some:
        spans: list[Span] = []
        for detector in ours:
            spans += [(match.start, match.end) for match in detector.find(text)]
            if detector.entity not in peer.recognizers:
                continue
            for start, end in peer.find(detector.entity, text):
                parity.found[detector.entity] += 1
                if any(low < end and start < high for low, high in spans):
                    continue
                why = exempted(detector.entity, text, start, end)
                if why is None:
                    parity.misses.append((detector.entity, text, (start, end)))
                else:
                    parity.exempt[detector.entity, why] += 1
    return parity


def shape(text: str) -> str:
    """Show what a text looks like and not what it says: digits as 9, letters as A or a."""
    return re.sub(r"[^\W\d_]", lambda one: "A" if one.group().isupper() else "a", re.sub(r"\d", "9", text))


def report(parity: Parity, examples: int = 20) -> Iterable[str]:
    """Give the lines of a table: recall by entity, exemptions with their reasons, shapes of what is missed."""
    yield f"{'entity':15} {'Presidio':>9} {'exempt':>7} {'held to':>8} {'missed':>7} {'recall':>8}"
    for entity, count in sorted(parity.found.items()):
        held, missed = parity.held(entity), parity.missed(entity)
        yield f"{entity:15} {count:9,} {count - held:7,} {held:8,} {missed:7,} {parity.recall(entity):8.2%}"
    yield f"overall {parity.overall():.3%}"
    for one in EXEMPTIONS:
        yield f"  {parity.exempt[one.entity, one.name]:6,} {one.entity} {one.name}: {one.reason}"
    for entity, text, (start, end) in parity.misses[:examples]:
        front, inside, behind = text[max(0, start - 12) : start], text[start:end], text[end : end + 8]
        yield f"  missed {entity}: {shape(front)!r} >{shape(inside)}< {shape(behind)!r}"


def main() -> None:
    """Compare the whole list, or as many texts as the first argument says."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else TEXTS
    for line in report(compare(texts(count))):
        print(line)


if __name__ == "__main__":
    main()
