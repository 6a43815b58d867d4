"""From real streets to printed sheets on the command line alone, without a warning.

The streets are those of Zhengzhou; rings, sites, teams and incidents are derived from them by seed.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.affinity import scale

from patrolmap.cli import main
from patrolmap.services.projects import open_project
from tests.helpers.shared_data import shared_file

if TYPE_CHECKING:
    from pathlib import Path

METRIC = "EPSG:32649"
SEED = 20261121
RINGS = {"city": 0.8, "town": 0.55, "core": 0.3}


@dataclass(frozen=True)
class Office:
    """What an office would bring: files in a folder, and the project made of them."""

    folder: Path
    project: Path
    streets: gpd.GeoDataFrame


def write_layers(folder: Path, streets: gpd.GeoDataFrame) -> None:
    """Derive rings, sites, teams and incidents from the streets and write them as an office keeps them."""
    random = np.random.default_rng(SEED)
    hull = shapely.convex_hull(shapely.union_all(streets.geometry.to_numpy()))
    areas = {kind: scale(hull, factor, factor) for kind, factor in RINGS.items()}
    rings = gpd.GeoDataFrame({"kind": list(areas)}, geometry=list(areas.values()), crs=METRIC)
    rings.to_crs(4326).to_file(folder / "rings.geojson")
    crossings = shapely.get_parts(
        shapely.intersection(shapely.union_all(streets.geometry.to_numpy()), areas["core"].boundary)
    )
    guarded = [point for number, point in enumerate(crossings) if number % 7]
    ends = shapely.get_point(streets.geometry.to_numpy(), 0)
    inside = ends[shapely.within(ends, areas["town"])]
    schools = random.choice(inside, 8, replace=False)
    table(
        "编号 名称 类型 等级 圈层", guarded, lambda n: (f"K{n:03d}", f"核心圈卡口{n}", "卡口", 1 + n % 3, "core")
    ).to_csv(folder / "checkpoints.csv", index=False, encoding="gb18030")
    table("编号 名称 类型 等级 圈层", schools, lambda n: (f"Z{n:03d}", f"重点部位{n}", "重点部位", 1, "")).to_excel(
        folder / "key_sites.xlsx", index=False
    )
    homes = random.choice(inside, 6, replace=False)
    table(
        "队伍编号 队伍名称 人数 巡逻方式", homes, lambda n: (f"T{n}", f"第{n}巡逻队", 4, "步行" if n % 2 else "电动车")
    ).to_csv(folder / "teams.csv", index=False, encoding="utf-8-sig")
    centre = np.array(inside[0].coords[0])
    near = shapely.points(random.normal(centre, 250.0, (400, 2)))
    spread = shapely.points(random.uniform(hull.bounds[:2], hull.bounds[2:], (300, 2)))
    moments = pd.Timestamp("2025-10-01") + pd.to_timedelta(random.uniform(0, 400 * 24, 700), unit="h")
    incidents = table("编号 类别", [*near, *spread], lambda n: (f"A{n}", ("盗窃电动车", "诈骗")[n % 2]))
    incidents.assign(发案时间=moments.strftime("%Y-%m-%d %H:%M")).to_csv(
        folder / "incidents.csv", index=False, encoding="gb18030"
    )


def table(columns: str, points: Any, row: Any) -> pd.DataFrame:
    """Make a table of places with longitude and latitude."""
    places = gpd.GeoSeries(list(points), crs=METRIC).to_crs(4326)
    made = pd.DataFrame([row(number) for number in range(len(places))], columns=columns.split())
    return made.assign(经度=places.x.round(7), 纬度=places.y.round(7))


def run(*words: object) -> dict[str, Any]:
    """Run a command that must succeed, and read its JSON."""
    texts = [str(word) for word in words]
    assert main([*texts, "--quiet"]) == 0, texts
    return {}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Import everything."""
    source = shared_file("zhengzhou/roads.geojson")
    folder = tmp_path_factory.mktemp("office")
    streets = gpd.read_file(source).to_crs(METRIC)
    streets = streets[~streets["highway"].isin(["construction", "proposed"])].explode()
    write_layers(folder, streets)
    project = folder / "p.gpkg"
    run("new", project, "--name", "经开区")
    run("import", project, source, "--as", "streets")
    for file, layer in [
        ("rings.geojson", "rings"),
        ("checkpoints.csv", "sites"),
        ("key_sites.xlsx", "sites"),
        ("teams.csv", "teams"),
        ("incidents.csv", "incidents"),
    ]:
        run("import", project, folder / file, "--as", layer)
    return Office(folder, project, streets)


def said(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    """Run a command with ``--json`` and read what it prints, which is one document and nothing else."""
    capsys.readouterr()
    run(*words, "--json")
    return json.loads(capsys.readouterr().out)


def test_everything_was_imported(office: Office) -> None:
    """No row of the derived layers is lost."""
    with open_project(office.project, read_only=True) as project:
        counts = project.counts()
    assert counts["rings"] == 3
    assert counts["teams"] == 6
    assert counts["incidents"] == 700
    assert counts["sites"] == len(pd.read_csv(office.folder / "checkpoints.csv", encoding="gb18030")) + 8


def test_the_core_leaks_where_no_checkpoint_stands(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Every seventh crossing is unguarded, so the ring is open, and each leak is a path."""
    closure = said(capsys, "rings", "closure", office.project, "--ring", "core")
    (ring,) = closure["rings"]
    assert not ring["closed"]
    assert ring["leaks"] == len(ring["leak_paths"]) > 0
    assert ring["crossings"] > ring["controlled_crossings"]


def test_from_hotspots_to_sheets(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    """Hotspots, plan and sheets follow each other; every leg of every route lies on streets."""
    found = said(capsys, "hotspots", "find", office.project, "--area-share", "0.01")
    assert found["hotspots"]
    plan = said(
        capsys,
        "plan",
        office.project,
        "--date",
        "2026-11-21",
        "--start",
        "19:00",
        "--end",
        "22:00",
        "--iterations",
        300,
    )
    assert plan["plan_id"]
    with open_project(office.project, read_only=True) as project:
        kept = project.plan(plan["plan_id"])
    legs = [leg for route in kept.routes for leg in (*(s.leg for s in route.stops), route.way_home) if leg]
    assert len(legs) > 6
    assert off_the_streets_m(office.streets, [leg.geometry for leg in legs]) < 0.01
    done = said(capsys, "sheets", office.project, "--out", office.folder / "sheets")
    assert len(done["sheets"]) == sum(bool(route.stops) for route in kept.routes)
    text = subprocess.run(["pdftotext", done["sheets"][0], "-"], capture_output=True, text=True, check=True).stdout
    assert "巡逻单" in text


def off_the_streets_m(streets: gpd.GeoDataFrame, legs: list[shapely.LineString]) -> float:
    """Sum the length of legs that is farther than 5 cm from every street."""
    tree = shapely.STRtree(streets.geometry.to_numpy())
    total_m = 0.0
    for leg in legs:
        near = shapely.union_all(streets.geometry.to_numpy()[tree.query(leg, predicate="dwithin", distance=1.0)])
        total_m += leg.difference(near.buffer(0.05)).length
    return total_m
