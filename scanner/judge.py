"""From what an asset's fields showed to its findings."""

from __future__ import annotations

import json
from collections.abc import Iterator

from detectors import registry, verdict
from detectors.interface import DetectSettings
from inventory.records import ResultRow
from inventory.sketch import estimate
from scanner.partial import FieldPart, Partial
from scanner.plan import name_of


def results(partial: Partial, rows: int, settings: DetectSettings | None = None) -> Iterator[ResultRow]:
    """Judge every field of an asset; `rows` are the records read of it, `settings` those that it was read by."""
    for name, part in partial.fields.items():
        for entity in part.evidence:
            if part.evidence[entity].matches:
                yield _result(name, part, entity, rows, settings)


def _result(name: str, part: FieldPart, entity: str, rows: int, settings: DetectSettings | None) -> ResultRow:
    evidence, sketch = part.evidence[entity], part.sketches.get(entity, b"")
    evidence.cells = part.cells  # cells of batches without a match count as well
    distinct = min(estimate(sketch)[0], evidence.matches)
    known = registry.detector(entity, settings) if entity in registry.DETECTORS else entity
    judged = verdict.judge(known, name, part.declared, evidence, distinct, rows)
    return ResultRow(
        field=name_of(name),
        entity=entity,
        category=registry.category(entity),
        count=evidence.matches,
        records=evidence.matched_cells,
        distinct=distinct,
        score=judged.score,
        confidence=judged.confidence,
        evidence=judged.evidence,
        samples=tuple(dict.fromkeys(sample.partition(" ")[2] for sample in evidence.samples)),
        sketch=sketch,
        facts=json.dumps({"candidates": evidence.candidates, "explicit": evidence.explicit, "declared": part.declared}),
    )
