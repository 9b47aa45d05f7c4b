"""Opening what lies below a root folder, one component at a time, so that no link and no swap leads out of it."""

from __future__ import annotations

import errno
import os
import stat

from connectors.errors import ReadError
from connectors.interface import Cause

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_CAUSES = {
    errno.EACCES: (Cause.DENIED, "no right to read it; `recense sources check` prints what gives it"),
    errno.EPERM: (Cause.DENIED, "the system forbids reading it; `recense sources check` prints what is needed"),
    errno.ENOENT: (Cause.GONE, "it was removed or renamed while the scan ran; the next scan meets it again"),
    errno.ENOTDIR: (Cause.GONE, "a folder on its way was replaced while the scan ran; scan again"),
    errno.ELOOP: (Cause.LINK, "a symbolic link took its place while the scan ran; links are not followed"),
    errno.ENXIO: (Cause.LINK, "a socket or device took its place while the scan ran; only files are read"),
    errno.ESTALE: (Cause.LOST, "the file server no longer knows it; check the mount and scan again"),
    errno.EIO: (Cause.CORRUPT, "the disk could not read it; check the disk"),
    errno.ETXTBSY: (Cause.LOCKED, "another process holds it; scan again"),
}


def shown(raw: bytes) -> str:
    r"""Write a file name as text: bytes that are no UTF-8 become `\xe9`.

    >>> shown(b"caf\xe9.txt"), shown("café.txt".encode())
    ('caf\\xe9.txt', 'café.txt')
    """
    return raw.decode("utf-8", "backslashreplace")


def translate(error: OSError) -> ReadError:
    """Turn a system error about one file or folder into what the coverage says of it."""
    known = _CAUSES.get(error.errno or 0)
    if known:
        return ReadError(*known)
    return ReadError(Cause.OTHER, f"the system refused it: {os.strerror(error.errno or 0)}")


def open_folder(root: int, path: bytes) -> int:
    """Open a folder below an open root folder; no component may be a link.

    Args:
        root: descriptor of the root folder; it stays open.
        path: relative, with `/`; empty for the root itself.

    Returns:
        a new descriptor, the caller's to close.

    Raises:
        OSError: as the system says it; ELOOP or ENOTDIR where a component is a link.
    """
    current = os.open(b".", _FOLDER, dir_fd=root)
    for part in filter(None, path.split(b"/")):
        if part == b"..":
            os.close(current)
            raise OSError(errno.ELOOP, "a path may not lead upwards")
        try:
            below = os.open(part, _FOLDER, dir_fd=current)
        finally:
            os.close(current)
        current = below
    return current


def open_entry(folder: int, name: bytes) -> int:
    """Open a regular file in an open folder, never a link, and without waiting for a pipe's other end.

    Its time of access stays as it is where the system lets us.

    Raises:
        OSError: as the system says it; ENXIO where it is no regular file.
    """
    if b"/" in name or name in (b"", b".", b".."):
        raise OSError(errno.ELOOP, "a name is one component")
    try:
        descriptor = os.open(name, _FILE | os.O_NOATIME, dir_fd=folder)
    except PermissionError:  # only a file's owner may leave its time of access alone
        descriptor = os.open(name, _FILE, dir_fd=folder)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return descriptor
    os.close(descriptor)
    raise OSError(errno.ENXIO, "no regular file")


def open_file(root: int, path: bytes) -> int:
    """Open a regular file below an open root folder; see `open_folder` and `open_entry`.

    Raises:
        OSError: as the system says it.
    """
    folder, _, name = path.rpartition(b"/")
    parent = open_folder(root, folder)
    try:
        return open_entry(parent, name)
    finally:
        os.close(parent)
