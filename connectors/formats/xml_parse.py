"""Parsing XML with expat, block by block: texts, attributes and comments on their way to their places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from xml.parsers import expat

from connectors.formats.xml_shape import Node, Shape, Where

DEPTH = 200
"""Elements on the way that have a place of their own; what lies deeper is text of the last of them."""
LEVELS = 1_000_000
"""Elements on the way that a document may have at all; the parser needs some 150 bytes for each."""
_TOKEN_BYTES = 16 * 1024 * 1024
"""Bytes of one tag or comment; while one is not at its end the parser goes over it again with each block."""
_TEXT_CHARACTERS = 1024 * 1024
"""Characters of one text that are held; a longer one comes in pieces, cut at white space, of one address."""
_TOO_DEEP = f"more than {LEVELS:,} elements lie inside each other"
_TOO_LONG = f"a tag or comment of more than {_TOKEN_BYTES >> 20} MB"


class Broken(Exception):  # noqa: N818 a document is broken, which is no error of ours
    """A document cannot be parsed any further. Shows no text of it."""

    def __init__(self, line: int, reason: str, rest: bytes) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason
        self.rest = rest
        """What was read already, from the break on; begins in `line`."""


class _TooDeepError(Exception):
    """More levels than `LEVELS`."""


class _Element:
    """An element that is open."""

    __slots__ = ("aside", "below", "mixed", "node", "number", "text", "where")

    def __init__(self, node: Node, number: int, where: Where) -> None:
        self.node = node
        self.number = number
        self.where = where
        self.below = 0
        self.text: list[str] = []
        self.aside: list[str] = []
        """Attributes of elements that are part of its text."""
        self.mixed = False


class Parse:
    """One document's way into a shape; what is collected is taken out of the shape between two blocks."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.values = 0
        """Collected since they were last taken."""
        self._rows = 0
        self._any = False
        self._number = 0
        self._open: list[_Element] = []
        self._inside = 0
        """Open elements that have no place of their own."""
        self._seam = -1

    def taken(self) -> int:
        """Give the elements right below the outermost that began since this was last asked, and start again."""
        rows, self._rows, self.values = self._rows, 0, 0
        return rows

    def learn(self, blocks: Iterable[bytes]) -> None:
        """Take in which elements come more than once beside each other, as far as the document can be parsed."""
        parser = _parser()
        parser.StartElementHandler, parser.EndElementHandler, parser.CommentHandler = self._learner()
        with suppress(expat.ExpatError, _TooDeepError):
            base = 0
            for block in blocks:
                parser.Parse(block)
                base += len(block)
                if base - max(0, parser.CurrentByteIndex) > _TOKEN_BYTES:
                    break

    def _learner(self) -> tuple[Callable[[str, dict[str, str]], None], Callable[[str], None], Callable[[str], None]]:
        """Make handlers that do the least: they are called for each element of a document, before `read` is."""
        self._begin()
        nodes, numbers, child_of, step = [self.shape.root], [self._number], self.shape.child, self.shape.step

        def met(name: str) -> Node:
            node = nodes[-1]
            children = node.children
            child = children.get(name) if children is not None else None
            if child is None:
                child = child_of(node, name)
            if child.parent == numbers[-1]:
                child.many = True
            else:
                child.parent = numbers[-1]
            return child

        def start(name: str, attributes: dict[str, str]) -> None:
            if self._inside or len(nodes) > DEPTH:
                self._deeper()
                return
            nodes.append(met(step(nodes[-1], name, attributes) if "name" in attributes else name))
            self._number += 1
            numbers.append(self._number)

        def end(_name: str) -> None:
            if self._inside:
                self._inside -= 1
            else:
                nodes.pop()
                numbers.pop()

        def comment(_text: str) -> None:
            met("comment()")

        return start, end, comment

    def read(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """Collect what stands in a document; gives each block back when it has been parsed.

        Raises:
            Broken: it cannot be parsed to its end; what came before the break is collected.
        """
        parser = _parser()
        self._begin()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._comment
        parser.ProcessingInstructionHandler = self._instruction
        pending, base = b"", 0
        for block in blocks:
            pending += block
            self._step(parser, block, pending, base)
            yield block
            done = max(0, parser.CurrentByteIndex - base)
            pending, base = pending[done:], base + done
            if len(pending) > _TOKEN_BYTES:
                raise self._broken(parser, parser.CurrentLineNumber, _TOO_LONG, pending)
        self._step(parser, b"", pending, base)
        if not self._any:
            self._rows = 1

    def _step(self, parser: expat.XMLParserType, block: bytes, pending: bytes, base: int) -> None:
        try:
            parser.Parse(block, not block)
        except expat.ExpatError as error:
            rest = pending[max(0, parser.ErrorByteIndex - base) :]
            raise self._broken(parser, error.lineno, expat.ErrorString(error.code), rest) from None
        except _TooDeepError:
            rest = pending[max(0, parser.CurrentByteIndex - base) :]
            raise self._broken(parser, parser.CurrentLineNumber, _TOO_DEEP, rest) from None
        for element in self._open:
            self._cut(element)

    def _broken(self, parser: expat.XMLParserType, line: int, reason: str, rest: bytes) -> Broken:
        parser.buffer_text = False  # hands out what it holds
        for element in self._open:
            self._put(element)
        return Broken(line, reason, rest)

    def _begin(self) -> None:
        self._number += 1
        self._open, self._inside = [_Element(self.shape.root, self._number, ())], 0

    def _place(self, element: _Element, name: str) -> tuple[Node, Where]:
        """Give the place of one more child of an element, and its address."""
        node = element.node
        children = node.children
        child = children.get(name) if children is not None else None
        if child is None:
            child = self.shape.child(node, name)
        if child.name == "*":
            return child, (*element.where, element.below)
        if child.parent == element.number:
            child.count += 1
            child.many = True
        else:
            child.parent, child.count = element.number, 1
        return child, (*element.where, child.count)

    def _deeper(self) -> None:
        self._inside += 1
        if self._inside > LEVELS:
            raise _TooDeepError

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        above = self._open[-1]
        if self._inside or len(self._open) > DEPTH or (above.text and _runs_on(above)):
            if self._seam == len(above.text):
                above.text.append(" ")
            above.aside.extend(f'{key}="{value}"' for key, value in attributes.items())
            self._deeper()
            return
        if len(self._open) == 2:
            self._rows += 1
            self._any = True
        above.below += 1
        step = self.shape.step(above.node, name, attributes) if "name" in attributes else name
        node, where = self._place(above, step)
        self._number += 1
        element = _Element(node, self._number, where)
        self._open.append(element)
        for key, value in attributes.items():
            if value:
                place = self.shape.attribute(node, key)
                place.put(f"{key}={value}" if place.name == "@*" else value, where)
                self.values += 1
        if node.name == "*":
            node.put(name, where)
            self.values += 1

    def _end(self, _name: str) -> None:
        if self._inside:
            self._inside -= 1
            self._seam = len(self._open[-1].text)
            return
        self._put(self._open.pop())

    def _text(self, text: str) -> None:
        self._open[-1].text.append(text)

    def _comment(self, text: str) -> None:
        node, where = self._place(self._open[-1], "comment()")
        node.put(text, where)
        self.values += 1

    def _instruction(self, target: str, text: str) -> None:
        self._open[-1].aside.append(f"{target} {text}")

    def _put(self, element: _Element) -> None:
        """Collect the text of an element."""
        if element.text or element.aside:
            text = "".join(element.text).strip()
            if element.aside:
                text = "  ".join([text, *element.aside]).strip()
            if text:
                element.node.put(text, element.where)
                self.values += 1
        element.text, element.aside = [], []

    def _cut(self, element: _Element) -> None:
        """Collect the greater part of a text that grows too long."""
        if sum(map(len, element.text)) + sum(map(len, element.aside)) <= _TEXT_CHARACTERS:
            return
        text = "".join(element.text)
        place = max(text.rfind(" "), text.rfind("\n"), text.rfind("\t")) + 1 or len(text)
        element.text = [text[:place]]
        self._put(element)
        element.text = [text[place:]] if place < len(text) else []


def _parser() -> expat.XMLParserType:
    """Make a parser; it resolves nothing, since no handler for what lies elsewhere is set."""
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.buffer_size = 64 * 1024
    return parser


def _runs_on(element: _Element) -> bool:
    """Tell whether an element's children are part of a text of its own; never those of the outermost."""
    if not element.mixed:
        last = element.text[-1]
        if last.isspace():
            element.text.pop()
        elif element.node.level > 1:
            element.mixed = True
        elif not last.endswith("\n"):
            element.text[-1] = last + "\n"
    return element.mixed
