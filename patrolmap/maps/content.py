"""What a map shows: layers in metres, made ready once for drawing at any scale."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from patrolmap.maps.paths import Lines
from patrolmap.model.map_looks import USUAL_LOOKS
from patrolmap.model.slices import SLICE_ROWS, by_slices
from patrolmap.model.style import map_style

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from patrolmap.model.map_looks import MapLooks

__all__ = ["TOLERANCES_M", "AreaLayer", "MapContent", "StreetLayer", "StreetLook"]

TOLERANCES_M: Final = (0.0, 0.25, 0.5, 1.0, 4.0, 16.0, 64.0)
"""Douglas-Peucker tolerances of the stored levels of detail, metres."""


StreetLook = tuple[int, int, bool, bool, bool]
"""Level, class, through road, tunnel, bridge."""

_LOWEST: Final = 8
_CLASSES: Final = 64


class StreetLayer:
    """
    Streets sorted for drawing.

    Another process gets what is drawn, without the simplified lines.

    Parameters
    ----------
    streets : geopandas.GeoDataFrame
        Lines in metres; the fields ``highway``, ``level``, ``bridge``, ``tunnel`` and ``name`` are used where present.
    """

    def __init__(self, streets: gpd.GeoDataFrame) -> None:
        present = streets[streets.geometry.notna().to_numpy() & ~streets.geometry.is_empty.to_numpy()]
        parts, source = _single_lines(present.geometry.to_numpy())
        style = map_style()
        highways = _texts(present, "highway")
        codes = {highway: style.street(highway) for highway in set(highways)}
        self.lines: NDArray[np.object_] = parts
        """The single lines, shape (n,)."""
        self.street_class = np.array([codes[highway] for highway in highways], dtype=np.int8)[source]
        """Position of each line's class in `MapStyle.streets`, shape (n,)."""
        self.is_link = np.array([highway.endswith("_link") for highway in highways], dtype=bool)[source]
        """Whether a line is a slip road, drawn narrower, shape (n,)."""
        self.tunnel = _flags(present, "tunnel")[source]
        """Whether a line is under ground, shape (n,)."""
        self.bridge = _flags(present, "bridge")[source]
        """Whether a line is on a bridge, shape (n,)."""
        level = _numbers(present, "level")[source]
        self.level = np.where(
            np.isnan(level), self.bridge.astype(float) - self.tunnel, np.clip(np.nan_to_num(level), -3, 5)
        ).astype(np.int8)
        """Order of crossing streets: what is higher is drawn later, shape (n,)."""
        self.names: NDArray[np.object_] = np.array(_texts(present, "name"), dtype=object)[source]
        """Names, empty where none, shape (n,)."""
        self._levels: dict[float, Lines] = {}
        self._simplifying = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        lines, names, classes, _ = self.named
        plain = {name: value for name, value in vars(self).items() if name not in _REMADE}
        return {**plain, "lines": shapely.to_wkb(self.lines), "named": (shapely.to_wkb(lines), names, classes)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        merged, names, classes = state["named"]
        lines, merged = shapely.from_wkb(state["lines"]), shapely.from_wkb(merged)
        vars(self).update(state, lines=lines, tree=shapely.STRtree(lines), _levels={}, _simplifying=threading.Lock())
        vars(self)["named"] = (merged, names, classes, shapely.STRtree(merged))

    @cached_property
    def tree(self) -> shapely.STRtree:
        """Where the lines are."""
        return shapely.STRtree(self.lines)

    @cached_property
    def looks(self) -> NDArray[np.int64]:
        """A number for each line, the same for all that are drawn alike, in the order of drawing; see `look_of`."""
        flags = (~self.is_link).astype(np.int64) * 4 + self.tunnel * 2 + self.bridge
        numbers: NDArray[np.int64] = (
            (self.level.astype(np.int64) + _LOWEST) * _CLASSES + self.street_class
        ) * 8 + flags
        return numbers

    @staticmethod
    def look_of(number: int) -> StreetLook:
        """
        Tell how lines are drawn.

        Parameters
        ----------
        number : int
            Of `looks`.

        Returns
        -------
        StreetLook
            Level, class, and whether they are a through road, under ground, on a bridge.
        """
        rest, flags = divmod(int(number), 8)
        level, street_class = divmod(rest, _CLASSES)
        return level - _LOWEST, street_class, bool(flags & 4), bool(flags & 2), bool(flags & 1)

    def detail(self, tolerance_m: float) -> Lines:
        """
        Give the lines at a level of detail.

        Parameters
        ----------
        tolerance_m : float
            What may be lost, metres; the next finer of `TOLERANCES_M` is used.

        Returns
        -------
        Lines
            All lines, kept for the next call.
        """
        chosen = max(t for t in TOLERANCES_M if t <= max(tolerance_m, 0.0))
        # Threads that paint neighbouring tiles ask at the same time: one makes it, the others wait.
        with self._simplifying:
            return self._simplified(chosen)

    def _simplified(self, chosen: float) -> Lines:
        if chosen not in self._levels:
            simple = (
                by_slices(lambda lines: shapely.simplify(lines, chosen, preserve_topology=False), self.lines)
                if chosen
                else self.lines
            )
            self._levels[chosen] = Lines.of(simple)
        return self._levels[chosen]

    @cached_property
    def named(self) -> tuple[NDArray[np.object_], NDArray[np.object_], NDArray[np.int8], shapely.STRtree]:
        """Merged lines of one name and class, their names and classes, and a tree of them."""
        import pandas as pd

        use = np.flatnonzero((self.names != "") & ~self.is_link & ~self.tunnel)
        table = pd.DataFrame({"name": self.names[use], "street_class": self.street_class[use], "line": use})
        lines: list[shapely.LineString] = []
        names: list[str] = []
        classes: list[int] = []
        for (name, street_class), members in table.groupby(["name", "street_class"], sort=True)["line"]:
            merged = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(self.lines[members.to_numpy()])))
            lines.extend(merged)
            names.extend([str(name)] * len(merged))
            classes.extend([int(street_class)] * len(merged))
        array = np.empty(len(lines), dtype=object)
        array[:] = lines
        return array, np.array(names, dtype=object), np.array(classes, dtype=np.int8), shapely.STRtree(array)


