"""Takes from a process what a parser does not need: network, files, other processes, capabilities, memory.

Three fences of the Linux kernel, each for itself: Landlock (only the interpreter's own files can be opened, and those
only to be read), a seccomp filter (no sockets, no tracing, no mounts, no keys), and no capabilities, so that user 0 is
anybody. None of them needs privileges. Where the kernel has no Landlock the filter closes `open` altogether.

Sources: landlock(7), seccomp(2), capabilities(7), Linux' uapi headers.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 4, 22, 24, 38
_SECCOMP_MODE_FILTER = 2
_LAST_CAPABILITY = 63
_OPEN_FILES = 256


@dataclass(frozen=True)
class _Machine:
    """Numbers that differ between processors."""

    audit: int
    """AUDIT_ARCH of <linux/audit.h>."""
    capset: int
    refused: tuple[int, ...]
    opening: tuple[int, ...]


_SHARED = (*range(425, 428), 272, 308)
_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        126,
        (
            *(41, 42, 43, 49, 50, 53, 288),  # socket, connect, accept, bind, listen, socketpair, accept4
            *(101, 310, 311, 312, 438, 434),  # ptrace, process_vm_*, kcmp, pidfd_getfd, pidfd_open
            *(165, 166, 155, 161, 428, 429, 430, 431, 432, 442),  # mount and its relatives, chroot
            *(272, 308, 435, 304, 303),  # unshare, setns, clone3, open_by_handle_at, name_to_handle_at
            *(248, 249, 250, 321, 298, 323, 425, 426, 427),  # keys, bpf, perf, userfaultfd, io_uring
            *(175, 313, 176, 246, 320, 169, 167, 168, 170, 171, 159, 227, 164),  # modules, kexec, reboot, swap, clocks
            *(86, 265, 88, 266, 133, 259, 82, 264, 316, 83, 258, 84, 87, 263, 90, 268, 92, 94, 260, 188, 189, 190),
        ),  # links, nodes, renames, folders, unlinking, modes, owners, attributes
        (2, 257, 437, 85),
    ),
    "aarch64": _Machine(
        0xC00000B7,
        91,
        (
            *(198, 199, 200, 201, 202, 203, 242),
            *(117, 270, 271, 272, 438, 434),
            *(40, 39, 41, 51, 428, 429, 430, 431, 432, 442),
            *(97, 268, 435, 265, 264),
            *(217, 218, 219, 280, 241, 282, 425, 426, 427),
            *(105, 273, 106, 104, 294, 142, 224, 225, 161, 162, 170, 112),
            *(36, 37, 33, 38, 276, 34, 35, 53, 54, 5, 6, 7),
        ),
        (56, 437),
    ),
}
_CLONE3 = {"x86_64": 435, "aarch64": 435}
_EPERM, _ENOSYS = 1, 38
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000

_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_EXECUTE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 2, 1 << 3
_RIGHTS_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_TCP = 0b11
_SCOPES = 0b11


@dataclass(frozen=True)
class Fences:
    """What could be put up, for whoever wants to tell."""

    landlock: int
    """The kernel's version of it; 0: not there."""
    seccomp: bool


def enclose(memory: int, parent: int) -> Fences:
    """Fence this process in; for the child, once what it needs is imported. There is no way back.

    Args:
        memory: bytes of data that it may have.
        parent: process that it must not outlive.
    """
    os.setpgrp()
    library = ctypes.CDLL(find_library("c"), use_errno=True)
    library.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)
    library.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_OPEN_FILES, _OPEN_FILES))
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        return Fences(0, seccomp=False)
    _drop_capabilities(library, machine)
    library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    landlock = _landlock(library, _own_files())
    closed = machine.refused if landlock else (*machine.refused, *machine.opening)
    return Fences(landlock, _filter(library, machine, closed))


def _own_files() -> set[str]:
    """Give the folders that the interpreter, its packages and the system's libraries lie in."""
    found = {sys.prefix, sys.base_prefix, "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/share/zoneinfo"}
    found |= {"/usr/bin", "/etc/ld.so.cache", "/usr/local/lib", "/usr/local/bin"}
    found |= {"/usr/share/tesseract-ocr", "/usr/share/tessdata"}
    found |= {path for path in sys.path if path and Path(path).is_dir()}
    found.add(str(Path(__file__).resolve().parents[2]))
    return {path for path in found if Path(path).exists()}


def _drop_capabilities(library: ctypes.CDLL, machine: _Machine) -> None:
    for number in range(_LAST_CAPABILITY + 1):
        library.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    library.syscall(machine.capset, ctypes.byref(header), ctypes.byref((ctypes.c_uint32 * 6)()))


def _landlock(library: ctypes.CDLL, readable: Iterable[str]) -> int:
    """Let only what lies in some folders be opened, and only to be read; gives the kernel's version, 0 for none."""
    abi = int(library.syscall(_LANDLOCK_CREATE, None, 0, 1))
    if abi < 1:
        return 0
    handled = _RIGHTS_BY_ABI.get(abi, _RIGHTS_BY_ABI[5])
    attributes = struct.pack("=QQQ", handled, _TCP if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    ruleset = int(library.syscall(_LANDLOCK_CREATE, attributes, size, 0))
    if ruleset < 0:
        return 0
    for path in readable:
        folder = Path(path).is_dir()
        try:
            descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        rights = _EXECUTE | _READ_FILE | (_READ_DIR if folder else 0)
        library.syscall(_LANDLOCK_ADD, ruleset, 1, struct.pack("=Qi", rights & handled, descriptor), 0)
        os.close(descriptor)
    done = int(library.syscall(_LANDLOCK_RESTRICT, ruleset, 0))
    os.close(ruleset)
    return abi if done == 0 else 0


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def _filter(library: ctypes.CDLL, machine: _Machine, refused: Iterable[int]) -> bool:
    """Refuse some system calls with EPERM (clone3 with ENOSYS, so that libraries fall back to clone)."""
    numbers = sorted(set(refused))
    clone3 = _CLONE3[platform.machine()]
    lines = [
        _line(0x20, 4),  # the processor's kind
        _jump(0x15, machine.audit, 1, 0),
        _line(0x06, _KILL),
        _line(0x20, 0),  # the call's number
        _jump(0x35, 0x40000000, 0, 1),  # another ABI of the same processor
        _line(0x06, _ERRNO | _EPERM),
    ]
    for number in numbers:
        lines += [_jump(0x15, number, 0, 1), _line(0x06, _ERRNO | (_ENOSYS if number == clone3 else _EPERM))]
    lines.append(_line(0x06, _ALLOW))
    code = b"".join(lines)
    program = _Program(len(lines), code)
    return int(library.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0)) == 0


def _line(code: int, value: int) -> bytes:
    return struct.pack("=HBBI", code, 0, 0, value)


def _jump(code: int, value: int, true: int, false: int) -> bytes:
    return struct.pack("=HBBI", code, true, false, value)
