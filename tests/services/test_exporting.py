"""Claims about exports of a project: every format is written whole, holds the plan, and holds no person."""

from __future__ import annotations

import dataclasses
import io
import itertools
import json
import re
import zipfile

import openpyxl
import pyogrio
import pytest

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.progress import CancelledError
from patrolmap.project.store import ProjectStore
from patrolmap.services.exporting import FORMATS, export
from tests.exchange.conftest import on_earth
from tests.services.test_planning import project  # noqa: F401 - a fixture
from tests.sheets.samples import made_plan, made_route

PERSON = "组长07"


@pytest.fixture
def planned(project):  # noqa: F811 - pytest's way of asking for a fixture
    """Put a plan of two busy teams and one without stops into the project."""
    idle = dataclasses.replace(on_earth(made_route(0, "T09")), way_home=None)
    plan = made_plan(on_earth(made_route(4, "T07")), on_earth(made_route(3, "T08")), idle)
    project.save_plan(plan, label=Message("test"))
    return project


def all_bytes(path):
    """Read a file, and what is packed in it."""
    content = path.read_bytes()
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            packed = b"".join(archive.read(name) for name in archive.namelist())
            # Some writers of XML give Chinese as numbers of characters.
            return re.sub(rb"&#(\d+);", lambda match: chr(int(match[1])).encode(), packed)
    return content


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_into_a_file(planned, tmp_path, name):
    """One whole file with the plan's visits, without leaders, without a draft left behind."""
    folder = tmp_path / "out"
    folder.mkdir()
    done = export(planned, folder / f"方案.{name}", name)
    assert done.files == (folder / f"方案.{name}",)
    assert [path.name for path in folder.iterdir()] == [f"方案.{name}"]
    content = all_bytes(done.files[0])
    assert PERSON.encode() not in content
    assert "老城第一小学东门".encode() in content


@pytest.mark.parametrize("name", FORMATS)
def test_the_wish_to_stop_is_heard_while_writing(planned, tmp_path, name):
    """A wish that comes after the start ends the work, and nothing is written."""
    asked = itertools.count()
    with pytest.raises(CancelledError):
        export(planned, tmp_path / "out" if name in {"gpx", "ics"} else tmp_path / f"a.{name}", name,
               cancel=lambda: next(asked) >= 1)  # fmt: skip
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.name.startswith(("a.", "2026"))]


@pytest.mark.parametrize(("name", "count"), [("gpx", 2), ("ics", 3), ("xlsx", 1), ("kml", 1), ("gpkg", 1)])
def test_every_format_into_a_folder(planned, tmp_path, name, count):
    """The folder is made; GPX has a file for each busy team, a calendar one for each team."""
    done = export(planned, tmp_path / "new" / "folder", name)
    assert len(done.files) == count
    assert sorted(done.files) == sorted((tmp_path / "new" / "folder").iterdir())


def test_ids_that_look_alike_have_files_of_their_own(project, tmp_path):  # noqa: F811 - a fixture
    """Two ids that differ only in letters that a file name cannot have."""
    plan = made_plan(on_earth(made_route(2, "T/1")), on_earth(made_route(2, "T:1")))
    project.save_plan(plan, label=Message("test"))
    assert len({path.name for path in export(project, tmp_path / "out", "gpx").files}) == 2


def test_geojson_by_layer(planned, tmp_path):
    """A file for each layer that has rows; the routes are those of the plan."""
    done = export(planned, tmp_path / "out", "geojson")
    assert {path.stem for path in done.files} == {"hotspots", "sites", "routes", "stops"}
    stops = json.loads((tmp_path / "out" / "stops.geojson").read_text("utf-8"))["features"]
    assert len(stops) == 7


def test_the_geopackage_is_a_dressed_project(planned, tmp_path):
    """GDAL and patrolmap open it, counts are the same, styles are in it, and no person, journal or undo is."""
    planned.save_plan(dataclasses.replace(planned.latest_plan(), plan_id="other"), label=Message("test"))
    (path,) = export(planned, tmp_path / "copy.gpkg", "gpkg", "20261121-1900-a1b2").files
    with ProjectStore.open(path) as copy:
        assert copy.plan_ids() == ("20261121-1900-a1b2",)
        for name in ("streets", "sites", "teams", "hotspots"):
            assert copy.count(name) == planned.count(name) > 0
        assert copy.layer("teams")["leader"].isna().all()
        assert len(list(copy.journal())) < 6
    styles = pyogrio.read_dataframe(path, layer="layer_styles", read_geometry=False)
    assert set(styles["f_table_name"]) >= {"streets", "rings", "sites", "hotspots", "routes", "stops"}
    assert styles["styleQML"].str.startswith("<?xml").all()
    assert len(pyogrio.read_dataframe(path, layer="stops")) == 7


def test_a_copy_over_the_project_is_refused(planned):
    """The project cannot be replaced by its copy."""
    with pytest.raises(InputError, match="project itself"):
        export(planned, planned.path, "gpkg")


def test_excel_has_the_stops(planned, tmp_path):
    """As many rows as the plan has stops."""
    (path,) = export(planned, tmp_path / "a.xlsx", "xlsx").files
    assert openpyxl.load_workbook(path)["点位"].max_row == 1 + 7


def test_without_a_plan(project, tmp_path):  # noqa: F811 - a fixture
    """The map can be exported; what needs a plan says so; an unknown plan or format is named."""
    assert export(project, tmp_path / "a.kml", "kml").plan_id is None
    for name in ("gpx", "xlsx", "ics"):
        with pytest.raises(InputError, match="no plan yet"):
            export(project, tmp_path / f"a.{name}", name)
    with pytest.raises(InputError, match="no plan nothing"):
        export(project, tmp_path / "a.gpx", "gpx", "nothing")
    with pytest.raises(InputError, match="no format dwg"):
        export(project, tmp_path / "a.dwg", "dwg")


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_that_is_missing_for_a_file(planned, tmp_path, name):
    """The message says where it cannot be written, and nothing is left."""
    with pytest.raises(InputError):
        export(planned, tmp_path / "missing" / f"a.{name}", name)
    assert not (tmp_path / "missing").exists()


def test_a_full_disk_keeps_the_old_file(planned, tmp_path, monkeypatch):
    """When renaming fails, the old file is still whole."""
    target = tmp_path / "a.gpx"
    target.write_bytes(b"old")

    def refuse(self, _target):
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(type(target), "replace", refuse)
    with pytest.raises(InputError, match="No space left"):
        export(planned, target, "gpx")
    assert target.read_bytes() == b"old"
    assert not list(tmp_path.glob(".a.gpx*"))


def test_cancelled_writes_nothing(planned, tmp_path):
    """The wish to stop is heard before anything is written."""
    with pytest.raises(CancelledError):
        export(planned, tmp_path / "a.gpkg", "gpkg", cancel=lambda: True)
    assert not (tmp_path / "a.gpkg").exists()
