"""A damaged project gives back every row of every page that can still be read, and says which it cannot."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from patrolmap.errors import DamagedProjectError, InputError, PatrolmapError
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.project.rescue import RescuedTable, rescue_file
from patrolmap.project.store import ProjectStore
from patrolmap.services.projects import check_project

if TYPE_CHECKING:
    from pathlib import Path

FRAME = SpatialFrame.around(113.6, 34.7)
INCIDENTS = 3000


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rescue") / "sound.gpkg"
    rows = gpd.GeoDataFrame(
        {"incident_id": [f"I{n}" for n in range(INCIDENTS)], "category": "盗窃", "time_from": "2026-10-01T20:00:00"},
        geometry=[shapely.Point(113.6 + n * 1e-5, 34.7) for n in range(INCIDENTS)],
        crs=FRAME.stored_crs,
    )
    sites = gpd.GeoDataFrame(
        {"site_id": ["A"], "name": ["车站"], "kind": "key_site"},
        geometry=[shapely.Point(113.6, 34.7)],
        crs=FRAME.stored_crs,
    )
    with ProjectStore.create(path, name="城关", frame=FRAME) as project:
        project.apply(InsertRows("incidents", rows), Message("Incidents"))
        project.apply(InsertRows("sites", sites), Message("Sites"))
    return path


def damaged(sound: Path, folder: Path, pages: set[int], filler: bytes = b"\xff") -> Path:
    """Copy the project and overwrite pages, counted from 1."""
    content = bytearray(sound.read_bytes())
    size = page_size(sound)
    for page in pages:
        content[(page - 1) * size : page * size] = filler * size
    path = folder / "damaged.gpkg"
    path.write_bytes(bytes(content))
    return path


def page_size(path: Path) -> int:
    return int.from_bytes(path.read_bytes()[16:18], "big")


def page_count(path: Path) -> int:
    return path.stat().st_size // page_size(path)


def leaves(path: Path, table: str) -> list[int]:
    """Find pages of rows of a table: those that make it unreadable when they are destroyed, but not its first row alone."""
    size, content = page_size(path), path.read_bytes()
    return [
        page
        for page in range(2, page_count(path) + 1)
        if content[(page - 1) * size] == 0x0D and content[(page - 1) * size : page * size].count(table.encode()) > 3
    ]


def rows_of(path: Path, table: str) -> dict[int, tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[0]: row for row in connection.execute(f"SELECT * FROM {table}")}  # noqa: S608


def table(report: tuple[RescuedTable, ...], name: str) -> RescuedTable:
    return next(found for found in report if found.name == name)


def test_a_sound_project_is_rescued_whole(sound: Path, tmp_path: Path) -> None:
    report = rescue_file(sound, tmp_path / "new.gpkg")
    assert all(found.is_whole for found in report)
    assert rows_of(tmp_path / "new.gpkg", "incidents") == rows_of(sound, "incidents")
    assert check_project(tmp_path / "new.gpkg").is_sound


def test_rows_around_destroyed_pages_are_kept_and_the_gaps_are_named(sound: Path, tmp_path: Path) -> None:
    pages = leaves(sound, "盗窃")
    bad = damaged(sound, tmp_path, {pages[3], pages[4], pages[-2]})
    report = rescue_file(bad, tmp_path / "new.gpkg")
    before, after = rows_of(sound, "incidents"), rows_of(tmp_path / "new.gpkg", "incidents")
    found = table(report, "incidents")
    lost = set(before) - set(after)
    assert 0 < len(lost) < INCIDENTS / 4
    assert all(any(first <= fid <= last for first, last in found.gaps) for fid in lost)
    assert all(not any(first <= fid <= last for first, last in found.gaps) for fid in after)
    assert all(after[fid] == before[fid] for fid in after)
    assert rows_of(tmp_path / "new.gpkg", "sites") == rows_of(sound, "sites")
    assert check_project(tmp_path / "new.gpkg").is_sound


def test_the_journal_goes_on_and_says_that_this_is_a_rescue(sound: Path, tmp_path: Path) -> None:
    rescue_file(sound, tmp_path / "new.gpkg")
    with ProjectStore.open(tmp_path / "new.gpkg") as project, ProjectStore.open(sound, read_only=True) as old:
        kinds, before = [entry.kind for entry in project.journal()], [entry.hash for entry in old.journal()]
        assert [entry.hash for entry in project.journal()][: len(before)] == before
        assert kinds[-1] == "rescue"
        assert project.journal_state()[2] is None


def test_the_damaged_file_is_not_touched_and_an_existing_one_not_replaced(sound: Path, tmp_path: Path) -> None:
    bad = damaged(sound, tmp_path, {leaves(sound, "盗窃")[0]})
    before = bad.read_bytes()
    taken = tmp_path / "taken.gpkg"
    taken.write_bytes(b"mine")
    with pytest.raises(InputError, match="taken"):
        rescue_file(bad, taken)
    rescue_file(bad, tmp_path / "new.gpkg")
    assert bad.read_bytes() == before
    assert taken.read_bytes() == b"mine"


def test_a_row_whose_geometry_is_destroyed_is_named(sound: Path, tmp_path: Path) -> None:
    bad = damaged(sound, tmp_path, set())
    with closing(sqlite3.connect(bad)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'incidents'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE incidents SET geom = X'4750000100' WHERE fid = 7")
        connection.commit()
    assert table(rescue_file(bad, tmp_path / "new.gpkg"), "incidents").spoilt == (7,)


def test_a_file_cut_short_gives_what_is_left(sound: Path, tmp_path: Path) -> None:
    bad = tmp_path / "short.gpkg"
    content = sound.read_bytes()
    bad.write_bytes(content[: len(content) * 3 // 4])
    report = rescue_file(bad, tmp_path / "new.gpkg")
    assert table(report, "incidents").kept > 0
    assert any(not found.is_whole for found in report)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), filler=st.sampled_from([b"\x00", b"\xff", b"\x0d", b"A"]))
def test_any_destroyed_pages_cost_no_row_of_the_others(
    sound: Path, tmp_path: Path, data: st.DataObject, filler: bytes
) -> None:
    pages = data.draw(st.sets(st.integers(2, page_count(sound)), min_size=1, max_size=8))
    bad, target = damaged(sound, tmp_path, pages, filler), tmp_path / "new.gpkg"
    target.unlink(missing_ok=True)
    try:
        report = rescue_file(bad, target)
    except DamagedProjectError:
        assert not target.exists()
        return
    before, after = rows_of(sound, "incidents"), rows_of(target, "incidents")
    found = table(report, "incidents")
    assert set(after.items()) <= set(before.items())
    assert found.missing or all(
        fid in after or fid in found.spoilt or any(first <= fid <= last for first, last in found.gaps) for fid in before
    )


def test_what_is_no_project_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.gpkg").write_bytes(b"text")
    with pytest.raises(PatrolmapError):
        rescue_file(tmp_path / "a.gpkg", tmp_path / "b.gpkg")
