"""The host's side of a guest: starts it, hands it files, hears it out, and ends it when it takes too much."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from connectors.errors import ReadError, SourceError
from connectors.formats.limits import Limits
from connectors.guest import wire
from connectors.guest.ranges import Ranged, Serving
from connectors.interface import Asset, Cause

QUESTIONS = 2000
"""Questions, two a file, after which a guest is replaced, so that what a library leaks stays small. It takes a third of
a second of the processor to start one, as long as it takes to open several hundred small files."""
COMMAND = [
    sys.executable,
    "-I",
    "-c",
    (
        f"import sys; sys.path.append({str(Path(__file__).resolve().parents[2])!r})\n"
        "from connectors.guest.child import main; main()"
    ),
]
"""Followed by the descriptor of the link, the host's process number, and the bytes of data that it may have."""
_PAGE = os.sysconf("SC_PAGE_SIZE")
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "OMP_THREAD_LIMIT": "1",
}
"""All that a guest inherits: no word of the host's."""
_START = 60.0
"""Seconds that a guest has to start."""
_LOOK = 0.25
"""Seconds between two looks at a guest that says nothing."""


@dataclass(frozen=True)
class Bounds:
    """What a guest may take."""

    memory: int = 512 << 20
    """Bytes in memory, beyond which it is ended."""
    silence: float = 60.0
    """Seconds in which it has to say something."""
    inside: Limits = field(default_factory=Limits)
    """For what lies in one file."""

    @cached_property
    def words(self) -> dict[str, int]:
        """Give the limits inside as they are told to a guest, with each question."""
        return asdict(self.inside)


