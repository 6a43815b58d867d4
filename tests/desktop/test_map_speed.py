"""The map comes at once and is painted no more than it must: the page is up beforehand, an edit repaints its own tiles."""

from __future__ import annotations

import json
import re
import threading

import pytest

from patrolmap.desktop import layer_cache
from patrolmap.desktop.core import Core
from patrolmap.desktop.map.stage import MapStage
from patrolmap.desktop.session import Selection
from patrolmap.desktop.theme import apply_theme
from patrolmap.maps.tiles import TileSource
from patrolmap.messages import Message
from patrolmap.model.edits import UpdateRows
from patrolmap.project.store import ProjectStore
from tests.desktop.tiny import at, make_project

pytest.importorskip("PySide6.QtWebEngineWidgets")


@pytest.fixture
def stage(qtbot, qapp):
    apply_theme(qapp, "light")
    core = Core()
    made = MapStage(core)
    qtbot.addWidget(made)
    made.resize(640, 480)
    with qtbot.waitExposed(made):
        made.show()
    made.choose_map()
    yield made
    made.close_map()
    core.close()


@pytest.fixture
def project(tmp_path):
    """Street 3 is a main road; the first five run east, the other five north."""
    path = make_project(tmp_path / "tiny.gpkg")
    with ProjectStore.open(path) as opened:
        change(opened, 3, highway="primary")
    return path


@pytest.fixture
def painted(monkeypatch):
    """Tiles that were painted, not taken from what was painted before, as set, zoom, column and row."""
    seen, usual = [], TileSource._paint

    def paint(self, key, *rest):
        seen.append((key[0], *key[3:]))
        return usual(self, key, *rest)

    monkeypatch.setattr(TileSource, "_paint", paint)
    return seen


def change(opened, number, **values):
    rows = opened.layer("streets")
    rows = rows[rows["name"] == f"Street {number}"].copy()
    for name, value in values.items():
        rows[name] = value
    opened.apply(UpdateRows("streets", rows[[*values]]), Message("x"))


