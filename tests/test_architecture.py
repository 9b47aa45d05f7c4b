"""The order of the rooms, as `docs/design.md` draws it: who may import whom, and what no quick command may load."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("connectors", "detectors", "inventory", "scanner", "subjects", "reports", "console")
LEAVES = ROOMS[:3]
OTHERS = ("tests", "examples", "benchmarks")
HEAVY = ("presidio_analyzer", "spacy", "pyarrow", "numpy", "boto3", "botocore", "paramiko")


def modules() -> dict[str, Path]:
    """Every module of the rooms by its dotted name."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()
DOTTED = {name for name in MODULES if "." in name}
"""Names that mean a module when they stand in a string, as in a registry; a room's own name is a common word."""


def imported(name: str) -> Iterator[str]:
    """All that a module imports, also inside functions, under TYPE_CHECKING, and by a name kept in a string."""
    path = MODULES[name]
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from from_imports(node, package)
        elif isinstance(node, ast.Constant) and node.value in DOTTED:
            yield str(node.value)


def from_imports(node: ast.ImportFrom, package: str) -> Iterator[str]:
    """Resolve `from a import b`: to the module `a.b` where there is one, and to `a` otherwise."""
    base = node.module or ""
    if node.level:
        parents = package.split(".")[: len(package.split(".")) - node.level + 1]
        base = ".".join([*parents, *([node.module] if node.module else [])])
    for alias in node.names:
        inner = f"{base}.{alias.name}"
        yield inner if inner in MODULES else base


def allowed(room: str) -> set[str]:
    """The rooms that a room may import: itself and, unless it is a leaf, those above it."""
    return {room} if room in LEAVES else set(ROOMS[: ROOMS.index(room) + 1])


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_from_the_rooms_above_it(room: str) -> None:
    wrong = [
        f"{name} imports {target}"
        for name in MODULES
        if name.split(".")[0] == room
        for target in imported(name)
        if target.split(".")[0] in {*ROOMS, *OTHERS} - allowed(room)
    ]
    assert wrong == []


def test_no_module_imports_itself_by_a_circle() -> None:
    graph = {name: {target for target in imported(name) if target in MODULES and target != name} for name in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_every_module_opens_with_one_sentence() -> None:
    silent = [name for name, path in MODULES.items() if not first_line(path).endswith((".", ":", "?"))]
    assert silent == []


def first_line(path: Path) -> str:
    """The first paragraph of a module's docstring, where it usually is one line."""
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return docstring.split("\n\n")[0]


def loaded(code: str) -> set[str]:
    """The top-level modules in memory after a fresh interpreter ran some code."""
    report = "\nimport sys; print('loaded:', *{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code + report], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.rpartition("loaded:")[2].split())


def test_the_interfaces_of_detection_load_nothing_heavy() -> None:
    assert loaded("import detectors.interface, inventory.model") & set(HEAVY) == set()


def test_looking_up_an_identifier_loads_no_detection_engine() -> None:
    code = """
from detectors.interface import DetectSettings
from detectors.registry import parse_identifier
parse_identifier("jo@example.org", None, DetectSettings())
"""
    assert loaded(code) & set(HEAVY) == set()


def test_masking_a_name_loads_no_detection_engine() -> None:
    assert (
        loaded("import detectors.redact as r; r.redact('mail jo@example.org'); r.personal('x')") & set(HEAVY) == set()
    )


COMMANDS = {
    "help": ["--help"],
    "help of locate": ["locate", "--help"],
    "locate": ["--inventory", "sqlite:///{tmp}/i.db", "--key-file", "{tmp}/k/r.key", "locate", "jo@example.org"],
    "findings": ["--inventory", "sqlite:///{tmp}/i.db", "--key-file", "{tmp}/k/r.key", "findings", "--format", "json"],
}


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_a_quick_command_loads_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    arguments = [word.format(tmp=tmp_path) for word in words]
    code = f"""
import sys
sys.argv = ["recense", *{arguments!r}]
from console.cli import main
try:
    main()
except SystemExit:
    pass
"""
    assert loaded(code) & set(HEAVY) == set()
