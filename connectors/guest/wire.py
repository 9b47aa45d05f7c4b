"""What passes between a guest and its host: a line of JSON and raw buffers, checked on the host's side.

The host trusts nothing that comes: JSON has no code, buffers have stated lengths, and arrays are validated in full
before anybody looks into them. Arrow's own IPC format is not used, since its compressed buffers may expand to any size.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from connectors.errors import ReadError
from connectors.interface import (
    BATCH_ROWS,
    Asset,
    Batch,
    Cause,
    Chunk,
    Ended,
    LocatorKind,
    Locators,
    Unread,
    declared_type,
    text_field,
)

MESSAGE_BYTES = 512 * 1024 * 1024
"""Of the buffers of one message at most; a batch has 64 MB, save for a single record that is larger."""
_TOLD_BYTES = 4 * 1024 * 1024
_MOST_FIELDS = 10_000
_REASON = 400
_HEAD = struct.Struct("!II")
_SMALL = 64 * 1024
"""Bytes of buffers up to which a message goes, and comes, in one piece."""
Event = Asset | Batch | Chunk | Ended | Unread


class WireError(Exception):
    """The other side said something that makes no sense."""


@dataclass(frozen=True)
class Done:
    """All that was asked for was said."""


@dataclass(frozen=True)
class Kind:
    """The file is of a format that the host reads itself."""

    format: str


def send(
    link: socket.socket, told: dict[str, Any], buffers: Sequence[Any] = (), descriptors: Sequence[int] = ()
) -> None:
    """Say something; file descriptors go with its first bytes."""
    line = json.dumps(told, separators=(",", ":")).encode()
    body = sum(memoryview(one).nbytes for one in buffers)
    head = _HEAD.pack(len(line), body) + line
    if body <= _SMALL:
        # A mail has dozens of buffers of a few bytes: a call of the system for each takes longer than all of them.
        head, buffers = b"".join([head, *buffers]), ()
    if descriptors:
        sent = socket.send_fds(link, [head], list(descriptors))
        head = head[sent:]
    link.sendall(head)
    for one in buffers:
        link.sendall(one)


def receive(link: socket.socket) -> tuple[dict[str, Any], memoryview] | None:
    """Hear the next message; None where the other side is gone.

    Raises:
        WireError: it is too long, or no message.
    """
    head = _exactly(link, _HEAD.size)
    if head is None:
        return None
    length, body = _HEAD.unpack(head)
    if length > _TOLD_BYTES or body > MESSAGE_BYTES:
        raise WireError("a message is too long")
    small = body <= _SMALL
    line = _exactly(link, length + body if small else length)
    buffers = line if small else _exactly(link, body)
    if line is None or buffers is None:
        return None
    try:
        told = json.loads(line[:length])
    except (ValueError, RecursionError):
        raise WireError("a message is no JSON") from None
    if not isinstance(told, dict):
        raise WireError("a message is no object")
    return told, memoryview(buffers)[length if small else 0 :]


def _exactly(link: socket.socket, size: int) -> bytearray | None:
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        count = link.recv_into(view[got:], min(size - got, 1 << 20))
        if not count:
            return None
        got += count
    return data


# the guest's side


def tell(link: socket.socket, event: Event | Done | Kind) -> None:
    """Say an event."""
    if isinstance(event, Batch):
        _tell_batch(link, event)
    elif isinstance(event, Asset):
        told = {name: getattr(event, name) for name in ("name", "kind", "rows", "size", "fingerprint", "pack")}
        told |= {"locator": event.locator.value, "key": list(event.key), "detail": dict(event.detail)}
        send(link, {"k": "asset", **told})
    elif isinstance(event, Unread):
        told = {"name": event.name, "kind": event.kind, "cause": event.cause.value, "reason": event.reason}
        send(link, {"k": "unread", **told, "size": event.size})
    elif isinstance(event, Ended):
        error = None if event.cause is None else ReadError(event.cause, event.reason)
        send(link, {"k": "ended", **_error(error)})
    elif isinstance(event, Chunk):
        send(link, {"k": "chunk", "number": event.number, "detail": dict(event.detail)})
    elif isinstance(event, Kind):
        send(link, {"k": "kind", "format": event.format})
    else:
        send(link, {"k": "done"})


def tell_error(link: socket.socket, error: ReadError) -> None:
    """Say that what was asked for cannot be had, or not to its end."""
    send(link, {"k": "error", **_error(error)})


def _error(error: ReadError | None) -> dict[str, str]:
    return {} if error is None else {"cause": error.cause.value, "reason": error.reason[:_REASON]}


def _tell_batch(link: socket.socket, batch: Batch) -> None:
    buffers: list[Any] = []
    fields = [
        [field.name, declared_type(field), *_spread(column, buffers)]
        for field, column in zip(batch.columns.schema, batch.columns.columns, strict=True)
    ]
    slots = [_spread(slot, buffers) for slot in batch.locators.slots]
    told = {"k": "batch", "n": batch.columns.num_rows, "fields": fields, "slots": slots}
    mark = None if batch.mark is None else dict(batch.mark)
    send(link, {**told, "mark": mark, "rows": batch.rows, "size": batch.size, "cut": batch.cut}, buffers)


def _spread(array: pa.Array, buffers: list[Any]) -> list[Any]:
    """Add an array's buffers, its own part of them only; gives its type, and the length of each buffer."""
    valid = b""
    if array.null_count:
        valid = np.packbits(np.asarray(array.is_valid()), bitorder="little").tobytes()
    if pa.types.is_integer(array.type):
        values = np.ascontiguousarray(array.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False))
        buffers += [valid, values]
        return ["int", len(valid), values.nbytes]
    large = pa.types.is_large_string(array.type)
    width = np.int64 if large else np.int32
    raw = array.buffers()
    if not len(array) or raw[1] is None:
        offsets, data = np.zeros(len(array) + 1, width), memoryview(b"")
    else:
        offsets = np.frombuffer(raw[1], width)[array.offset : array.offset + len(array) + 1]
        data = memoryview(raw[2])[int(offsets[0]) : int(offsets[-1])] if raw[2] is not None else memoryview(b"")
        offsets = offsets - offsets[0]
    buffers += [valid, offsets, data]
    return ["large" if large else "text", len(valid), offsets.nbytes, len(data)]


