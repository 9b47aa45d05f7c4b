"""A stand-in for stores of objects that a real server will not be: endless lists, vast objects, broken promises."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_to_bytes, urlsplit
from xml.sax.saxutils import escape

_STAMP = "2026-01-01T00:00:00.000Z"
_PAGE = 1000


@dataclass
class Object:
    """One object; `key` as it stands in a list, coded for URLs."""

    key: str
    size: int = 2
    content: Callable[[int, int], bytes] = lambda _offset, length: b"x\n"[:length].ljust(length, b"\n")
    """Gives the bytes at an offset, of some length."""
    etag: str = '"e1"'
    storage: str = "STANDARD"
    restored: bool = False


@dataclass
class FalseS3:
    """What it answers, and what it was asked."""

    port: int = 0
    objects: Callable[[], Iterator[Object]] = lambda: iter(())
    """In the order of their keys; the list asks for them anew with every page."""
    page: Callable[[int], list[Object]] | None = None
    """Gives a page of the list by its number, in place of `objects`; an empty one is the last."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Path and range of each object that was asked for."""
    served: int = 0
    """Bytes of objects that went out."""
    now: str | None = None
    """ETag that objects have by now, whatever the list said."""
    keeps_conditions: bool = True
    keeps_ranges: bool = True
    breaks_after: int | None = None
    """Bytes after which each answer breaks off."""
    refuses: tuple[int, str] | None = None
    """HTTP status and code with which objects are refused."""

    def url(self, prefix: str = "", query: str = "") -> str:
        return f"s3://AK@bucket/{prefix}?endpoint_url=http://127.0.0.1:{self.port}{query}"


@contextmanager
def running(false: FalseS3) -> Iterator[FalseS3]:
    """Serve on loopback for a while."""

    class Handler(_Handler):
        store = false

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        false.port = server.server_address[1]
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield false
        server.shutdown()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    store: FalseS3
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_arguments: Any) -> None:
        pass

    def handle(self) -> None:
        try:
            super().handle()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        if "list-type" in query:
            self._list(query)
        elif parts.query and "x-id" not in query:
            self._refuse(403, "AccessDenied")
        else:
            self._object(unquote_to_bytes(parts.path).removeprefix(b"/bucket/"))

    def _list(self, query: dict[str, list[str]]) -> None:
        if "Authorization" not in self.headers:
            self._refuse(403, "AccessDenied")
            return
        number = int(query.get("continuation-token", ["0"])[0])
        if self.store.page is not None:
            found, more = self.store.page(number), bool(self.store.page(number + 1))
        else:
            prefix = query.get("prefix", [""])[0].encode()
            every = [one for one in self.store.objects() if unquote_to_bytes(one.key).startswith(prefix)]
            found, more = every[number * _PAGE : (number + 1) * _PAGE], len(every) > (number + 1) * _PAGE
        told = "".join(
            f"<Contents><Key>{escape(one.key)}</Key><LastModified>{_STAMP}</LastModified><ETag>{escape(one.etag)}</ETag>"
            f"<Size>{one.size}</Size><StorageClass>{one.storage}</StorageClass></Contents>"
            for one in found
        )
        onward = f"<NextContinuationToken>{number + 1}</NextContinuationToken>" if more else ""
        body = (
            f'<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{onward}'
            f"<EncodingType>url</EncodingType><IsTruncated>{str(more).lower()}</IsTruncated>{told}</ListBucketResult>"
        )
        self._answer(200, body.encode())

    def _object(self, key: bytes) -> None:
        asked = self.headers.get("Range", "")
        self.store.asked.append((key.decode("utf-8", "replace"), asked))
        if self.store.refuses:
            self._refuse(*self.store.refuses)
            return
        one = next((one for one in self.store.objects() if unquote_to_bytes(one.key) == key), None)
        if one is None:
            self._refuse(404, "NoSuchKey")
            return
        etag = self.store.now or one.etag
        if self.store.keeps_conditions and self.headers.get("If-Match") not in (None, etag):
            self._refuse(412, "PreconditionFailed")
            return
        part = re.fullmatch(r"bytes=(\d+)-(\d+)", asked) if self.store.keeps_ranges else None
        start, end = (int(part[1]), min(int(part[2]), one.size - 1)) if part else (0, one.size - 1)
        self.send_response(206 if part else 200)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(end + 1 - start))
        if part:
            self.send_header("Content-Range", f"bytes {start}-{end}/{one.size}")
        self.end_headers()
        last = end if self.store.breaks_after is None else min(end, start + self.store.breaks_after - 1)
        while start <= last:
            data = one.content(start, min(1 << 20, last + 1 - start))
            self.wfile.write(data)
            self.store.served += len(data)
            start += len(data)
        if last < end:
            self.close_connection = True

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code><Message>no, secret@example.org</Message></Error>".encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Type", "application/xml")
        self.end_headers()
        self.wfile.write(body)
