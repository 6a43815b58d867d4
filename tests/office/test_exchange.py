"""Two people and an office store: what each sees after both have synchronised."""

# ruff: noqa: S608 - the names of schemas are the tests' own

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest

from patrolmap.errors import InputError
from patrolmap.messages import Message
from patrolmap.model.edits import DeleteRows, InsertRows, SetSetting, UpdateRows
from patrolmap.office.exchange import SyncResult, SyncWishes, check_out, publish, synchronise
from patrolmap.project.store import ProjectStore
from tests.office.conftest import address, content, district, raw, site_rows

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


def test_rows_added_under_the_same_key_are_one(pair: Pair, port: int) -> None:
    """Two people add the same site: alike it is one row, unlike a conflict, never two rows."""
    anna, bert = pair
    for project in pair:
        project.apply(InsertRows("sites", site_rows([8, 9])), Message("I"))
    rename(bert, "K9", "B")
    sync(anna, port, "anna")
    (conflict,) = sync(bert, port, "bert").conflicts
    assert conflict.pairs[0].differing() == ("name",)
    sync(bert, port, "bert", otherwise="mine")
    sync(anna, port, "anna")
    assert content(anna) == content(bert)
    assert names(anna) == {f"K{n}": f"卡口{n}" for n in (1, 2, 3, 4, 8)} | {"K9": "B"}


def test_a_deletion_against_a_change_is_a_conflict(pair: Pair, port: int) -> None:
    """Neither the deletion nor the change wins by itself."""
    anna, bert = pair
    drop(anna, "K1")
    rename(bert, "K1", "B")
    sync(anna, port, "anna")
    (conflict,) = sync(bert, port, "bert").conflicts
    assert conflict.pairs[0].theirs is None
    sync(bert, port, "bert", otherwise="mine")
    sync(anna, port, "anna")
    assert names(anna)["K1"] == "B"
    assert content(anna) == content(bert)


def test_keys_that_were_exchanged_come_over(pair: Pair, port: int) -> None:
    """K1 becomes K2 and K2 becomes K1: at no moment are two rows alike, here or there."""
    anna, bert = pair
    layer = bert.layer("sites")
    first, second = (int(layer.index[layer["site_id"] == key][0]) for key in ("K1", "K2"))
    for fid, key in ((first, "tmp"), (second, "K1"), (first, "K2")):
        bert.apply(
            UpdateRows("sites", pd.DataFrame({"site_id": [key]}, index=pd.Index([fid], name="fid"))), Message("R")
        )
    sync(bert, port, "bert")
    sync(anna, port, "anna")
    assert names(anna)["K1"] == "卡口2"
    assert names(anna)["K2"] == "卡口1"
    assert content(anna) == content(bert)


def test_undo_of_a_synchronisation_is_as_if_it_had_not_been(pair: Pair, port: int) -> None:
    """Undo gives the rows of before, redo those of after; the next synchronisation takes them in again and reverts nobody."""
    anna, bert = pair
    rename(anna, "K1", "A")
    anna.apply(InsertRows("sites", site_rows([9])), Message("I"))
    drop(anna, "K4")
    sync(anna, port, "anna")
    rename(bert, "K2", "B")
    before = content(bert)
    sync(bert, port, "bert")
    after = content(bert)
    assert bert.undo_label is not None
    assert bert.undo_label.template.startswith("Synchronised")
    bert.undo()
    assert content(bert) == before
    bert.redo()
    assert content(bert) == after
    bert.undo()
    bert.undo()
    assert names(bert)["K2"] == "卡口2"
    assert sync(bert, port, "bert").done
    sync(anna, port, "anna")
    assert content(anna) == content(bert)
    assert names(anna) == {"K1": "A", "K2": "卡口2", "K3": "卡口3", "K9": "卡口9"}


def test_what_was_sent_can_be_undone_and_sent_again(pair: Pair, port: int) -> None:
    """Undo of an own change that colleagues have already is a new change."""
    anna, bert = pair
    rename(anna, "K1", "A")
    sync(anna, port, "anna")
    sync(bert, port, "bert")
    anna.undo()
    assert sync(anna, port, "anna").done
    sync(bert, port, "bert")
    assert names(bert)["K1"] == "卡口1"


