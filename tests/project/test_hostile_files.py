"""Project files that strangers prepared: nothing in them runs, loads or hangs."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely

from patrolmap.errors import DamagedProjectError, InputError
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows, SetSetting
from patrolmap.model.frame import SpatialFrame
from patrolmap.model.plan_json import from_dict, to_dict
from patrolmap.project.journal import first_broken_entry
from patrolmap.project.rescue import rescue_file
from patrolmap.project.store import ProjectStore
from patrolmap.services.projects import check_project
from tests.desktop.tiny import make_plan

if TYPE_CHECKING:
    from pathlib import Path

ENDLESS = "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.gpkg"
    with ProjectStore.create(file, name="a", frame=SpatialFrame.around(113, 34)):
        pass
    return file


def with_rows(path: Path) -> None:
    """Let each layer that is spoilt later have a row."""
    point, line = shapely.Point(113, 34), shapely.LineString([(113, 34), (113.001, 34)])
    rows = {
        "sites": {"site_id": "K1", "name": "a", "kind": "post", "level": 1, "geometry": point},
        "incidents": {"category": "a", "time_from": "2026-11-20T21:00:00", "geometry": point},
        "streets": {"name": "a", "geometry": line},
    }
    with ProjectStore.open(path) as project:
        for layer, row in rows.items():
            project.apply(InsertRows(layer, gpd.GeoDataFrame([row], crs="EPSG:4326")), Message("Edit"))


def strange(path: Path, table: str, column: str, expression: str, value: object) -> None:
    """Put a value into a column with the triggers off, as a program that knows none would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,))
        kept = triggers.fetchall()
        for name, _ in kept:
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute(f'UPDATE "{table}" SET "{column}" = {expression}', (value,))  # noqa: S608 - of this test
        for _, sql in kept:
            raw.execute(sql)


