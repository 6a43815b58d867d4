"""Density along streets: seconds for few and for many incidents, and what of them is kept.

Run ``python -m benchmarks.hotspots.streets STREETS.geojson POINTS.geojson EPSG [--many 100000]``.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from patrolmap.hotspots.lixels import cut_lixels
from patrolmap.hotspots.network_density import network_density
from patrolmap.streets.attach import attach
from patrolmap.streets.build import build_graph

if TYPE_CHECKING:
    from patrolmap.streets.network import StreetGraph


def main() -> None:
    """Time the points of a file, and many points made near its streets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("streets", type=Path)
    parser.add_argument("points", type=Path)
    parser.add_argument("epsg", type=int, help="metric CRS")
    parser.add_argument("--many", type=int, default=100_000)
    options = parser.parse_args()
    layer = gpd.read_file(options.streets).to_crs(options.epsg)
    points = gpd.read_file(options.points).to_crs(options.epsg)
    graph = build_graph(layer.rename_axis("fid").set_index(layer.index + 1)).graph
    print(f"{len(layer)} segments, {len(graph.edge_length_m)} edges, {graph.edge_length_m.sum() / 1000:.0f} km")
    _measure(graph, np.c_[points.geometry.x, points.geometry.y])
    random = np.random.default_rng(1)
    near = graph.node_xy[random.integers(len(graph.node_xy), size=options.many)]
    _measure(graph, near + random.normal(0, 40, near.shape))


def _measure(graph: StreetGraph, xy: np.ndarray) -> None:
    started = time.perf_counter()
    lixels = cut_lixels(graph)
    piece = lixels.at(attach(graph, xy))
    on = piece >= 0
    density = network_density(lixels, np.bincount(piece[on], minlength=len(lixels)).astype(np.float64), 300.0)
    seconds = time.perf_counter() - started
    kept = float((density * lixels.length_m).sum())
    print(f"{len(xy)} points: {seconds:.2f} s on {len(lixels)} pieces, {kept:.1f} of {on.sum()} on streets kept")


if __name__ == "__main__":
    main()
