"""Claims about ``patrolmap hotspots near-repeat`` and ``clusters``."""

from __future__ import annotations

import json

import pytest

from patrolmap.cli.app import main
from tests.cli.test_hotspots import path  # noqa: F401 - a fixture
from tests.services.test_hotspots import project  # noqa: F401 - a fixture


def test_near_repeat_tells_every_band(path, capsys):  # noqa: F811 - pytest's way of asking for a fixture
    """The table has a row for each pair of bands, with p between 1/(R+1) and 1, the same for the same seed."""
    words = ["--distances", "0,100,200", "--days", "0,7,14", "--permutations", "49", "--seed", "3", "--json", "--quiet"]
    assert main(["hotspots", "near-repeat", path, *words]) == 0
    first = capsys.readouterr().out
    cells = json.loads(first)["cells"]
    assert [(one["from_m"], one["to_days"]) for one in cells] == [(0, 7), (0, 14), (100, 7), (100, 14)]
    assert all(1 / 50 <= one["p"] <= 1 for one in cells)
    assert main(["hotspots", "near-repeat", path, *words]) == 0
    assert capsys.readouterr().out == first


def test_clusters_are_runs_with_an_outline(path, capsys):  # noqa: F811
    """Each run has its days and a WGS 84 outline; none is smaller than asked for."""
    words = ["--reach-m", "150", "--fewest", "6", "--json", "--quiet"]
    assert main(["hotspots", "clusters", path, *words]) == 0
    clusters = json.loads(capsys.readouterr().out)["clusters"]
    assert clusters
    assert all(one["incidents"] >= 6 and one["first"] <= one["last"] for one in clusters)
    assert 110 < clusters[0]["geometry"]["coordinates"][0][0][0] < 111


def test_lines_are_for_people(path, capsys):  # noqa: F811
    """Both speak the reader's language."""
    assert main(["hotspots", "near-repeat", path, "--permutations", "9", "--lang", "zh", "--quiet"]) == 0
    assert "警情" in capsys.readouterr().out
    assert main(["hotspots", "clusters", path, "--lang", "zh", "--quiet"]) == 0
    assert "起警情" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("near-repeat", "--distances", "100,50"),
        ("near-repeat", "--days", "soon"),
        ("near-repeat", "--permutations", "0"),
        ("clusters", "--fewest", "1"),
        ("clusters", "--algorithm", "kmeans"),
    ],
)
def test_wrong_words_are_the_users_fault(path, words):  # noqa: F811
    """Exit status 2 for what cannot be read or done."""
    assert main(["hotspots", words[0], path, *words[1:], "--quiet"]) == 2
