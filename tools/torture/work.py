"""What the programs that are killed do: one kind of work each, and word of every change that they were told is done."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from itertools import count
from typing import TYPE_CHECKING, Any, TypeAlias

import geopandas as gpd
import numpy as np
import shapely

from patrolmap.messages import Message
from patrolmap.model.edits import Compound, DeleteRows, InsertRows, SetSetting, UpdateRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.kinds import ShiftMode, TravelMode
from patrolmap.model.plan import Leg, PatrolPlan, Provenance, Route, Stop, Visit
from patrolmap.model.schedule import Shift, TimeWindow
from patrolmap.project.rescue import rescue_file
from patrolmap.project.store import ProjectStore
from patrolmap.project.tables import TABLES
from patrolmap.services.importing import import_file

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path

__all__ = ["WORKS", "incidents", "make_base", "run", "state_of"]

FRAME = SpatialFrame.around(113.6, 34.7)
NIGHT = Shift("s1", "夜班", dt.date(2026, 11, 20), TimeWindow(79_200, 108_000), ShiftMode.ROUTINE)
EDIT = Message("Edit")


def run(kind: str, folder: Path, seed: int, sender: Connection) -> None:
    """Open the project in the folder, say so, and work until killed; each word sent is a change that was confirmed."""
    said = count()

    def confirm(project: ProjectStore | None) -> None:
        state = None if project is None else state_of(project._opened.connection)  # noqa: SLF001
        sender.send_bytes(json.dumps([next(said), state]).encode())

    WORKS[kind](folder, seed, confirm)


def state_of(connection: sqlite3.Connection) -> dict[str, Any]:
    """Last hash of the journal, and a digest of every row of every table; takes no part of the program's own hashing."""
    sha = hashlib.sha256()
    for name in ("settings", *TABLES):
        order = "key" if name == "settings" else "fid"
        for row in connection.execute(f'SELECT * FROM "{name}" ORDER BY "{order}"'):  # noqa: S608 - our own tables
            sha.update(repr(row).encode())
    last = connection.execute("SELECT hash FROM journal ORDER BY fid DESC LIMIT 1").fetchone()
    return {"journal": last[0], "rows": sha.hexdigest()}


def make_base(path: Path) -> None:
    """Make a project with something in it."""
    sites = gpd.GeoDataFrame(
        {"site_id": ["A", "B"], "name": ["车站", "学校"], "kind": "key_site"},
        geometry=shapely.points([(113.60, 34.70), (113.61, 34.70)]),
        crs="EPSG:4326",
    )
    with ProjectStore.create(path, name="城关", frame=FRAME) as project:
        project.apply(InsertRows("sites", sites), EDIT)
        project.apply(InsertRows("incidents", incidents(300, "base")), EDIT)


def incidents(rows: int, prefix: str) -> gpd.GeoDataFrame:
    """Incidents with keys of their own."""
    numbers = np.arange(rows)
    return gpd.GeoDataFrame(
        {
            "incident_id": [f"{prefix}-{number}" for number in numbers],
            "category": "盗窃",
            "time_from": "2026-10-01T20:00:00",
        },
        geometry=shapely.points(113.6 + numbers % 37 / 1000, 34.7 + numbers % 41 / 1000),
        crs="EPSG:4326",
    )


Confirm: TypeAlias = "Callable[[ProjectStore | None], None]"


def _edit(folder: Path, seed: int, confirm: Confirm) -> None:
    with ProjectStore.open(folder / "a.gpkg") as project:
        confirm(project)
        for turn in count():
            fids = project.layer("incidents").index
            moved = gpd.GeoDataFrame(
                {"category": ["入室盗窃"] * 20},
                geometry=shapely.points(113.6 + np.arange(20) / 1000, 34.7),
                crs="EPSG:4326",
            )
            edits = (
                InsertRows("incidents", incidents(40, f"e{seed}-{turn}")),
                UpdateRows("incidents", moved.set_axis(fids[-20:])),
                DeleteRows("incidents", tuple(int(fid) for fid in fids[:30])),
                SetSetting("turn", [seed, turn]),
            )
            project.apply(Compound(edits), EDIT)
            confirm(project)


def _undo(folder: Path, seed: int, confirm: Confirm) -> None:
    with ProjectStore.open(folder / "a.gpkg") as project:
        confirm(project)
        for turn in count():
            project.apply(InsertRows("incidents", incidents(60, f"u{seed}-{turn}")), EDIT)
            confirm(project)
            for step in (project.undo, project.redo, project.undo):
                step()
                confirm(project)


def _import(folder: Path, seed: int, confirm: Confirm) -> None:
    with ProjectStore.open(folder / "a.gpkg") as project:
        confirm(project)
        for turn in count():
            rows = incidents(80, f"i{seed}-{turn}")
            source = folder / f"{turn}.csv"
            table = rows.drop(columns="geometry").assign(lon=rows.geometry.x, lat=rows.geometry.y)
            table.to_csv(source, index=False)
            import_file(project, source, "incidents")
            confirm(project)


def _plan(folder: Path, seed: int, confirm: Confirm) -> None:
    with ProjectStore.open(folder / "a.gpkg") as project:
        confirm(project)
        for turn in count():
            project.save_plan(_a_plan(f"P{turn % 3}", seed + turn), label=EDIT)
            confirm(project)


def _a_plan(plan_id: str, seed: int) -> PatrolPlan:
    home = FRAME.to_metric(gpd.GeoDataFrame(geometry=[shapely.Point(113.6, 34.7)], crs="EPSG:4326")).geometry.iloc[0]
    visits = [
        Visit(f"v{n}", f"x{n}", "key_site", f"部位{n}", home, (NIGHT.window,), 600, False, 5.0) for n in range(30)
    ]
    leg = Leg(shapely.LineString([home, home]), 0.0, 0.0, ())
    stops = tuple(
        Stop(visit, 79_300 + 700 * n, 79_300 + 700 * n, 79_900 + 700 * n, leg) for n, visit in enumerate(visits)
    )
    route = Route("t1", "一队", "", "", 3, TravelMode.WALK, home, home, 79_200, 108_000, stops, leg)
    made = Provenance("0.1.0", "2026-11-20T18:00:00+08:00", "test", {}, seed, {})
    return PatrolPlan(plan_id, "城关", NIGHT, (route,), (), made)


def _migrate(folder: Path, _seed: int, confirm: Confirm) -> None:
    confirm(None)
    with ProjectStore.open(folder / "a.gpkg") as project:
        confirm(project)


def _rescue(folder: Path, _seed: int, confirm: Confirm) -> None:
    confirm(None)
    rescue_file(folder / "damaged.gpkg", folder / "rescued.gpkg")
    confirm(None)


WORKS = {"edit": _edit, "undo": _undo, "import": _import, "plan": _plan, "migrate": _migrate, "rescue": _rescue}
"""What a program may be killed amid."""
