"""One message in a file of its own: its headers and texts, and the files that it carries."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.formats.interface import Opened
from connectors.formats.limits import Meter
from connectors.formats.mail_marks import apple_start
from connectors.formats.mail_parts import Attached, Message
from connectors.formats.mail_span import Span
from connectors.formats.packing import Inner, Pack, Table
from connectors.formats.stream import UNKNOWN_SIZE, Piped
from connectors.interface import Asset, Batch, Chunk, LocatorKind, Mark, Unread

HELD = 8 * 1024 * 1024
"""Bytes up to which a message is held in memory; of a larger one, pieces are."""


class Eml(Pack):
    """A message as RFC 5322 has it, whatever its name: `.eml`, a file of a Maildir, `.emlx`.

    The message is the file's own asset, with headers and `body` as fields and parts as addresses (see `mail_parts`);
    what it carries stands behind `!`, messages too.
    """

    kind = "eml"
    locator = LocatorKind.PART
    jumps = True

    def members(self, file: Opened, meter: Meter) -> Iterator[Inner | Table | Unread]:
        span, rest = _spans(file)
        yield from message_members("", Message(span), meter, file)
        if rest is not None:
            yield _inner(Attached("flags.plist", rest, "", "text/xml"), "flags.plist", meter, file)

    def read(self, file: Opened, asset: Asset, chunk: Chunk, after: Mark | None) -> Iterator[Batch]:  # noqa: ARG002 a message is one piece
        """Read the message without what it carries."""
        yield from Message(_spans(file)[0]).batches()


def message_members(name: str, message: Message, meter: Meter, file: Opened) -> Iterator[Inner | Table | Unread]:
    """Give a message and the files that it carries.

    Args:
        name: of the message in its mailbox; empty where it is the file.
        message: not gone through yet.
        meter: for what comes out of the files.
        file: in which all of it lies.
    """
    batches = message.batches()
    size = message.size
    yield Table(Asset(name, Eml.kind, "", LocatorKind.PART, size=size), batches)
    for _ in batches:  # what it carries is known once it was gone through
        pass
    for one in message.attached:
        shown = f"{name}!{one.name}" if name else one.name
        if one.refused is not None:
            yield Unread(shown, one.kind, "", one.refused.cause, one.refused.reason, one.span.size)
        else:
            yield _inner(one, shown, meter, file)


def _inner(one: Attached, name: str, meter: Meter, file: Opened) -> Inner:
    stream = Piped(one.open, again=True, meter=meter)
    return Inner(Opened(stream, name, UNKNOWN_SIZE, file.timeout))


def _spans(file: Opened) -> tuple[Span, Span | None]:
    """Give the message's bytes, and what Apple Mail wrote behind them."""
    whole = Span(b"", file.stream, 0, file.size)
    start, size = 0, file.size
    if file.name.lower().endswith(".emlx") and (apple := apple_start(file.head)):
        start, size = apple
    message = held(whole.part(start, size))
    rest = whole.part(start + size, file.size) if start and start + size < file.size else None
    return message, rest


def held(span: Span) -> Span:
    """Take a small message into memory."""
    return Span.of(span.at(0, HELD)) if span.size <= HELD else span
