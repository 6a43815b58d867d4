"""The map page comes up from memory, says where it is clicked, and never leaves the machine."""

from __future__ import annotations

import json
import re

import pytest

from patrolmap.desktop.core import Core
from patrolmap.desktop.map.projector import Projector
from patrolmap.desktop.map.selecting import SelectTool
from patrolmap.desktop.map.stage import MapStage
from patrolmap.desktop.map.tools import RingTool
from patrolmap.desktop.session import Selection
from patrolmap.desktop.theme import apply_theme
from patrolmap.maps.routes import thinning
from patrolmap.model.style import map_style
from patrolmap.model.style_types import Theme
from patrolmap.services.workspace import BasemapChoice
from tests.desktop.tiny import FRAME, at, make_project
from tests.helpers.tile_files import picture, write_mbtiles

pytest.importorskip("PySide6.QtWebEngineWidgets")


@pytest.fixture
def stage(qtbot, qapp, tmp_path):
    apply_theme(qapp, "light")
    core = Core()
    made = MapStage(core)
    qtbot.addWidget(made)
    made.resize(640, 480)
    with qtbot.waitExposed(made):
        made.show()
    core.session.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: made.web is not None and made.web.is_ready, timeout=30_000)
    yield made
    made.close_map()
    core.close()


def ask(stage, qtbot, script):
    """Run a script in the page and give its value."""
    answers = []
    stage.web.run_script(script, answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=10_000)
    return answers[0]


def test_the_page_shows_the_project(stage, qtbot):
    """The map's bounds hold the streets, and its vectors are laid."""
    inside = Projector(FRAME).to_page(at(600, 600).x, at(600, 600).y)
    box = ask(stage, qtbot, "JSON.stringify(patrolmap.map.getBounds().toBBoxString())")
    west, south, east, north = (float(part) for part in json.loads(box).split(","))
    assert west < inside[0] < east
    assert south < inside[1] < north
    qtbot.waitUntil(lambda: ask(stage, qtbot, "patrolmap.settled()") is True, timeout=20_000)


def test_a_click_in_the_page_selects_the_site_there(stage):
    """An event of the page becomes a selection in metres."""
    core = stage._core
    lon, lat = Projector(FRAME).to_page(at(600, 600).x, at(600, 600).y)
    stage.web._hear(json.dumps({"event": "click", "lon": lon, "lat": lat, "layer": None, "id": None}))
    fid = int(core.cache["sites"].index[core.cache["sites"]["site_id"] == "B"][0])
    assert core.session.selection == Selection("sites", (fid,))


def test_nothing_outside_the_program_is_loaded(stage, qtbot):
    """A request to a network address is blocked before it leaves."""
    script = "window.answer = ''; fetch('https://example.org/').then(() => answer = 'out', () => answer = 'blocked'); 1"
    ask(stage, qtbot, script)
    qtbot.waitUntil(lambda: ask(stage, qtbot, "window.answer") != "", timeout=10_000)
    assert ask(stage, qtbot, "window.answer") == "blocked"


def test_closing_the_project_empties_the_page_and_another_can_come(stage, qtbot, tmp_path):
    """The page is loaded afresh for the next project."""
    core = stage._core
    core.session.close()
    assert not stage.web.is_ready
    core.session.open(make_project(tmp_path / "second.gpkg"))
    qtbot.waitUntil(lambda: stage.web.is_ready, timeout=30_000)


def test_stops_of_a_team_at_one_place_share_their_mark(stage, qtbot):
    """The first and the third stop lie on each other: both marks tell of both; another team's stop there does not."""
    stop = "{type:'Feature',id:%d,geometry:{type:'Point',coordinates:[%s]},properties:{team:'%s',number:%d}}"
    rows = [(1, "113.6,34.7", "A", 1), (2, "113.61,34.7", "A", 2), (3, "113.6,34.7", "A", 3), (4, "113.6,34.7", "B", 1)]
    features = ",".join(stop % row for row in rows)
    style = "{routes:['#000000'],route:{halo:'#fff',width_mm:1},stop_mm:4,stop_label:{colour:'#fff'},family:'',rings:[],sites:[],barriers:[]}"
    made = f"patrolmap.makeLayer('stops',{{features:[{features}]}},{style},{{}},undefined).byId"
    texts = ask(
        stage,
        qtbot,
        f"(function(){{var b={made};return JSON.stringify([1,2,3,4].map(i=>String(b[i].options.text)))}})()",
    )
    assert json.loads(texts) == ["1,3", "2", "1,3", "1"]