def ask(stage, qtbot, script):
    answers = []
    stage.web.run_script(script, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    return answers[0]


def settle(stage, qtbot):
    core = stage._core
    qtbot.waitUntil(lambda: bool(stage.web.is_ready) and not core.cache.is_loading, timeout=30_000)
    qtbot.waitUntil(lambda: ask(stage, qtbot, "patrolmap.settled()") is True, timeout=20_000)


def test_the_page_is_up_before_a_project(stage, qtbot):
    """The engine has started and the scripts are there; no map is shown yet."""
    qtbot.waitUntil(lambda: stage.web._loader.is_up, timeout=30_000)
    assert not stage.web.is_ready
    assert ask(stage, qtbot, "typeof patrolmap.map") == "undefined"


def test_the_first_picture_needs_no_full_read(stage, qtbot, project, monkeypatch):
    """The streets of a large district are still being read; its main roads are seen, in their place."""
    monkeypatch.setattr(layer_cache, "_MANY_STREETS", 5)
    gate, usual = threading.Event(), ProjectStore.metric_layer

    def slow(self, name, **only):
        if name == "streets" and not only:
            gate.wait(30)
        return usual(self, name, **only)

    monkeypatch.setattr(ProjectStore, "metric_layer", slow)
    core = stage._core
    core.session.open(project)
    try:
        qtbot.waitUntil(lambda: bool(stage.web.is_ready), timeout=30_000)
        qtbot.waitUntil(lambda: ask(stage, qtbot, "patrolmap.settled()") is True, timeout=20_000)
        assert core.cache["streets"] is None
        assert core.scene.content.streets["name"].tolist() == ["Street 3"]
        low_x, low_y, high_x, high_y = stage.web.bounds
        assert low_x < at(0, 600).x < high_x
        assert low_y < at(0, 600).y < high_y
    finally:
        gate.set()
    settle(stage, qtbot)
    assert len(core.scene.content.streets) == 10


def test_an_edit_repaints_only_the_tiles_that_it_touches(stage, qtbot, project, painted):
    """Street 1 runs along the southern edge: tiles of the north stay as they were, in the page and in memory."""
    core = stage._core
    core.session.open(project)
    settle(stage, qtbot)
    core.scene.view_wanted.emit((at(0, 0).x, at(0, 0).y, at(1200, 0).x, at(0, 1200).y))
    settle(stage, qtbot)
    script = """JSON.stringify(Array.from(document.querySelectorAll('.leaflet-tile')).map(function (t) { return t.src; })
      .filter(function (s) { return s.indexOf('/tiles/streets/') > 0; }).sort())"""
    before = json.loads(ask(stage, qtbot, script))
    painted.clear()
    change(core.session.project, 1, highway="primary")
    core.session.refresh()
    settle(stage, qtbot)
    qtbot.waitUntil(lambda: json.loads(ask(stage, qtbot, script)) != before, timeout=20_000)
    settle(stage, qtbot)
    after = json.loads(ask(stage, qtbot, script))
    asked = set(after) - set(before)
    assert asked
    assert set(after) & set(before)
    rows = {source.split("/")[-2] for source in asked}
    assert max(map(int, rows)) - min(map(int, rows)) <= 1
    assert {("streets", *key[1:]) for key in painted} == {
        ("streets", float(z), int(x), int(y)) for z, x, y in (source.split("/")[-4:-1] for source in asked)
    }


def test_an_edit_that_is_not_seen_repaints_nothing(stage, qtbot, project, painted):
    """A note on a site's team changes no street: no tile is asked for again."""
    core = stage._core
    core.session.open(project)
    settle(stage, qtbot)
    painted.clear()
    core.scene.content_changed.emit(frozenset({"streets"}))
    settle(stage, qtbot)
    assert painted == []


def test_new_incidents_do_not_repaint_streets(stage, qtbot, project, painted):
    """Each set of tiles has a version of its own."""
    core = stage._core
    core.session.open(project)
    core.board.set_visible("incidents", True)
    settle(stage, qtbot)
    painted.clear()
    rows = core.session.project.layer("incidents").iloc[:1][["category"]].assign(category="other")
    core.session.project.apply(UpdateRows("incidents", rows), Message("x"))
    core.session.refresh()
    settle(stage, qtbot)
    qtbot.waitUntil(lambda: bool(painted), timeout=10_000)
    assert {key[0] for key in painted} == {"incidents"}


def test_a_wish_to_stand_where_it_stands_asks_for_nothing(stage, qtbot, project, painted):
    """Fitting the same bounds twice paints once."""
    core = stage._core
    core.session.open(project)
    settle(stage, qtbot)
    core.scene.show_all()
    settle(stage, qtbot)
    painted.clear()
    core.scene.show_all()
    ask(stage, qtbot, "1")
    settle(stage, qtbot)
    assert painted == []


def test_tiles_are_no_layers_of_their_own(stage, qtbot, project):
    """Each moved in space by itself, they would be laid over each other anew for every frame; and they lie on whole pixels."""
    stage._core.session.open(project)
    settle(stage, qtbot)
    script = "JSON.stringify(Array.from(document.querySelectorAll('.leaflet-tile')).map(function (t) { return t.style.transform; }))"
    moved = json.loads(ask(stage, qtbot, script))
    assert moved
    assert all(re.fullmatch(r"translate\(-?\d+px, -?\d+px\)", one) for one in moved)


def test_vectors_lie_on_whole_pixels(stage, qtbot, project):
    """Where the window has an odd size too: a canvas between two pixels blurs every line."""
    stage.resize(641, 487)
    stage._core.session.open(project)
    settle(stage, qtbot)
    script = "patrolmap.map.getPane('overlayPane').querySelector('canvas').style.transform"
    qtbot.waitUntil(lambda: bool(ask(stage, qtbot, script)), timeout=10_000)
    assert re.fullmatch(r"translate3d\(-?\d+px, -?\d+px, 0px\)", ask(stage, qtbot, script))


def test_a_click_redraws_only_what_lies_above(stage, qtbot, project):
    """What is selected is marked without sorting all sites of the map anew."""
    core = stage._core
    core.session.open(project)
    settle(stage, qtbot)
    qtbot.waitUntil(
        lambda: ask(stage, qtbot, "patrolmap.map.getPane('overlayPane').querySelectorAll('canvas').length") > 0
    )
    ask(
        stage,
        qtbot,
        """window.raised = []; patrolmap.map.eachLayer(function (one) {
             if (one.bringToFront && one.layerName) { one.bringToFront = function () { raised.push(one.layerName); }; } }); 1""",
    )
    core.session.select(Selection("sites", (int(core.cache["sites"].index[0]),)))
    ask(stage, qtbot, "1")
    assert "sites" not in json.loads(ask(stage, qtbot, "JSON.stringify(raised)"))
