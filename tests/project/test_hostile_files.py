"""Project files that strangers prepared: nothing in them runs, loads or hangs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from patrolmap.errors import DamagedProjectError, InputError
from patrolmap.messages import Message
from patrolmap.model.edits import SetSetting
from patrolmap.model.frame import SpatialFrame
from patrolmap.project.store import ProjectStore
from patrolmap.services.projects import check_project

if TYPE_CHECKING:
    from pathlib import Path

ENDLESS = "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "a.gpkg"
    with ProjectStore.create(file, name="a", frame=SpatialFrame.around(113, 34)):
        pass
    return file


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