def test_what_a_page_says_that_goes_away_is_no_defect(stage):
    """With its project closed, a page cannot fetch what it had asked for; with the project open that would be told."""
    told, core, said = [], stage._core, json.dumps({"event": "problem", "text": "Failed to fetch"})
    core.notices.crashed.connect(told.append)
    stage.web._hear(said)
    assert len(told) == 1
    core.session.close()
    stage.web._hear(said)
    assert len(told) == 1


def test_when_the_engine_dies_the_plain_map_takes_over(stage, qtbot):
    """The window says so and goes on with a painted map that shows the same district."""
    said, core = [], stage._core
    core.notices.said.connect(said.append)
    stage.web.failed.emit("crashed")
    assert stage.web is None
    qtbot.waitUntil(lambda: stage.plain is not None and stage.plain.is_settled, timeout=10_000)
    assert "painted plainly" in str(said[-1].parts[0])
    box = stage.plain.view.world
    assert box[0] < at(0, 0).x
    assert box[2] > at(1200, 1200).x


def test_without_an_engine_it_starts_plain_and_says_so(qtbot, qapp, tmp_path, monkeypatch):
    """No package of the engine: a painted map, and one notice when a project is opened."""
    apply_theme(qapp, "light")
    monkeypatch.setattr("patrolmap.desktop.map.stage.web_engine_missing", lambda: "not installed")
    core, said = Core(), []
    core.notices.said.connect(said.append)
    made = MapStage(core)
    qtbot.addWidget(made)
    core.session.open(make_project(tmp_path / "tiny.gpkg"))
    assert made.web is None
    assert made.plain is not None
    assert ["not installed" in str(notice.parts[0]) for notice in said] == [True]
    qtbot.waitUntil(lambda: not core.cache.is_loading)
    core.close()


def test_the_page_has_a_scale_bar_of_metres(stage, qtbot):
    """It names a round length and no miles."""
    words = ask(stage, qtbot, "document.querySelector('.leaflet-control-scale').innerText")
    assert re.fullmatch(r"[1235]0* k?m", words.strip())


def test_what_is_selected_has_the_selections_colour(stage, qtbot):
    """A selected street, drawn over the tiles, is as the theme says, not in the pink of what is open."""
    core = stage._core
    core.session.select(Selection("streets", (int(core.cache["streets"].index[0]),)))
    script = "(() => { let c = ''; patrolmap.map.eachLayer(l => { if (l.layerName === 'overlays') c = l.options.color; }); return c; })()"
    qtbot.waitUntil(lambda: ask(stage, qtbot, script) != "", timeout=10_000)
    assert ask(stage, qtbot, script) == map_style(Theme.LIGHT).selection.colour


def test_arrows_stand_farther_apart_when_zoomed_out(stage, qtbot):
    """The page thins as the painter does."""
    asked = json.loads(ask(stage, qtbot, "JSON.stringify([5000, 20000, 60000, 500000].map(patrolmap.thinning))"))
    assert asked == [thinning(each) for each in (5_000, 20_000, 60_000, 500_000)] == [1, 1, 3, 6]


def test_a_ring_is_drawn_in_the_page(stage, qtbot):
    """Clicks of the page become corners, handles stand at them, a handle that was dragged moves its corner, Enter saves."""
    core, said = stage._core, []
    core.tools.take(RingTool(said.append))
    for x, y in ((300, 300), (900, 300), (900, 900)):
        lon, lat = Projector(FRAME).to_page(at(x, y).x, at(x, y).y)
        stage.web._hear(json.dumps({"event": "click", "lon": lon, "lat": lat, "layer": None, "id": None}))
    qtbot.waitUntil(lambda: ask(stage, qtbot, "document.querySelectorAll('.pm-handle').length") == 3, timeout=10_000)
    lon, lat = Projector(FRAME).to_page(at(300, 600).x, at(300, 600).y)
    stage.web._hear(json.dumps({"event": "tool", "do": "move", "place": 0, "lon": lon, "lat": lat}))
    ask(stage, qtbot, "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true})); 1")
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    (corners,) = said
    assert [pytest.approx(corner, abs=0.1) for corner in corners] == [
        at(*c).coords[0] for c in ((300, 600), (900, 300), (900, 900))
    ]
    qtbot.waitUntil(lambda: ask(stage, qtbot, "document.querySelectorAll('.pm-handle').length") == 0, timeout=10_000)


