"""Colours by a number and names from a field, row by row, as the user chose them for a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor

from patrolmap.maps.paths import path_of
from patrolmap.maps.pens import line_pen, translucent
from patrolmap.maps.point_names import place_name_beside
from patrolmap.maps.symbols import symbol_scale
from patrolmap.model.class_breaks import class_breaks, class_of
from patrolmap.model.palettes import ramp_colours

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray
    from PySide6.QtGui import QPainter

    from patrolmap.maps.content import AreaLayer
    from patrolmap.maps.occupancy import Occupancy
    from patrolmap.maps.view import MapView
    from patrolmap.model.map_looks import ClassLook, LayerLook
    from patrolmap.model.style_types import LabelStyle

__all__ = ["class_colours", "dress_features", "paint_classes", "place_area_names", "row_labels"]

_MARGIN_MM: Final = 3.0
_AREA_OPACITY: Final = 0.62
_POINT_MM: Final = 2.6
_LINE_MM: Final = 0.7


def class_colours(frame: pd.DataFrame, look: ClassLook) -> NDArray[np.object_]:
    """
    Give each row the colour of its class.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of a layer.
    look : ClassLook
        How they are classed.

    Returns
    -------
    ndarray of object, shape (n,)
        ``#rrggbb``; empty where the row has no number, or the layer no such field.
    """
    import pandas as pd

    colours = np.full(len(frame), "", dtype=object)
    if look.field not in frame:
        return colours
    numbers = pd.to_numeric(frame[look.field], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    breaks = class_breaks(numbers, look.method, look.count)
    classes, ramp = class_of(numbers, breaks), ramp_colours(look.ramp, max(len(breaks), 1))
    for place in np.flatnonzero(classes >= 0):
        colours[place] = ramp[int(classes[place])]
    return colours


def row_labels(frame: pd.DataFrame, field: str) -> NDArray[np.object_]:
    """
    Read what is written beside rows.

    Parameters
    ----------
    frame : pandas.DataFrame
        Rows of a layer.
    field : str
        The column.

    Returns
    -------
    ndarray of object, shape (n,)
        Texts; empty where there is none. Whole numbers are written without a fraction, others with at most three figures.
    """
    if field not in frame:
        return np.full(len(frame), "", dtype=object)
    texts = np.empty(len(frame), dtype=object)
    texts[:] = [_text(value) for value in frame[field].astype(object)]
    return texts


def dress_features(
    collection: dict[str, Any], rows: gpd.GeoDataFrame, look: LayerLook, *, on_edge: bool = False
) -> None:
    """
    Tell the page the colours and names of features.

    Parameters
    ----------
    collection : dict of str to Any
        FeatureCollection of `patrolmap.maps.geojson.layer_features`; ``paint`` and ``label`` are added to properties,
        and ``label_at`` to those of areas and lines: a place inside, in the coordinates of the page, with ``label_pt``, the
        size of their letters.
    rows : geopandas.GeoDataFrame
        The same rows, indexed by the features' ids.
    look : LayerLook
        What the user chose.
    on_edge : bool, default False
        Whether names stand at the northern end of an area, not inside: nested areas share their middle.
    """
    if look.classes is not None:
        paints = dict(zip(rows.index, class_colours(rows, look.classes), strict=True))
        for feature in collection["features"]:
            feature["properties"]["paint"] = paints.get(feature["id"], "")
    if look.label_field:
        labels = dict(zip(rows.index, row_labels(rows, look.label_field), strict=True))
        for feature in collection["features"]:
            feature["properties"]["label"] = labels.get(feature["id"], "")
            if feature["geometry"] and feature["geometry"]["type"] != "Point":
                place = _label_place(shapely.geometry.shape(feature["geometry"]), on_edge=on_edge)
                feature["properties"]["label_at"] = [place.x, place.y]
                feature["properties"]["label_pt"] = look.label_pt


def paint_classes(painter: QPainter, layer: AreaLayer, view: MapView, look: LayerLook) -> None:
    """
    Draw rows in the colours of their classes; rows without a number are left out.

    Parameters
    ----------
    painter : QPainter
        Where.
    layer : AreaLayer
        Any layer.
    view : MapView
        The view.
    look : LayerLook
        With classes.
    """
    if look.classes is None:
        return
    colours = class_colours(layer.frame, look.classes)
    edge = line_pen(translucent(view.style.panel, 0.85), view.dots(0.22))
    radius = view.dots(_POINT_MM * look.size) / 2 * symbol_scale(view)
    for place in layer.within(view.grown(_MARGIN_MM)):
        colour, geometry = str(colours[place]), layer.geometries[place]
        if not colour:
            continue
        dimension = int(shapely.get_dimensions(geometry))
        if dimension == 0:
            painter.setPen(edge)
            painter.setBrush(QColor(colour))
            for x, y in view.to_device(shapely.get_coordinates(geometry)):
                painter.drawEllipse(QPointF(x, y), radius, radius)
        elif dimension == 1:
            painter.strokePath(path_of(geometry, view), line_pen(colour, view.dots(_LINE_MM * look.size)))
        else:
            path = path_of(geometry, view)
            painter.fillPath(path, translucent(colour, _AREA_OPACITY))
            painter.strokePath(path, edge)


def place_area_names(
    layer: AreaLayer, view: MapView, occupancy: Occupancy, field: str, label: LabelStyle, *, on_edge: bool = False
) -> list[tuple[str, QPointF, LabelStyle]]:
    """
    Choose where names from a field go, within or beside their rows.

    Parameters
    ----------
    layer : AreaLayer
        Any layer.
    view : MapView
        The view.
    occupancy : Occupancy
        What is taken already; the names' places are added.
    field : str
        Column with the names.
    label : LabelStyle
        How they are written.
    on_edge : bool, default False
        As for `dress_features`.

    Returns
    -------
    list of tuple of (str, QPointF, LabelStyle)
        As `patrolmap.maps.point_names.place_site_names` gives them.
    """
    texts, placed = row_labels(layer.frame, field), []
    which = [int(place) for place in layer.within(view.world) if texts[place]]
    if not which:
        return []
    places = [_label_place(geometry, on_edge=on_edge) for geometry in layer.geometries[which]]
    inside = shapely.get_coordinates(places)
    for place, (x, y) in zip(which, view.to_device(inside), strict=True):
        base = place_name_beside(str(texts[place]), QPointF(x, y), view.dots(0.6), view, occupancy)
        if base is not None:
            placed.append((str(texts[place]), base, label))
    return placed


def _label_place(geometry: shapely.Geometry, *, on_edge: bool) -> shapely.Point:
    if not on_edge:
        return shapely.point_on_surface(geometry)
    corners = shapely.get_coordinates(geometry)
    return shapely.Point(corners[np.argmax(corners[:, 1])])


def _text(value: Any) -> str:
    import pandas as pd

    if value is None or pd.isna(value):
        return ""
    if isinstance(value, float | np.floating):
        return str(int(value)) if float(value).is_integer() else f"{value:.3g}"
    return str(value)
