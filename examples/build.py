"""Builds the hosted account of Boutique, a small shop with synthetic customers: `python examples/build.py OUT_DIR`."""

from __future__ import annotations

import argparse
from pathlib import Path

from shop.files import files
from shop.rows import Shop, open_shop
from shop.sqlite import write
from shop.truth import DATABASE


def build(shop: Shop, out: Path) -> None:
    """Write the account, and nothing else, below a folder."""
    database = out / DATABASE
    database.parent.mkdir(parents=True, exist_ok=True)
    write(shop, database)
    for file in files(shop):
        path = out / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT_DIR", help="the account's folder; made where it is missing")
    parser.add_argument("--customers", type=int, default=2000, metavar="N", help="how many (default: %(default)s)")
    parser.add_argument(
        "--seed", type=int, default=2026, metavar="S", help="same seed, same bytes (default: %(default)s)"
    )
    chosen = parser.parse_args()
    if chosen.customers < 1:
        parser.error("--customers: a shop has at least one")
    build(open_shop(chosen.customers, chosen.seed), chosen.out)
    print(f"Built the account of Boutique, {chosen.customers} customers, under {chosen.out}")


if __name__ == "__main__":
    main()
