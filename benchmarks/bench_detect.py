"""How fast columns are detected: a shop's table, access logs, notes; MB of text a second of one core.

Run with `python benchmarks/bench_detect.py`; figures are the best of three.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from detectors.column import ColumnDetector
from detectors.interface import DetectSettings
from tests.detectors.columns import american, card, digits, email, grouped, ip4, mobile, moment, note

ROWS = 20_000
PATHS = ["/", "/cart", "/product/1042", "/wp-login.php", "/account?ref=mail", "/search?q=lamp"]
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36"


def phone(rng: random.Random) -> str:
    return rng.choice([mobile(rng), grouped(american(rng), (3, 3, 4), "-"), "+33" + mobile(rng)[1:]])


def shop(rng: random.Random) -> dict[str, list[str]]:
    rows = range(ROWS)
    return {
        "id": [str(row) for row in rows],
        "name": [f"Customer {digits(rng, 4)}" for _ in rows],
        "email": [email(rng) for _ in rows],
        "phone": [phone(rng) for _ in rows],
        "card": [card(rng) if rng.random() < 0.1 else "" for _ in rows],
        "order_no": [digits(rng, 12, "2024") for _ in rows],
        "total": [f"{rng.random() * 500:.2f}" for _ in rows],
        "created": [moment(rng).isoformat() for _ in rows],
        "status": [rng.choice(["paid", "open", "sent"]) for _ in rows],
        "address": [f"{rng.randrange(200)} rue de la Gare, {rng.randrange(10000, 99999)} Lyon" for _ in rows],
        "hash": [f"{rng.getrandbits(128):032x}" for _ in rows],
        "notes": [note(rng) if rng.random() < 0.3 else "" for _ in rows],
    }


def log(rng: random.Random) -> str:
    when = moment(rng).strftime("%d/%b/%Y:%H:%M:%S +0100")
    request = f"GET {rng.choice(PATHS)} HTTP/1.1"
    return f'{ip4(rng)} - - [{when}] "{request}" 200 {rng.randrange(99999)} "https://shop.example.org/" "{AGENT}"'


def measured(columns: dict[str, list[str]], detector: ColumnDetector) -> float:
    arrays = {name: pa.array(cells) for name, cells in columns.items()}
    size = sum(len(cell) for cells in columns.values() for cell in cells)
    best = min(_seconds(arrays, detector) for _ in range(3))
    return size / best / 1e6


def _seconds(arrays: dict[str, pa.Array], detector: ColumnDetector) -> float:
    start = time.process_time()
    for array in arrays.values():
        detector.detect(array)
    return time.process_time() - start


def main() -> None:
    rng = random.Random(7)
    detector = ColumnDetector(DetectSettings())
    table = shop(rng)
    print(f"shop table    {measured(table, detector):8.1f} MB/s")
    for name, cells in table.items():
        print(f"  {name:11} {measured({name: cells}, detector):8.1f} MB/s")
    print(f"access log    {measured({'text': [log(rng) for _ in range(ROWS)]}, detector):8.1f} MB/s")
    print(f"notes         {measured({'text': [note(rng) for _ in range(ROWS)]}, detector):8.1f} MB/s")


if __name__ == "__main__":
    main()
