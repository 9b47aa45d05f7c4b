"""SQL dumps: each table that a script fills is a table of its own, and everything else in it is text.

Read are what mysqldump, mariadb-dump, phpMyAdmin, HeidiSQL, Adminer, pg_dump and pg_dumpall (COPY and INSERT), SQLite's
`.dump` and other scripts with INSERT write.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.formats.interface import Opened
from connectors.formats.limits import Meter
from connectors.formats.packing import Inner, Pack, Table
from connectors.formats.sql_script import Script
from connectors.formats.sql_tables import Gathered
from connectors.interface import Unread

__all__ = ["Sql"]


class Sql(Pack):
    """The tables of a dump, by the database's, schema's and table's name, as far as the dump says them.

    Records are addressed by the primary key where the dump names it before the table is told (see `sql_tables`), else
    by the number of the row in its table. The text beside the rows is one more asset, `(text)`: comments, definitions,
    procedures, by the numbers of their lines in the dump.
    """

    kind = "sql"

    def members(self, file: Opened, meter: Meter) -> Iterator[Inner | Table | Unread]:  # noqa: ARG002 nothing is expanded here
        script = Script(file)
        yield from Gathered(script.events()).tables()
        if script.broken is not None:
            raise script.broken
