"""Two people and an office store: what each sees after both have synchronised."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from patrolmap.messages import Message
from patrolmap.model.edits import DeleteRows, InsertRows, SetSetting, UpdateRows
from patrolmap.office.exchange import SyncResult, SyncWishes, check_out, publish, synchronise
from patrolmap.project.store import ProjectStore
from tests.office.conftest import address, content, district, site_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Pair = tuple[ProjectStore, ProjectStore]


@pytest.fixture
def pair(port: int, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Pair]:
    """Two copies of one office project, of Anna and of Bert."""
    name = request.node.name.removeprefix("test_")
    with district(tmp_path / f"{name}.gpkg") as anna:
        publish(anna, address(port, "chief"), name=name)
        check_out(address(port, "bert", name), tmp_path / "bert.gpkg")
        with ProjectStore.open(tmp_path / "bert.gpkg") as bert:
            yield anna, bert


def sync(project: ProjectStore, port: int, user: str, **wishes: object) -> SyncResult:
    """Synchronise as a user."""
    return synchronise(project, address(port, user), SyncWishes(**wishes))  # type: ignore[arg-type]


def rename(project: ProjectStore, site: str, name: str) -> None:
    """Give a site another name."""
    layer = project.layer("sites")
    fid = layer.index[layer["site_id"] == site][0]
    project.apply(UpdateRows("sites", pd.DataFrame({"name": [name]}, index=pd.Index([fid], name="fid"))), Message("R"))


def drop(project: ProjectStore, site: str) -> None:
    """Take a site out."""
    layer = project.layer("sites")
    project.apply(DeleteRows("sites", (int(layer.index[layer["site_id"] == site][0]),)), Message("D"))


def names(project: ProjectStore) -> dict[str, str]:
    """Name of each site."""
    layer = project.layer("sites")
    return dict(zip(layer["site_id"], layer["name"], strict=True))


def test_a_copy_holds_what_was_published(pair: Pair) -> None:
    """Geometry, numbers, Chinese names and settings come over bit by bit."""
    anna, bert = pair
    assert content(anna) == content(bert)
    assert bert.frame == anna.frame
    assert not bert.can_undo


def test_changes_of_different_rows_are_both_there(pair: Pair, port: int) -> None:
    """Each changes, adds and deletes rows of its own; both end with all of it."""
    anna, bert = pair
    rename(anna, "K1", "A")
    drop(anna, "K2")
    rename(bert, "K3", "B")
    bert.apply(InsertRows("sites", site_rows([9])), Message("I"))
    bert.apply(SetSetting("due", {"a": 1}), Message("S"))
    for project, user in ((anna, "anna"), (bert, "bert"), (anna, "anna")):
        assert sync(project, port, user).done
    assert names(anna) == {"K1": "A", "K3": "B", "K4": "卡口4", "K9": "卡口9"}
    assert content(anna) == content(bert)
    assert anna.setting("due") == {"a": 1}


def test_a_row_that_both_changed_is_a_conflict_and_nothing_is_lost(pair: Pair, port: int) -> None:
    """Both values are listed; neither side changes before the decision; other rows wait too."""
    anna, bert = pair
    rename(anna, "K1", "A")
    rename(bert, "K1", "B")
    rename(bert, "K2", "B2")
    sync(anna, port, "anna")
    result = sync(bert, port, "bert")
    (conflict,) = result.conflicts
    (both,) = conflict.pairs
    assert not result.done
    assert both.differing() == ("name",)
    assert both.mine is not None
    assert both.theirs is not None
    assert "B" in both.mine.cells
    assert "A" in both.theirs.cells
    assert names(bert)["K1"] == "B"
    sync(anna, port, "anna")
    assert names(anna)["K1"] == "A"
    assert names(anna)["K2"] == "卡口2"


@pytest.mark.parametrize(("choice", "expected"), [("mine", "B"), ("theirs", "A")])
def test_a_choice_decides(pair: Pair, port: int, choice: str, expected: str) -> None:
    """The chosen value is on both sides in the end."""
    anna, bert = pair
    rename(anna, "K1", "A")
    rename(bert, "K1", "B")
    sync(anna, port, "anna")
    (conflict,) = sync(bert, port, "bert").conflicts
    assert sync(bert, port, "bert", choices={conflict.conflict_id: choice}).done
    sync(anna, port, "anna")
    assert names(anna)["K1"] == names(bert)["K1"] == expected
    assert content(anna) == content(bert)
