"""A background of map tiles under all layers, laid tile by tile onto the system of whatever map is painted."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF
from PySide6.QtGui import QImage, QImageReader, QPainter, QPolygonF, QTransform

from patrolmap.maps.tile_grid import MERCATOR, TILE_DOTS, TileGrid
from patrolmap.maps.tiles import png_bytes
from patrolmap.maps.view import MapView
from patrolmap.model.style_types import Theme
from patrolmap.progress import NO_CANCEL, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyproj
    from numpy.typing import NDArray

    from patrolmap.progress import Cancel

    Shift = Callable[[NDArray[np.float64]], NDArray[np.float64]]

__all__ = ["Basemap", "BasemapTiles", "decoded_tile"]

_MOST_EDGE: Final = 2048
_MOST_TILES: Final = 400
_NEAREST_ZOOM: Final = 20
_KEPT: Final = 256
_WGS84: Final = "EPSG:4326"
_PICTURE_FORMATS: Final = (b"png", b"jpeg", b"jpg", b"webp")


@dataclass(frozen=True)
class _Ways:
    """From the units of a map to degrees in WGS 84, and back; None where they are the same."""

    out: pyproj.Transformer
    back: pyproj.Transformer


class Basemap:
    """
    Tiles in Web Mercator that can be painted under a map in any system.

    Parameters
    ----------
    tile : Callable
        Gives the bytes of a tile by zoom, column and row from the north, or None; asked from any thread.
    zooms : tuple of int
        Lowest and highest zoom of the tiles.
    credit : str
        Whom to name beside the map.
    shift : Callable or None
        Moves WGS 84 lon, lat, shape (n, 2), to the system that the tiles were drawn in (GCJ-02); None if that is WGS 84.
    unshift : Callable or None
        The way back.
    is_online : bool, default False
        Whether a tile that does not come now may come later, and may be long in coming.
    """

    def __init__(
        self,
        tile: Callable[[int, int, int], bytes | None],
        zooms: tuple[int, int],
        credit: str = "",
        shift: Shift | None = None,
        unshift: Shift | None = None,
        *,
        is_online: bool = False,
    ) -> None:
        self._tile, self._zooms, self.credit = tile, zooms, credit
        self._shift, self._unshift = shift, unshift
        self.is_online = is_online
        self._lock = threading.Lock()
        self._images: OrderedDict[tuple[int, int, int], QImage | None] = OrderedDict()
        self._ways: dict[str, _Ways] = {}

    def paint(self, painter: QPainter, view: MapView, crs: str, opacity: float = 1.0) -> int:
        """
        Paint what a view shows.

        Each tile is mapped by the projective transform that is exact at its four corners: within a tile the bend of a metric projection
        and of the shift of GCJ-02 stays well under a pixel at the scales of a district.

        Parameters
        ----------
        painter : QPainter
            Active; its state is restored.
        view : MapView
            Which piece of the world.
        crs : str
            System of the view's world.
        opacity : float, default 1.0
            0 to 1.

        Returns
        -------
        int
            Number of tiles painted; 0 where there are none.
        """
        zoom, columns, rows = self._wanted(view, crs)
        painter.save()
        painter.setClipRect(QRectF(*view.device))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(opacity)
        count = 0
        for column in columns:
            for row in rows:
                found = self._picture(zoom, column, row)
                if found is not None:
                    _lay(painter, self._corners((zoom, column, row), view, crs), *found)
                    count += 1
        painter.restore()
        return count

    def _wanted(self, view: MapView, crs: str) -> tuple[int, range, range]:
        low_x, low_y, high_x, high_y = view.world
        grid = np.array([(x, y) for x in np.linspace(low_x, high_x, 5) for y in np.linspace(low_y, high_y, 5)])
        unit = self._to_unit(grid, crs)
        low, high = unit.min(axis=0), unit.max(axis=0)
        dots = max(view.device[2], 1.0) * 3.78 / view.dots_per_mm
        exact = math.log2(dots / TILE_DOTS / max(high[0] - low[0], 1e-9))
        # Beyond the last zoom, parts of its tiles are laid: each small enough to be exact.
        zoom = min(max(round(exact), self._zooms[0]), max(_NEAREST_ZOOM, self._zooms[1]))
        while True:
            edge = 1 << zoom
            first = np.clip(np.floor(low * edge), 0, edge - 1).astype(int)
            last = np.clip(np.floor(high * edge), 0, edge - 1).astype(int)
            if (last - first + 1).prod() <= _MOST_TILES or zoom <= 0:
                return zoom, range(first[0], last[0] + 1), range(first[1], last[1] + 1)
            zoom -= 1

    def _corners(self, place: tuple[int, int, int], view: MapView, crs: str) -> QPolygonF:
        """Corners of a tile on the device, clockwise from the north-west."""
        zoom, column, row = place
        square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=np.float64)
        dots = view.to_device(self._to_world((square + np.array([column, row])) / (1 << zoom), crs))
        return QPolygonF([QPointF(x, y) for x, y in dots])

    def _picture(self, zoom: int, column: int, row: int) -> tuple[QImage, QRectF] | None:
        """Find a tile, or the part of an older one that shows the same place."""
        for older in range(max(zoom - self._zooms[1], 0), zoom + 1):
            image = self._image(zoom - older, column >> older, row >> older)
            if image is not None:
                side, mask = 1 << older, (1 << older) - 1
                width, height = image.width() / side, image.height() / side
                return image, QRectF((column & mask) * width, (row & mask) * height, width, height)
            if zoom - older <= self._zooms[0]:
                return None
        return None

    def _image(self, zoom: int, column: int, row: int) -> QImage | None:
        key = (zoom, column, row)
        with self._lock:
            if key in self._images:
                self._images.move_to_end(key)
                return self._images[key]
        content = self._tile(*key)
        image = None if content is None else decoded_tile(content)
        if image is None and self.is_online:
            return None
        with self._lock:
            self._images[key] = image
            while len(self._images) > _KEPT:
                self._images.popitem(last=False)
        return image

    def _way(self, crs: str) -> _Ways:
        import pyproj

        if crs not in self._ways:
            self._ways[crs] = _Ways(
                pyproj.Transformer.from_crs(crs, _WGS84, always_xy=True),
                pyproj.Transformer.from_crs(_WGS84, crs, always_xy=True),
            )
        return self._ways[crs]

    def _to_unit(self, xy: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
        lonlat = np.column_stack(self._way(crs).out.transform(xy[:, 0], xy[:, 1]))
        if self._shift is not None:
            lonlat = self._shift(lonlat)
        latitude = np.radians(np.clip(lonlat[:, 1], -85.05, 85.05))
        north = (1 - np.arcsinh(np.tan(latitude)) / math.pi) / 2
        return np.column_stack((lonlat[:, 0] / 360 + 0.5, north))

    def _to_world(self, unit: NDArray[np.float64], crs: str) -> NDArray[np.float64]:
        latitude = np.degrees(np.arctan(np.sinh(math.pi * (1 - 2 * unit[:, 1]))))
        lonlat = np.column_stack(((unit[:, 0] - 0.5) * 360, latitude))
        if self._unshift is not None:
            lonlat = self._unshift(lonlat)
        return np.column_stack(self._way(crs).back.transform(lonlat[:, 0], lonlat[:, 1]))


class BasemapTiles:
    """
    A basemap as tiles of the window's map page.

    Parameters
    ----------
    basemap : Basemap
        What to paint.

    Attributes
    ----------
    may_be_long : bool
        Whether a tile may have to wait for a server.
    """

    def __init__(self, basemap: Basemap) -> None:
        self._basemap = basemap
        self.may_be_long = basemap.is_online
        self._grid = TileGrid(planar=False)

    def render_tile(
        self,
        z: float,
        x: int,
        y: int,
        *,
        scale: int = 1,
        theme: Theme = Theme.LIGHT,  # noqa: ARG002 - a basemap has one look
        tile_set: str = "basemap",  # noqa: ARG002
        cancel: Cancel = NO_CANCEL,
    ) -> bytes:
        """
        Paint one tile in its true place.

        Parameters
        ----------
        z : float
            Zoom, a multiple of a half.
        x, y : int
            Column, row.
        scale : int, default 1
            Device pixels to a CSS pixel.
        theme : Theme, default LIGHT
            Not used.
        tile_set : str, default "basemap"
            Not used.
        cancel : Cancel
            Asked before the work.

        Returns
        -------
        bytes
            A PNG of ``256 * scale`` pixels square, transparent where the basemap has nothing.
        """
        raise_if_cancelled(cancel)
        edge = TILE_DOTS * scale
        image = QImage(edge, edge, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        view = MapView(self._grid.bounds(z, x, y), (0.0, 0.0, float(edge), float(edge)), 3.78 * scale)
        self._basemap.paint(painter, view, MERCATOR)
        painter.end()
        return png_bytes(image)


def _lay(painter: QPainter, target: QPolygonF, image: QImage, part: QRectF) -> None:
    source = QPolygonF([part.topLeft(), part.topRight(), part.bottomRight(), part.bottomLeft()])
    turn = QTransform.quadToQuad(source, target)
    if isinstance(turn, QTransform):
        painter.save()
        painter.setTransform(turn, combine=True)
        painter.drawImage(part, image, part)
        painter.restore()


def decoded_tile(content: bytes) -> QImage | None:
    """
    Read a picture of a tile, whose size is looked at before its pixels are made.

    Parameters
    ----------
    content : bytes
        PNG, JPEG or WebP.

    Returns
    -------
    QImage or None
        None if it is no such picture, is damaged, not square, or wider than 2,048 pixels.
    """
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    is_known = bytes(reader.format().data()) in _PICTURE_FORMATS
    if not is_known or size.width() != size.height() or not 0 < size.width() <= _MOST_EDGE:
        return None
    image = reader.read()
    return None if image.isNull() else image
