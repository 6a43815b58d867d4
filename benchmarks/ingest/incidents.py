"""Incidents from CSV into a project: seconds against pandas and GeoPandas writing the same rows unchecked, same run.

Run ``python -m benchmarks.ingest.incidents [--rows 148636]``.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from patrolmap.services.importing import import_file
from patrolmap.services.projects import create_project


def main() -> None:
    """Time both ways once, on made-up incidents."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=148_636)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = _made_up(folder / "incidents.csv", options.rows)
        peer_s = _unchecked(path, folder / "peer.gpkg")
        with create_project(folder / "district.gpkg", "District") as project:
            begin = time.perf_counter()
            accepted = import_file(project, path, "incidents").accepted
            own_s = time.perf_counter() - begin
    print(f"{accepted} of {options.rows} incidents: checked, journalled, with undo {own_s:.2f} s  (wanted: under 10 s)")
    print(f"pandas and GeoPandas, unchecked {peer_s:.2f} s; ratio {own_s / peer_s:.2f}")


def _made_up(path: Path, rows: int) -> Path:
    rng = np.random.default_rng(1)
    moments = pd.Timestamp("2015-01-01") + pd.to_timedelta(rng.integers(0, 5 * 365 * 1440, rows), unit="min")
    table = {
        "incident_id": [f"J{number:07d}" for number in range(rows)],
        "category": rng.choice(["street", "home", "shop", "other"], rows),
        "time": moments.strftime("%Y-%m-%d %H:%M"),
        "lon": rng.normal(113.7, 0.05, rows).round(6),
        "lat": rng.normal(34.75, 0.05, rows).round(6),
    }
    pd.DataFrame(table).to_csv(path, index=False)
    return path


def _unchecked(path: Path, target: Path) -> float:
    begin = time.perf_counter()
    table = pd.read_csv(path, parse_dates=["time"])
    points = gpd.points_from_xy(table.pop("lon"), table.pop("lat"), crs="EPSG:4326")
    gpd.GeoDataFrame(table, geometry=points).to_file(target, driver="GPKG")
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
