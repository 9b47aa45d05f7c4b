"""Outlook's own mailboxes (`.pst`, `.ost`): the messages of all folders, and the files that they carry.

Source: [MS-PST] 2.4.
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator
from functools import partial

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.formats.limits import Meter
from connectors.formats.mail_headers import shown_name
from connectors.formats.mapi import DATA, OBJECT, Carried, Message, Place, Properties, members
from connectors.formats.packing import Inner, Pack, Table
from connectors.formats.pst_lists import properties, rows
from connectors.formats.pst_nodes import Node, Nodes
from connectors.interface import Cause, LocatorKind, Unread

_FOLDER, _MESSAGE, _ATTACHMENT = 0x02, 0x04, 0x05
_STORE, _ROOT = 0x21, 0x122
_RECIPIENTS = 0x692
_NAME, _SIZE, _TOP = 0x3001, 0x0E08, 0x35E0
_EXCHANGE_TOP = "IPM_SUBTREE"
"""What the shown top is called in a copy of a mailbox on Exchange, which names none."""
_FOLDERS = 1_000_000
_DEEP = 100
"""Folders in folders."""


class Pst(Pack):
    """The messages of a mailbox, by folder and number from 1 in it: `Inbox/17`; what one carries behind that and `!`.

    Folders are named from the one that Outlook shows as the mailbox's top; those beside it (searches, what a
    synchronisation left) by their whole path. Appointments, contacts, tasks and notes are messages too. Numbers follow
    the order in which the mailbox keeps its messages. What Outlook keeps for itself in a folder, views and settings, is
    passed over.
    """

    kind = "pst"
    locator = LocatorKind.PART
    jumps = True

    def members(self, file: Opened, meter: Meter) -> Iterator[Inner | Table | Unread]:
        yield from _Mailbox(file, meter).members()


class _Mailbox:
    """One way through a mailbox."""

    def __init__(self, file: Opened, meter: Meter) -> None:
        self._nodes = Nodes(file)
        self._place = Place(file, meter, Pst.kind)
        self._folders: dict[int, int] = {}
        """The parent of each."""
        self._paths: dict[int, str] = {}
        self._top = self._shown_top()
        self._counts: Counter[int] = Counter()

    def members(self) -> Iterator[Inner | Table | Unread]:
        for one in self._nodes.nodes():
            if isinstance(one, Node) and one.number & 0x1F == _FOLDER and len(self._folders) < _FOLDERS:
                self._folders[one.number] = one.parent
        lost: ReadError | None = None
        for one in self._nodes.nodes():
            if isinstance(one, ReadError):
                lost = one
            elif one.number & 0x1F == _MESSAGE:
                yield from self._message(one)
        if lost is not None:
            raise lost
        if self._nodes.unsound:
            reason = "it is damaged: checksums do not fit in some places, which were read as they are"
            raise ReadError(Cause.CORRUPT, f"{reason}; Outlook's own scanpst may mend it")
        if self._nodes.cut:
            raise ReadError(Cause.CUT, "the mailbox is shorter than it says; what was there was read")

    def _message(self, node: Node) -> Iterator[Inner | Table | Unread]:
        self._counts[node.parent] += 1
        path = self._path(node.parent)
        name = f"{path}/{self._counts[node.parent]}" if path else str(self._counts[node.parent])
        try:
            message = self._made(node, None)
        except ReadError as error:
            yield Unread(name, Pst.kind, "", error.cause, error.reason)
            return
        yield from members(name, message, self._place)

    def _made(self, node: Node, codec: str | None) -> Message:
        mine = properties(self._nodes, node, codec)
        below = {one.number: one for one in self._nodes.below(node.below)}
        return Message(
            mine,
            lambda: rows(self._nodes, below[_RECIPIENTS], mine.codec) if _RECIPIENTS in below else iter(()),
            lambda: self._attachments(below, mine.codec),
            mine.number(_SIZE) or 0,
        )

    def _attachments(self, below: dict[int, Node], codec: str) -> Iterator[Carried | ReadError]:
        for number, node in below.items():
            if number & 0x1F != _ATTACHMENT:
                continue
            try:
                yield self._attachment(node, codec)
            except ReadError as error:
                yield error

    def _attachment(self, node: Node, codec: str) -> Carried:
        mine = properties(self._nodes, node, codec)
        inner = next((value for value in mine.values.get(DATA, ()) if value.kind == OBJECT), None)
        if inner is None:
            return Carried(mine)
        raw = b"".join(inner.blocks())
        number = struct.unpack_from("<L", raw)[0] if len(raw) >= 4 else 0
        found = next((one for one in self._nodes.below(node.below) if one.number == number), None)
        if found is None or number & 0x1F != _MESSAGE:
            return Carried(mine)
        return Carried(mine, partial(self._made, found, codec))

    def _shown_top(self) -> int:
        """Give the folder that Outlook shows as the top, as the mailbox's own entry names it."""
        store = self._of(_STORE)
        entry = next(iter(store.values.get(_TOP, ())), None) if store else None
        try:
            raw = b"".join(entry.blocks()) if entry else b""
        except ReadError:
            raw = b""
        return struct.unpack_from("<L", raw, 20)[0] if len(raw) >= 24 else 0

    def _of(self, number: int) -> Properties | None:
        try:
            node = self._nodes.node(number)
            return properties(self._nodes, node) if node else None
        except ReadError:
            return None

    def _path(self, folder: int) -> str:
        """Give the names of a folder and those above it."""
        if folder in self._paths:
            return self._paths[folder]
        names: list[str] = []
        at = folder
        while at not in (0, _ROOT, self._top) and at in self._folders and len(names) < _DEEP:
            found = self._of(at)
            name = shown_name(found.text(_NAME)) if found else f"{at:x}"
            if name == _EXCHANGE_TOP and not self._top:
                break
            names.insert(0, name)
            above = self._folders[at]
            at = above if above != at else 0
        self._paths[folder] = "/".join(names)
        return self._paths[folder]
