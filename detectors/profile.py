"""What the cells of a column look like as numbers: what speaks for or against their digits being phones or cards.

Counts alone, no value: they add up over batches in any order. What rests on neighbouring rows (ascending, spans) is
counted inside batches, so the one pair of rows at each seam between two batches is not seen.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

DIGIT_KINDS = frozenset(
    {"CREDIT_CARD", "PHONE_NUMBER", "FR_NIR", "CH_AHV", "CA_SIN", "US_SSN", "UK_NINO", "BE_NN", "IMEI"}
)
"""Entities that columns of other numbers are mistaken for; only for these is a profile made."""

SHORT = 40
"""Bytes of a cell that may be one number, written with separators; longer ones are text."""
LONGEST = 18
"""Digits of a number that is looked at as a number: what fits into 64 bits."""
EPOCHS = ((10, "seconds"), (13, "milliseconds"), (16, "microseconds"))
"""Digits of a moment between September 2001 and May 2033, all with a leading 1, and what it counts since 1970."""

_ZERO, _NINE = b"09"
Counts = tuple[tuple[int, int], ...]
"""(key, how many) in the order of the keys."""


@dataclass(frozen=True, repr=False)
class Profile:
    """Counts over the cells of a column; see the module for how they merge."""

    cells: int = 0
    """Cells that are not empty."""
    numbers: int = 0
    """Cells of nothing but ASCII digits."""
    separated: int = 0
    """Cells of seven digits or more with separators (blank, hyphen, point, slash, brackets) or a plus, nothing else."""
    decimals: int = 0
    """Cells that are a number with one decimal point or comma, a sign allowed."""
    angles: int = 0
    """Those of them between -180 and 180."""
    lengths: Counts = ()
    """Digits of the cells that are numbers; `LONGEST` + 1 stands for more."""
    heads: Counts = ()
    """100 times the digits, plus the first two of them, of the numbers of up to `LONGEST` digits."""
    moments: tuple[int, int, int] = (0, 0, 0)
    """Numbers that are seconds, milliseconds, microseconds since 1970, as `EPOCHS` has them."""
    span: int = field(default=0, compare=False)
    """Whole numbers between smallest and largest, up to the next power of two (the difference itself could be a
    value), added up over batches."""
    ascending: int = field(default=0, compare=False)
    """Neighbours of which the second is larger."""
    descending: int = field(default=0, compare=False)
    """Neighbours of which the second is smaller."""
    level: int = field(default=0, compare=False)
    """Neighbours that are equal."""

    def __repr__(self) -> str:
        return f"Profile(cells={self.cells}, numbers={self.numbers})"

    @property
    def counted(self) -> int:
        """Numbers short enough to be looked at as numbers."""
        return sum(count for _, count in self.heads)

    def merge(self, other: Profile) -> Profile:
        """Add up two parts of a column."""
        return Profile(
            **{one.name: _add(getattr(self, one.name), getattr(other, one.name), one.name) for one in fields(self)}
        )

    @classmethod
    def load(cls, value: dict[str, Any]) -> Profile:
        """Make one of what JSON left of `dataclasses.asdict`."""
        pairs = {name: tuple((key, count) for key, count in value[name]) for name in ("lengths", "heads")}
        return cls(**{**value, **pairs, "moments": tuple(value["moments"])})

    @classmethod
    def of(cls, column: pa.Array | pa.ChunkedArray) -> Profile:
        """Count over the cells of a text column (`string` or `large_string`, nulls allowed)."""
        import pyarrow as pa  # noqa: PLC0415 a look-up never profiles
        import pyarrow.compute as pc  # noqa: PLC0415 as above

        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        sizes = pc.binary_length(whole)
        cells = pc.sum(pc.greater(sizes, 0)).as_py() or 0
        short = whole.filter(pc.and_(pc.greater(sizes, 0), pc.less_equal(sizes, SHORT)))
        return cls(cells=cells, **_counts(short)) if len(short) else cls(cells=cells)


def _add(one: Any, other: Any, name: str) -> Any:
    if name == "moments":
        return tuple(map(sum, zip(one, other, strict=True)))
    return _counted(Counter(dict(one)) + Counter(dict(other))) if isinstance(one, tuple) else one + other


def _counted(counts: Counter[int]) -> Counts:
    return tuple(sorted(counts.items()))


def _counts(short: pa.Array) -> dict[str, Any]:
    """Count over the bytes of cells that are neither null nor empty nor long."""
    import numpy as np  # noqa: PLC0415 a look-up never profiles
    import pyarrow as pa  # noqa: PLC0415 as above

    wide = np.int64 if pa.types.is_large_string(short.type) else np.int32
    offsets = np.frombuffer(short.buffers()[1], wide)[short.offset : short.offset + len(short) + 1]
    data = np.frombuffer(short.buffers()[2], np.uint8)[offsets[0] : offsets[-1]]
    starts = (offsets - offsets[0]).astype(np.int64)
    sizes = np.diff(starts)
    if data.min() >= _ZERO and data.max() <= _NINE:
        return {"numbers": len(short), **_as_numbers(short, sizes)}
    digits, marks, points, signs = _by_kind(data, starts)
    numbers = digits == sizes
    pointed = (points == 1) & (digits + points + signs == sizes) & (signs <= 1)
    separated = (digits >= 7) & (digits < sizes) & (digits + marks == sizes) & ~pointed
    found: dict[str, Any] = {"numbers": int(numbers.sum()), "separated": int(separated.sum())}
    if pointed.any():
        found["decimals"], found["angles"] = _decimals(short.filter(pa.array(pointed)))
    if found["numbers"]:
        found |= _as_numbers(short.filter(pa.array(numbers)), sizes[numbers])
    return found


def _by_kind(data: Any, starts: Any) -> Any:
    """Count digits, separators, decimal marks and signs in each cell: four counts of eight bits in one running sum.

    The sum may run over; the difference between two places in it is right all the same.
    """
    import numpy as np  # noqa: PLC0415 a look-up never profiles

    table = np.zeros(256, np.uint32)
    for place, kind in enumerate((b"0123456789", b"- ./()+\xc2\xa0\xe2\x80\xaf", b".,", b"+-")):
        table[list(kind)] += np.uint32(1 << 8 * place)
    running = np.zeros(len(data) + 1, np.uint32)
    np.cumsum(table[data], out=running[1:])
    packed = np.diff(running[starts])
    return [((packed >> 8 * place) & 255).astype(np.int64) for place in range(4)]


def _decimals(pointed: pa.Array) -> tuple[int, int]:
    import numpy as np  # noqa: PLC0415 a look-up never profiles
    import pyarrow as pa  # noqa: PLC0415 as above
    import pyarrow.compute as pc  # noqa: PLC0415 as above

    shaped = pointed.filter(pc.match_substring_regex(pointed, r"^[+-]?[0-9]{1,18}[.,][0-9]{1,18}$"))
    dotted = pc.replace_substring(pc.utf8_ltrim(shaped, "+"), ",", ".")
    values = pc.cast(dotted, pa.float64()).to_numpy(zero_copy_only=False)
    return len(shaped), int((np.abs(values) <= 180).sum())


def _as_numbers(numbers: pa.Array, digits: Any) -> dict[str, Any]:
    """Look at cells of nothing but digits, `digits` of them each."""
    import numpy as np  # noqa: PLC0415 a look-up never profiles
    import pyarrow as pa  # noqa: PLC0415 as above
    import pyarrow.compute as pc  # noqa: PLC0415 as above

    found: dict[str, Any] = {"lengths": _pairs(np.bincount(np.minimum(digits, LONGEST + 1)))}
    fitting = digits <= LONGEST
    if not fitting.all():
        numbers, digits = numbers.filter(pa.array(fitting)), digits[fitting]
    if not len(numbers):
        return found
    values = pc.cast(numbers, pa.int64()).to_numpy(zero_copy_only=False)
    powers = np.array([1, 1, *(10**power for power in range(LONGEST - 1))], np.int64)
    first = values // powers[digits]
    found["heads"] = _pairs(np.bincount(100 * digits + first))
    found["moments"] = tuple(int(((digits == size) & (first // 10 == 1)).sum()) for size, _ in EPOCHS)
    found["ascending"] = int(np.count_nonzero(values[1:] > values[:-1]))
    found["descending"] = int(np.count_nonzero(values[1:] < values[:-1]))
    found["level"] = len(values) - 1 - found["ascending"] - found["descending"]
    found["span"] = 1 << (int(values.max()) - int(values.min())).bit_length()
    return found


def _pairs(counts: Any) -> Counts:
    import numpy as np  # noqa: PLC0415 a look-up never profiles

    return tuple((int(key), int(counts[key])) for key in np.flatnonzero(counts))
