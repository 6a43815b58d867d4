"""Make the whole sample and write its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from tools.make_sample.cells import Cells, make_cells
from tools.make_sample.city import City, build_city
from tools.make_sample.finish import bend, make_one_way, street_table, untangle
from tools.make_sample.green import LAKES, green_areas
from tools.make_sample.incidents import STRAYS, make_incidents
from tools.make_sample.names import name_streets
from tools.make_sample.plane import to_lonlat, warp, warp_geometry
from tools.make_sample.rings import Crossing, Ring, draw_rings
from tools.make_sample.sites import Site, make_sites
from tools.make_sample.teams import make_teams
from tools.make_sample.truth import truth_of
from tools.make_sample.words import VILLAGE_NAMES
from tools.make_sample.write import write_csv, write_geojson, write_json, write_shapefile, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from tools.make_sample.network import Network

__all__ = ["CITY", "SEED", "District", "make_district", "write_district"]

SEED: Final = 20261121
CITY: Final = "安澄市城关区"


@dataclass(frozen=True, eq=False)
class District:
    """
    The sample before it is written.

    Parameters
    ----------
    seed : int
        Where its chance came from.
    city : City
        As drawn.
    network : Network
        Streets in the city's plane.
    rings : dict of str to Ring
        From the outer to the inner one.
    cells : Cells
        Grid.
    sites : list of Site
        The 409 controlled points.
    unguarded : dict of str to list of Crossing
        What is left open on purpose.
    incidents : pandas.DataFrame
        As `make_incidents` returns them.
    teams : list of dict
        Rows.
    """

    seed: int
    city: City
    network: Network
    rings: dict[str, Ring]
    cells: Cells
    sites: list[Site]
    unguarded: dict[str, list[Crossing]]
    incidents: pd.DataFrame
    teams: list[dict[str, object]]


def make_district(seed: int = SEED) -> District:
    """
    Make the sample.

    Parameters
    ----------
    seed : int, default SEED
        Source of chance.

    Returns
    -------
    District
        The same for the same seed.
    """
    city = build_city(seed)
    name_streets(city.network, np.random.default_rng([seed, 2]))
    make_one_way(city.network, np.random.default_rng([seed, 3]), 40)
    network = bend(city.network)
    untangle(network)
    network.keep_largest()
    network.join_chains()
    rings = draw_rings(network, city.land, np.random.default_rng([seed, 4]))
    cells = make_cells(city, np.random.default_rng([seed, 5]))
    villages = [(VILLAGE_NAMES[i], warp(np.array(v.centroid.coords))[0]) for i, v in enumerate(city.villages)]
    sites, unguarded = make_sites(network, rings, cells.offices, villages, np.random.default_rng([seed, 6]))
    district = warp_geometry(city.land.district, 120)
    incidents = make_incidents(city, network, district, np.random.default_rng([seed, 7]))
    homes = cells.table.loc[cells.table["层级"] == "社区", "户数"].tolist()
    teams = make_teams(network, cells.communities, homes, np.random.default_rng([seed, 8]))
    return District(seed, city, network, rings, cells, sites, unguarded, incidents, teams)


def write_district(district: District, folder: Path, truth: Path | None) -> None:
    """
    Write all files.

    Parameters
    ----------
    district : District
        The sample.
    folder : Path
        Where the layers go.
    truth : Path or None
        Where the truth about them goes; None leaves it out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_geojson(street_table(district.network), folder / "streets.geojson")
    write_geojson(_ring_table(district), folder / "rings.geojson")
    write_geojson(_boundary_table(district), folder / "boundary.geojson")
    write_geojson(_barrier_table(district), folder / "barriers.geojson")
    write_workbook(_site_rows(district), folder / "sites.xlsx", "卡口与重点部位", f"{CITY}卡口、路口与重点部位一览表")
    write_workbook(district.teams, folder / "teams.xlsx", "巡逻队", f"{CITY}群防群治巡逻队花名册")
    write_csv(_incident_table(district), folder / "incidents.csv")
    write_shapefile(district.cells.table, folder / "grid_cells.zip", "grid_cells")
    write_json(_card(district), folder / "district.json")
    if truth is not None:
        truth.parent.mkdir(parents=True, exist_ok=True)
        write_json(truth_of(district), truth)


def _card(district: District) -> dict[str, object]:
    return {
        "name": CITY,
        "note": "虚构辖区,仅供演示 / A made-up district for demonstration",
        "seed": district.seed,
        "crs": "EPSG:4326",
        "shift": {
            "shift_id": "S1",
            "name": "夜班",
            "date": "2026-11-21",
            "start": "19:00",
            "end": "23:00",
            "mode": "routine",
        },
        "incidents": {"from": "2024-11-01", "to": "2026-10-31"},
    }


def _ring_table(district: District) -> gpd.GeoDataFrame:
    rows = [
        {"kind": ring.kind, "name": ring.name, "geometry": to_lonlat(ring.area)} for ring in district.rings.values()
    ]
    return gpd.GeoDataFrame(rows, crs="EPSG:4326")


def _boundary_table(district: District) -> gpd.GeoDataFrame:
    area = warp_geometry(district.city.land.district, 120)
    return gpd.GeoDataFrame([{"name": CITY, "geometry": to_lonlat(area)}], crs="EPSG:4326")


def _barrier_table(district: District) -> gpd.GeoDataFrame:
    land = district.city.land
    box = warp_geometry(land.district.buffer(700))
    items = [
        ("river", "澄河", land.river),
        ("river", "柳溪", land.stream),
        ("water", "护城河", land.moat),
        *(("water", name, lake) for name, lake in zip(LAKES, land.lakes.geoms, strict=True)),
        ("railway", "京澄铁路", land.railway),
        *green_areas(district.city),
    ]
    rows = []
    for kind, name, shape in items:
        bent = warp_geometry(shape).intersection(box)
        rows.append({"kind": kind, "name": name or None, "geometry": to_lonlat(bent.simplify(0.8))})
    return gpd.GeoDataFrame(rows, crs="EPSG:4326")


def _site_rows(district: District) -> list[dict[str, object]]:
    rows = []
    for site in district.sites:
        place = to_lonlat(shapely.Point(site.at))
        rows.append(
            {
                "编号": site.number, "名称": site.name, "类型": site.kind, "等级": site.level, "值守时间": site.hours, "责任单位": site.owner,
                "所属圈层": site.ring, "责任区": site.zone, "经度": place.x, "纬度": place.y,
            }
        )  # fmt: skip
    return rows


def _incident_table(district: District) -> pd.DataFrame:
    found = district.incidents
    places = shapely.get_coordinates(to_lonlat(shapely.multipoints(found[["x", "y"]].to_numpy())))
    table = pd.DataFrame(
        {
            "警情类别": found.category,
            "发案时间起": pd.to_datetime(found.start).dt.strftime("%Y-%m-%d %H:%M"),
            "发案时间止": pd.to_datetime(found.end).dt.strftime("%Y-%m-%d %H:%M"),
            "经度": places[:, 0],
            "纬度": places[:, 1],
        }
    )
    every = len(table) // len(STRAYS)
    for number, (lon, lat) in enumerate(STRAYS):
        table.loc[number * every + 57, ["经度", "纬度"]] = lon, lat
    table.insert(0, "警情编号", [f"J{number:06d}" for number in range(1, len(table) + 1)])
    return table
