"""How fast files are read: MB/s on one core for text, CSV, JSON lines and JSON, and small files a second.

Run it from the root of the checkout: `python -m benchmarks.bench_files [MB]`.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from connectors.files import FileTree
from connectors.interface import Asset, SourceSpec

ROW = '{n},"Person {n}",p{n}@example.org,"12 rue du Lac, Lausanne",2026-01-02,19.90\n'
DOCUMENT = (
    '{{"id": {n}, "customer": {{"name": "Person {n}", "email": "p{n}@example.org", "phones": ["+33 1 99 00 12 34"]}},'
    ' "total": 19.90, "note": null, "address": {{"street": "12 rue du Lac", "city": "Lausanne"}}}}'
)
UNITS = {
    "text.log": '192.0.2.7 - - [02/Jan/2026:10:00:00] "GET /page/{n}?mail=p{n}@example.org HTTP/1.1" 200 1234\n',
    "plain.csv": ROW.replace('"', "").replace("Lac,", "Lac"),
    "quoted.csv": ROW,
    "ragged.csv": ROW.replace("19.90", "19.90{comma}"),
    "records.jsonl": DOCUMENT + "\n",
    "array.json": DOCUMENT + ",\n",
}


def write(path: Path, unit: str, size: int) -> None:
    """Write a file of about `size` bytes; a row in a thousand differs where the name says ragged."""
    block = "".join(unit.format(n=n, comma=",x" if n % 1000 == 0 else "") for n in range(20_000))
    with path.open("w") as file:
        file.write(
            "[" if path.suffix == ".json" else "id,name,email,address,day,total\n" if path.suffix == ".csv" else ""
        )
        for _ in range(max(1, size // len(block))):
            file.write(block)
        file.write("{}]" if path.suffix == ".json" else "")


def read(folder: Path) -> Iterator[tuple[str, int]]:
    """Read everything below a folder; gives each asset's kind and rows."""
    with FileTree(SourceSpec("bench", folder.as_uri())) as source:
        for asset in source.assets():
            if isinstance(asset, Asset):
                rows = sum(batch.rows for chunk in source.chunks(asset) for batch in source.read(asset, chunk))
                yield asset.kind, rows


def main(megabytes: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, unit in UNITS.items():
            path = Path(folder) / name
            write(path, unit, megabytes * 1_000_000)
            began = time.perf_counter()
            ((kind, rows),) = read(path)
            seconds = time.perf_counter() - began
            print(f"{name:16} {kind:6} {rows:>10,} rows {path.stat().st_size / 1e6 / seconds:8.0f} MB/s")
            path.unlink()
        for n in range(5_000):
            (Path(folder) / f"{n}.html").write_text(f"<p>p{n}@example.org</p>\n" * 20)
        began = time.perf_counter()
        count = sum(1 for _ in read(Path(folder)))
        print(f"small files {count / (time.perf_counter() - began):,.0f} a second")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
