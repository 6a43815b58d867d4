"""Claims about ``patrolmap hotspots``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from patrolmap.cli.app import main
from patrolmap.messages import Message
from patrolmap.model.edits import DeleteRows
from patrolmap.project.store import ProjectStore
from tests.services.test_hotspots import project  # noqa: F401 - a fixture


@pytest.fixture
def path(project):  # noqa: F811 - pytest's way of asking for a fixture
    """Close the project of the service's tests and give its path."""
    project.close()
    return str(project.path)


def said(capsys):
    return json.loads(capsys.readouterr().out)


def test_json_tells_the_hotspots(path, capsys):
    """One document: rank, area, hours, WGS 84 geometry; the layer is in the project."""
    assert main(["hotspots", "find", path, "--method", "kde", "--json", "--quiet"]) == 0
    document = said(capsys)
    first = document["hotspots"][0]
    assert (first["rank"], first["hotspot_id"]) == (1, "H001")
    assert first["geometry"]["type"] == "Polygon"
    longitude, latitude = first["geometry"]["coordinates"][0][0]
    assert 110 < longitude < 111
    assert 34 < latitude < 35
    assert document["incidents_outside"] == 1
    assert first["entrances"]["type"] == "MultiPoint"
    assert len(first["entrances"]["coordinates"]) >= 2
    with ProjectStore.open(Path(path), read_only=True) as kept:
        assert kept.count("hotspots") == len(document["hotspots"])


def test_filters_reach_the_service(path, capsys):
    """Category, dates, hours and days of the week leave only what they name."""
    words = ["--category", "theft", "--hours", "12:00-13:00", "--from", "2026-01-01", "--to", "2026-03-31"]
    assert main(["hotspots", "find", path, "--method", "kde", "--weekdays", "1,2,3,4,5", *words, "--json"]) == 0
    document = said(capsys)
    assert set(document["hotspots"][0]["categories"]) == {"theft"}
    assert document["hotspots"][0]["peak_hours"] == [12, 13]
    assert document["period"][1] <= "2026-03-31"


def test_json_tells_the_back_test(path, capsys):
    """Rows with PAI and its interval, ordered; the project is not written to."""
    before = Path(path).read_bytes()
    assert main(["hotspots", "backtest", path, "--origins", "3", "--json", "--quiet"]) == 0
    document = said(capsys)
    assert len(document["origins"]) == 3
    assert all(row["pai_low"] <= row["pai"] <= row["pai_high"] for row in document["rows"])
    assert Path(path).read_bytes() == before


def test_lines_are_for_people(path, capsys):
    """Both commands speak the reader's language."""
    assert main(["hotspots", "find", path, "--method", "kde", "--lang", "zh", "--quiet"]) == 0
    assert "警情" in capsys.readouterr().out
    assert main(["hotspots", "backtest", path, "--origins", "3", "--lang", "en", "--quiet"]) == 0
    assert "hit rate" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("find", "--from", "tomorrow"),
        ("find", "--weekdays", "8"),
        ("find", "--hours", "noon"),
        ("find", "--area-share", "2"),
        ("find", "--method", "kde", "--cell-m", "0.001"),
        ("find", "--method", "tea-leaves"),
        ("find", "--bandwidth-m", "-3"),
        ("backtest", "--origins", "400"),
        ("backtest", "--origins", "0"),
        ("backtest", "--methods", "tea-leaves"),
    ],
)
def test_wrong_words_are_the_users_fault(path, words):
    """Exit status 2 for what cannot be read or cannot be done."""
    assert main(["hotspots", words[0], path, *words[1:], "--quiet"]) == 2


def test_every_hotspot_says_whether_it_is_more_than_chance(path, capsys):
    """Beside the uncorrected z and p stands the false discovery rate at which the planted hotspot holds."""
    assert main(["hotspots", "find", path, "--method", "gi", "--memory-days", "1000", "--json", "--quiet"]) == 0
    tested = said(capsys)["hotspots"][0]["gi_star"]
    assert tested["z"] > 5
    assert tested["p"] < 1e-6
    assert tested["fdr"] == 0.01


def test_only_the_methods_asked_for_are_tested(path, capsys):
    """The table has the families named, and no others."""
    words = ["--methods", "last,average", "sepp", "--origins", "3"]
    assert main(["hotspots", "backtest", path, *words, "--json", "--quiet"]) == 0
    document = said(capsys)
    families = {row["method"].split(" ")[0].rstrip(",") for row in document["rows"]}
    assert families == {"last", "average", "sepp"}
    assert len(document["rows"][0]["by_origin"]) == 3


def test_without_streets_there_are_no_entrances(project, capsys):  # noqa: F811 - pytest's way of asking for a fixture
    """A project without streets still gives its hotspots, with an empty list of entrances."""
    project.apply(DeleteRows("streets", tuple(project.layer("streets").index)), Message("test"))
    project.close()
    assert main(["hotspots", "find", str(project.path), "--method", "kde", "--json", "--quiet"]) == 0
    assert said(capsys)["hotspots"][0]["entrances"]["coordinates"] == []
