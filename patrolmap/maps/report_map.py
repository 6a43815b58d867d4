"""Maps of a report: the district with what a chapter speaks of, scale bar, north and legend."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import shapely
from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from patrolmap.maps.charts import paint_bars, paint_heat
from patrolmap.maps.legend import legend_entries, legend_size, paint_legend
from patrolmap.maps.painting import ALL_PARTS, MapView, paint_map, paint_north_arrow, paint_scale_bar, prepare_painter
from patrolmap.maps.text import label_font
from patrolmap.model.charts import BarChart, HeatChart
from patrolmap.model.style import Theme
from patrolmap.model.style_types import LabelStyle

if TYPE_CHECKING:
    from patrolmap.maps.content import MapContent

__all__ = ["MapMark", "MapPicture", "paint_picture", "picture_png"]

_NEVER: Final = frozenset({"incidents", "routes", "stops", "grid_cells", "street_names", "site_names"})
_LABEL: Final = LabelStyle(8.0, "#111111", "#ffffff", 0.5, bold=True)
_WASH: Final = QColor(255, 255, 255, 228)
_DOT_MM: Final = 1.7
_LINE_MM: Final = 0.9


@dataclass(frozen=True, eq=False)
class MapMark:
    """
    One kind of mark laid over a map.

    Parameters
    ----------
    title : str
        In the key, in the reader's language.
    colour : str
        ``#rrggbb``.
    places : tuple of shapely.Geometry
        Points or lines, metric CRS.
    labels : tuple of str, default ()
        A short text beside each place; empty for none.
    hollow : bool, default False
        Whether dots are rings, so that kinds differ without colour.
    """

    title: str
    colour: str
    places: tuple[shapely.Geometry, ...]
    labels: tuple[str, ...] = ()
    hollow: bool = False


@dataclass(frozen=True, eq=False)
class MapPicture:
    """
    A map of a report.

    Parameters
    ----------
    content : MapContent
        The layers, metric CRS.
    layers : frozenset of str
        Which of them are drawn, beside ground, streets and boundary.
    marks : tuple of MapMark, default ()
        What is laid over them.
    """

    content: MapContent
    layers: frozenset[str]
    marks: tuple[MapMark, ...] = ()


def paint_picture(painter: QPainter, picture: object, width_mm: float, height_mm: float, dots_per_mm: float) -> None:
    """
    Draw any picture of a report.

    Parameters
    ----------
    painter : QPainter
        Its origin is the top left corner of the picture; its state is restored.
    picture : BarChart, HeatChart or MapPicture
        What to draw.
    width_mm, height_mm : float
        Size.
    dots_per_mm : float
        Resolution.

    Raises
    ------
    TypeError
        If it is no such picture.
    """
    painter.save()
    if isinstance(picture, BarChart):
        paint_bars(painter, picture, width_mm, height_mm, dots_per_mm)
    elif isinstance(picture, HeatChart):
        paint_heat(painter, picture, width_mm, height_mm, dots_per_mm)
    elif isinstance(picture, MapPicture):
        _paint_map(painter, picture, (width_mm * dots_per_mm, height_mm * dots_per_mm), dots_per_mm)
    else:
        painter.restore()
        raise TypeError(type(picture))
    painter.restore()


def picture_png(picture: object, width_mm: float, height_mm: float, *, dpi: int = 200) -> bytes:
    """
    Draw a picture as PNG.

    Parameters
    ----------
    picture : BarChart, HeatChart or MapPicture
        What to draw.
    width_mm, height_mm : float
        Size.
    dpi : int, default 200
        Resolution.

    Returns
    -------
    bytes
        The file.
    """
    dots_per_mm = dpi / 25.4
    image = QImage(QSize(round(width_mm * dots_per_mm), round(height_mm * dots_per_mm)), QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    paint_picture(painter, picture, width_mm, height_mm, dots_per_mm)
    painter.end()
    packed = QBuffer()
    packed.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(packed, "PNG")  # type: ignore[call-overload]  # the stub wants bytes, which PySide refuses
    return bytes(packed.data().data())


def _paint_map(painter: QPainter, picture: MapPicture, size: tuple[float, float], dots_per_mm: float) -> None:
    device = (0.0, 0.0, *size)
    view = MapView.fit(_bounds(picture), device, dots_per_mm=dots_per_mm, theme=Theme.PRINT, margin_mm=3.0)
    wanted = {"background", "barriers", "streets", "railways", "boundary"} | picture.layers
    paint_map(painter, picture.content, view, parts=wanted & (ALL_PARTS - _NEVER))
    painter.save()
    prepare_painter(painter, view)
    for mark in picture.marks:
        _paint_mark(painter, mark, view)
    painter.restore()
    _furnish(painter, picture, view)
    painter.setPen(QPen(QColor("#444444"), 0.25 * dots_per_mm))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(QRectF(*device))


def _bounds(picture: MapPicture) -> tuple[float, float, float, float]:
    layers = picture.content.area_layers
    frame = layers["boundary"] if "boundary" in layers else layers.get("rings")
    if frame is None:
        return picture.content.bounds
    left, bottom, right, top = shapely.total_bounds(frame.geometries)
    return float(left), float(bottom), float(right), float(top)


def _paint_mark(painter: QPainter, mark: MapMark, view: MapView) -> None:
    labels = mark.labels or ("",) * len(mark.places)
    for place, label in zip(mark.places, labels, strict=True):
        xy = shapely.get_coordinates(place)
        dots = view.to_device(xy)
        if len(dots) > 1:
            for colour, width in (("#ffffff", _LINE_MM + 0.7), (mark.colour, _LINE_MM)):
                painter.setPen(
                    QPen(QColor(colour), view.dots(width), c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin)
                )
                painter.drawPolyline([QPointF(float(x), float(y)) for x, y in dots])
        elif len(dots):
            _dot(painter, QPointF(float(dots[0][0]), float(dots[0][1])), mark, view)
        if label and len(dots):
            middle = dots[len(dots) // 2]
            _write(painter, QPointF(float(middle[0]) + view.dots(1.4), float(middle[1]) - view.dots(1.2)), label, view)


def _dot(painter: QPainter, at: QPointF, mark: MapMark, view: MapView) -> None:
    radius = view.dots(_DOT_MM / 2)
    if mark.hollow:
        painter.setPen(QPen(QColor(mark.colour), view.dots(0.45)))
        painter.setBrush(QColor("#ffffff"))
    else:
        painter.setPen(QPen(QColor("#ffffff"), view.dots(0.25)))
        painter.setBrush(QColor(mark.colour))
    painter.drawEllipse(at, radius, radius)


def _write(painter: QPainter, at: QPointF, text: str, view: MapView) -> None:
    painter.setFont(label_font(_LABEL, view))
    for dx, dy, colour in ((-1, 0, "#fff"), (1, 0, "#fff"), (0, -1, "#fff"), (0, 1, "#fff"), (0, 0, _LABEL.colour)):
        painter.setPen(QColor(colour))
        painter.drawText(at + QPointF(dx, dy) * view.dots(0.25), text)


def _furnish(painter: QPainter, picture: MapPicture, view: MapView) -> None:
    _, _, width, height = view.device
    painter.fillRect(QRectF(0, height - view.dots(11), view.dots(56), view.dots(11)), _WASH)
    paint_scale_bar(painter, view, view.dots(3), height - view.dots(2.6), max_width_mm=28.0)
    paint_north_arrow(painter, view, QPointF(width - view.dots(8), view.dots(9)))
    layers = (picture.layers & {"hotspots", "rings", "sites"}) & set(picture.content.area_layers)
    entries = legend_entries(view.style, layers)
    room = legend_size(entries, view, columns=2) if entries else None
    top = _keys(painter, picture, view, 0.0 if room is None else room.height())
    if room is not None:
        margin = view.dots(1.5)
        corner = QPointF(width - margin - room.width(), top - room.height())
        painter.fillRect(QRectF(corner, room).adjusted(-margin, -margin, margin, 0), _WASH)
        paint_legend(painter, entries, view, corner.x(), corner.y(), columns=2)


def _keys(painter: QPainter, picture: MapPicture, view: MapView, above: float) -> float:  # noqa: ARG001 - measured below
    """Draw the key of the marks in the lower right corner; give the height at which the legend may end."""
    _, _, width, height = view.device
    margin, row = view.dots(1.5), view.dots(4.4)
    marks = [mark for mark in picture.marks if mark.title and mark.places]
    if not marks:
        return height - margin
    font = label_font(LabelStyle(8.0, "#111111", "#ffffff", 0.0), view)
    painter.setFont(font)
    wide = max(painter.fontMetrics().horizontalAdvance(mark.title) for mark in marks) + view.dots(9)
    top = height - margin - row * len(marks)
    painter.fillRect(
        QRectF(width - margin * 2 - wide, top - margin, wide + margin * 2, row * len(marks) + margin * 2), _WASH
    )
    for number, mark in enumerate(marks):
        y = top + row * (number + 0.5)
        x = width - margin - wide
        if shapely.get_type_id(mark.places[0]) == 0:
            _dot(painter, QPointF(x + view.dots(3.5), y), mark, view)
        else:
            painter.setPen(QPen(QColor(mark.colour), view.dots(_LINE_MM)))
            painter.drawLine(QPointF(x + view.dots(1), y), QPointF(x + view.dots(6.5), y))
        painter.setPen(QColor("#111111"))
        painter.setFont(font)
        painter.drawText(
            QRectF(x + view.dots(8), y - row / 2, wide, row), int(Qt.AlignmentFlag.AlignVCenter), mark.title
        )
    return top - margin
