"""PostgreSQL's own format of dumps, read through `pg_restore`, which writes it out as a script.

The format is documented by its program alone, and compressed in ways that change with its version; so the server's own
reader is asked. It gets the archive by its standard input and writes to ours: no shell, no file, no server.
"""

from __future__ import annotations

import io
import os
import re
import select
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.formats.limits import Meter
from connectors.formats.packing import Inner, Pack, Table
from connectors.formats.sql import Sql
from connectors.formats.stream import UNKNOWN_SIZE, Piped
from connectors.interface import Cause, Unread

_FORMAT = 10
"""Where the header says which of its formats an archive has; see `ReadHead` in PostgreSQL's pg_backup_archiver.c."""
_CUSTOM = 1
_STEP = 1 << 20
_WORDS = 64 << 10
"""Bytes of what `pg_restore` complains of that are looked at."""
_INSTALL = (
    "a PostgreSQL dump in its own format, which pg_restore reads, and that is not here: install it "
    "(on Debian and Ubuntu: apt-get install postgresql-client)"
)
_FOLDER = (
    "the list of a PostgreSQL dump in several files; the rows lie in those beside it, which are read as they are, "
    "without the names of their columns"
)
_COMPLAINTS = (
    (
        re.compile(rb"unsupported version"),
        Cause.FORMAT,
        "its version is newer than the pg_restore here; install a newer one (postgresql-client)",
    ),
    (
        re.compile(rb"compiled without|not built with|this build does not support|not supported by this installation"),
        Cause.FORMAT,
        "it is compressed in a way that the pg_restore here was built without; install a newer one (postgresql-client)",
    ),
    (
        re.compile(rb"end of file|unexpected end|too short"),
        Cause.CUT,
        "the dump ends too early, as one that was cut off",
    ),
)


class PgDump(Pack):
    """The tables of an archive of `pg_dump --format=custom`, named and addressed as in a script (see `sql`).

    The database's name is in the archive. Where the archive is damaged, what `pg_restore` gives before counts.
    """

    kind = "pgdump"

    def members(self, file: Opened, meter: Meter) -> Iterator[Inner | Table | Unread]:
        """Give the tables.

        Raises:
            ReadError: FORMAT, without `pg_restore`, or one that can read it; CORRUPT or CUT, it could not be read to
                its end.
        """
        if file.head[_FORMAT : _FORMAT + 1] != bytes([_CUSTOM]):
            raise ReadError(Cause.FORMAT, _FOLDER)
        program = find_program()
        if program is None:
            raise ReadError(Cause.FORMAT, _INSTALL)
        restored = _Restored(program, file)
        try:
            stream = Piped(lambda: restored, again=False, meter=meter)
            script = Opened(stream, "restored.sql", UNKNOWN_SIZE, file.timeout)
            if script.head:
                yield from Sql().members(script, meter)
            if restored.error is not None:
                raise restored.error
        finally:
            restored.close()


def find_program() -> Path | None:
    """Find `pg_restore`: the newest of a distribution's, or that in the path."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin/pg_restore") if os.access(path, os.X_OK)]
    if found:
        return max(found, key=lambda path: [int(part) for part in path.parts[-3].split(".") if part.isdigit()])
    elsewhere = shutil.which("pg_restore")
    return Path(elsewhere) if elsewhere else None


class _Restored:
    """What `pg_restore` writes, as a stream of bytes.

    Args:
        program: its path.
        file: the archive, from its first byte.
    """

    def __init__(self, program: Path, file: Opened) -> None:
        self.error: ReadError | OSError | None = None
        """Why it ended, where that was too early; what it gave before is sound."""
        self._timeout = file.timeout
        self._complaints = os.memfd_create("recense", os.MFD_CLOEXEC)
        file.stream.seek(0)
        own = isinstance(file.stream, io.FileIO)
        self._process = subprocess.Popen(  # noqa: S603 no word of it comes from the file
            [program, "--create", "--file=-"],
            stdin=file.stream.fileno() if own else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
        )
        self._broken: list[ReadError | OSError] = []
        self._feeder: threading.Thread | None = None
        if not own:
            self._feeder = threading.Thread(target=self._feed, args=(file.stream,), daemon=True)
            self._feeder.start()

    def _feed(self, stream: io.RawIOBase) -> None:
        """Hand the archive over."""
        pipe = self._process.stdin
        if pipe is None:
            return
        try:
            while part := stream.read(_STEP):
                pipe.write(part)
        except BrokenPipeError:
            pass  # it has enough
        except (ReadError, OSError) as error:
            self._broken.append(error)
        finally:
            with suppress(OSError):
                pipe.close()

    def read(self, size: int, /) -> bytes:
        """Give some bytes; nothing only at the end, which may come too early (see `error`)."""
        out = self._process.stdout
        if out is None or out.closed:
            return b""
        if not select.select([out], [], [], self._timeout)[0]:
            self._process.kill()
            self.error = ReadError(Cause.TIMEOUT, f"pg_restore gave nothing for {self._timeout:.0f} seconds")
            return b""
        part = os.read(out.fileno(), min(size, _STEP))
        if not part and self.error is None:
            self.error = self._ended()
        return part

    def _ended(self) -> ReadError | OSError | None:
        """See how it ended."""
        until = time.monotonic() + 10
        while self._process.poll() is None and time.monotonic() < until:
            time.sleep(0.01)
        code = self._process.poll()
        if self._feeder is not None:
            self._feeder.join(10)
        if self._broken:
            return self._broken[0]
        if code:
            words = os.pread(self._complaints, _WORDS, 0)
            for sign, cause, reason in _COMPLAINTS:
                if sign.search(words):
                    return ReadError(cause, reason)
            return ReadError(Cause.CORRUPT, "pg_restore cannot read it, or not to its end: it is damaged")
        return None

    def close(self) -> None:
        """End the program; closing twice does no harm."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._feeder is not None:
            self._feeder.join(10)
        for pipe in (self._process.stdout, self._process.stdin):
            if pipe is not None and not pipe.closed:
                with suppress(OSError):
                    pipe.close()
        if self._complaints >= 0:
            os.close(self._complaints)
            self._complaints = -1
