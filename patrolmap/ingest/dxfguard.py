"""DXF looked through before GDAL reads it: whole, of what unit, and how much its blocks grow to."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.ingest.dxf_curves import SplineTally
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["DrawingFacts", "examine_drawing"]

_LINE_BYTES: Final = 65_536
_METRES: Final = {"0": 0.001, "1": 0.0254, "2": 0.3048, "4": 0.001, "5": 0.01, "14": 0.1}
_DEEPEST: Final = 40
_TEXTS_LOOKED_AT: Final = 2_000
_FIRST_IN_UTF8: Final = b"AC1021"  # AutoCAD 2007; $DWGCODEPAGE still names the page of the program's country


@dataclass(frozen=True)
class DrawingFacts:
    """
    What a drawing says about itself.

    Parameters
    ----------
    metres_per_unit : float or None
        By its header, where a drawing without a unit is taken for one in millimetres; None if it is in metres.
    expanded : int or None
        How many shapes there are once all blocks are drawn where they are inserted; None if blocks contain each other
        without end.
    has_blocks : bool
        Whether blocks are inserted anywhere.
    foreign : bytes
        The first texts that are not ASCII, a line each, by which the encoding can be told; empty if the version of
        the drawing leaves no choice but UTF-8, or all is ASCII.
    unreadable_curves : int
        Splines whose control points are missing or do not agree with their number.
    """

    metres_per_unit: float | None
    expanded: int | None
    has_blocks: bool
    foreign: bytes
    unreadable_curves: int


@dataclass
class _Census:
    """Shapes and insertions, block by block; the drawing itself is the block without a name."""

    shapes: Counter[bytes] = field(default_factory=Counter)
    inserted: defaultdict[bytes, Counter[bytes]] = field(default_factory=lambda: defaultdict(Counter))
    block: bytes = b""
    unit: str = "0"
    version: bytes = b""
    foreign: list[bytes] = field(default_factory=list)
    unreadable_curves: int = 0
    _spline: SplineTally | None = None
    _kind: bytes = b""
    _variable: bytes = b""
    _name: bytes = b""
    _times: int = 1

    def read(self, code: bytes, value: bytes) -> None:
        if code == b"0":
            self._finish()
            self._kind, self._name, self._times = value, b"", 1
            self._spline = SplineTally() if value == b"SPLINE" else None
            if value == b"ENDBLK":
                self.block = b""
        elif code == b"2" and self._kind in {b"BLOCK", b"INSERT"}:
            self._name = value
            if self._kind == b"BLOCK":
                self.block = value
        elif code in {b"70", b"71"} and self._kind == b"INSERT" and value.isdigit():
            self._times *= max(int(value[:6]), 1)
        elif code == b"9":
            self._variable = value
        elif code == b"70" and self._variable == b"$INSUNITS":
            self.unit = value.decode("ascii", "replace")
            self._variable = b""
        elif code == b"1" and self._variable == b"$ACADVER":
            self.version, self._variable = value, b""
        self._look_within(code, value)

    def _look_within(self, code: bytes, value: bytes) -> None:
        if self._spline is not None:
            self._spline.read(code, value)
        if not value.isascii() and len(self.foreign) < _TEXTS_LOOKED_AT:
            self.foreign.append(value)

    def facts(self) -> DrawingFacts:
        is_utf8 = self.version >= _FIRST_IN_UTF8
        return DrawingFacts(
            _METRES.get(self.unit),
            _expanded(self.shapes, self.inserted),
            has_blocks=any(self.inserted.values()),
            foreign=b"" if is_utf8 else b"\n".join(self.foreign),
            unreadable_curves=self.unreadable_curves,
        )

    def _finish(self) -> None:
        if self._spline is not None and not self._spline.is_readable:
            self.unreadable_curves += 1
        if self._kind == b"INSERT":
            self.inserted[self.block][self._name] += self._times
        self.shapes[self.block] += 1


def examine_drawing(path: Path, name: str) -> DrawingFacts:
    """
    Read the structure of a drawing; refuse one that does not consist of pairs of a code and a value up to its end mark.

    GDAL's reader never ends on a drawing that was cut off inside a polyline, nor on one with zero bytes: it also ends lines at
    lone carriage returns, so that what follows one is read in another place than here.

    Parameters
    ----------
    path : Path
        The file, as text.
    name : str
        File name, for messages.

    Returns
    -------
    DrawingFacts
        Its unit, and to how much it grows. O(n) of its lines.

    Raises
    ------
    InputError
        If a group code is no number, a line is endless or holds a zero byte or a return within, or the end mark is missing.
    """
    census = _Census()
    with path.open("rb") as stream:
        number = 1
        while code := stream.readline(_LINE_BYTES):
            value = stream.readline(_LINE_BYTES)
            plain, said = code.strip(), value.strip()
            if plain == b"0" and said == b"EOF":
                census.read(plain, said)
                return census.facts()
            if not _is_code(plain) or not _is_one_line(value):
                break
            census.read(plain, said)
            number += 2
    raise InputError(
        N_("“{name}” cannot be read as {kind}."),
        why=N_("It breaks off or is damaged at line {line}: a drawing ends with “0” and “EOF”."),
        remedy=N_("Open it in the program it came from and save it again."),
        name=name,
        kind="DXF",
        line=number,
    )


def _expanded(shapes: Mapping[bytes, int], inserted: Mapping[bytes, Mapping[bytes, int]]) -> int | None:
    """Count shapes from the innermost blocks outwards; None if they nest too deeply, as endless ones do."""
    known: dict[bytes, int] = {}

    def count(block: bytes, depth: int) -> int | None:
        if block in known:
            return known[block]
        if depth > _DEEPEST:
            return None
        total = shapes.get(block, 0)
        for inner, times in inserted.get(block, {}).items():
            within = count(inner, depth + 1) if inner else None
            if within is None:
                return None
            total += times * within
        known[block] = total
        return total

    return count(b"", 0)


def _is_one_line(line: bytes) -> bool:
    text = line.removesuffix(b"\n").removesuffix(b"\r")
    return (not line or line.endswith(b"\n")) and b"\0" not in text and b"\r" not in text


def _is_code(text: bytes) -> bool:
    return len(text) <= 6 and text.removeprefix(b"-").isdigit()
