"""A message as Outlook keeps it, a bag of properties: its headers and texts as batches, and the files that it carries.

Sources: [MS-OXCMSG], [MS-OXOMSG] and [MS-OXPROPS] for what properties mean, [MS-OXCDATA] 2.11 for their types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from connectors.errors import ReadError
from connectors.formats.interface import Opened
from connectors.formats.limits import Meter
from connectors.formats.mail_gather import Gather
from connectors.formats.mail_headers import parsed, shown_name, told
from connectors.formats.mail_text import texts
from connectors.formats.mapi_names import NAMES, SILENT
from connectors.formats.mapi_rtf import from_rtf
from connectors.formats.packing import Inner, Table
from connectors.formats.stream import UNKNOWN_SIZE, Pieces, Piped
from connectors.interface import Asset, Batch, Cause, LocatorKind, Unread

LONG, BOOLEAN, OBJECT, STRING8, STRING, TIME, BINARY = 0x03, 0x0B, 0x0D, 0x1E, 0x1F, 0x40, 0x102
MANY_STRINGS8, MANY_STRINGS = 0x101E, 0x101F
TEXT_BYTES = 1 << 20
"""Bytes of one property that are read as a text, bodies apart."""
_HEADERS, _SUBJECT, _PLAIN, _RTF, _HTML = 0x007D, 0x0037, 0x1000, 0x1009, 0x1013
_NAME, _ADDRESS, _SMTP, _ROLE = 0x3001, 0x3003, 0x39FE, 0x0C15
_FILE, _LONG_FILE, _MEDIA_TYPE, _METHOD = 0x3704, 0x3707, 0x370E, 0x3705
DATA = 0x3701
CODE_PAGE, MESSAGE_CODE_PAGE = 0x3FDE, 0x3FFD
"""Of HTML, and of texts in single bytes."""
_ROLES = {1: "To", 2: "Cc", 3: "Bcc"}
_PEOPLE = (("From", 0x0042, 0x5D02, 0x0065), ("Sender", 0x0C1A, 0x5D01, 0x0C1F))
"""For each header: name, address of SMTP, address of any kind."""
_TIMES = ((0x0039, "Date"), (0x0E06, "Received"))
EMBEDDED, OBJECT_OF_OTHERS = 5, 6
_LINKS = (2, 3, 4, 7)
"""Ways in which an attachment lies in a message; 1 is a file."""
_SEALED = {
    "application/pkcs7-mime": "an encrypted message; nothing here has its key",
    "application/x-pkcs7-mime": "an encrypted message; nothing here has its key",
    "application/x-microsoft-rpmsg-message": "a message whose reading is restricted (RPMSG); nothing here has its key",
}
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Value:
    """One property."""

    kind: int
    """As [MS-OXCDATA] 2.11.1 numbers the types; of several strings, each is a value."""
    size: int
    """Bytes, as far as known."""
    blocks: Callable[[], Iterator[bytes]] = field(repr=False)


class Properties:
    """The properties of a message, a recipient or an attachment, by their numbers.

    Args:
        values: one or several for each number.
        codec: of texts in single bytes.
    """

    def __init__(self, values: Mapping[int, list[Value]], codec: str) -> None:
        self.values = values
        self.codec = codec

    def texts(self, number: int) -> Iterator[str]:
        """Give a property as text, the first megabyte of it; nothing where it is none."""
        for value in self.values.get(number, ()):
            codec = {STRING: "utf-16-le", MANY_STRINGS: "utf-16-le"}.get(value.kind, self.codec)
            if value.kind in (STRING, STRING8, MANY_STRINGS, MANY_STRINGS8):
                raw = _first(value.blocks(), TEXT_BYTES)
                yield raw.decode(codec, "replace").rstrip("\0").replace("\0", " ")

    def text(self, number: int) -> str:
        return next(self.texts(number), "").strip()

    def number(self, number: int) -> int | None:
        value = next(iter(self.values.get(number, ())), None)
        if value is None or value.kind not in (LONG, BOOLEAN):
            return None
        return int.from_bytes(_first(value.blocks(), 4), "little")

    def time(self, number: int) -> str:
        """Give a time in ISO 8601; nothing where there is none, or none that a calendar has."""
        value = next(iter(self.values.get(number, ())), None)
        if value is None or value.kind != TIME:
            return ""
        try:
            when = _EPOCH + timedelta(microseconds=int.from_bytes(_first(value.blocks(), 8), "little") // 10)
        except OverflowError:
            return ""
        return when.isoformat(timespec="seconds").replace("+00:00", "Z")


def _first(blocks: Iterable[bytes], limit: int) -> bytes:
    found, size = [], 0
    for block in blocks:
        found.append(block)
        size += len(block)
        if size >= limit:
            break
    return b"".join(found)[:limit]


@dataclass(frozen=True)
class Carried:
    """An attachment."""

    properties: Properties
    message: Callable[[], Message] | None = None
    """Gives the message that it is, where it is one."""


class Message:
    """One message, appointment, contact or note.

    Args:
        properties: its own.
        recipients: each of theirs.
        attachments: in order.
        size: bytes, where they are known.
    """

    def __init__(
        self,
        properties: Properties,
        recipients: Callable[[], Iterator[Properties]],
        attachments: Callable[[], Iterator[Carried | ReadError]],
        size: int,
    ) -> None:
        self.properties = properties
        self.recipients = recipients
        self.attachments = attachments
        self.size = size

    def batches(self, file: Opened, meter: Meter) -> Iterator[Batch]:
        """Give headers, other properties that are texts, and bodies.

        Headers have part `0`; the body `1`, or `1.1` and `1.2` where it is written in two ways. What Outlook keeps
        beside the headers as they came is a header too where those do not say it.

        Args:
            file: in which it lies.
            meter: counts what comes out of compressed bodies.

        Raises:
            ReadError: what it lies in is damaged.
        """
        gather = Gather(self.size)
        for name, value in self._headers():
            gather.header("0", name, value)
            yield from gather.full()
        bodies = self._bodies()
        for number, body in enumerate(bodies, 1):
            yield from body(gather, f"1.{number}" if len(bodies) > 1 else "1", file, meter)
        yield from gather.flush()

    def _headers(self) -> Iterator[tuple[str, str]]:
        raw = self.properties.text(_HEADERS)
        came = list(told(parsed(raw.encode("utf-8", "replace")), inner=False)) if raw else []
        yield from came
        said = {value for _, value in came}
        for name, value, key in self._own():
            written = any(one == name and key.lower() in known.lower() for one, known in came)
            if key and not written and value not in said:
                said.add(value)
                yield name, value

    def _own(self) -> Iterator[tuple[str, str, str]]:
        """Give what the properties say: name, value, and what of it a header of that name would hold."""
        mine = self.properties
        yield "Subject", (subject := _subject(mine.text(_SUBJECT))), subject
        for header, called, smtp, other in _PEOPLE:
            yield header, *_person(mine.text(called), mine.text(smtp) or mine.text(other))
        for one in self.recipients():
            role = _ROLES.get((one.number(_ROLE) or 1) & 0xF, "To")
            yield role, *_person(one.text(_NAME), one.text(_SMTP) or one.text(_ADDRESS))
        for when_number, name in _TIMES:
            yield name, (when := mine.time(when_number)), when
        for number in sorted(mine.values):
            if number not in SILENT:
                shown = NAMES.get(number, f"property 0x{number:04X}")
                for text in mine.texts(number):
                    yield shown, text.strip(), text.strip()

    def _bodies(self) -> list[_Body]:
        mine = self.properties
        found = []
        plain, html = _one(mine, _PLAIN), _one(mine, _HTML)
        if plain is not None and plain.kind in (STRING, STRING8):
            found.append(_Body(plain, _codec(plain, mine.codec), page=False))
        if html is not None and html.kind in (STRING, STRING8, BINARY):
            page = mine.number(CODE_PAGE) or 65001
            found.append(_Body(html, _codec(html, _page_codec(page)), page=True))
        elif (rtf := _one(mine, _RTF)) is not None and rtf.kind == BINARY:
            found.append(_Body(rtf, "rtf", page=False, beside=bool(found)))
        return found


def _one(properties: Properties, number: int) -> Value | None:
    value = next(iter(properties.values.get(number, ())), None)
    return value if value is not None and value.size else None


def _codec(value: Value, other: str) -> str:
    return "utf-16-le" if value.kind == STRING else other


def _page_codec(page: int) -> str:
    return {65001: "utf-8", 20127: "ascii", 28591: "latin-1", 1200: "utf-16-le"}.get(page, f"cp{page}")


@dataclass(frozen=True)
class _Body:
    """One way in which the text of a message is written."""

    value: Value
    codec: str
    page: bool
    """Whether it is HTML."""
    beside: bool = False
    """Whether a plain text says the same."""

    def __call__(self, gather: Gather, part: str, file: Opened, meter: Meter) -> Iterator[Batch]:
        if self.codec == "rtf":
            for html, pieces in from_rtf(self.value.blocks(), file, meter, beside=self.beside):
                yield from gather.page(part, pieces) if html else gather.text(part, pieces)
            return
        pieces = texts(_counted(self.value.blocks(), meter), self.codec)
        yield from gather.page(part, pieces) if self.page else gather.text(part, pieces)


def _counted(blocks: Iterator[bytes], meter: Meter) -> Iterator[bytes]:
    """Count what comes out: a mailbox may lead to the same blocks again and again."""
    for block in blocks:
        meter.count(len(block))
        yield block


def _subject(text: str) -> str:
    """Take off what says how long the prefix is ([MS-PST] 2.5.3.1.1.1)."""
    return text[2:] if text.startswith("\x01") else text


def _person(name: str, address: str) -> tuple[str, str]:
    """Write a person as mail does; gives also the address, or what there is."""
    if not address or name == address:
        return name or address, name or address
    return (f"{name} <{address}>" if name else address), address


@dataclass(frozen=True)
class Place:
    """Where messages lie."""

    file: Opened
    meter: Meter
    """For what comes out of them."""
    kind: str
    """What the coverage calls them."""
    depth: int = 1
    """Of messages in messages."""


def members(name: str, message: Message, place: Place) -> Iterator[Inner | Table | Unread]:
    """Give a message and what it carries.

    Args:
        name: of the message in its file; empty where it is the file.
        message: which.
        place: where it lies.
    """
    batches = message.batches(place.file, place.meter)
    yield Table(Asset(name, place.kind, "", LocatorKind.PART, size=message.size), batches)
    for number, one in enumerate(message.attachments(), 2):
        if isinstance(one, ReadError):
            yield Unread(_joined(name, str(number)), "file", "", one.cause, one.reason)
            continue
        shown = _joined(name, _file_name(one, number))
        if one.message is None:
            yield _attached(shown, one.properties, place)
        elif place.depth >= place.meter.limits.depth:
            reason = f"messages lie in it more than {place.meter.limits.depth} deep; those were not opened"
            yield Unread(shown, place.kind, "", Cause.CUT, reason)
        else:
            yield from _inside(shown, one.message, replace(place, depth=place.depth + 1))


def _inside(name: str, message: Callable[[], Message], place: Place) -> Iterator[Inner | Table | Unread]:
    try:
        inner = message()
    except ReadError as error:
        yield Unread(name, place.kind, "", error.cause, error.reason)
        return
    yield from members(name, inner, place)


def _attached(name: str, mine: Properties, place: Place) -> Inner | Unread:
    method, media = mine.number(_METHOD) or 1, mine.text(_MEDIA_TYPE).lower()
    value = _one(mine, DATA)
    if method == OBJECT_OF_OTHERS:
        return Unread(name, "file", "", Cause.FORMAT, "an object of another program; nothing here opens that")
    if value is None:
        if method in _LINKS:
            return Unread(name, "link", "", Cause.LINK, "the message only says where this file lies")
        return Unread(name, "file", "", Cause.EMPTY, "an empty file", 0)
    if media in _SEALED:
        return Unread(name, media, "", Cause.DENIED, _SEALED[media], value.size)
    stream = Piped(lambda: Pieces(value.blocks()), again=True, meter=place.meter)
    return Inner(Opened(stream, name, UNKNOWN_SIZE, place.file.timeout))


def _joined(outer: str, inner: str) -> str:
    return f"{outer}!{inner}" if outer else inner


def _file_name(one: Carried, number: int) -> str:
    mine = one.properties
    name = shown_name(mine.text(_LONG_FILE) or mine.text(_FILE) or mine.text(_NAME)) or str(number)
    ending = ".msg" if one.message is not None else ""
    return name if name.lower().endswith(ending) else name + ending
