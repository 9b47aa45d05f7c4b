"""What is shipped: the packages, the lock, the script, and a README that tells the truth."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ROOMS = ("connectors", "detectors", "inventory", "scanner", "subjects", "reports", "console")


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "console", *words], capture_output=True, text=True, check=False, cwd=ROOT
    )


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def locked() -> dict[str, str]:
    return {normal(name): version for name, version in re.findall(r"^([\w.-]+)==(\S+)", LOCK, re.MULTILINE)}


def test_the_packages_listed_are_the_rooms_that_exist() -> None:
    rooms = {
        str(path.parent.relative_to(ROOT)).replace("/", ".")
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "templates" not in path.parts
    }
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == rooms


def test_every_requirement_is_locked_in_an_accepted_version() -> None:
    wanted = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["dev"]
    for requirement in wanted:
        name, _, lowest = requirement.partition(";")[0].partition(">=")
        version = locked()[normal(name)]
        assert release(version) >= release(lowest), requirement


def release(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def test_every_locked_package_has_a_hash() -> None:
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    assert len(blocks) == len(locked())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_lock_names_no_place_to_download_from() -> None:
    assert [line for line in LOCK.splitlines() if re.search(r"://|--index|--extra-index|--find-links|@ ", line)] == []


def test_the_console_script_and_the_module_are_one_program() -> None:
    script = Path(sys.executable).with_name("recense")
    by_script = subprocess.run([script, "--help"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert by_script.returncode == 0, by_script.stderr
    assert by_script.stdout == run("--help").stdout


def commands(*group: str) -> Iterator[tuple[str, ...]]:
    """Every command that `--help` lists, groups opened."""
    listing = help_of(*group).partition("Commands:")[2]
    for name in re.findall(r"^  (\w[\w-]*)(?: |$)", listing, re.MULTILINE):
        inner = list(commands(*group, name))
        yield from inner or [(*group, name)]


@cache
def help_of(*words: str) -> str:
    return run(*words, "--help").stdout


def test_every_command_shows_an_example_in_its_help() -> None:
    found = list(commands())
    assert len(found) > 10
    assert [words for words in found if "recense " + words[0] not in behind_usage(words)] == []


def behind_usage(words: tuple[str, ...]) -> str:
    """What the help says after its first line, which names the command in any case."""
    return help_of(*words).partition("\n")[2]


def readme_commands() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    fenced = "\n".join(re.findall(r"^```(?:sh|console|bash)\n(.*?)^```", text, re.MULTILINE | re.DOTALL))
    return re.findall(r"^(?:\$ )?(make \S+|recense [^#\n]+)", fenced, re.MULTILINE)


@pytest.mark.parametrize("line", readme_commands())
def test_a_command_of_the_readme_exists(line: str) -> None:
    program, first, *rest = line.split()
    if program == "make":
        assert re.search(rf"^{first}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        return
    words = [first, *rest[:1]] if first in ("sources", "audit", "client", "review") else [first]
    assert help_of(*words), line
