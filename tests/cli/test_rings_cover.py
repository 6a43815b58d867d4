"""Claims about ``patrolmap rings coverage``, ``place``, ``district`` and ``drill``."""

from __future__ import annotations

import json

import pytest

from patrolmap.cli.app import main
from tests.services.test_rings_cover import line  # noqa: F401 - a fixture

SPEED = ("--speed-kph", "60", "--quiet", "--json")


@pytest.fixture
def path(line):  # noqa: F811 - pytest's way of asking for a fixture
    """Close the project of the service's tests and give its path."""
    line.close()
    return str(line.path)


def said(capsys, *words):
    assert main(["rings", *words, *SPEED]) == 0
    return json.loads(capsys.readouterr().out)


def test_coverage(path, capsys):
    """Each junction has its nearest post and time; isochrones are in the plane's units."""
    answer = said(capsys, "coverage", path, "--minutes", "1,2", "--posts", "node:a,node:g")
    assert {row["node_id"]: row["post"] for row in answer["junctions"]}["f"] == "node:g"
    assert {row["node_id"]: row["post_node_id"] for row in answer["junctions"]}["f"] == "g"
    assert {row["node_id"]: row["seconds"] for row in answer["junctions"]}["c"] == pytest.approx(120)
    assert answer["uncovered_junctions"] == ["d", "s"]
    assert [one["minutes"] for one in answer["isochrones"]] == [1, 2]


def test_place(path, capsys):
    """The fewest for all, proven; and one more beside a post that stays."""
    answer = said(capsys, "place", path, "--minutes", "1")
    assert (answer["count"], answer["proven_optimal"], answer["gap"]) == (3, True, 0)
    answer = said(capsys, "place", path, "--minutes", "1", "--add", "1", "--posts", "node:d", "--keep-existing")
    assert answer["posts_kept"] == ["node:d"]
    assert answer["places"][0]["node_id"] in {"f", "g"}
    assert answer["demand_covered_before"] == 20


def test_district(path, capsys):
    """Loads and imbalance, beside what nearest posts would give."""
    answer = said(capsys, "district", path, "--minutes", "3", "--posts", "node:c,node:e")
    assert [post["load"] for post in answer["posts"]] == [18, 18]
    assert answer["imbalance"]["coefficient_of_variation"] == 0
    assert answer["imbalance_if_nearest"]["coefficient_of_variation"] >= 0


def test_drills(path, capsys):
    """Arrival tables with margins; the honest answer where there is none."""
    answer = said(capsys, "drill", "blockade", path, "--exits", "node:a,node:g", "--posts", "node:c,node:d")
    assert answer["worst_arrival_s"] == pytest.approx(180)
    words = ("--from", "node:d", "--posts", "node:b,node:f,node:s", "--exits", "node:a,node:g,node:s")
    answer = said(capsys, "drill", "pursuit", path, *words, "--head-start-s", "30")
    assert answer["least_margin_s"] == pytest.approx(30)
    assert answer["proven_optimal"]
    assert answer["status"] == "proven"
    smallest = said(capsys, "drill", "pursuit", path, *words, "--head-start-s", "30", "--aim", "area")
    assert smallest["smallest_area"]
    assert smallest["length_inside_m"] <= answer["length_inside_m"]
    answer = said(capsys, "drill", "pursuit", path, *words, "--head-start-s", "300")
    assert (answer["possible"], answer["status"]) == (False, "impossible")


def test_drills_tell_the_time_of_day_when_the_alarm_is_given(path, capsys):
    """Three minutes after 23:58:30 is the next day; without --at there are seconds alone."""
    words = ("drill", "blockade", path, "--exits", "node:a,node:g", "--posts", "node:c,node:d")
    answer = said(capsys, *words, "--at", "2026-11-21 23:58:30")
    assert answer["alarm_at"] == "2026-11-21T23:58:30+08:00"
    assert {row["exit"]: row["arrival_at"] for row in answer["assignment"]}["g"] == "2026-11-22T00:01:30+08:00"
    assert "arrival_at" not in said(capsys, *words)["assignment"][0]
    words = ("--from", "node:d", "--posts", "node:b,node:f,node:s", "--exits", "node:a,node:g,node:s")
    answer = said(capsys, "drill", "pursuit", path, *words, "--head-start-s", "30", "--at", "2026-11-21 22:00")
    assert all(row["arrival_at"] < row["pursued_at"] for row in answer["cordon"])
    assert main(["rings", "drill", "pursuit", path, *words, "--head-start-s", "30", "--at", "soon", "--quiet"]) == 2


def test_words_for_people(path, capsys):
    """Each command tells its answer in lines."""
    posts = ("--posts", "node:c,node:e", "--speed-kph", "60", "--quiet")
    for words, wanted in (
        (("coverage", path), "1 min"),
        (("place", path), "Proven optimal"),
        (("district", path), "greatest load 18"),
        (("drill", "blockade", path, "--exits", "node:a"), "Closed after 120.0 s"),
        (("drill", "blockade", path, "--exits", "node:a,node:b,node:d"), "1 exit stays open"),
        (("drill", "pursuit", path, "--from", "node:d", "--head-start-s", "30", "--exits", "node:a"), "least margin"),
    ):
        assert main(["rings", *words, *posts, "--lang", "en"]) == 0
        assert wanted in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ("coverage", "--minutes", "soon"),
        ("place", "--minutes", "1,3"),
        ("district", "--minutes", "0", "--posts", "node:a"),
        ("coverage", "--posts", "node:zz"),
        ("place", "--demand", "colour"),
    ],
)
def test_wrong_words_end_with_status_2(path, capsys, words):
    """A message and no answer."""
    assert main(["rings", words[0], path, *words[1:], "--json", "--quiet"]) == 2
    assert not capsys.readouterr().out


def test_seconds_have_no_tail_of_noise(path, capsys):
    """Sums of streets end below a microsecond: 60 is 60."""
    answer = said(capsys, "coverage", path, "--minutes", "1", "--posts", "node:a", "--without-areas")
    assert {row["node_id"]: row["seconds"] for row in answer["junctions"]}["d"] == 180.0


def test_a_pursuit_that_nobody_can_close_is_answered_though_there_is_nothing_to_print(path, tmp_path, capsys):
    """The answer comes, with null for the sheets, and no file."""
    words = ("--from", "node:d", "--posts", "node:b", "--exits", "node:g", "--head-start-s", "600")
    answer = said(capsys, "drill", "pursuit", path, *words, "--sheets", str(tmp_path / "a.pdf"))
    assert (answer["status"], answer["sheets"]) == ("impossible", None)
    assert not (tmp_path / "a.pdf").exists()
