"""From what an asset's fields showed to its findings: those of each field, and what the table as a whole tells."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from detectors import registry, verdict
from detectors.header import parent
from detectors.interface import Detector, DetectSettings, Evidence
from detectors.tables import personal_table
from inventory.records import ResultRow
from inventory.sketch import estimate
from scanner.partial import FieldPart, Partial
from scanner.plan import name_of


def results(partial: Partial, rows: int, settings: DetectSettings | None = None) -> Iterator[ResultRow]:
    """Judge every field of an asset.

    Args:
        partial: what the asset showed.
        rows: records read of it.
        settings: those that it was read by.
    """
    sampling = (settings or DetectSettings()).ner == "sample"
    for name, part in partial.fields.items():
        for entity in part.evidence:
            if part.evidence[entity].matches:
                known, beside = _known(entity, settings), _beside(partial, name, entity)
                found = _result(name, part, entity, rows, known, beside, sampling=sampling)
                if found.score > 0:
                    yield found


def table_results(
    asset: str, partial: Partial, rows: int, detect: DetectSettings, key: Sequence[str] = ()
) -> Iterator[ResultRow]:
    """Say what an asset of rows and columns tells of persons by its names alone: purchases, opinions, browsing.

    Such a finding stands on the field that links a row to its person and counts every row; it has neither tokens nor
    samples, for no value is personal by itself.

    Args:
        asset: its name, as the contract writes it.
        partial: with all fields that were met, also those without a match; a text has one, and tells nothing.
        rows: the records read of it.
        detect: which entities are wanted.
        key: the fields of its key, where the store says so.
    """
    if not rows:
        return
    declared = {name: part.declared for name, part in partial.fields.items()}
    for found in personal_table(asset, tuple(partial.fields), declared, key=key):
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


def _beside(partial: Partial, name: str, entity: str) -> list[str]:
    """Give the names of the other fields of the same record, where they matter."""
    if entity not in registry.EXAMINERS:
        return []
    above = parent(name)
    return [other for other in partial.fields if other != name and parent(other) == above]


def _known(entity: str, settings: DetectSettings | None) -> Detector | str:
    return registry.detector(entity, settings) if entity in registry.DETECTORS else entity


def _facts(part: FieldPart, evidence: Evidence, *, sampling: bool) -> dict[str, int | str]:
    """Give what the inventory keeps of the evidence, as numbers; `sampling`: free text was read in part only."""
    facts: dict[str, int | str] = {
        "candidates": evidence.candidates,
        "explicit": evidence.explicit,
        "declared": part.declared,
    }
    if sampling and evidence.read and not evidence.different:
        facts["sampled"] = evidence.read
    return facts


def _result(  # noqa: PLR0913, PLR0917 what is known of a column is this much
    name: str, part: FieldPart, entity: str, rows: int, known: Detector | str, beside: list[str], *, sampling: bool
) -> ResultRow:
    evidence, sketch = part.evidence[entity], part.sketches.get(entity, b"")
    evidence.cells = part.cells  # cells of batches without a match count as well
    distinct = min(estimate(sketch)[0], evidence.matches)
    judged = verdict.judge(known, name, part.declared, evidence, distinct, rows, beside)
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
        facts=json.dumps(_facts(part, evidence, sampling=sampling)),
    )
