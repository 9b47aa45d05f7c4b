"""The shape of an XML document as a tree: one node for each place, with what was collected there and where."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.json_names import is_plain

CHILDREN = 100
"""Different names at one place above which they count as data, and the place of all of them is `*`."""
PLACES = 5_000
"""Places that one document may have; further names go to `*`, so that hostile documents cost no memory."""

_TELLING = frozenset(
    {
        "attribute",
        "column",
        "database",
        "field",
        "meta",
        "param",
        "property",
        "setting",
        "table",
        "table_data",
        "table_structure",
        "variable",
    }
)
"""Elements that say by their attribute `name` what they are: exports of phpMyAdmin and mysqldump, search engines."""

Where = tuple[int, ...]
"""The position of each element on the way, counted from 1 among its siblings of one name."""


class Node:
    """One place: elements of one name below another place, an attribute, or the comments there."""

    __slots__ = (
        "above",
        "attributes",
        "children",
        "count",
        "level",
        "many",
        "name",
        "parent",
        "retired",
        "star",
        "values",
        "where",
    )

    def __init__(self, name: str, above: Node | None, *, level: int) -> None:
        self.name = name
        self.above = above
        self.level = level
        """How many elements lie on the way, itself among them; an attribute has that of its element."""
        self.many = name == "*"
        """Whether more than one was met below one element, so that the position belongs to the name of the field."""
        self.parent = 0
        """The element, by its number, that the last one was met in."""
        self.count = 0
        """How many were met there."""
        self.children: dict[str, Node] | None = {}
        """By name; None once all of them share `star`."""
        self.attributes: dict[str, Node] = {}
        self.star: Node | None = None
        self.retired: list[Node] = []
        """Children from before they came to share one."""
        self.values: list[str] = []
        self.where: list[Where] = []

    def put(self, value: str, where: Where) -> None:
        """Collect a value."""
        self.values.append(value)
        self.where.append(where)

    def pattern(self) -> tuple[str, list[int]]:
        """Give the field's name, an XPath with wildcards, and which positions of `where` they stand for."""
        way: list[Node] = []
        node: Node | None = self
        while node is not None and node.above is not None:
            way.append(node)
            node = node.above
        steps, places = [], []
        for step in reversed(way):
            attribute = step.name.startswith("@")
            many = step.many and not attribute
            steps.append(f"/{step.name}[*]" if many else f"/{step.name}")
            if many:
                places.append(step.level - 1)
        return "".join(steps) or "/", places


class Shape:
    """The places met so far."""

    def __init__(self) -> None:
        self.root = Node("", None, level=0)
        self._count = 1

    def child(self, node: Node, name: str) -> Node:
        """Give the place of elements of one name; `*` where names are data."""
        children = node.children
        if children is not None:
            found = children.get(name)
            if found is not None:
                return found
            if self._count < PLACES and all(map(is_plain, _bare(name).split(":"))):
                return self._named(node, children, name)
        return self._star(node)

    def step(self, node: Node, name: str, attributes: dict[str, str]) -> str:
        """Give the step that leads to an element: its name, or `column[@name='email']`."""
        if name.rpartition(":")[2] not in _TELLING:
            return name
        told = attributes.get("name", "")
        children = node.children
        if not told or "'" in told or not is_plain(told) or children is None:
            return name
        step = f"{name}[@name='{told}']"
        return step if step in children or len(children) < CHILDREN - 10 else name

    def attribute(self, node: Node, name: str) -> Node:
        """Give the place of an attribute."""
        found = node.attributes.get(name)
        if found is None:
            plain = len(node.attributes) < CHILDREN and self._count < PLACES and all(map(is_plain, name.split(":")))
            found = node.attributes.get("*") if not plain else None
            if found is None:
                self._count += 1
                kept = name if plain else "*"
                found = node.attributes[kept] = Node(f"@{kept}", node, level=node.level)
        return found

    def drain(self) -> Iterator[Node]:
        """Give the places that something was collected at, in the order in which they were met.

        Whoever takes one empties it.
        """
        waiting = [self.root]
        while waiting:
            node = waiting.pop()
            if node.values:
                yield node
            below = [*node.attributes.values(), *node.retired, *(node.children or {}).values()]
            if node.star is not None:
                below.append(node.star)
            waiting.extend(reversed(below))

    def _named(self, node: Node, children: dict[str, Node], name: str) -> Node:
        if len(children) >= CHILDREN:
            node.retired, node.children = list(children.values()), None
            return self._star(node)
        self._count += 1
        children[name] = Node(name, node, level=node.level + 1)
        return children[name]

    def _star(self, node: Node) -> Node:
        if node.star is None:
            self._count += 1
            node.star = Node("*", node, level=node.level + 1)
        return node.star


def _bare(step: str) -> str:
    """Give the name in a step, without what its attribute tells, which is looked at before."""
    return step.partition("[")[0].removesuffix("()")
