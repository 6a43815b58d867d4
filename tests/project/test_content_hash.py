"""The hash of a layer leaves the project free while it is computed, and is that of one moment."""

from __future__ import annotations

import hashlib
import json

import geopandas as gpd
import pytest
import shapely

from patrolmap.messages import Message
from patrolmap.model.edits import DeleteRows, InsertRows
from patrolmap.project import digest
from patrolmap.project.store import ProjectStore
from tests.desktop.tiny import FRAME, ORIGIN

ROWS = 25


@pytest.fixture
def project(tmp_path, monkeypatch):
    monkeypatch.setattr(digest, "_BATCH", 10)
    places = [shapely.Point(ORIGIN[0] + n, ORIGIN[1]) for n in range(ROWS)]
    columns = {"incident_id": [str(n) for n in range(ROWS)], "category": "theft", "time_from": "2026-10-01T20:00:00"}
    rows = gpd.GeoDataFrame(columns, geometry=places, crs=FRAME.metric_crs)
    with ProjectStore.create(tmp_path / "a.gpkg", name="A", frame=FRAME) as made:
        made.apply(InsertRows("incidents", FRAME.to_stored(rows)), Message("x"))
        yield made


class Interrupted:
    """Stands for ``hashlib`` and does something between two parts of a hash, a few times."""

    def __init__(self, deed, times):
        self.deed, self.times = deed, times

    def sha256(self, first):
        usual, outer = hashlib.sha256(first), self

        class Sha:
            def update(self, part):
                if outer.times:
                    outer.times -= 1
                    outer.deed()
                usual.update(part)

            def hexdigest(self):
                return usual.hexdigest()

        return Sha()


def test_the_project_is_free_between_two_parts(project, monkeypatch):
    """While a part is hashed, nobody holds the project: another thread could take it at once."""
    free = []

    def look():
        free.append(not project._mutex._is_owned())

    monkeypatch.setattr(digest, "hashlib", Interrupted(look, 3))
    project.content_hash("incidents")
    assert free == [True] * 3


@pytest.mark.parametrize("changes", [1, 2])
def test_a_change_meanwhile_is_never_half_in_the_hash(project, monkeypatch, changes):
    """Whatever was changed between two parts, the hash is that of all rows as they then are."""
    fids = list(project.layer("incidents").index)

    def delete():
        project.apply(DeleteRows("incidents", (fids.pop(0),)), Message("x"))

    monkeypatch.setattr(digest, "hashlib", Interrupted(delete, changes))
    found = project.content_hash("incidents")
    monkeypatch.setattr(digest, "hashlib", hashlib)
    project._hashes.clear()
    assert project.count("incidents") == ROWS - changes
    assert found == project.content_hash("incidents")


def test_the_hash_is_that_of_the_rows_in_batches(project):
    """As the guide defines it, computed here from the file by other means."""
    columns = digest.columns_of(digest.TABLES["incidents"])
    sha = hashlib.sha256(json.dumps(["incidents", FRAME.stored_crs, columns]).encode())
    with project._reading() as connection:
        rows = connection.execute(f'SELECT {", ".join(columns)} FROM incidents ORDER BY "fid"').fetchall()  # noqa: S608
    told = [[digest.body_of(row[0]).hex(), *row[1:]] for row in rows]
    for start in range(0, ROWS, 10):
        sha.update(json.dumps(told[start : start + 10], separators=(",", ":")).encode())
    assert project.content_hash("incidents") == sha.hexdigest()


def test_a_hash_does_not_depend_on_how_many_rows_are_read_at_a_time(project, monkeypatch):
    """Plans know the hashes of years ago: shorter parts must not give others."""
    known = project.content_hash("incidents")
    project._hashes.clear()
    monkeypatch.setattr(digest, "_PART", 5)
    assert project.content_hash("incidents") == known
