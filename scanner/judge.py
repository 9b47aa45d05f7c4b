"""From what an asset's fields showed to its findings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from detectors import registry, verdict
from detectors.header import parent
from inventory.records import ResultRow
from inventory.sketch import estimate
from scanner.partial import FieldPart, Partial
from scanner.plan import name_of


def results(partial: Partial, rows: int, remark: str | None = None) -> Iterator[ResultRow]:
    """Judge every field of an asset.

    Args:
        partial: what the asset showed.
        rows: records read of it.
        remark: what a finding of persons is to say besides: that free text was not searched for names.
    """
    for name, part in partial.fields.items():
        for entity in part.evidence:
            if part.evidence[entity].matches:
                found = _result(name, part, entity, rows, _beside(partial, name, entity))
                if entity == "PERSON" and remark is not None:
                    found = replace(found, evidence=(*found.evidence, remark))
                if found.score > 0 or entity not in registry.EXAMINERS:
                    yield found


def _beside(partial: Partial, name: str, entity: str) -> list[str]:
    """Give the names of the other fields of the same record, where they matter."""
    if entity not in registry.EXAMINERS:
        return []
    above = parent(name)
    return [other for other in partial.fields if other != name and parent(other) == above]


def _result(name: str, part: FieldPart, entity: str, rows: int, beside: list[str]) -> ResultRow:
    evidence, sketch = part.evidence[entity], part.sketches.get(entity, b"")
    evidence.cells = part.cells  # cells of batches without a match count as well
    distinct = min(estimate(sketch)[0], evidence.matches)
    judged = verdict.judge(entity, name, part.declared, evidence, distinct, rows, beside)
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
        samples=evidence.samples,
        sketch=sketch,
    )
