"""Map files of points and lines with their defects."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tests.ingest.corpus.gis import GIS_WRITERS
from tests.ingest.corpus.judge import Made
from tests.ingest.corpus.markup import MARKUP_WRITERS
from tests.ingest.corpus.truth import SYSTEMS, in_system, spots, streets

if TYPE_CHECKING:
    import random
    from collections.abc import Callable
    from pathlib import Path

    from tests.ingest.corpus.cases import Case
    from tests.ingest.corpus.shapes import Shape

from tests.ingest.corpus.shapes import Drawing, Shape

__all__ = ["LAYER_DEFECTS", "LAYER_FORMATS", "Format", "write_layer_case"]

_POINTS: Final = 16
_LINES: Final = 10
_WRITERS: Final[dict[str, Callable[[Drawing, Path], None]]] = {**GIS_WRITERS, **MARKUP_WRITERS}
_ALL: Final = tuple(SYSTEMS)
_DEGREES: Final = ("wgs84", "cgcs2000", "gcj02", "bd09")
_DBF: Final = ("utf-8", "gb18030", "big5", "gb18030+none", "big5+none", "utf-8+none", "gb18030+wrong")
_XML: Final = ("utf-8", "utf-8-sig", "utf-16", "gb18030")


@dataclass(frozen=True)
class Format:
    """A form of map file: ``points.kml``, the encodings and systems that it can have, and defects it cannot."""

    suffix: str
    encodings: tuple[str, ...]
    systems: tuple[str, ...]
    without: frozenset[str] = frozenset()

    def can(self, defect: str, encoding: str, system: str) -> bool:
        """Tell whether a defect is possible here; other encodings and systems have only some of them."""
        if defect in self.without:
            return False
        if defect == "rare_signs" and encoding.startswith("big5"):
            return False
        usual = encoding == self.encodings[0]
        return (
            defect == "none" or usual or (system == self.systems[0] and defect in {"odd_name", "rare_signs", "markup"})
        )


_MARKED: Final = frozenset({"undeclared", "nan", "unnamed_columns"})
_DBASE: Final = frozenset({"long_text", "rare_signs", "nan"})  # GDAL writes no Shapefile with such numbers
LAYER_FORMATS: Final = (
    Format("points.geojson", ("utf-8", "utf-8-sig", "gb18030", "big5", "utf-16"), _ALL),
    Format("points.gpkg", ("utf-8",), _ALL),
    Format("points.shp", _DBF, _ALL, _DBASE),
    Format("points.zip", _DBF, _ALL, _DBASE),
    Format("points.kml", _XML, _DEGREES, _MARKED),
    Format("points.kmz", ("utf-8",), _DEGREES, _MARKED),
    Format("points.gpx", _XML, _DEGREES, _MARKED | {"no_shape"}),
    Format("lines.geojson", ("utf-8", "gb18030"), _ALL),
    Format("lines.gpkg", ("utf-8",), _ALL),
    Format("lines.shp", ("gb18030", "gb18030+none"), _ALL, _DBASE),
    Format("lines.kml", ("utf-8",), _DEGREES, _MARKED),
    Format("lines.gpx", ("utf-8",), _DEGREES, _MARKED | {"no_shape"}),
    Format("lines.dxf", ("utf-8", "gb18030"), _ALL, _MARKED | {"no_shape", "markup", "long_text"}),
    Format("lines.osm", _XML, ("wgs84",), _MARKED | {"no_shape", "heights", "swapped"}),
    Format("lines.pbf", ("utf-8",), ("wgs84",), _MARKED | {"no_shape", "heights", "swapped"}),
)


def _as_is(drawing: Drawing, _rng: random.Random) -> Drawing:
    return drawing


def _swapped(drawing: Drawing, _rng: random.Random) -> Drawing:
    return replace(drawing, shapes=[replace(s, xy=None if s.xy is None else s.xy[:, ::-1]) for s in drawing.shapes])


def _no_shape(drawing: Drawing, rng: random.Random) -> Drawing:
    return _bad(drawing, rng, None)


def _nan(drawing: Drawing, rng: random.Random) -> Drawing:
    shape = rng.choice(drawing.shapes)
    assert shape.xy is not None
    return _bad(drawing, rng, np.full_like(shape.xy, np.nan))


def _far(drawing: Drawing, rng: random.Random) -> Drawing:
    made = _bad(drawing, rng, np.array([[1e9, 1e9], [2e9, 2e9]])[: 1 if drawing.is_points else 2])
    return replace(made, may_refuse=True)


def _bad(drawing: Drawing, rng: random.Random, xy: Any) -> Drawing:
    place = rng.randrange(1, len(drawing.shapes))
    bad = replace(drawing.shapes[place], xy=xy, is_good=False)
    return replace(drawing, shapes=[*drawing.shapes[:place], bad, *drawing.shapes[place + 1 :]])


def _renamed(template: str) -> Callable[[Drawing, random.Random], Drawing]:
    def defect(drawing: Drawing, _rng: random.Random) -> Drawing:
        named = [replace(s, name=template.format(name=s.name, number=n)) for n, s in enumerate(drawing.shapes)]
        return replace(drawing, shapes=named)

    return defect


LAYER_DEFECTS: Final[dict[str, Callable[[Drawing, random.Random], Drawing]]] = {
    "none": _as_is,
    "undeclared": lambda d, _rng: replace(d, is_declared=False),
    "swapped": _swapped,
    "no_shape": _no_shape,
    "nan": _nan,
    "far": _far,
    "heights": lambda d, _rng: replace(d, has_heights=True),
    "long_text": lambda d, _rng: replace(d, remark="长" * 20_000),
    "markup": _renamed("<b>{name}</b> & 'x'"),
    "rare_signs": _renamed("{name}𠮷㐂①"),
    "odd_name": lambda d, _rng: replace(d, file_name="第1期 点位&路网(终稿).v2"),
    "upper_suffix": lambda d, _rng: replace(d, is_upper=True),
}
"""Defects of map files, by name."""


def write_layer_case(case: Case, folder: Path, rng: random.Random) -> Made:
    """Write the map file of a case."""
    kind, _, suffix = case.suffix.partition(".")
    encoding, _, declared = case.encoding.partition("+")
    shapes = _shapes(kind, case.system, rng, traditional=encoding == "big5")
    truth = {s.name: s.lonlat for s in shapes}
    drawing = Drawing(shapes, case.system, encoding, codepage=declared or "right", is_points=kind == "points")
    drawing = LAYER_DEFECTS[case.defect](drawing, rng)
    path = folder / f"{drawing.file_name}.{suffix.upper() if drawing.is_upper else suffix}"
    _WRITERS[suffix](drawing, path)
    good = [s for s in drawing.shapes if s.is_good]
    by_name = suffix != "dxf"
    expected = {s.name if by_name else str(n): s.lonlat for n, s in enumerate(good)}
    assert len(truth) == len(shapes)
    spec = SYSTEMS[case.system]
    is_auto = spec.told.startswith("EPSG") and drawing.is_declared and suffix in {"geojson", "gpkg", "shp", "zip"}
    return Made(
        path,
        "sites" if kind == "points" else "streets",
        expected,
        None if drawing.may_refuse or suffix in {"kml", "kmz"} else len(drawing.shapes) - len(good),
        "auto" if is_auto else spec.told,
        mapping={"kind": "=checkpoint"} if kind == "points" else {},
        may_refuse=drawing.may_refuse,
        by_name=by_name,
    )


def _shapes(kind: str, system: str, rng: random.Random, *, traditional: bool) -> list[Shape]:
    if kind == "points":
        made = [(s.name, np.array([[s.lon, s.lat]])) for s in spots(_POINTS, rng, traditional=traditional)]
    else:
        made = [(s.name, s.lonlat) for s in streets(_LINES, rng, traditional=traditional)]
    return [Shape(name, lonlat, in_system(lonlat, system)) for name, lonlat in made]
