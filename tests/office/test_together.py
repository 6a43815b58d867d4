"""Several people at once: every history of synchronisations is a serial one, whatever is killed in the middle."""

# ruff: noqa: S608 - the names of schemas are the tests' own

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

import psycopg
import pytest

from patrolmap.errors import PatrolmapError
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.office.exchange import SyncWishes, check_out, publish, synchronise
from patrolmap.office.office_journal import verify_office_journal
from patrolmap.project.store import ProjectStore
from patrolmap.services.projects import check_project, verify_journal
from tests.office.conftest import address, content, district, raw, site_rows
from tests.office.test_exchange import drop, names, rename

if TYPE_CHECKING:
    from pathlib import Path

KILLS = int(os.environ.get("PATROLMAP_OFFICE_KILLS", "20"))
EDITS = int(os.environ.get("PATROLMAP_OFFICE_EDITS", "60"))
POOL = [f"K{number}" for number in range(1, 9)]

Rows = dict[str, tuple[object, ...]]
Sent = tuple[int, dict[str, tuple[object, ...] | None], dict[str, tuple[object, ...] | None]]
"""Number in the office's journal; rows that were sent; what their author had seen of them before."""


def rows_by_uid(project: ProjectStore) -> Rows:
    """Sites by the names that both sides know them by."""
    return {uid: row.cells for uid, row in project.office_view(keep=True).rows["sites"].items()}


class Person:
    """Somebody who edits at random and synchronises, and writes down what each synchronisation sent."""

    def __init__(self, path: Path, port: int, user: str, seed: int) -> None:
        self.path, self.port, self.user = path, port, user
        self.random = random.Random(seed)  # noqa: S311 - reproducible edits
        self.base: Rows = {}
        self.sent: list[Sent] = []
        self.failure: BaseException | None = None

    def edit(self, project: ProjectStore, number: int) -> None:
        """Rename, add, delete or undo."""
        now, place = names(project), self.random.choice(POOL)
        step = project.undo_label
        if step is not None and not step.template.startswith("Synchronised") and self.random.random() < 0.2:
            project.undo()
        elif place not in now:
            project.apply(
                InsertRows("sites", site_rows([int(place[1:])]).assign(name=f"{self.user}{number}")), Message("I")
            )
        elif self.random.random() < 0.3:
            drop(project, place)
        else:
            rename(project, place, f"{self.user}{number}")

    def synchronise(self, project: ProjectStore) -> None:
        """Synchronise, deciding on conflicts by chance."""
        choices: dict[str, str] = {}
        kept: set[str] = set()
        mine = rows_by_uid(project)
        while True:
            wishes = SyncWishes(choices)  # type: ignore[arg-type]
            result = synchronise(project, address(self.port, self.user), wishes)
            if result.done:
                break
            for conflict in result.conflicts:
                choices[conflict.conflict_id] = self.random.choice(["mine", "theirs"])
                if choices[conflict.conflict_id] == "mine":
                    kept |= {pair.known.uid for pair in conflict.pairs}
        after = rows_by_uid(project)
        changed = {uid for uid in mine.keys() | self.base.keys() if mine.get(uid) != self.base.get(uid)}
        sent = {uid: after.get(uid) for uid in changed | kept if uid in kept or after.get(uid) == mine.get(uid)}
        seen = {uid: self.base.get(uid) for uid in sent.keys() - kept}
        link = project.office_link
        assert link is not None
        self.sent.append((link.journal_number, sent, seen))
        self.base = after

    def work(self) -> None:
        """Edit and synchronise until done; a failure is kept for the test to raise."""
        try:
            with ProjectStore.open(self.path) as project:
                self.base = rows_by_uid(project)
                for number in range(EDITS):
                    self.edit(project, number)
                    if self.random.random() < 0.3:
                        self.synchronise(project)
                self.synchronise(project)
        except BaseException as error:  # noqa: BLE001 - handed to the test
            self.failure = error


