"""A year of incidents into the project file, against GDAL writing the same rows to a GeoPackage of its own.

Run ``python -m benchmarks.project.store [--rows 148000]``. The project does more on the way: it journals the edit, keeps
its inverse for undo, and checks keys and geometry. GDAL's file has a spatial index too.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.project.store import ProjectStore

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """Insert, undo, redo and read, each beside GDAL's write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=148_000)
    rows = _incidents(parser.parse_args().rows)
    with tempfile.TemporaryDirectory() as folder:
        gdal_s = _seconds(lambda: rows.to_file(Path(folder) / "gdal.gpkg", layer="incidents", engine="pyogrio"))
        print(f"{'GDAL write':>12} {gdal_s:6.2f} s")
        frame = SpatialFrame.around(113.5, 34.5)
        with ProjectStore.create(Path(folder) / "project.gpkg", name="benchmark", frame=frame) as project:
            steps = {
                "insert": lambda: project.apply(InsertRows("incidents", rows), Message("insert")),
                "undo": project.undo,
                "redo": project.redo,
                "read": lambda: project.layer("incidents"),
            }
            for name, step in steps.items():
                took_s = _seconds(step)
                print(f"{name:>12} {took_s:6.2f} s   {took_s / gdal_s:5.2f} times GDAL's write")


def _incidents(count: int) -> gpd.GeoDataFrame:
    random = np.random.default_rng(5)
    return gpd.GeoDataFrame(
        {"incident_id": np.arange(count).astype(str), "category": "burglary", "time_from": "2026-01-01T00:00:00"},
        geometry=shapely.points(random.uniform([113.0, 34.0], [114.0, 35.0], (count, 2))),
        crs="EPSG:4326",
    )


def _seconds(step: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    step()
    return time.perf_counter() - started_s


if __name__ == "__main__":
    main()
