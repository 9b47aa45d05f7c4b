"""The heat map of a data inventory: tables and files by kinds of data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reports.documents import AssetEntry, Kind, Store
from reports.language import Words, capital
from reports.page import Figure
from reports.phrases import kind_name
from reports.plots import Square, heat

_ROWS = 24


def heat_map(stores: Sequence[Store], kinds: Sequence[Kind], w: Words) -> Iterable[Figure]:
    """Show how many different values of each kind lie in the fullest tables; nothing where a table says it as well."""
    assets = [(store.source, asset) for store in stores for asset in store.assets]
    if len(assets) < 2 or len(kinds) < 2:
        return
    assets.sort(key=lambda one: -sum(_amounts(one[1]).values()))
    shown = sorted(assets[:_ROWS], key=lambda one: (one[0], one[1].asset))
    rows = [(asset.asset, [_square(asset, kind.entity, w) for kind in kinds]) for _, asset in shown]
    rest = len(assets) - len(shown)
    caption = w("heat.caption.part", len(shown), rest=rest) if rest else w("heat.caption")
    alt = w("heat.alt", len(shown), kinds=len(kinds))
    yield Figure(caption, alt, heat(rows, [capital(kind_name(w, kind)) for kind in kinds], alt))


def _square(asset: AssetEntry, entity: str, w: Words) -> Square:
    amount = _amounts(asset).get(entity, 0)
    sampled = any(one.sampled is not None for one in asset.fields if one.entity == entity)
    return Square(amount, w("at_least", text=w.short(amount)) if sampled else w.short(amount))


def _amounts(asset: AssetEntry) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for one in asset.fields:
        # Two fields of one table mostly hold the same values: the larger says more than the sum.
        amounts[one.entity] = max(amounts.get(one.entity, 0), one.count if one.distinct is None else one.distinct)
    return amounts
