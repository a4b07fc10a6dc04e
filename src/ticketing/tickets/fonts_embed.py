"""A TrueType font that embeds itself from cached parts, as a subset, with a right map back to Unicode.

Characters of repeated texts are primed: they fill whole subsets whose font programs are made once. What a file
adds (a rare name) goes into a further, tiny subset.
"""

import mmap
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfdoc
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

from ticketing.tickets.fonts_slim import slim

_SYMBOLIC, _NONSYMBOLIC = 4, 32


@dataclass(frozen=True, slots=True)
class Primed:
    """Which characters stand in which subset of a font at the start of a document."""

    assignments: dict[int, int]
    subsets: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Program:
    """A subset ready to embed: the packed font program, its unpacked length, packed ToUnicode map, widths."""

    packed: bytes
    length: int
    to_unicode: bytes
    widths: bytes


class _Slices:
    """A view of the glyph table: reportlab copies the whole table (4 MB) for each subset, this only its parts."""

    def __init__(self, data: mmap.mmap, start: int) -> None:
        self._data = data
        self._start = start

    def __getitem__(self, part: slice) -> bytes:
        return self._data[self._start + part.start : self._start + part.stop]


def _tables(face: Any) -> Callable[[str], Any]:
    """Read tables of a font without copying its glyphs."""

    def read(tag: str) -> Any:
        start, length = face.get_table_pos(tag)
        if tag == "glyf":
            return _Slices(face._ttf_data, start)
        return face._ttf_data[start : start + length]

    return read


def _mapped(filename: str) -> mmap.mmap:
    """The file as the system holds it once for all processes: a font of 5 MB, of which subsets touch little."""
    with Path(filename).open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


class PressFont(TTFont):
    """A font for many small documents. One document at a time may be drawn with it: callers hold a lock."""

    def __init__(self, name: str, filename: str) -> None:
        super().__init__(name, filename, shapable=False)
        self.face: Any = self.face
        slim(self.face)
        self.face._ttf_data = _mapped(filename)
        self.face.get_table = _tables(self.face)
        self._label = "F" + "".join(letter for letter in name if letter.isupper())
        self._program = lru_cache(maxsize=64)(self._make_program)

    def has(self, character: str) -> bool:
        """Whether the font has a picture of this character."""
        return ord(character) in self.face.charToGlyph

    def has_all(self, text: str) -> bool:
        """Whether the font has pictures of all characters of a text."""
        return all(ord(character) in self.face.charToGlyph for character in text)

    def _state(self, doc: Any) -> Any:
        if doc not in self.state:
            self.state[doc] = TTFont.State(True, self)
        return self.state[doc]

    def prime(self, doc: Any, primed: Primed) -> None:
        """Start a document with characters already placed; the names of their subsets stay the same."""
        state = self._state(doc)
        state.assignments = dict(primed.assignments)
        state.subsets = [list(subset) for subset in primed.subsets]
        state.nextCode = 256 * len(primed.subsets)

    def primed(self, doc: Any) -> Primed:
        """Return where the characters of a document stand, to prime others with it."""
        state = self._state(doc)
        return Primed(dict(state.assignments), tuple(tuple(subset) for subset in state.subsets))

    def getSubsetInternalName(self, subset: int, doc: Any) -> str:  # noqa: N802 - reportlab's name
        """Name a subset by the font alone, so that ready-made content finds it in every document."""
        if self not in doc.delayedFonts:
            doc.fontMapping[self.fontName] = f"/{self._label}"
            doc.delayedFonts.append(self)
        return f"/{self._label}+{subset}"

    def addObjects(self, doc: Any) -> None:  # noqa: N802 - reportlab's name
        """Embed every subset of this document; called once by reportlab when the document is written."""
        state = self._state(doc)
        fonts = doc.idToObject["BasicFonts"].dict
        for number, subset in enumerate(state.subsets):
            name = f"{self._label}+{number}"
            base = f"{SUBSETN(number).decode()}+{self.face.name.decode()}"
            fonts[name] = self._font_object(doc, name, base, tuple(subset))
        del self.state[doc]

    def _font_object(self, doc: Any, name: str, base: str, subset: tuple[int, ...]) -> object:
        program = self._program(subset)
        font: Any = pdfdoc.PDFTrueTypeFont()
        font.Name, font.BaseFont = name, base
        font.FirstChar, font.LastChar = 0, len(subset) - 1
        font.Widths = program.widths
        font.ToUnicode = doc.Reference(packed_stream(program.to_unicode))
        file = packed_stream(program.packed)
        file.dictionary["Length1"] = program.length
        font.FontDescriptor = doc.Reference(self._descriptor(base, doc.Reference(file)))
        doc.Reference(font, name)
        return font

    def _descriptor(self, base: str, file: pdfdoc.PDFObjectReference) -> pdfdoc.PDFDictionary:
        face = self.face
        return pdfdoc.PDFDictionary(
            {
                "Type": "/FontDescriptor",
                "Ascent": face.ascent,
                "CapHeight": face.capHeight,
                "Descent": face.descent,
                "Flags": face.flags & ~_NONSYMBOLIC | _SYMBOLIC,
                "FontBBox": pdfdoc.PDFArray(face.bbox),
                "FontName": pdfdoc.PDFName(base),
                "ItalicAngle": face.italicAngle,
                "StemV": face.stemV,
                "FontFile2": file,
                "MissingWidth": face.defaultWidth,
            }
        )

    def _make_program(self, subset: tuple[int, ...]) -> Program:
        made: bytes = self.face.makeSubset(list(subset))
        widths = " ".join(f"{self.face.getCharWidth(code):.5g}" for code in subset)
        return Program(zlib.compress(made, 9), len(made), zlib.compress(to_unicode(subset)), f"[{widths}]".encode())


def packed_stream(packed: bytes, **dictionary: object) -> Any:
    """Return a PDF stream of bytes that are packed (deflate) already."""
    stream: Any = pdfdoc.PDFStream(content=packed)
    stream.dictionary["Filter"] = pdfdoc.PDFName("FlateDecode")
    for name, value in dictionary.items():
        stream.dictionary[name] = value
    return stream


def to_unicode(subset: Sequence[int]) -> bytes:
    """Return the CMap from codes to UTF-16 (surrogate pairs above U+FFFF), in blocks of 100 as PDF asks for."""
    rows = [f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>" for code, point in enumerate(subset)]
    blocks = [rows[start : start + 100] for start in range(0, len(rows), 100)]
    mapped = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{mapped}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()