def prepare(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        for statement in statements:
            raw.execute(statement)


@pytest.mark.parametrize("table", ["incidents", "settings", "journal", "plans", "patrolmap_project"])
def test_a_view_in_place_of_a_table_is_never_read(path: Path, table: str) -> None:
    """A view without end would hang the program at its first look."""
    prepare(
        path,
        f"ALTER TABLE {table} RENAME TO kept",
        f"CREATE VIEW {table} AS {ENDLESS} SELECT x AS fid, x AS key, x AS value FROM n",  # noqa: S608 - of this test
    )
    for look in (ProjectStore.open, check_project):
        with pytest.raises(InputError, match="tampered"):
            look(path)


def test_a_virtual_table_in_place_of_a_table_is_never_read(path: Path) -> None:
    prepare(path, "DROP TABLE incidents", "CREATE VIRTUAL TABLE incidents USING rtree(fid, a, b)")
    with pytest.raises(InputError, match="tampered"):
        ProjectStore.open(path)


@pytest.mark.parametrize(
    "instruction",
    [
        "CREATE TRIGGER surprise AFTER UPDATE ON settings BEGIN DELETE FROM incidents; END",
        "CREATE TRIGGER surprise BEFORE INSERT ON journal BEGIN SELECT load_extension('x'); END",
        f"CREATE VIEW surprise AS {ENDLESS} SELECT max(x) AS m FROM n",  # noqa: S608 - of this test
        "CREATE VIEW surprise AS SELECT writefile('x', 'y') AS m",
    ],
)
def test_instructions_beside_the_tables_make_the_file_read_only_and_never_run(path: Path, instruction: str) -> None:
    prepare(path, instruction)
    with ProjectStore.open(path) as project:
        assert project.read_only
        assert "surprise" in str(project.notice)
        with pytest.raises(InputError, match="surprise"):
            project.apply(SetSetting("a", 1), Message("Edit"))
    assert not check_project(path).is_sound


@pytest.mark.parametrize("document", ["[" * 100_000, '{"plan_id": ' * 5000, '{"plan_id": NaN}', "null", '"x"', "{}"])
def test_a_hostile_plan_document_is_a_finding_and_no_crash(path: Path, document: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        columns = [
            row[1] for row in raw.execute("PRAGMA table_info(plans)") if row[1] not in {"fid", "document", "plan_id"}
        ]
        listed = ", ".join(f'"{column}"' for column in columns)
        raw.execute(
            f"INSERT INTO plans (plan_id, document, {listed}) VALUES ('P1', ?{', 1' * len(columns)})",  # noqa: S608
            (document,),
        )
    report = check_project(path)
    assert "plan" in {finding.code for finding in report.findings}
    with ProjectStore.open(path) as project, pytest.raises(DamagedProjectError, match="P1 cannot be read"):
        project.plan("P1")


STRANGE = [
    ("incidents", "category", b"\x00\xff"),
    ("incidents", "time_from", b""),
    ("sites", "level", "three"),
    ("sites", "level", b"3"),
    ("streets", "bridge", "perhaps"),
    ("streets", "geom", "no geometry"),
    ("streets", "geom", 4711),
    ("streets", "geom", b"GP and nothing behind"),
]


@pytest.mark.parametrize(("table", "column", "value"), STRANGE)
def test_a_value_of_the_wrong_kind_is_damage_and_no_defect(path: Path, table: str, column: str, value: object) -> None:
    with_rows(path)
    strange(path, table, column, "?", value)
    assert {"value", "geometry", "unreadable"} & {finding.code for finding in check_project(path).findings}
    with ProjectStore.open(path) as project:
        with pytest.raises(DamagedProjectError):
            project.layer(table)
        with suppress(DamagedProjectError):  # of bytes with nothing of a geometry
            assert len(project.content_hash(table)) == 64


@pytest.mark.parametrize("where", ["incidents.category", "settings.value"])
def test_a_text_that_is_none_any_more_is_damage_and_no_defect(path: Path, where: str) -> None:
    with_rows(path)
    table, column = where.split(".")
    strange(path, table, column, "CAST(? AS TEXT)", b"\xff\xfe")
    assert not check_project(path).is_sound
    with ProjectStore.open(path) as project, pytest.raises(DamagedProjectError, match="damaged"):
        project.layer("incidents") if table == "incidents" else project.setting("name")


def test_a_rescue_of_strange_values_is_sound(path: Path, tmp_path: Path) -> None:
    with_rows(path)
    strange(path, "sites", "level", "?", "three")
    strange(path, "incidents", "category", "?", "盗窃".encode() + b"\xff")
    report = {table.name: table for table in rescue_file(path, tmp_path / "new.gpkg")}
    assert report["sites"].spoilt == (1,)
    assert report["incidents"].is_whole
    assert check_project(tmp_path / "new.gpkg").is_sound
    with ProjectStore.open(tmp_path / "new.gpkg") as project:
        assert project.layer("incidents")["category"].tolist() == ["盗窃\ufffd"]


@pytest.mark.parametrize("value", ["", "{", "nan nan", "[" * 100_000])
def test_a_setting_that_is_none_is_damage_and_no_defect(path: Path, value: str) -> None:
    strange(path, "settings", "value", "?", value)
    with ProjectStore.open(path) as project, pytest.raises(DamagedProjectError, match="name cannot be read"):
        project.setting("name")


@pytest.mark.parametrize("value", [b"x", 3.5, "\ud7ff", None])
@pytest.mark.parametrize("column", ["at", "kind", "author", "label", "summary", "hash"])
def test_a_journal_of_strange_values_is_broken_at_its_entry(path: Path, column: str, value: object) -> None:
    try:
        strange(path, "journal", column, "?", value)
    except sqlite3.IntegrityError:
        return  # the table itself refuses it
    with closing(sqlite3.connect(path)) as raw:
        assert first_broken_entry(raw) == 1


PLAN_FAULTS = [
    (("plan_id",), 1.5),
    (("routes", 0, "team_name"), ["x"]),
    (("routes", 0, "depart_s"), 1e308),
    (("routes", 0, "stops", 0, "start_s"), 2**70),
    (("routes", 0, "stops", 0, "visit", "windows"), [[0]]),
    (("routes", 0, "stops", 0, "visit", "name"), None),
    (("routes", 0, "stops", 0, "leg", "length_m"), "far"),
    (("routes", 0, "stops", 0, "leg", "geometry"), [[0, float("nan")], [1, 1]]),
    (("provenance", "parameters"), []),
    (("shift", "date"), 20261120),
]


@pytest.mark.parametrize(("place", "value"), PLAN_FAULTS)
def test_a_plan_whose_values_are_none_is_refused_at_the_door(place: tuple[str | int, ...], value: object) -> None:
    document = json.loads(json.dumps(to_dict(make_plan())))
    assert from_dict(document) == make_plan()
    inner = document
    for step in place[:-1]:
        inner = inner[step]
    assert place[-1] in inner
    inner[place[-1]] = value
    with pytest.raises((ValueError, TypeError)):
        from_dict(document)
