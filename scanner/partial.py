"""What a part of an asset showed: evidence, cells and sketches by field, merged over parts in any order."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from detectors.interface import Evidence
from detectors.profile import Profile
from inventory.sketch import merge


@dataclass
class FieldPart:
    """What is known of one field."""

    declared: str = ""
    """Type that the store declares, in lower case."""
    cells: int = 0
    """Cells with some text."""
    evidence: dict[str, Evidence] = field(default_factory=dict)
    """By entity."""
    sketches: dict[str, bytes] = field(default_factory=dict)
    """By entity; of the distinct tokens."""

    def add(self, other: FieldPart) -> None:
        """Take in another part of the same field."""
        self.declared = self.declared or other.declared
        self.cells += other.cells
        for entity, evidence in other.evidence.items():
            self.evidence[entity] = self.evidence.get(entity, Evidence()).merge(evidence)
        for entity, sketch in other.sketches.items():
            held = self.sketches.get(entity)
            self.sketches[entity] = merge((held, sketch)) if held else sketch


@dataclass
class Partial:
    """What is known of an asset so far."""

    fields: dict[str, FieldPart] = field(default_factory=dict)
    """By field name."""
    cut: str | None = None
    """Why some of it was not read whole."""

    def add(self, other: Partial) -> None:
        """Take in another part."""
        for name, part in other.fields.items():
            self.fields.setdefault(name, FieldPart()).add(part)
        self.cut = self.cut or other.cut

    def pack(self) -> bytes:
        """Turn it into bytes; they hold masked samples and field names, so the inventory seals them."""
        return json.dumps(
            {"cut": self.cut, "fields": {name: _dump(part) for name, part in self.fields.items()}}
        ).encode()

    @classmethod
    def unpack(cls, packed: bytes) -> Partial:
        """Turn bytes from `pack` back; empty bytes give an empty part."""
        if not packed:
            return cls()
        value = json.loads(packed)
        return cls({name: _load(part) for name, part in value["fields"].items()}, value["cut"])


def _dump(part: FieldPart) -> dict[str, Any]:
    return {
        "declared": part.declared,
        "cells": part.cells,
        "evidence": {entity: asdict(evidence) for entity, evidence in part.evidence.items()},
        "sketches": {entity: base64.b64encode(sketch).decode() for entity, sketch in part.sketches.items()},
    }


def _load(value: dict[str, Any]) -> FieldPart:
    evidence = {entity: _evidence(one) for entity, one in value["evidence"].items()}
    sketches = {entity: base64.b64decode(one) for entity, one in value["sketches"].items()}
    return FieldPart(value["declared"], value["cells"], evidence, sketches)


def _evidence(value: dict[str, Any]) -> Evidence:
    profile = value.get("profile")
    return Evidence(
        **{**value, "samples": tuple(value["samples"]), "profile": None if profile is None else Profile.load(profile)}
    )
