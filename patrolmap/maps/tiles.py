"""Raster tiles of the heavy layers, painted on demand from any thread."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter, QPainter

from patrolmap.errors import PatrolmapError
from patrolmap.maps.content import MapContent
from patrolmap.maps.markup import script_json
from patrolmap.maps.packing import pack_map
from patrolmap.maps.painting import map_occupancy, paint_map, prepare_painter
from patrolmap.maps.street_names import PlacedName, paint_street_names, place_street_names
from patrolmap.maps.tile_grid import TILE_DOTS, TileGrid
from patrolmap.maps.view import MapView
from patrolmap.messages import N_
from patrolmap.model.style_types import Theme
from patrolmap.progress import NO_CANCEL, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from patrolmap.model.frame import SpatialFrame
    from patrolmap.model.map_looks import MapLooks
    from patrolmap.progress import Cancel

__all__ = ["TILE_SETS", "TileSource", "png_bytes"]

TILE_SETS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "base": frozenset({"background", "barriers", "streets", "railways", "street_names"}),
        "ground": frozenset({"barriers"}),
        "streets": frozenset({"streets", "railways"}),
        "grid_cells": frozenset({"grid_cells"}),
        "incidents": frozenset({"incidents"}),
        "basemap": frozenset(),
    }
)
"""Tile layers and the parts of the map in each. ``base`` is an opaque tile of paper, ``ground``, ``streets``
and their names, for a map that writes none itself. ``basemap`` is painted by `patrolmap.maps.basemap`."""

_REACH: Final = 0.2
"""How far a line is drawn beyond its place at most, with its width and edge, in tiles."""

_BLOCK_TILES: Final = 8
_CACHE_BYTES: Final = 64 * 2**20
_CACHE_BLOCKS: Final = 48

_TileKey = tuple[str, Theme, int, float, int, int]
_BlockKey = tuple[Theme, float, int, int]


class TileSource:
    """
    Tiles of one state of a project's layers. Make a new one when the layers change.

    Names of streets are placed for blocks of 8 by 8 tiles, wholly inside their block, so that a name is never
    cut at the edge of a tile nor drawn differently by two neighbours.

    Parameters
    ----------
    content : MapContent
        Layers in the system of `grid`.
    grid : TileGrid
        How they are cut.
    """

    def __init__(self, content: MapContent, grid: TileGrid) -> None:
        self.content = content
        self.grid = grid
        self.may_be_long = False
        self._lock = threading.Lock()
        self._tiles: OrderedDict[_TileKey, bytes] = OrderedDict()
        self._held_bytes = 0
        self._names: OrderedDict[_BlockKey, list[PlacedName]] = OrderedDict()

    @classmethod
    def from_layers(
        cls, layers: Mapping[str, gpd.GeoDataFrame], frame: SpatialFrame, *, grid: TileGrid | None = None
    ) -> TileSource:
        """
        Make tiles of a project's layers.

        Parameters
        ----------
        layers : mapping of str to geopandas.GeoDataFrame
            ``streets``, ``barriers``, ``grid_cells`` and ``incidents``, as far as wanted, in the stored system.
        frame : SpatialFrame
            The project's frame.
        grid : TileGrid or None
            That of an older state of the same layers, so that its tiles fit these; None chooses it by the layers' latitude.

        Returns
        -------
        TileSource
            The tiles. Costs one projection of the layers; indexes are built at the first tile.
        """
        filled = {name: layer for name, layer in layers.items() if not layer.empty}
        latitude_deg = 0.0
        if grid is None and filled and not frame.is_planar:
            bounds = np.array([frame.to_wgs84(_outline(layer)).total_bounds for layer in filled.values()])
            latitude_deg = float((bounds[:, 1].min() + bounds[:, 3].max()) / 2)
        grid = grid or TileGrid.of(frame, latitude_deg)
        return cls(MapContent(**{name: grid.project(layer, frame) for name, layer in filled.items()}), grid)

    def render_tile(
        self,
        z: float,
        x: int,
        y: int,
        *,
        scale: int = 1,
        theme: Theme = Theme.LIGHT,
        tile_set: str = "base",
        cancel: Cancel = NO_CANCEL,
    ) -> bytes:
        """
        Paint one tile, or take it from the cache.

        Parameters
        ----------
        z : float
            Zoom; `pm.halfZooms` of the page asks for halves too.
        x, y : int
            Column, row.
        scale : int, default 1
            2 for screens with two device pixels to a CSS pixel; 1 to 4.
        theme : Theme, default LIGHT
            Look of the map.
        tile_set : str, default "base"
            One of `TILE_SETS`. All but ``base`` are transparent.
        cancel : Cancel
            Asked between the steps; a tile that scrolled away need not be finished.

        Returns
        -------
        bytes
            A PNG of ``256 * scale`` pixels square.

        Raises
        ------
        KeyError
            If there is no such tile set.
        CancelledError
            If `cancel` says so.
        """
        key: _TileKey = (tile_set, theme, scale, z, x, y)
        with self._lock:
            if key in self._tiles:
                self._tiles.move_to_end(key)
                return self._tiles[key]
            content = self.content
        made = self._paint(key, TILE_SETS[tile_set], cancel, content)
        with self._lock:
            if key not in self._tiles and content.looks == self.content.looks:
                self._tiles[key] = made
                self._held_bytes += len(made)
            while self._held_bytes > _CACHE_BYTES:
                self._held_bytes -= len(self._tiles.popitem(last=False)[1])
        return made

    def take_looks(self, looks: MapLooks) -> None:
        """
        Paint in another look from now on.

        Parameters
        ----------
        looks : MapLooks
            What the user chose. Opacity is left to whoever lays the tiles.
        """
        for name, look in looks.layers:
            looks = looks.with_layer(name, replace(look, opacity=1.0))
        with self._lock:
            self.content = self.content.with_looks(looks)
            self._tiles.clear()
            self._names.clear()
            self._held_bytes = 0

    def take_over(self, older: TileSource, boxes: NDArray[np.float64]) -> None:
        """
        Keep the tiles of an older state in which nothing changed.

        Parameters
        ----------
        older : TileSource
            Tiles of the same grid and look.
        boxes : ndarray of float64, shape (k, 4)
            What changed since, ``(min_x, min_y, max_x, max_y)`` in the units of the grid.
        """
        with older._lock:
            kept = dict(older._tiles)
        low, high = boxes[:, :2], boxes[:, 2:]
        for key, made in kept.items():
            bounds = np.array(self.grid.bounds(*key[3:]))
            reach = (bounds[2] - bounds[0]) * _REACH
            touches = (low < bounds[2:] + reach).all(axis=1) & (high > bounds[:2] - reach).all(axis=1)
            # Names of streets go where there is room: a change moves those around it too.
            if not touches.any() and "street_names" not in TILE_SETS[key[0]]:
                self._tiles[key] = made
                self._held_bytes += len(made)

    def names_json(self) -> bytes:
        """
        Give what the page needs to write the names of streets.

        Returns
        -------
        bytes
            JSON as `patrolmap.maps.packing.pack_map` makes it, of streets that have a name.
        """
        streets = self.content.streets
        named = None if streets is None or "name" not in streets else streets[streets["name"].notna()]
        return script_json(pack_map(named, None, self.grid)).encode("utf-8")

    def _paint(self, key: _TileKey, parts: frozenset[str], cancel: Cancel, content: MapContent) -> bytes:
        _, theme, scale, z, x, y = key
        raise_if_cancelled(cancel)
        opaque = "background" in parts
        picture = QImage.Format.Format_RGB32 if opaque else QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(TILE_DOTS * scale, TILE_DOTS * scale, picture)
        if not opaque:
            image.fill(0)
        view = MapView(
            self.grid.bounds(z, x, y), (0, 0, TILE_DOTS, TILE_DOTS), theme=theme, ground_factor=self.grid.ground_factor
        )
        painter = QPainter(image)
        try:
            painter.scale(scale, scale)
            paint_map(painter, content, view, parts=parts - {"street_names"})
            raise_if_cancelled(cancel)
            if "street_names" in parts:
                self._paint_names(painter, view, (theme, z, x, y))
        finally:
            # A picture must not go while a painter is on it.
            painter.end()
        raise_if_cancelled(cancel)
        return png_bytes(image)

    def _paint_names(self, painter: QPainter, view: MapView, place: _BlockKey) -> None:
        theme, z, x, y = place
        column, row = x // _BLOCK_TILES, y // _BLOCK_TILES
        left, top = (x - column * _BLOCK_TILES) * TILE_DOTS, (y - row * _BLOCK_TILES) * TILE_DOTS
        right, bottom = left + TILE_DOTS, top + TILE_DOTS
        near = [
            name
            for name in self._block_names((theme, z, column, row))
            if name.box[0] < right and name.box[2] > left and name.box[1] < bottom and name.box[3] > top
        ]
        if near:
            prepare_painter(painter, view)
            painter.translate(-left, -top)
            paint_street_names(painter, near, view)

    def _block_names(self, key: _BlockKey) -> list[PlacedName]:
        with self._lock:
            if key in self._names:
                self._names.move_to_end(key)
                return self._names[key]
        theme, z, column, row = key
        world = self.grid.bounds(z, column * _BLOCK_TILES, row * _BLOCK_TILES, tiles=_BLOCK_TILES)
        size = TILE_DOTS * _BLOCK_TILES
        view = MapView(world, (0, 0, size, size), theme=theme, ground_factor=self.grid.ground_factor)
        streets = self.content.street_layer
        names = [] if streets is None else place_street_names(streets, view, map_occupancy(view))
        with self._lock:
            self._names[key] = names
            while len(self._names) > _CACHE_BLOCKS:
                self._names.popitem(last=False)
        return names


def _outline(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make one row of a layer's bounds: enough to tell its latitude, and projected at once."""
    return layer.iloc[:1].set_geometry([shapely.box(*layer.total_bounds)], crs=layer.crs)


def png_bytes(image: QImage) -> bytes:
    """
    Write a picture.

    Parameters
    ----------
    image : QImage
        The picture.

    Returns
    -------
    bytes
        A PNG.

    Raises
    ------
    PatrolmapError
        If Qt cannot write it.
    """
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    # 75 is zlib level 2: tiles are made to be looked at now, not to be kept.
    writer.setQuality(75)
    if not writer.write(image):
        raise PatrolmapError(N_("A map tile could not be made: {reason}"), reason=writer.errorString())
    buffer.close()
    return bytes(held.data())