class Guest:
    """One guest, started when it is first needed and replaced when it ends; for one thread."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self.bounds = bounds or Bounds()
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None
        self._served = 0
        self._hearing = False

    def ask(self, question: str, file: int | Ranged, **told: Any) -> Iterator[wire.Event | wire.Kind]:
        """Ask something about a file.

        Args:
            question: `look`, `chunks`, `read`, `fetch` or `contents`.
            file: its descriptor, open for reading, or what fetches parts of it; stays the caller's, who leaves it alone
                until all was said.
            told: what the question needs, JSON values; `timeout` is how long (in seconds) a file that is fetched may
                keep a guest from saying anything.

        Raises:
            ReadError: it cannot be had, or not to its end; or the guest took too much, or broke down on it.
            SourceError: no guest can be started, or the source that the file is fetched from has gone.
        """
        if isinstance(file, int):
            yield from self._ask(question, file, None, told)
            return
        with Serving(file) as serving:
            try:
                yield from self._ask(question, serving.descriptor, serving, told | {"remote": file.size})
            except ReadError:
                if serving.error is not None:
                    raise serving.error from None
                raise

    def _ask(
        self, question: str, descriptor: int, serving: Serving | None, told: dict[str, Any]
    ) -> Iterator[wire.Event | wire.Kind]:
        link = self._ready()
        self._hearing = True
        self._served += 1
        try:
            wire.send(link, {"ask": question, **told, "limits": self.bounds.words}, (), [descriptor])
            while not isinstance(event := self._next(link, serving, told["timeout"]), wire.Done):
                yield event
            self._hearing = False
        except ReadError:
            self._hearing = False
            raise
        except wire.WireError:
            self.close()
            reason = "what opened it gave an answer that makes no sense; the file may be made to break it"
            raise ReadError(Cause.CORRUPT, reason) from None
        except (ConnectionError, BrokenPipeError):
            raise self._broken() from None
        finally:
            if self._hearing:
                self.close()  # nobody wants the rest

    def _next(self, link: socket.socket, serving: Serving | None, longest: float) -> wire.Event | wire.Done | wire.Kind:
        """Hear the next event, with an eye on the guest's memory; what it waits for a store is not its own time."""
        began = time.monotonic()
        waited = serving.waited() if serving else 0.0
        poll = select.poll()
        poll.register(link, select.POLLIN)
        while not poll.poll(_LOOK * 1000):
            self._watch()
            silent = time.monotonic() - began
            own = silent - (serving.waited() - waited if serving else 0.0)
            if own > self.bounds.silence or silent > longest + self.bounds.silence:
                self.close()
                what = f"opening it took more than {silent:.0f} s without a result; it was given up"
                raise ReadError(Cause.TIMEOUT, what)
        heard = wire.receive(link)
        if heard is None:
            raise self._broken()
        return wire.heard(*heard)

    def _watch(self) -> None:
        """End a guest that has too much in memory.

        Raises:
            ReadError: it had.
        """
        if self._process is None or self._size() <= self.bounds.memory:
            return
        self.close()
        most = self.bounds.memory >> 20
        raise ReadError(Cause.OTHER, f"opening it takes more than {most} MB of memory; it was given up")

    def _size(self) -> int:
        if self._process is None:
            return 0
        try:
            # Asked for with each file: `Path.read_text` takes five times as long.
            descriptor = os.open(f"/proc/{self._process.pid}/statm", os.O_RDONLY | os.O_CLOEXEC)
            try:
                return int(os.read(descriptor, 256).split()[1]) * _PAGE
            finally:
                os.close(descriptor)
        except (OSError, IndexError, ValueError):
            return 0

    def _broken(self) -> ReadError:
        """Say how a guest ended by itself."""
        process, code = self._process, None
        if process is not None:
            with suppress(subprocess.TimeoutExpired):
                code = process.wait(5)
        self.close()
        how = f"signal {-code}" if code is not None and code < 0 else f"code {code}"
        return ReadError(
            Cause.CORRUPT, f"what opened it broke down on it ({how}); the file is damaged, or made to do that"
        )

    def _ready(self) -> socket.socket:
        """Give the link to a guest that runs."""
        if self._hearing or self._served >= QUESTIONS or (self._served and self._size() > self.bounds.memory // 2):
            self.close()
        if self._link is None or self._process is None or self._process.poll() is not None:
            self.close()
            self._start()
        assert self._link is not None  # noqa: S101 just started
        return self._link

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        for one in (ours, theirs):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
        try:
            self._process = subprocess.Popen(  # noqa: S603 our own interpreter, our own words
                [*COMMAND, str(theirs.fileno()), str(os.getpid()), str(2 * self.bounds.memory)],
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT,
                cwd="/",
            )
        except OSError as error:
            ours.close()
            what = os.strerror(error.errno or 0)
            raise SourceError(f"the process that opens files cannot be started ({what}); see to its rights") from error
        finally:
            theirs.close()
        self._link, self._served, self._hearing = ours, 0, False
        if not self._greeted(ours):
            self.close()
            raise SourceError("the process that opens files ended at its start; see to this installation")

    @staticmethod
    def _greeted(link: socket.socket) -> bool:
        """Wait for a guest to say that its fences are up."""
        link.settimeout(_START)
        try:
            return wire.receive(link) is not None
        except (OSError, wire.WireError):
            return False
        finally:
            link.settimeout(None)

    def close(self) -> None:
        """End the guest; the next question starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._link is not None:
            self._link.close()
            self._link = None
        self._hearing = False


def bounds_of(settings: Sequence[tuple[str, float]]) -> Bounds:
    """Make bounds of what the settings say: `memory_mb`, `seconds`, `ocr` (0 for none), and those of `Limits`."""
    told = dict(settings)
    inside = Limits(**{name: int(told[name]) for name in ("depth", "members", "ratio") if name in told})
    if "expanded_gb" in told:
        inside = replace(inside, expanded=int(told["expanded_gb"] * (1 << 30)))
    memory = int(told.get("memory_mb", Bounds.memory >> 20)) << 20
    silence = float(told.get("seconds", Bounds.silence))
    # Recognition stops in time to tell what it has.
    ocr = max(1, min(Limits.ocr, int(silence / 2))) if told.get("ocr", 1) else 0
    return Bounds(memory, silence, replace(inside, spooled=memory // 2, ocr=ocr))


def asset_words(asset: Asset) -> dict[str, Any]:
    """Write an asset as a guest had told it."""
    return {
        "name": asset.name,
        "kind": asset.kind,
        "locator": asset.locator.value,
        "key": list(asset.key),
        "rows": asset.rows,
        "size": asset.size,
        "detail": dict(asset.detail),
    }
