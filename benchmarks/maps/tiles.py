"""
Time of a painted tile of the sample district, against the same tile by Matplotlib.

Run ``python -m benchmarks.maps.tiles`` after ``pip install matplotlib`` for the comparison; without Matplotlib
only our own figures are printed. Both draw the same streets with edge and surface in the same widths, without
names, into 256 pixels square.
"""

from __future__ import annotations

import importlib.util
import io
import math
import os
import statistics
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from PySide6.QtGui import QGuiApplication

from patrolmap.maps.tile_grid import TILE_DOTS
from patrolmap.maps.tiles import TileSource
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.style import map_style
from patrolmap.resources import sample_layer

ZOOMS = (12, 14, 16)


def _streets() -> gpd.GeoDataFrame:
    streets = gpd.read_file(sample_layer("district/streets.geojson"))
    return streets.assign(level=pd.to_numeric(streets["layer"], errors="coerce"))


def _addresses(lon: float, lat: float, zoom: int) -> list[tuple[int, int]]:
    count = 2**zoom
    column = int((lon + 180) / 360 * count)
    row = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * count)
    return [(column + x, row + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]


def _ours_ms(source: TileSource, zoom: int, addresses: list[tuple[int, int]]) -> list[float]:
    taken = []
    for column, row in addresses:
        start_s = time.perf_counter()
        source.render_tile(zoom, column, row, tile_set="streets")
        taken.append((time.perf_counter() - start_s) * 1000)
    return taken


def _matplotlib_ms(source: TileSource, zoom: int, addresses: list[tuple[int, int]]) -> list[float]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.collections import LineCollection
    from matplotlib.figure import Figure

    layer, taken = source.content.street_layer, []
    assert layer is not None
    for column, row in addresses:
        start_s = time.perf_counter()
        box = source.grid.bounds(zoom, column, row)
        found = layer.tree.query(shapely.box(*box))
        denominator = (box[2] - box[0]) / TILE_DOTS * source.grid.ground_factor * 96 / 0.0254
        figure = Figure(figsize=(1, 1), dpi=TILE_DOTS, frameon=False)
        canvas, axes = FigureCanvasAgg(figure), figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(box[0], box[2])
        axes.set_ylim(box[1], box[3])
        for street_class, street in enumerate(map_style().streets):
            width_mm = street.widths.width_mm(denominator)
            lines = [
                shapely.get_coordinates(line) for line in layer.lines[found[layer.street_class[found] == street_class]]
            ]
            if width_mm and lines:
                points = 96 / 25.4 * 72 / TILE_DOTS
                axes.add_collection(LineCollection(lines, colors=street.casing, linewidths=(width_mm + 0.2) * points))
                axes.add_collection(LineCollection(lines, colors=street.colour, linewidths=width_mm * points))
        canvas.print_png(io.BytesIO())
        taken.append((time.perf_counter() - start_s) * 1000)
    return taken


def main() -> None:
    """Print the median of nine tiles a zoom."""
    _application = QGuiApplication.instance() or QGuiApplication([])
    streets = _streets()
    bounds = streets.total_bounds
    lon, lat = float(bounds[[0, 2]].mean()), float(bounds[[1, 3]].mean())
    start_s = time.perf_counter()
    source = TileSource.from_layers({"streets": streets}, SpatialFrame.around(lon, lat))
    source.render_tile(13, *_addresses(lon, lat, 13)[4], tile_set="streets")
    print(f"{len(streets)} streets; from layers to the first tile {(time.perf_counter() - start_s) * 1000:.0f} ms")
    has_peer = importlib.util.find_spec("matplotlib") is not None
    for zoom in ZOOMS:
        addresses = _addresses(lon, lat, zoom)
        ours = statistics.median(_ours_ms(source, zoom, addresses))
        line = f"zoom {zoom}: {ours:.1f} ms a tile"
        if has_peer:
            peer = float(np.median(_matplotlib_ms(source, zoom, addresses)))
            line += f"; Matplotlib {peer:.1f} ms, ratio {peer / ours:.1f}"
        print(line)


if __name__ == "__main__":
    main()
