"""Claims about ``patrolmap events``: the whole way of an event by the command line."""

from __future__ import annotations

import json

import pytest

from patrolmap.cli.app import main
from patrolmap.model.frame import SpatialFrame
from patrolmap.project.store import ProjectStore
from tests.helpers.city import METRIC_CRS


@pytest.fixture
def path(tmp_path):
    ProjectStore.create(tmp_path / "p.gpkg", name="测试区", frame=SpatialFrame("EPSG:4326", METRIC_CRS)).close()
    return str(tmp_path / "p.gpkg")


def said(capsys, *words):
    assert main(["--lang", "en", "events", *words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_whole_way(path, capsys):
    """An event is added, assigned, handled, fed back and rated; the list tells each step."""
    where = ("--place", "老街北口", "--at", "110.46,34.70", "--time", "2026-01-02 21:30")
    event = said(capsys, "add", path, "--type", "street_light", *where)["events"][0]
    assert (event["event_id"], event["state"], event["place"]) == ("E20260102-001", "received", "老街北口")
    assert (round(event["lon"], 6), round(event["lat"], 6)) == (110.46, 34.70)
    said(capsys, "assign", path, event["event_id"], "--to", "路灯所")
    said(capsys, "handle", path, event["event_id"], "--note", "已换")
    said(capsys, "feed-back", path, event["event_id"])
    said(capsys, "rate", path, event["event_id"], "--rating", "4")
    (listed,) = said(capsys, "list", path, "--state", "rated")["events"]
    assert [step["state"] for step in listed["steps"]] == ["received", "assigned", "handled", "fed_back", "rated"]
    assert (listed["unit"], listed["rating"], listed["steps"][2]["note"]) == ("路灯所", 4, "已换")
    assert said(capsys, "overdue", path)["events"] == []


def test_a_step_too_early_is_the_users_fault(path, capsys):
    """Exit status 2 with a message, and nothing is changed."""
    said(capsys, "add", path, "--type", "other", "--place", "x", "--at", "110.46,34.70")
    event_id = said(capsys, "list", path)["events"][0]["event_id"]
    assert main(["--lang", "en", "events", "rate", path, event_id, "--rating", "4"]) == 2
    assert "in this order" in capsys.readouterr().err
    assert said(capsys, "list", path)["events"][0]["state"] == "received"


def test_types(path, capsys):
    """A type is added with its hours and listed."""
    said(capsys, "types", path, "--set", "共享单车淤积", "--hours", "6")
    types = {one["type"]: one["due_hours"] for one in said(capsys, "types", path)["types"]}
    assert (types["共享单车淤积"], types["flooding"]) == (6, 12)