class AreaLayer:
    """
    Areas or mixed geometries with a tree.

    Another process gets geometries and columns, but no frame.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        In metres.
    """

    def __init__(self, frame: gpd.GeoDataFrame) -> None:
        self.frame = frame[frame.geometry.notna().to_numpy() & ~frame.geometry.is_empty.to_numpy()]
        self.geometries: NDArray[np.object_] = self.frame.geometry.to_numpy()
        self.tree = shapely.STRtree(self.geometries)
        self._columns: dict[str, NDArray[np.object_]] = {}
        self._shrunk: dict[tuple[int, float], shapely.Geometry] = {}

    def __getstate__(self) -> dict[str, Any]:
        columns = {str(name): self.column(str(name)) for name in self.frame.columns.drop(self.frame.geometry.name)}
        return {"geometries": shapely.to_wkb(self.geometries), "_columns": columns}

    def __setstate__(self, state: dict[str, Any]) -> None:
        geometries = shapely.from_wkb(state["geometries"])
        vars(self).update(state, geometries=geometries, tree=shapely.STRtree(geometries), _shrunk={})

    def within(self, box: tuple[float, float, float, float]) -> NDArray[np.int64]:
        """
        Find what touches a box.

        Parameters
        ----------
        box : tuple of float
            ``(min_x, min_y, max_x, max_y)``, metres.

        Returns
        -------
        ndarray of int64
            Positions in `frame`, in its order.
        """
        return np.sort(self.tree.query(shapely.box(*box)))

    def shrunk(self, place: int, distance_m: float) -> shapely.Geometry:
        """
        Give an area without a strip along its edge.

        Parameters
        ----------
        place : int
            Position of the area.
        distance_m : float
            Width of the strip, metres; taken to the millimetre.

        Returns
        -------
        shapely.Geometry
            Kept for the next map of the same scale, of which the sheets of a plan have many.
        """
        key = (place, round(distance_m, 3))
        if key not in self._shrunk:
            if len(self._shrunk) >= _MOST_SHRUNK:
                self._shrunk.clear()
            self._shrunk[key] = shapely.buffer(self.geometries[place], -key[1])
        return self._shrunk[key]

    def column(self, name: str) -> NDArray[np.object_]:
        """
        Give one column as an array.

        Parameters
        ----------
        name : str
            The column.

        Returns
        -------
        ndarray of object
            Its values; None where the column is absent or the value missing. Kept for the next call: do not change it.
        """
        if name not in self._columns:
            values = np.full(len(self.geometries), None, dtype=object)
            if "frame" in vars(self) and name in self.frame:
                import pandas as pd

                values = self.frame[name].astype(object).to_numpy(copy=True)
                values[pd.isna(values)] = None
            self._columns[name] = values
        return self._columns[name]


