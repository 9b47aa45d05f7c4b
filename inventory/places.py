"""Where the values of one finding lie that are kept under no token of their own: codes and dates in free text.

Such a value is located under one token for its kind, so that nobody can be looked up by it and everybody can go and
see. What a locator holds of a record's key is shown only where it is no personal value.
"""

from __future__ import annotations

import json

from inventory.base import Store
from inventory.keys import is_sealed, shown
from inventory.locators import render, unpack_masked
from inventory.model import Places

_OF_FINDING = """
    FROM findings AS d
    JOIN fields AS f ON f.id = d.field_id
    JOIN assets AS a ON a.id = f.asset_id
    JOIN versions AS v ON v.id = a.live_version
    JOIN locations AS l ON l.token = ? AND l.version_id = v.id AND l.field_id = f.id
    WHERE d.id = ?
"""


def of_finding(store: Store, finding: str, token: bytes, most: int) -> Places:
    """Give where a finding's values lie, as far as they are located under a token, and how many places there are.

    Args:
        store: the inventory.
        finding: its number.
        token: of its kind.
        most: locators to give at most.
    """
    asked = (token, int(finding))
    (number,) = store.connection.execute(f"SELECT count(*) {_OF_FINDING}", asked).fetchone()
    what = "l.locator, v.locator_kind, v.key_names, f.name"
    rows = store.connection.execute(f"SELECT {what} {_OF_FINDING} ORDER BY l.locator LIMIT ?", (*asked, most))
    return Places(int(number), tuple(_locator(*row) for row in rows))


def _locator(packed: bytes, kind: str, names: str, field: str) -> dict[str, object]:
    if kind == "path" and is_sealed(field):  # a masked name may have stars of its own
        return {"path": shown(field)}
    return render(kind, [shown(name) for name in json.loads(names)], shown(field), unpack_masked(packed))
