"""Forecasts of real incidents: seconds of a back-test, and what the automatic choice would have given month by month.

Run ``python -m benchmarks.hotspots.forecasts TABLE.csv.gz EPSG [--origins 24] [--warm-up 12] [--sample 2000] [--methods kde last ...]``. The
table has longitude, latitude and a column `date` or `date_start` and `date_end`. At each origin the choice is made
from the twelve origins before it, never from what it is then measured on.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyproj
import shapely

from patrolmap.hotspots.backtest import backtest, lead_over
from patrolmap.hotspots.choice import AUTO, with_auto
from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.incidents import IncidentSet
from patrolmap.hotspots.methods import candidates, forecaster

if TYPE_CHECKING:
    from patrolmap.hotspots.backtest import Backtest
    from patrolmap.hotspots.forecast import Forecaster

_DEFAULTS = ("kde", "gi", "sepp", "last", "average")


def main() -> None:
    """Run both back-tests on one table and print what they took and gave."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path)
    parser.add_argument("epsg", type=int, help="metric CRS")
    parser.add_argument("--origins", type=int, default=24)
    parser.add_argument("--warm-up", type=int, default=12)
    parser.add_argument("--methods", nargs="+", default=["kde", "blend", "last", "average"])
    parser.add_argument("--sample", type=int, help="only so many incidents, drawn with a fixed seed")
    options = parser.parse_args()
    grid, incidents = load_incidents(options.table, options.epsg)
    if options.sample:
        drawn = np.random.default_rng(0).choice(len(incidents), options.sample, replace=False)
        incidents = incidents.take(np.isin(np.arange(len(incidents)), drawn))
    print(f"{len(incidents)} incidents, {grid.rows} x {grid.columns} cells, {grid.area.area / 1e6:.0f} km2")
    _run(grid, incidents, [forecaster(family) for family in _DEFAULTS], options.origins, "five methods")
    methods = candidates(options.methods, grid, 10_000)
    tested = _run(grid, incidents, list(methods), options.origins + options.warm_up, f"{len(methods)} methods")
    simple = [forecaster("kde").name, "last period count"]
    table = with_auto(tested, [one.name for one in methods], simple, options.warm_up)
    for share in (0.01, 0.02):
        _print_choice(table, share)


def _run(grid: StudyGrid, incidents: IncidentSet, methods: list[Forecaster], origins: int, title: str) -> Backtest:
    started = time.perf_counter()
    table = backtest(grid, incidents, methods, origins=origins)
    print(f"{title}, {origins} origins: {time.perf_counter() - started:.1f} s")
    return table


def _print_choice(table: Backtest, share: float) -> None:
    rows = {row.method: row for row in table.rows if row.area_share == share}
    auto = rows[AUTO]
    print(f"mean PAI at {share:.0%} over {len(table.origins)} origins: ", end="")
    print(f"automatic choice {auto.pai:.2f} ({auto.pai_low:.2f} to {auto.pai_high:.2f})")
    best = sorted((row for row in rows.values() if row is not auto), key=lambda row: -row.pai)[:3]
    for name in dict.fromkeys((forecaster("kde").name, "last period count", *(row.method for row in best))):
        lead, low, high = lead_over(table, share, AUTO, name)
        print(f"  {name}: {rows[name].pai:.2f}; lead of the choice {lead:+.2f} ({low:+.2f} to {high:+.2f})")


def load_incidents(path: Path, epsg: int) -> tuple[StudyGrid, IncidentSet]:
    """Read a table of incidents and lay cells of 100 m over their hull, without the strays outside."""
    rows = pd.read_csv(path)
    start = pd.to_datetime(rows["date_start"] if "date_start" in rows else rows["date"])
    end = pd.to_datetime(rows["date_end"]) if "date_end" in rows else start
    start = start.fillna(pd.to_datetime(rows["date_single"])) if "date_single" in rows else start
    start, end = (column.fillna(start).to_numpy(dtype="datetime64[s]") for column in (start, end))
    to_metric = pyproj.Transformer.from_crs(4326, epsg, always_xy=True)
    xy = np.column_stack(to_metric.transform(rows["longitude"].to_numpy(), rows["latitude"].to_numpy()))
    grid = StudyGrid.over(shapely.concave_hull(shapely.multipoints(xy), ratio=0.1).buffer(300), 100.0)
    category = np.full(len(xy), "", dtype=object)
    incidents = IncidentSet(xy, category, np.minimum(start, end), np.maximum(start, end), np.ones(len(xy)))
    return grid, incidents.take(grid.contains(xy))


if __name__ == "__main__":
    main()
