"""Rows changed by hand: what is taken, what is refused."""

from __future__ import annotations

import pytest

from patrolmap.cli.app import main
from patrolmap.errors import InputError
from patrolmap.services.projects import open_project
from patrolmap.services.row_editing import change_cells, delete_rows, pasted_block
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


def test_the_command_changes_rows(tmp_path):
    """Values of two fields for a range of rows; a day and a clock become an ISO text."""
    path = make_project(tmp_path / "tiny.gpkg")
    command = ["edit", str(path), "incidents", "--rows", "1-2", "--set", "category=诈骗", "--set"]
    assert main([*command, "time_from=2026/3/1 21:05", "--quiet", "--json"]) == 0
    with open_project(path) as project:
        rows = project.layer("incidents")
    assert list(rows["category"]) == ["诈骗", "诈骗", "fraud", "theft"]
    assert rows["time_from"].iloc[0] == "2026-03-01T21:05:00"