@pytest.mark.parametrize("seed", [1, 2])
def test_random_edits_of_two_people_are_a_serial_history(port: int, tmp_path: Path, seed: int) -> None:
    """Replaying what was sent in the order of the journal gives the end, and no change overwrote one that its author had not seen."""
    name = f"serial {seed}"
    with district(tmp_path / "a.gpkg") as project:
        publish(project, address(port, "chief"), name=name)
        state: dict[str, tuple[object, ...] | None] = dict(rows_by_uid(project))
    check_out(address(port, "bert", name), tmp_path / "b.gpkg")
    people = [
        Person(tmp_path / f"{user[0]}.gpkg", port, user, seed * 10 + place)
        for place, user in enumerate(("anna", "bert"))
    ]
    threads = [threading.Thread(target=person.work) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for person in people:
        if person.failure is not None:
            raise person.failure
    for _, sent, seen in sorted((entry for person in people for entry in person.sent), key=lambda entry: entry[0]):
        for uid, before in seen.items():
            assert state.get(uid) in {before, sent[uid]}  # the latter if both made the same change
        state.update(sent)
    with ProjectStore.open(people[0].path) as anna, ProjectStore.open(people[1].path) as bert:
        for project, user in ((anna, "anna"), (bert, "bert"), (anna, "anna")):
            assert synchronise(project, address(port, user), SyncWishes()).done
        assert content(anna) == content(bert)
        assert rows_by_uid(anna) == {uid: cells for uid, cells in state.items() if cells is not None}
    assert verify_office_journal(address(port, "viktor", name))[2] is None


@pytest.mark.parametrize("seed", [1, 2])
def test_undo_across_synchronisations_converges(port: int, tmp_path: Path, seed: int) -> None:
    """Edits, undo and redo, of synchronisations too, in any order: both copies agree in the end, and are sound."""
    chance, name = random.Random(seed), f"undo {seed}"  # noqa: S311 - reproducible
    with district(tmp_path / "a.gpkg") as project:
        publish(project, address(port, "chief"), name=name)
    check_out(address(port, "bert", name), tmp_path / "b.gpkg")
    with ProjectStore.open(tmp_path / "a.gpkg") as anna, ProjectStore.open(tmp_path / "b.gpkg") as bert:
        for number in range(50):
            project, user = chance.choice([(anna, "anna"), (bert, "bert")])
            what = chance.choice(["undo", "undo", "redo", "edit", "edit", "edit", "sync", "sync"])
            if what == "edit":
                Person(project.path, port, user, seed * 100 + number).edit(project, number)
            elif what == "sync":
                side = chance.choice(["mine", "theirs"])
                assert synchronise(project, address(port, user), SyncWishes(otherwise=side)).done  # type: ignore[arg-type]
            else:
                (project.undo if what == "undo" else project.redo)()
        for project, user in ((anna, "anna"), (bert, "bert"), (anna, "anna")):
            assert synchronise(project, address(port, user), SyncWishes(otherwise="mine")).done
        assert content(anna) == content(bert)
    assert check_project(tmp_path / "a.gpkg").is_sound
    assert check_project(tmp_path / "b.gpkg").is_sound


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
def test_a_kill_leaves_nothing_half_done(port: int, tmp_path: Path) -> None:
    """After a kill at any moment both sides are as before or as after, and the next synchronisation completes the work."""
    chance = random.Random(7)  # noqa: S311 - reproducible moments
    with district(tmp_path / "a.gpkg") as project:
        schema = publish(project, address(port, "chief"), name="kills").project.schema
    check_out(address(port, "bert", "kills"), tmp_path / "b.gpkg")
    cut = 0
    for number in range(KILLS):
        with ProjectStore.open(tmp_path / "b.gpkg") as bert:
            rename(bert, "K2", f"bert{number}")
            bert.apply(InsertRows("sites", site_rows([1000 + number])), Message("I"))
            assert synchronise(bert, address(port, "bert"), SyncWishes()).done
            theirs = names(bert)
        with ProjectStore.open(tmp_path / "a.gpkg") as anna:
            old = names(anna)
            rename(anna, "K1", f"anna{number}")
            anna.apply(InsertRows("sites", site_rows([2000 + number])), Message("I"))
            if number:
                drop(anna, f"K{2000 + number - 1}")
            mine = names(anna)
        merged = {**theirs, **mine, "K2": theirs["K2"]}
        for key in old.keys() - mine.keys():
            merged.pop(key)
        child = os.fork()
        if child == 0:
            with ProjectStore.open(tmp_path / "a.gpkg") as anna:
                synchronise(anna, address(port, "anna"), SyncWishes())
            os._exit(0)
        time.sleep(chance.uniform(0.01, 0.35))
        os.kill(child, signal.SIGKILL)
        cut += os.waitpid(child, 0)[1] != 0
        assert _office_names(port, schema) in (theirs, merged)
        assert check_project(tmp_path / "a.gpkg").is_sound
        with ProjectStore.open(tmp_path / "a.gpkg") as anna:
            assert names(anna) in (mine, merged)
            assert synchronise(anna, address(port, "anna"), SyncWishes()).done
            assert names(anna) == merged == _office_names(port, schema)
        with ProjectStore.open(tmp_path / "b.gpkg") as bert:
            assert synchronise(bert, address(port, "bert"), SyncWishes()).done
    assert cut
    assert verify_office_journal(address(port, "viktor", "kills"))[2] is None
    assert verify_journal(tmp_path / "a.gpkg")[2] is None


@pytest.mark.parametrize("moment", ["Comparing", "Sending", "Writing"])
def test_a_connection_that_breaks_changes_nothing(port: int, tmp_path: Path, moment: str) -> None:
    """The server ends the connection in the middle: the message says to try again, and a second try does it all."""
    with district(tmp_path / "a.gpkg") as project:
        schema = publish(project, address(port, "chief"), name=f"break {moment}").project.schema
        rename(project, "K1", "new")

        def break_off(_fraction: float, text: Message | None = None) -> None:
            if text is not None and text.template.startswith(moment):
                with psycopg.connect(f"postgresql://owner@127.0.0.1:{port}/postgres", autocommit=True) as owner:
                    owner.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'chief'")

        with pytest.raises(PatrolmapError, match="broke off"):
            synchronise(project, address(port, "chief"), SyncWishes(), progress=break_off)
        assert _office_names(port, schema)["K1"] == "卡口1"
        assert names(project)["K1"] == "new"
        assert synchronise(project, address(port, "chief"), SyncWishes()).done
        assert _office_names(port, schema)["K1"] == "new"


def _office_names(port: int, schema: str) -> dict[str, str]:
    with raw(port, "viktor") as connection:
        return dict(connection.execute(f'SELECT site_id, name FROM "{schema}".sites').fetchall())  # type: ignore[arg-type]
