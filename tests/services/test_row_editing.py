"""Rows changed by hand: what is taken, what is refused."""

from __future__ import annotations

import pytest

from patrolmap.cli.app import main
from patrolmap.errors import InputError
from patrolmap.services.pasting import pasted_block
from patrolmap.services.projects import open_project
from patrolmap.services.row_editing import change_cells, delete_rows
from tests.desktop.tiny import make_project


@pytest.fixture
def project(tmp_path):
    with open_project(make_project(tmp_path / "tiny.gpkg")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("layer", "field", "text"),
    [
        ("sites", "site_id", "C"),
        ("sites", "name", " "),
        ("teams", "members", "0"),
        ("teams", "hours", "late"),
        ("incidents", "time_from", "yesterday"),
        ("streets", "bridge", "perhaps"),
    ],
)
def test_what_an_import_would_not_take_is_refused(project, layer, field, text):
    """A key used twice, an empty name, no members, hours and times that are none."""
    before = project.layer_version(layer)
    with pytest.raises(InputError):
        change_cells(project, layer, [1], {field: [text]})
    assert project.layer_version(layer) == before


def test_computed_rows_are_left_alone(project):
    """Routes belong to a plan."""
    with pytest.raises(InputError):
        delete_rows(project, "routes", [1])
    with pytest.raises(InputError):
        change_cells(project, "routes", [1], {"team": ["x"]})


def test_a_single_pasted_row_fills_all_rows():
    """A quoted cell keeps its line end, as Excel writes it."""
    assert pasted_block('"a\nb"\tc\n', ["x", "y", "z"], 2) == {"x": ["a\nb", "a\nb"], "y": ["c", "c"]}


def test_headings_of_excel_send_their_columns_to_their_fields():
    """Below one that is merged over them, in another order than the table's; without headings the cells stay where they are put."""
    fields = ["name", "kind", "level"]
    text = "点位信息\t\t\r\n等级\t名称\t类型\r\n1\t东门\t卡口\r\n2\t西门\t岗位\r\n"
    wanted = {"level": ["1", "2"], "name": ["东门", "西门"], "kind": ["卡口", "岗位"]}
    assert pasted_block(text, fields, 5, layer="sites") == wanted
    assert pasted_block("Name\nEast gate", ["name"], 5, layer="sites") == {"name": ["East gate"] * 5}
    assert pasted_block("East gate\nPost", ["name"], 5, layer="sites") == {"name": ["East gate", "Post"]}


def test_a_heading_that_is_no_field_is_named():
    """Remarks have no place in the table of sites: their column would be lost without a word."""
    with pytest.raises(InputError, match="备注"):
        pasted_block("名称\t类型\t备注\n东门\t卡口\t坏", ["name", "kind", "level"], 5, layer="sites")


def test_a_wrong_value_is_told_with_its_row(project):
    """The third of three; nothing is changed."""
    with pytest.raises(InputError) as caught:
        change_cells(project, "sites", [1, 2, 3], {"level": ["1", "1", "x"]})
    assert "row 3 of 3" in str(caught.value)
    assert list(project.layer("sites")["level"]) == [1, 2, 3]


def test_keys_may_change_places(project):
    """A and B are swapped and C follows in one step of undo, though rows are written one after the other."""
    change_cells(project, "sites", [1, 2, 3], {"site_id": ["B", "C", "A"]})
    assert list(project.layer("sites")["site_id"]) == ["B", "C", "A"]
    project.undo()
    assert list(project.layer("sites")["site_id"]) == ["A", "B", "C"]
    project.redo()
    assert list(project.layer("sites")["site_id"]) == ["B", "C", "A"]


def test_the_command_changes_rows(tmp_path):
    """Values of two fields for a range of rows; a day and a clock become an ISO text."""
    path = make_project(tmp_path / "tiny.gpkg")
    command = ["edit", str(path), "incidents", "--rows", "1-2", "--set", "category=诈骗", "--set"]
    assert main([*command, "time_from=2026/3/1 21:05", "--quiet", "--json"]) == 0
    with open_project(path) as project:
        rows = project.layer("incidents")
    assert list(rows["category"]) == ["诈骗", "诈骗", "fraud", "theft"]
    assert rows["time_from"].iloc[0] == "2026-03-01T21:05:00"