# the host's side


def heard(told: dict[str, Any], body: memoryview) -> Event | Done | Kind:
    """Make an event of a message.

    Raises:
        WireError: it makes no sense.
        ReadError: it says that what was asked for cannot be had, or not to its end.
    """
    try:
        return _heard(told, body)
    except (KeyError, TypeError, ValueError, IndexError, OverflowError, pa.ArrowException) as error:
        raise WireError(f"a message makes no sense ({type(error).__name__})") from None


def _heard(told: dict[str, Any], body: memoryview) -> Event | Done | Kind:
    make = _MAKERS.get(told["k"])
    if make is None:
        raise WireError("a message of no known kind")
    return make(told, body)


def _asset(told: dict[str, Any], _body: memoryview) -> Asset:
    return Asset(
        _text(told["name"]),
        _text(told["kind"]),
        "",
        LocatorKind(told["locator"]),
        key=tuple(_text(one) for one in told["key"]),
        rows=_number(told["rows"]),
        size=_number(told["size"]),
        fingerprint=None if told["fingerprint"] is None else _text(told["fingerprint"]),
        detail=_mapping(told["detail"]),
        pack=told["pack"] is True,
    )


def _unread(told: dict[str, Any], _body: memoryview) -> Unread:
    size = _number(told["size"])
    return Unread(_text(told["name"]), _text(told["kind"]), "", Cause(told["cause"]), _reason(told), size)


def _error_of(told: dict[str, Any]) -> ReadError:
    return ReadError(Cause(told["cause"]), _reason(told))


def _raise(told: dict[str, Any], _body: memoryview) -> Done:
    raise _error_of(told)


def _batch(told: dict[str, Any], body: memoryview) -> Batch:
    count = int(told["n"])
    if not 0 <= count <= BATCH_ROWS or len(told["fields"]) > _MOST_FIELDS:
        raise WireError("a batch is too large")
    place = 0
    arrays = []
    for *_, kind, sizes in [(one[2], one[3:]) for one in told["fields"]] + [(one[0], one[1:]) for one in told["slots"]]:
        parts = []
        for size in sizes:
            if not isinstance(size, int) or size < 0 or place + size > len(body):
                raise WireError("a buffer is longer than what came")
            parts.append(body[place : place + size])
            place += size
        arrays.append(_array(kind, count, parts))
    width = len(told["fields"])
    schema = pa.schema([text_field(_text(one[0]), _text(one[1])) for one in told["fields"]])
    columns = pa.RecordBatch.from_arrays(
        [array.cast(pa.string()) if pa.types.is_large_string(array.type) else array for array in arrays[:width]],
        schema=schema,
    )
    mark = None if told["mark"] is None else _mapping(told["mark"])
    cut = None if told["cut"] is None else _text(told["cut"])[:_REASON]
    return Batch(columns, Locators(tuple(arrays[width:])), mark, int(told["rows"]), int(told["size"]), cut)


def _array(kind: str, count: int, parts: Sequence[memoryview]) -> pa.Array:
    """Make an array of raw buffers, and look through all of it."""
    valid = pa.py_buffer(parts[0]) if len(parts[0]) else None
    if valid is not None and valid.size < (count + 7) // 8:
        raise WireError("a buffer is too short")
    if kind == "int":
        if len(parts[1]) != count * 8:
            raise WireError("a buffer is too short")
        array = pa.Array.from_buffers(pa.int64(), count, [valid, pa.py_buffer(parts[1])])
    else:
        width, form = {"text": (4, pa.string()), "large": (8, pa.large_string())}[kind]
        if len(parts[1]) != (count + 1) * width:
            raise WireError("a buffer is too short")
        array = pa.Array.from_buffers(form, count, [valid, pa.py_buffer(parts[1]), pa.py_buffer(parts[2])])
    array.validate(full=True)
    return array


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise WireError("a name is no text")
    return value


def _number(value: object) -> int | None:
    if value is not None and not isinstance(value, int):
        raise WireError("a size is no number")
    return value


def _mapping(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise WireError("a detail is no object")
    return value


def _reason(told: dict[str, Any]) -> str:
    return _text(told["reason"])[:_REASON]


_MAKERS: dict[str, Callable[[dict[str, Any], memoryview], Event | Done | Kind]] = {
    "asset": _asset,
    "batch": _batch,
    "chunk": lambda told, _body: Chunk(int(told["number"]), _mapping(told["detail"])),
    "done": lambda _told, _body: Done(),
    "ended": lambda told, _body: Ended(Cause(told["cause"]), _reason(told)) if "cause" in told else Ended(),
    "error": _raise,
    "kind": lambda told, _body: Kind(_text(told["format"])),
    "unread": _unread,
}
