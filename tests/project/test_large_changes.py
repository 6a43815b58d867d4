"""Changes of many rows: they tell how far they are, stop whole, and let the window read meanwhile."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from patrolmap.messages import Message
from patrolmap.model.edits import DeleteRows, InsertRows, SetSetting, UpdateRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.progress import CancelledError
from patrolmap.project.store import ProjectStore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from patrolmap.progress import Cancel, Progress

ROWS = 5_000
EDIT = Message("Edit")


def streets(count: int) -> gpd.GeoDataFrame:
    lines = shapely.linestrings([[(113 + 1e-4 * n, 34.0), (113 + 1e-4 * n, 34.001)] for n in range(count)])
    return gpd.GeoDataFrame({"name": [f"Street {n}" for n in range(count)]}, geometry=lines, crs="EPSG:4326")


def renamed(fids: range) -> UpdateRows:
    rows = gpd.GeoDataFrame(
        {"name": ["Renamed"] * len(fids)},
        geometry=shapely.linestrings([[(114, 35), (114, 35 + 1e-6 * n)] for n in fids]),
        index=pd.Index(fids, name="fid"),
        crs="EPSG:4326",
    )
    return UpdateRows("streets", rows)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[ProjectStore]:
    with ProjectStore.create(tmp_path / "a.gpkg", name="City", frame=SpatialFrame.around(113.0, 34.0)) as made:
        made.apply(InsertRows("streets", streets(ROWS)), EDIT)
        yield made


def state(project: ProjectStore) -> tuple[object, ...]:
    """All that a change may touch: rows, their index, what undo and redo would do, journal, version."""
    with project._reading() as connection:
        index = connection.execute("SELECT * FROM rtree_streets_geom ORDER BY id").fetchall()
        kept = connection.execute("SELECT step, part, fid FROM patrolmap_undo_streets ORDER BY 1, 2, 3").fetchall()
        steps = connection.execute("SELECT * FROM patrolmap_steps").fetchall()
    journal = [entry.hash for entry in project.journal()]
    return project.content_hash("streets"), index, kept, steps, journal, project.layer_version("streets")


def forth(project: ProjectStore, edit: object) -> Callable[[Progress, Cancel], object]:
    return lambda progress, cancel: project.apply(edit, EDIT, progress=progress, cancel=cancel)


def back(project: ProjectStore) -> Callable[[Progress, Cancel], object]:
    return lambda progress, cancel: project.undo(progress=progress, cancel=cancel)


def again(project: ProjectStore) -> Callable[[Progress, Cancel], object]:
    return lambda progress, cancel: project.redo(progress=progress, cancel=cancel)


CHANGES = {
    "update": lambda project: forth(project, renamed(range(1, 4_501))),
    "delete": lambda project: forth(project, DeleteRows("streets", tuple(range(1, 4_501)))),
    "delete scattered rows": lambda project: forth(project, DeleteRows("streets", tuple(range(1, 5_000, 2)))),
    "insert": lambda project: forth(project, InsertRows("streets", streets(4_500))),
}


@pytest.mark.parametrize("at", [1, 3, 5])
@pytest.mark.parametrize("kind", CHANGES)
def test_a_cancelled_change_leaves_all_as_it_was(project: ProjectStore, kind: str, at: int) -> None:
    """Also when it was half through; undo and redo too."""
    change = CHANGES[kind](project)

    def stopped(step: Callable[[Progress, Cancel], object]) -> None:
        before, asked = state(project), iter(range(1_000))
        with pytest.raises(CancelledError):
            step(lambda _share, _text=None: None, lambda: next(asked) >= min(at, 2 if kind == "insert" else at))
        assert state(project) == before

    stopped(change)
    change(lambda _share, _text=None: None, lambda: False)
    if at < 3:
        stopped(back(project))
        project.undo()
        stopped(again(project))


@pytest.mark.parametrize("kind", CHANGES)
def test_undo_and_redo_in_slices_bring_everything_back(project: ProjectStore, kind: str) -> None:
    """Rows and their spatial index, there and back twice."""
    before = state(project)[:2]
    CHANGES[kind](project)(lambda _share, _text=None: None, lambda: False)
    after = state(project)[:2]
    assert after != before
    for _ in range(2):
        project.undo()
        assert state(project)[:2] == before
        project.redo()
        assert state(project)[:2] == after


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_tells_how_far_it_is(project: ProjectStore, kind: str) -> None:
    """Shares rise from near 0 to near 1, in both directions."""
    for step in (CHANGES[kind](project), back(project), again(project)):
        shares: list[float] = []
        step(lambda share, _text=None, heard=shares: heard.append(share), lambda: False)
        assert len(shares) > 1
        assert shares == sorted(shares)
        assert shares[0] < 0.8
        assert 0.9 < shares[-1] <= 1


def test_the_first_thread_reads_while_another_one_changes(project: ProjectStore) -> None:
    """It sees what was there before, and after the change what is there then: also of settings that it asked for meanwhile."""
    began, may_end = threading.Event(), threading.Event()

    def wait() -> bool:
        began.set()
        return not may_end.wait(60)

    worker = threading.Thread(target=lambda: project.apply(renamed(range(1, 3_001)), EDIT, cancel=wait))
    worker.start()
    assert began.wait(60)
    try:
        names = set(project.layer("streets")["name"])
        seen = project.count("streets"), project.setting("colour", "none"), project.versions()["streets"]
        assert not may_end.is_set()
    finally:
        may_end.set()
        worker.join()
    assert "Renamed" not in names
    assert len(names) == ROWS
    assert seen == (ROWS, "none", 1)
    assert (project.layer("streets")["name"] == "Renamed").sum() == 3_000
    project.apply(SetSetting("colour", "red"), EDIT)
    assert project.setting("colour") == "red"


def test_other_threads_wait_for_each_other(project: ProjectStore) -> None:
    """What a worker computes rests on what is there after the change before it."""
    began, may_end = threading.Event(), threading.Event()
    found: list[int] = []

    def wait() -> bool:
        began.set()
        return not may_end.wait(60)

    delete = DeleteRows("streets", tuple(range(1, 3_001)))
    worker = threading.Thread(target=lambda: project.apply(delete, EDIT, cancel=wait))
    other = threading.Thread(target=lambda: found.append(project.count("streets")))
    worker.start()
    assert began.wait(60)
    other.start()
    may_end.set()
    worker.join()
    other.join()
    assert found == [ROWS - 3_000]