@dataclass(frozen=True, eq=False)
class MapContent:
    """
    The layers of one map, all in the same metric system. None leaves a layer out.

    Made once, drawn many times from any thread: indexes and simplified lines are built at first need. Sent to another
    process it comes with what painting needs, without the frames, so that pandas need not be loaded there.

    Parameters
    ----------
    streets, barriers, boundary, rings, grid_cells, hotspots, incidents, sites : geopandas.GeoDataFrame or None
        With the columns of `patrolmap.model.layers.LAYERS`.
    routes : geopandas.GeoDataFrame or None
        Lines of the whole plan, coloured by `team_id` in order of first appearance.
    stops : geopandas.GeoDataFrame or None
        Stops of the whole plan, drawn as small dots in the colour of their route. For the numbered stops of one
        route use `patrolmap.maps.painting.paint_stops`.
    looks : MapLooks
        What the user chose for the layers of the window's map; paper keeps to the style table.
    """

    streets: gpd.GeoDataFrame | None = None
    barriers: gpd.GeoDataFrame | None = None
    boundary: gpd.GeoDataFrame | None = None
    rings: gpd.GeoDataFrame | None = None
    grid_cells: gpd.GeoDataFrame | None = None
    hotspots: gpd.GeoDataFrame | None = None
    incidents: gpd.GeoDataFrame | None = None
    sites: gpd.GeoDataFrame | None = None
    routes: gpd.GeoDataFrame | None = None
    stops: gpd.GeoDataFrame | None = None
    looks: MapLooks = USUAL_LOOKS

    def __getstate__(self) -> dict[str, Any]:
        return {"looks": self.looks, **{name: getattr(self, name) for name in _READY}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(dict.fromkeys(self.__dataclass_fields__), **state)

    def with_looks(self, looks: MapLooks) -> MapContent:
        """
        Show the same layers in another look.

        Parameters
        ----------
        looks : MapLooks
            Choices.

        Returns
        -------
        MapContent
            Shares what was made ready for drawing.
        """
        made = replace(self, looks=looks)
        vars(made).update({name: value for name, value in vars(self).items() if name in _READY})
        return made

    @cached_property
    def street_layer(self) -> StreetLayer | None:
        """Streets ready for drawing; None if there are none."""
        return None if self.streets is None or self.streets.empty else StreetLayer(self.streets)

    @cached_property
    def area_layers(self) -> dict[str, AreaLayer]:
        """All other layers that are present and not empty, by name."""
        found = {name: getattr(self, name) for name in _AREA_LAYERS}
        return {name: AreaLayer(frame) for name, frame in found.items() if frame is not None and not frame.empty}

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """Bounds of all layers together, metres; a square kilometre around 0, 0 if there is nothing."""
        frames = [self.streets, *(getattr(self, name) for name in _AREA_LAYERS)]
        boxes = [frame.total_bounds for frame in frames if frame is not None and not frame.empty]
        if not boxes:
            return -500.0, -500.0, 500.0, 500.0
        stacked = np.array(boxes)
        low, high = stacked[:, :2].min(axis=0), stacked[:, 2:].max(axis=0)
        return float(low[0]), float(low[1]), float(high[0]), float(high[1])


_MOST_SHRUNK: Final = 2_000
_REMADE: Final = frozenset({"lines", "tree", "named", "_levels", "_simplifying"})
_READY: Final = frozenset({"street_layer", "area_layers", "bounds"})
_AREA_LAYERS: Final = (
    "barriers", "boundary", "rings", "grid_cells", "hotspots", "incidents", "sites", "routes", "stops",
)  # fmt: skip


def _single_lines(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.intp]]:
    """Take lines of several parts apart, and tell from which each comes."""
    if (shapely.get_type_id(shapes) == shapely.GeometryType.LINESTRING).all():
        return shapes, np.arange(len(shapes))
    parts, source = [], []
    for start in range(0, len(shapes), SLICE_ROWS):
        found, of = shapely.get_parts(shapes[start : start + SLICE_ROWS], return_index=True)
        parts.append(found)
        source.append(of + start)
    return np.concatenate(parts), np.concatenate(source)


def _texts(frame: gpd.GeoDataFrame, name: str) -> list[str]:
    import pandas as pd

    if name not in frame:
        return [""] * len(frame)
    values = frame[name].to_numpy(dtype=object)
    missing = pd.isna(values).tolist()
    return ["" if absent else str(value) for value, absent in zip(values.tolist(), missing, strict=True)]


def _numbers(frame: gpd.GeoDataFrame, name: str) -> NDArray[np.float64]:
    import pandas as pd

    if name not in frame:
        return np.full(len(frame), np.nan)
    numbers: NDArray[np.float64] = pd.to_numeric(frame[name], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return numbers


def _flags(frame: gpd.GeoDataFrame, name: str) -> NDArray[np.bool_]:
    texts = _texts(frame, name)
    # A city has few different values and many streets.
    is_set = {text: text.lower() not in {"", "0", "no", "false"} for text in set(texts)}
    return np.array([is_set[text] for text in texts], dtype=bool)
