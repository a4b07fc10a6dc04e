"""Tags: what a screen reader reads of a PDF, in which order, as what (ISO 32000-1, 14.6 to 14.8).

reportlab 5.1 writes none. Whatever is drawn stands between marks that carry the name of a part (`Marks`); which parts
a page has, as what and in which order, is data (`Element`); `Book` writes the tree that joins both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

Drawn = tuple[str, ...]
"""The names of marked parts in the order in which they were drawn: its place is a part's number on the page."""
Box = tuple[float, float, float, float]
"""Left, bottom, width, height in points."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of the tree: a standard structure type, and the drawn part of this `name` or other elements in it.

    `alt` describes a figure and `box` is where it stands; `actual` is how a text reads that is drawn in pieces, `lang`
    its language where it is not the document's.
    """

    tag: str
    name: str = ""
    kids: tuple[Element, ...] = ()
    alt: str = ""
    actual: str = ""
    lang: str = ""
    box: Box | None = None


class Marks:
    """Marks around what is drawn on one page, or on one plate of it; numbers go on after `before`."""

    def __init__(self, canvas: Canvas, before: Drawn = ()) -> None:
        self._code = cast(Any, canvas)
        self._drawn = list(before)

    @property
    def drawn(self) -> Drawn:
        """All parts so far."""
        return tuple(self._drawn)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """What is drawn inside belongs to the part of this name; a part may be drawn in several goes."""
        self._code._code.append(f"/P <</MCID {len(self._drawn)}>> BDC")
        self._drawn.append(name)
        yield
        self._code._code.append("EMC")

    @contextmanager
    def decoration(self) -> Iterator[None]:
        """What is drawn inside is for eyes only. It may not stand inside a part."""
        self._code._code.append("/Artifact BMC")
        yield
        self._code._code.append("EMC")


@dataclass
class _Node(pdfdoc.PDFObject):
    """An element as it is written. Whole PDF syntax at once: a sheet has thirty of them and a few milliseconds."""

    text: str = ""
    kids: list[str] = field(default_factory=list)

    __RefOnly__ = 1

    def format(self, _document: object) -> bytes:
        """Return the dictionary."""
        return f"<<{self.text}/K[{' '.join(self.kids)}]>>".encode("ascii")


class Book:
    """The structure tree of one document. Call `page` for each page once it is shown, and `close` before saving."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._doc = cast(Any, canvas)._doc
        self._root, root = self._made(_Node())
        self._document, self._at = self._made(_Node(f"/Type/StructElem/S/Document/P {root}"))
        self._root.kids.append(self._at)
        self._parents: list[str] = []

    def page(self, elements: Sequence[Element], drawn: Drawn) -> Any:
        """Tag the page shown last with its elements, in the order in which they are to be read; return that page.

        Raises ValueError when something was drawn that no element names.
        """
        page: Any = self._doc.Pages.pages[-1]
        numbers: dict[str, list[int]] = {}
        for number, name in enumerate(drawn):
            numbers.setdefault(name, []).append(number)
        owners = [""] * len(drawn)
        for element in elements:
            self._write(element, (self._document, self._at), f"/Pg {self._reference(page)}", (numbers, owners))
        if unnamed := {name for name, owner in zip(drawn, owners, strict=True) if not owner}:
            raise ValueError(f"drawn, but not part of what is read: {', '.join(sorted(unnamed))}")
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = len(self._parents)
        page.Tabs = pdfdoc.PDFName("S")
        self._parents.append(f"{len(self._parents)} [{' '.join(owners)}]")
        return page

    def close(self) -> None:
        """Hand the tree to the document, which is then a tagged one; viewers show its title instead of its file."""
        _, nums = self._made(pdfdoc.PDFArray([" ".join(self._parents)]))
        self._root.text = f"/Type/StructTreeRoot/ParentTree<</Nums {nums}>>/ParentTreeNextKey {len(self._parents)}"
        catalog = self._doc.Catalog
        catalog.StructTreeRoot = self._root
        catalog.MarkInfo = pdfdoc.PDFDictionary({"Marked": "true"})
        self._canvas.setViewerPreference("DisplayDocTitle", "true")

    def _write(
        self, element: Element, parent: tuple[_Node, str], page: str, parts: tuple[Mapping[str, list[int]], list[str]]
    ) -> None:
        """Add an element that has something in it, and what is in it, to its parent."""
        numbers, owners = parts
        mine = numbers.get(element.name, [])
        if not mine and not _holds(element.kids, numbers):
            return
        texts = _texts({"Alt": element.alt, "ActualText": element.actual, "Lang": element.lang})
        facts = f"{page}{texts}{_placed(element.box)}"
        node, at = self._made(_Node(f"/Type/StructElem/S/{element.tag}/P {parent[1]}{facts}"))
        parent[0].kids.append(at)
        for number in mine:
            node.kids.append(str(number))
            owners[number] = at
        for kid in element.kids:
            self._write(kid, (node, at), page, parts)

    def _made(self, node: Any) -> tuple[Any, str]:
        return node, self._reference(node)

    def _reference(self, node: Any) -> str:
        name = self._doc.Reference(node).name
        return "{} {} R".format(*self._doc.idToObjectNumberAndVersion[name])


def _holds(elements: Iterable[Element], numbers: Mapping[str, list[int]]) -> bool:
    return any(one.name in numbers or _holds(one.kids, numbers) for one in elements)


def _texts(texts: Mapping[str, str]) -> str:
    """Write what is not empty as UTF-16, which every character fits in."""
    return "".join(f"/{key}<{_hexed(text)}>" for key, text in texts.items() if text)


def _hexed(text: str) -> str:
    return ("\ufeff" + text).encode("utf-16-be").hex()


def _placed(box: Box | None) -> str:
    if box is None:
        return ""
    left, bottom, width, height = box
    return f"/A<</O/Layout/BBox[{left:.2f} {bottom:.2f} {left + width:.2f} {bottom + height:.2f}]>>"
