"""Sites, teams and incidents of the sample."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from patrolmap.model.schedule import parse_hours
from tests.sample.conftest import METRIC


def test_409_controlled_points_split_as_in_the_reference_city(sites):
    """129 / 39 / 47 checkpoints, 177 intersections and 17 key sites."""
    assert len(sites) == 409
    posts = sites[sites["类型"] == "卡口"]["所属圈层"].value_counts().to_dict()
    assert posts == {"环市圈": 129, "环城圈": 39, "主城区内层圈": 47}
    assert (sites["类型"] == "路口").sum() == 177
    assert (sites["类型"] == "重点部位").sum() == 17


def test_sites_have_names_numbers_and_readable_hours_of_their_own(sites):
    """Names and numbers are unique; level 1 is around the clock, level 3 on call."""
    assert sites["编号"].is_unique
    assert sites["名称"].is_unique
    assert set(sites["等级"]) == {1, 2, 3}
    assert parse_hours(sites.loc[sites["等级"] == 1, "值守时间"].iloc[0])[0].length_s == 86_400
    assert len(parse_hours(sites.loc[sites["等级"] == 2, "值守时间"].iloc[0])) == 2
    assert sites.loc[sites["等级"] == 3, "值守时间"].isna().all()


def test_checkpoints_stand_on_streets_and_intersections_on_junctions(sites, edges, graph):
    """Within 20 cm; key sites within 250 m of a street."""
    posts = sites[sites["类型"] == "卡口"].geometry
    assert edges.sindex.nearest(posts, return_all=False, return_distance=True)[1].max() < 0.2
    nodes = shapely.STRtree(shapely.points(list(graph.nodes)))
    corners = sites[sites["类型"] == "路口"].geometry.to_numpy()
    assert nodes.query_nearest(corners, return_distance=True, all_matches=False)[1].max() < 0.2
    places = sites[sites["类型"] == "重点部位"].geometry
    assert edges.sindex.nearest(places, return_all=False, return_distance=True)[1].max() < 250


def test_intersections_are_named_by_streets_that_meet_there(sites, edges):
    """Both names of A与B路口 belong to edges at the point."""
    for site in sites[sites["类型"] == "路口"].itertuples():
        first, second = site.名称.removesuffix("路口").split("与")
        at = edges.sindex.query(site.geometry, predicate="dwithin", distance=0.2)
        assert {first, second} <= set(edges["name"].iloc[at])


def test_60_teams_have_placeholders_for_people(teams, boundary):
    """No name of a person, no number that could ring, home posts inside the district."""
    assert len(teams) == 60
    assert teams["队长"].str.fullmatch(r"组长\d\d").all()
    assert teams["联系电话"].str.fullmatch(r"000-\d{4}").all()
    assert teams["人数"].between(3, 8).all()
    assert teams.within(boundary.geometry.iloc[0]).all()
    assert teams["巡逻方式"].value_counts().idxmax() == "步行"
    assert teams["班次时间"].value_counts().idxmax() == "19:00-23:00"


def test_teams_and_sites_name_street_offices_of_the_grid(teams, sites, grid_cells):
    """Zones are the street offices."""
    offices = set(grid_cells.loc[grid_cells["层级"] == "街道", "网格名称"])
    assert set(teams["责任区"]) <= offices
    assert set(sites["责任区"]) <= offices


def test_two_years_of_incidents(incidents, truth):
    """12,000 to 16,000 rows within the two years, five categories, intervals that end after they begin."""
    assert 12_000 <= len(incidents) <= 16_000
    assert len(incidents) == truth["incidents"]["total"]
    assert incidents["警情编号"].is_unique
    start, end = pd.to_datetime(incidents["发案时间起"]), pd.to_datetime(incidents["发案时间止"])
    assert start.min() >= pd.Timestamp("2024-11-01")
    assert start.max() < pd.Timestamp("2026-11-01")
    assert (end > start)[end.notna()].all()
    assert end.notna().sum() == truth["incidents"]["with_interval"]
    assert incidents["警情类别"].value_counts().sort_index().to_dict() == truth["incidents"]["by_category"]


def test_only_the_documented_strays_lie_outside(incidents, boundary, truth):
    """Five points, each at its documented place."""
    outside = incidents[~incidents.within(boundary.geometry.iloc[0])]
    found = sorted(outside[["经度", "纬度"]].to_numpy().tolist())
    assert found == sorted(truth["incidents"]["strays_lon_lat"])


def test_incidents_happen_beside_streets(incidents, edges, boundary):
    """All inside ones within 60 m of a street, few on its very centre line."""
    inside = incidents[incidents.within(boundary.geometry.iloc[0])].geometry
    gap = edges.sindex.nearest(inside, return_all=False, return_distance=True)[1]
    assert gap.max() < 60
    assert np.median(gap) > 3


def test_hot_spots_stand_out_against_their_surroundings(incidents, truth):
    """Within 1.5 radii at least three times the density of the ring from 3 to 6 radii."""
    assert 9 <= len(truth["hotspots"]) <= 14
    for spot in truth["hotspots"]:
        centre = gpd.GeoSeries([shapely.Point(spot["lon_lat"])], crs="EPSG:4326").to_crs(METRIC).iloc[0]
        gap = incidents.distance(centre) / spot["radius_m"]
        inner = (gap < 1.5).sum() / 1.5**2
        outer = ((gap > 3) & (gap < 6)).sum() / (36 - 9)
        assert inner > 3 * outer, spot["name"]


def test_hot_spots_keep_their_hours(incidents, truth):
    """The middle of the interval of what happens at the centre is most often near the peak hour."""
    start = pd.to_datetime(incidents["发案时间起"])
    middle = start + (pd.to_datetime(incidents["发案时间止"]).fillna(start) - start) / 2
    hour = middle.dt.hour + middle.dt.minute / 60
    for spot in truth["hotspots"]:
        centre = gpd.GeoSeries([shapely.Point(spot["lon_lat"])], crs="EPSG:4326").to_crs(METRIC).iloc[0]
        mine = hour[incidents.distance(centre) < spot["radius_m"]]
        angle = np.angle(np.exp(2j * np.pi * mine / 24).mean()) * 24 / (2 * np.pi) % 24
        off = abs((angle - spot["peak_hour"] + 12) % 24 - 12)
        assert off < 2.5, spot["name"]


@pytest.mark.parametrize("trend", ["emerging", "falling"])
def test_trends_show(incidents, truth, trend):
    """Emerging ones have next to nothing in the first year, falling ones less in the second than in the first."""
    spots = [spot for spot in truth["hotspots"] if spot["trend"] == trend]
    assert spots
    second = pd.to_datetime(incidents["发案时间起"]) >= pd.Timestamp("2025-11-01")
    for spot in spots:
        centre = gpd.GeoSeries([shapely.Point(spot["lon_lat"])], crs="EPSG:4326").to_crs(METRIC).iloc[0]
        near = incidents.distance(centre) < 1.2 * spot["radius_m"]
        first_year, second_year = (near & ~second).sum(), (near & second).sum()
        assert (second_year > 4 * first_year) if trend == "emerging" else (second_year < 0.85 * first_year)
