"""The walk over a tree of files: in order, one folder in memory at a time, each thing once, links never followed."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import ReadError
from connectors.interface import Cause
from connectors.paths import open_folder, shown, translate

SPECIAL = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
}
"""What is no file, by the kind in its mode."""
_PSEUDO = {b"proc", b"sysfs", b"devtmpfs", b"devpts", b"cgroup", b"cgroup2", b"debugfs", b"tracefs", b"securityfs"}
_TERMINAL_NOISE = {code: f"\\x{code:02x}" for code in (*range(32), *range(127, 160))}


@dataclass(frozen=True)
class Found:
    """One thing that the walk met below the root."""

    path: bytes
    """Relative to the root, with `/`, as the file system has it."""
    name: str
    """The same as text."""
    status: os.stat_result | None
    """Of the file itself; None where it could not be had."""
    error: ReadError | None = None
    """Why it is not read: a link, a device, no right."""
    folder: bool = False
    """Whether it is a folder, which is yielded only where it cannot be entered."""
    parent: int = -1
    """Descriptor of its folder, open until the next one is asked for; -1 where there is none."""


@dataclass(frozen=True)
class _Folder:
    path: bytes
    name: str
    above: tuple[tuple[int, int], ...]
    """Device and inode of the folders on the way: one that holds itself is not entered again."""


def walk(root: int, passes: Callable[[str], bool] = lambda _folder: True) -> Iterator[Found]:
    """Walk the tree below an open folder: the files of a folder by name, then its folders by name.

    Args:
        root: descriptor of the root folder; it stays open.
        passes: whether a folder right below the root is entered at all, by its name.

    Yields:
        files, and everything else with the reason why it is not read. Only one folder is open at a time.
    """
    pseudo = _pseudo_devices()
    waiting = [_Folder(b"", "", ())]
    while waiting:
        folder = waiting.pop()
        try:
            descriptor = open_folder(root, folder.path)
        except OSError as error:
            yield Found(folder.path, folder.name, None, translate(error), folder=True)
            continue
        try:
            refused = _refuse(descriptor, folder, pseudo)
            if refused:
                yield refused
                continue
            below = yield from _list(descriptor, folder)
        finally:
            os.close(descriptor)
        waiting.extend(one for one in reversed(below) if "/" in one.name or passes(one.name))


def _refuse(descriptor: int, folder: _Folder, pseudo: frozenset[int]) -> Found | None:
    """Turn away from a folder that holds itself, and from the kernel's own trees."""
    status = os.fstat(descriptor)
    if (status.st_dev, status.st_ino) in folder.above:
        error = ReadError(Cause.LINK, "the same folder as one above it, mounted again; it is read there")
    elif folder.path and status.st_dev in pseudo:
        error = ReadError(Cause.LINK, "a tree that the kernel makes up; it holds no files")
    else:
        return None
    return Found(folder.path, folder.name, status, error, folder=True)


def _list(descriptor: int, folder: _Folder) -> Generator[Found, None, list[_Folder]]:
    """Yield what lies in one folder; returns its folders."""
    status = os.fstat(descriptor)
    above = (*folder.above, (status.st_dev, status.st_ino))
    try:
        with os.scandir(descriptor) as listing:
            entries = sorted((os.fsencode(entry.name), entry.is_dir(follow_symlinks=False)) for entry in listing)
    except OSError as error:
        yield Found(folder.path, folder.name, None, translate(error), folder=True)
        return []
    names = names_of([name for name, _ in entries])
    prefix, label = (folder.path + b"/", folder.name + "/") if folder.path else (b"", "")
    below = []
    for (raw, is_folder), name in zip(entries, names, strict=True):
        if is_folder:
            below.append(_Folder(prefix + raw, label + name, above))
        else:
            yield meet(descriptor, raw, prefix + raw, label + name)
    return below


def names_of(raw: Sequence[bytes]) -> list[str]:
    """Write a folder's names as text, each different from the others."""
    names = [shown(one) for one in raw]
    if len(set(names)) == len(names):
        return names
    taken: set[str] = set()
    for place, name in enumerate(names):
        number, unique = 2, name
        while unique in taken:
            number, unique = number + 1, f"{name}~{number}"
        taken.add(unique)
        names[place] = unique
    return names


def meet(folder: int, raw: bytes, path: bytes, name: str) -> Found:
    """Look at one entry of an open folder, and tell a file from what only looks like one.

    Args:
        folder: descriptor; it stays open.
        raw: the entry's name in the folder.
        path: the same from the root.
        name: the path as text.
    """
    try:
        status = os.stat(raw, dir_fd=folder, follow_symlinks=False)
        if stat.S_ISREG(status.st_mode):
            return Found(path, name, status, None, parent=folder)
        if stat.S_ISLNK(status.st_mode):
            return Found(path, name, status, _link(os.readlink(raw, dir_fd=folder)))
    except OSError as error:
        return Found(path, name, None, translate(error))
    what = SPECIAL.get(stat.S_IFMT(status.st_mode), "no file")
    return Found(path, name, status, ReadError(Cause.LINK, f"{what}; only files are read"))


def _link(target: bytes) -> ReadError:
    where = shown(target).translate(_TERMINAL_NOISE)
    return ReadError(Cause.LINK, f"a symbolic link to {where}; links are not followed")


def _pseudo_devices() -> frozenset[int]:
    """Give the device numbers of the kernel's own trees; none where the system does not tell."""
    try:
        lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    except OSError:
        return frozenset()
    found = set()
    for line in lines:
        fields = line.split(b" ")
        kind = fields[fields.index(b"-") + 1] if b"-" in fields else b""
        if kind in _PSEUDO:
            major, minor = fields[2].split(b":")
            found.add(os.makedev(int(major), int(minor)))
    return frozenset(found)
