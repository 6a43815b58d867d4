"""An office store on a server of the tests' own, with an administrator, two planners and a viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import psycopg
import pytest
from shapely import Point, Polygon

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.office.address import OfficeAddress
from patrolmap.office.roles import grant_role
from patrolmap.office.store import init_store
from patrolmap.project.store import ProjectStore
from tests.helpers.postgres import own_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

USERS = {"chief": "admin", "anna": "planner", "bert": "planner", "viktor": "viewer"}
PASSWORD = "gEheim 1"  # noqa: S105 - of the tests' own server
FRAME = SpatialFrame("EPSG:4490", "EPSG:32649")


@pytest.fixture(scope="package")
def port() -> Iterator[int]:
    """Start the server and set the store up."""
    with own_server("office") as number:
        owner = OfficeAddress.at(f"postgresql://owner@127.0.0.1:{number}/postgres")
        try:
            init_store(owner)
        except InputError as error:
            pytest.skip(f"PostGIS is not installed: {error}")
        for user, role in USERS.items():
            grant_role(owner, user, role, password=PASSWORD)
        yield number


def address(port: int, user: str, project: str = "") -> OfficeAddress:
    """Give the store as a user writes it, with the password."""
    return OfficeAddress("127.0.0.1", port, "postgres", user, PASSWORD, project)


def raw(port: int, user: str) -> psycopg.Connection[tuple[object, ...]]:
    """Connect beside the program, as a GIS would."""
    return psycopg.connect(
        host="127.0.0.1", port=port, dbname="postgres", user=user, password=PASSWORD, autocommit=True
    )


def district(path: Path, *, sites: int = 4) -> ProjectStore:
    """Make a small project: sites in a row, and one ring."""
    project = ProjectStore.create(path, name=path.stem, frame=FRAME)
    project.apply(InsertRows("sites", site_rows(range(1, sites + 1))), Message("Sites"))
    ring = gpd.GeoDataFrame(
        {"kind": ["city"], "name": ["环市圈"]},
        geometry=[Polygon([(113.6, 34.6), (113.9, 34.6), (113.9, 34.8)])],
        crs="EPSG:4490",
    )
    project.apply(InsertRows("rings", ring), Message("Ring"))
    return project


def site_rows(numbers: range | list[int]) -> gpd.GeoDataFrame:
    """Rows of sites with these numbers."""
    return gpd.GeoDataFrame(
        {
            "site_id": [f"K{number}" for number in numbers],
            "name": [f"卡口{number}" for number in numbers],
            "kind": ["checkpoint" for _ in numbers],
            "level": [1 for _ in numbers],
        },
        geometry=[Point(113.7 + number / 1000, 34.7) for number in numbers],
        crs="EPSG:4490",
    )


def content(project: ProjectStore) -> dict[str, list[tuple[object, ...]]]:
    """All shared rows without their numbers, in an order of their own."""
    view = project.office_view(keep=False)
    return {table: sorted((row.cells for row in rows.values()), key=repr) for table, rows in view.rows.items() if rows}
