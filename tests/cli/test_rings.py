"""Claims about ``patrolmap rings``."""

from __future__ import annotations

import json

import pytest

from patrolmap.cli.app import main
from tests.services.test_rings import (
    project,  # noqa: F401 - a fixture
    put,
    site,
)


@pytest.fixture
def path(project):  # noqa: F811 - pytest's way of asking for a fixture
    """Close the project of the service's tests and give its path."""
    project.close()
    return str(project.path)


def said(capsys, *words):
    assert main([*words, "--quiet", "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_crossings_in_json(path, capsys):
    """Each crossing has its place in WGS 84, its direction, class, name and controls."""
    answer = said(capsys, "rings", "crossings", path, "--ring", "core")
    assert (answer["count"], answer["controlled_count"], answer["open_count"]) == (12, 11, 1)
    first = answer["crossings"][0]
    assert first["crossing_id"] == "core-001"
    assert 110 < first["geometry"]["coordinates"][0] < 115
    assert first["direction"] == "both"
    held = [one for one in answer["crossings"] if one["controlled"]]
    assert all(one["controls"][0]["distance_m"] < 1 for one in held)


def test_closure_in_json(path, capsys):
    """Leaks are paths, posts are places, the certificate holds; ring to ring is told without --ring."""
    answer = said(capsys, "rings", "closure", path)
    core = answer["rings"][-1]
    assert (core["ring"], core["closed"], core["leaks"]) == ("core", False, 1)
    assert core["leak_paths"][0]["geometry"]["type"] == "LineString"
    assert core["open_crossing_ids"] == core["leak_paths"][0]["crossing_ids"]
    assert core["fewest_posts_today"]["count"] == 1
    assert core["fewest_posts_today"]["places"][0]["geometry"]["type"] == "Point"
    assert core["certificate"]["holds"]
    assert [(gap["outer"], gap["inner"]) for gap in answer["between_rings"]] == [
        ("city", "town"),
        ("city", "core"),
        ("town", "core"),
    ]


def test_closure_between_junctions_in_json(path, capsys):
    """Node ids of the graph can be given; without --controlled the project's checkpoints count."""
    answer = said(
        capsys, "rings", "closure", path, "--inside", "node:0", "--outside", "node:80", "--controlled", "node:1"
    )
    assert answer["leaks"] == answer["certificate"]["cut"]
    assert answer["control_site_ids"] == ["node:1"]


def test_depth_in_json(path, capsys):
    """Each key site has its depth and its weakest way."""
    answer = said(capsys, "rings", "depth", path)
    assert answer["least_depth"] == 0
    assert answer["sites"][0]["site_id"] == "V"
    assert answer["sites"][0]["weakest_way"]["type"] == "LineString"


def test_blocks_in_json(path, capsys):
    """Blocks make up the ring; each has its entrances, sites and incidents; words tell the same."""
    answer = said(capsys, "rings", "blocks", path, "--ring", "core")
    assert answer["count"] == len(answer["blocks"]) >= 1
    assert sum(one["area_m2"] for one in answer["blocks"]) == pytest.approx(600.0**2, rel=0.001)
    assert [one["site_ids"] for one in answer["blocks"] if "V" in one["site_ids"]]
    assert all(one["controlled_entrances"] <= one["entrances"] for one in answer["blocks"])
    assert main(["rings", "blocks", path, "--ring", "core", "--quiet", "--lang", "en"]) == 0
    assert "blocks in Core ring" in capsys.readouterr().out


def test_words_for_people(path, capsys):
    """The same in Chinese and English."""
    assert main(["rings", "closure", path, "--ring", "core", "--quiet", "--lang", "zh"]) == 0
    assert "漏洞 1 处" in capsys.readouterr().out
    assert main(["rings", "crossings", path, "--quiet", "--lang", "en"]) == 0
    assert "60 crossings, 11 controlled" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("closure", "--ring", "moat"),
        ("closure", "--inside", "node:1"),
        ("closure", "--inside", "node:1", "--outside", "node:1"),
        ("closure", "--inside", "1", "--outside", "node:2"),
        ("crossings", "--tolerance-m", "-3"),
        ("crossings", "--tolerance-m", "nan"),
    ],
)
def test_wrong_words_end_with_status_2(path, capsys, words):
    """A message and no answer."""
    assert main(["rings", words[0], path, *words[1:], "--json", "--quiet"]) == 2
    told = capsys.readouterr()
    assert not told.out
    assert told.err


def test_closure_at_a_time_in_json(path, capsys):
    """Checkpoints of level 1 are on duty at any time; a mode without a time is refused."""
    core = said(capsys, "rings", "closure", path, "--ring", "core", "--at", "2026-11-21 22:00")["rings"][0]
    assert (core["leaks"], core["off_duty_site_ids"]) == (1, [])
    assert main(["rings", "closure", path, "--mode", "heightened", "--quiet"]) == 2
    assert main(["rings", "closure", path, "--at", "9 pm", "--quiet"]) == 2


def test_who_is_off_duty_is_told_with_depth_and_blocks_too(project, capsys):  # noqa: F811 - a fixture
    """The same sites as with the closure, and none without a time."""
    put(project, "sites", [{**site("G", "checkpoint", 4, 2.5), "level": 1, "hours": "08:00-18:00"}])
    project.close()
    for words in (("depth",), ("blocks", "--ring", "core")):
        answer = said(capsys, "rings", words[0], str(project.path), *words[1:], "--at", "2026-11-21 22:00")
        assert answer["off_duty_site_ids"] == ["G"]
        assert said(capsys, "rings", words[0], str(project.path), *words[1:])["off_duty_site_ids"] == []