def test_escape_in_the_page_puts_the_tool_away(stage, qtbot):
    """Nothing is kept; the next click selects again."""
    core, said = stage._core, []
    core.tools.take(RingTool(said.append))
    ask(stage, qtbot, "document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Escape', bubbles: true})); 1")
    qtbot.waitUntil(lambda: core.tools.tool is None, timeout=10_000)
    assert said == []


def test_painted_tiles_can_lie_between_vectors(stage, qtbot):
    """Incidents over the rings but under the sites: two canvases with the tiles' pane between them."""
    board = stage._core.board
    board.set_visible("incidents", True)
    board.set_order(("sites", "incidents", "rings"))
    script = """(function () {
      var z = function (name) { return Number(getComputedStyle(patrolmap.map.getPane(name)).zIndex); };
      var above = patrolmap.map.getPane('vectors-1');
      return above ? [z('overlayPane'), z('tiles-incidents'), z('vectors-1')].join(',') : '';
    })()"""
    qtbot.waitUntil(lambda: ask(stage, qtbot, script) != "", timeout=10_000)
    below, tiles, above = (int(part) for part in ask(stage, qtbot, script).split(","))
    assert below < tiles < above


def test_the_page_lays_a_background_and_names_its_source(stage, qtbot, tmp_path):
    """Tiles under all others, the attribution as plain text; taken away again."""
    said = "© <i>Office</i>"
    path = write_mbtiles(tmp_path / "world.mbtiles", {(0, 0, 0): picture((30, 160, 60))}, attribution=said)
    desk = stage._core.backgrounds
    desk.choose(BasemapChoice(str(path), opacity=0.5))
    read = "document.querySelector('.pm-credit').textContent"
    qtbot.waitUntil(lambda: ask(stage, qtbot, read) == "© Office", timeout=10_000)
    qtbot.waitUntil(lambda: ask(stage, qtbot, "patrolmap.settled()") is True, timeout=20_000)
    assert ask(stage, qtbot, "patrolmap.map.getPane('tiles-basemap').querySelectorAll('img').length") > 0
    desk.choose(BasemapChoice())
    qtbot.waitUntil(lambda: ask(stage, qtbot, read) == "", timeout=10_000)


def test_keys_of_the_page_click_in_its_middle(stage, qtbot):
    """The space bar is a click of the tool in hand, at the middle after an arrow moved the map; a cross is there then."""
    core = stage._core
    core.tools.take(RingTool(lambda _corners: None))
    press = "document.dispatchEvent(new KeyboardEvent('keydown', {key: '%s', bubbles: true})); 1"
    ask(stage, qtbot, press % "ArrowRight")
    ask(stage, qtbot, press % " ")
    qtbot.waitUntil(lambda: len(core.tools.tool.corners) == 1, timeout=10_000)
    middle = json.loads(
        ask(stage, qtbot, "(() => { let c = patrolmap.map.getCenter(); return JSON.stringify([c.lng, c.lat]); })()")
    )
    assert core.tools.tool.corners[0] == pytest.approx(Projector(FRAME).to_metric(*middle), abs=0.1)
    assert ask(stage, qtbot, "document.querySelector('.pm-cross').style.display") == ""
    ask(stage, qtbot, press % "Backspace")
    qtbot.waitUntil(lambda: core.tools.tool.corners == [], timeout=10_000)


def test_a_box_dragged_on_the_page_is_two_clicks_and_moves_no_map(stage, qtbot):
    """The tool gets both corners and is done; dragging moves the map again after it."""
    core, said = stage._core, []
    core.tools.take(SelectTool("Streets", said.append))
    qtbot.waitUntil(lambda: ask(stage, qtbot, "patrolmap.map.dragging.enabled()") is False, timeout=10_000)
    script = """(() => {
      let box = patrolmap.map.getContainer(), before = patrolmap.map.getCenter().toString();
      let at = (kind, x, y) => box.dispatchEvent(new MouseEvent(kind, { clientX: x, clientY: y, bubbles: true, button: 0, view: window }));
      at('mousedown', 100, 100); at('mousemove', 150, 150); at('mousemove', 300, 250); at('mouseup', 300, 250); at('click', 300, 250);
      return before === patrolmap.map.getCenter().toString();
    })()"""
    assert ask(stage, qtbot, script) is True
    qtbot.waitUntil(lambda: len(said) == 1 and core.tools.tool is None, timeout=10_000)
    qtbot.waitUntil(lambda: ask(stage, qtbot, "patrolmap.map.dragging.enabled()") is True, timeout=10_000)
    assert core.session.selection == Selection()
