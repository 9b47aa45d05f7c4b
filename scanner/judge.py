"""From what an asset's fields showed to its findings: those of each field, and what the table as a whole tells."""

from __future__ import annotations

import json
from collections.abc import Iterator

from detectors import registry, verdict
from detectors.interface import DetectSettings
from detectors.tables import personal_table
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


def table_results(asset: str, partial: Partial, rows: int, detect: DetectSettings) -> Iterator[ResultRow]:
    """Say what an asset of rows and columns tells of persons by its names alone: purchases, opinions, browsing.

    Such a finding stands on the field that links a row to its person and counts every row; it has neither tokens nor
    samples, for no value is personal by itself.

    Args:
        asset: its name, as the contract writes it.
        partial: with all fields that were met, also those without a match; a text has one, and tells nothing.
        rows: the records read of it.
        detect: which entities are wanted.
    """
    if not rows:
        return
    declared = {name: part.declared for name, part in partial.fields.items()}
    for found in personal_table(asset, tuple(partial.fields), declared):
        if registry.wanted(found.entity, detect):
            yield ResultRow(
                field=name_of(found.field),
                entity=found.entity,
                category=found.category,
                count=rows,
                records=rows,
                distinct=0,
                score=found.score,
                confidence=verdict.confidence(found.score),
                evidence=found.reasons,
                samples=(),
                sketch=b"",
            )


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
