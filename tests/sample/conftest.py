"""The files of the shipped sample, read by other means than the program's own."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import openpyxl
import pandas as pd
import pytest
import shapely
from shapely import LineString

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "sample_layers" / "district"
METRIC = "EPSG:32650"


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    return json.loads((ROOT / "tests" / "reference" / "sample_truth.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def streets() -> gpd.GeoDataFrame:
    return gpd.read_file(FOLDER / "streets.geojson")


@pytest.fixture(scope="session")
def edges(streets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Ways cut at every vertex that two of them share, and at their ends."""
    uses: dict[tuple[float, float], int] = defaultdict(int)
    for line in streets.geometry:
        inner = list(line.coords)
        for place in {*inner}:
            uses[place] += 1
        uses[inner[0]] += 1
        uses[inner[-1]] += 1
    rows = []
    for way in streets.itertuples():
        xy = list(way.geometry.coords)
        cuts = [i for i, place in enumerate(xy) if i in (0, len(xy) - 1) or uses[place] > 1]
        for a, b in itertools.pairwise(cuts):
            rows.append(
                {
                    "name": way.name,
                    "highway": way.highway,
                    "layer": way.layer,
                    "oneway": way.oneway,
                    "geometry": LineString(xy[a : b + 1]),
                }
            )
    return gpd.GeoDataFrame(rows, crs="EPSG:4326").to_crs(METRIC)


@pytest.fixture(scope="session")
def graph(edges: gpd.GeoDataFrame) -> nx.MultiGraph:
    made = nx.MultiGraph()
    for number, line in enumerate(edges.geometry):
        start, end = shapely.get_coordinates(line)[[0, -1]].round(2).tolist()
        made.add_edge(tuple(start), tuple(end), key=number)
    return made


@pytest.fixture(scope="session")
def rings() -> gpd.GeoDataFrame:
    return gpd.read_file(FOLDER / "rings.geojson").set_index("kind").to_crs(METRIC)


@pytest.fixture(scope="session")
def boundary() -> gpd.GeoDataFrame:
    return gpd.read_file(FOLDER / "boundary.geojson").to_crs(METRIC)


def workbook(name: str) -> pd.DataFrame:
    book = openpyxl.load_workbook(FOLDER / name, read_only=True)
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    book.close()
    return pd.DataFrame(rows[2:], columns=rows[1])


def on_map(table: pd.DataFrame) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(table["经度"], table["纬度"], crs="EPSG:4326")
    return gpd.GeoDataFrame(table, geometry=points).to_crs(METRIC)


@pytest.fixture(scope="session")
def sites() -> gpd.GeoDataFrame:
    return on_map(workbook("sites.xlsx"))


@pytest.fixture(scope="session")
def teams() -> gpd.GeoDataFrame:
    return on_map(workbook("teams.xlsx"))


@pytest.fixture(scope="session")
def incidents() -> gpd.GeoDataFrame:
    return on_map(pd.read_csv(FOLDER / "incidents.csv", encoding="gb18030"))


@pytest.fixture(scope="session")
def grid_cells() -> gpd.GeoDataFrame:
    return gpd.read_file(f"zip://{FOLDER / 'grid_cells.zip'}").to_crs(METRIC)