def test_a_preview_changes_nothing(pair: Pair, port: int) -> None:
    """Both directions are counted, and then still to be done."""
    anna, bert = pair
    rename(anna, "K1", "A")
    sync(anna, port, "anna")
    drop(bert, "K2")
    result = sync(bert, port, "bert", preview=True)
    assert not result.done
    assert [(change.table, change.changed) for change in result.incoming] == [("sites", 1)]
    assert [(change.table, change.deleted) for change in result.outgoing] == [("sites", 1)]
    assert sync(bert, port, "bert").incoming == result.incoming


def test_a_store_put_back_to_a_backup_is_noticed(pair: Pair, port: int) -> None:
    """Nothing is deleted because the backup lacks it; after the user's word all rows are compared anew."""
    anna, bert = pair
    with raw(port, "viktor") as connection:
        found = connection.execute(
            "SELECT schema_name FROM patrolmap_office.projects WHERE name LIKE '%put_back%'"
        ).fetchone()
    assert found is not None
    bert.apply(InsertRows("sites", site_rows([9])), Message("I"))
    sync(bert, port, "bert")
    with raw(port, "chief") as connection:
        for statement in (
            "SET ROLE patrolmap_admin",
            f"ALTER TABLE {found[0]}.journal DISABLE TRIGGER USER",
            f"ALTER TABLE {found[0]}.sites DISABLE TRIGGER USER",
            f"DELETE FROM {found[0]}.journal WHERE number > 3",
            f"DELETE FROM {found[0]}.sites WHERE site_id = 'K9'",
            f"ALTER TABLE {found[0]}.journal ENABLE TRIGGER USER",
            f"ALTER TABLE {found[0]}.sites ENABLE TRIGGER USER",
        ):
            connection.execute(statement)
    with pytest.raises(InputError, match="not the one"):
        sync(bert, port, "bert")
    bert.doubt_office()
    assert sync(bert, port, "bert").done
    assert "K9" in names(bert)
    anna.doubt_office()
    sync(anna, port, "anna")
    assert content(anna) == content(bert)


def test_a_plan_is_decided_as_a_whole(pair: Pair, port: int) -> None:
    """Stops of one plan changed on both sides are one conflict, so that no plan is half of one and half of the other."""
    anna, bert = pair
    for project, places in ((anna, ["A1", "A2"]), (bert, ["B1"])):
        rows = site_rows(list(range(len(places))))[["geometry"]].assign(
            plan_id="P1", team_id="T1", number=range(len(places)), name=places
        )
        project.apply(InsertRows("stops", rows), Message("P"))
    sync(anna, port, "anna")
    (conflict,) = sync(bert, port, "bert").conflicts
    assert len(conflict.pairs) == 3
    sync(bert, port, "bert", otherwise="theirs")
    assert bert.layer("stops")["name"].tolist() == ["A1", "A2"]
    assert content(anna) == content(bert)


def test_leaving_ends_the_bond_and_keeps_the_rows(pair: Pair, port: int) -> None:
    """A copy that left can be published anew under another name, with all its rows."""
    _, bert = pair
    with pytest.raises(InputError, match="belongs to the office project"):
        publish(bert, address(port, "chief"), name="again")
    bert.leave_office()
    with pytest.raises(InputError, match="no office project"):
        sync(bert, port, "bert")
    result = publish(bert, address(port, "chief"), name="again")
    assert [(change.table, change.added) for change in result.outgoing][:2] == [("rings", 1), ("sites", 4)]


def test_a_name_is_taken_once_and_a_file_never_overwritten(pair: Pair, port: int, tmp_path: Path) -> None:
    """Both are refused before anything is made."""
    assert pair
    with district(tmp_path / "third.gpkg") as project, pytest.raises(InputError, match="already"):
        publish(project, address(port, "chief"), name="a_name_is_taken_once_and_a_file_never_overwritten")
    with pytest.raises(InputError, match="exists already"):
        check_out(address(port, "anna"), tmp_path / "third.gpkg")
