"""How long the window does not answer while an analyst works on a large city: the longest block of each deed.

Run ``python -m benchmarks.maps.deeds``: the city of `benchmarks.maps.window` with a plan of 200 routes, in a scratch folder.
``--plain`` takes the map without the web engine, ``--only words`` the deeds that hold one of the words, ``--stacks FILE`` writes where
all threads were whenever the window was held for 50 ms.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import shutil
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
import shapely
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.maps.window import HELD, keep_compiled, make_city, settled, trace_blocks, turn, until
from patrolmap.messages import Message
from patrolmap.model.kinds import TravelMode
from patrolmap.model.plan import Leg, PatrolPlan, Provenance, Route, Stop, Visit
from patrolmap.model.schedule import Shift, TimeWindow
from patrolmap.project.store import ProjectStore

if TYPE_CHECKING:
    from collections.abc import Callable

_GOAL_MS = 100
_STOPS = 12
_START_S, _END_S = 72_000, 86_400


@dataclass
class Desk:
    """The window that is worked in, and what was measured."""

    app: Any
    window: Any
    only: tuple[str, ...]
    over: int = 0

    def do(self, name: str, act: Callable[[], object], ready: Callable[[], bool] = lambda: True) -> None:
        """Do something, wait until all that it began is done, and print the longest block."""
        if self.only and not any(word in name for word in self.only):
            return
        core = self.window.core
        begun: list[bool] = []

        def begin() -> None:
            begun.append(True)
            act()

        HELD.longest_ms()
        began_s = time.perf_counter()
        QTimer.singleShot(0, begin)
        until(self.app, lambda: bool(begun) and ready() and not core.jobs.alive and not core.cache.is_loading)
        turn(self.app, 1.5)
        clock_ms, work_ms, own_ms = HELD.longest_ms()
        self.over += clock_ms > _GOAL_MS
        took_s = time.perf_counter() - began_s - 1.5
        print(f"{clock_ms:6.0f} {work_ms:6.0f} {own_ms:6.0f}   {name} ({took_s:.2f} s)", flush=True)


def make_plan(project: ProjectStore, teams: int = 200) -> PatrolPlan:
    """Make a plan of straight ways between random sites: what it looks like to the window, not what a patrol would walk."""
    rng = np.random.default_rng(2)
    sites = project.metric_layer("sites")
    window = TimeWindow(_START_S, _END_S)
    routes = []
    for number in range(teams):
        here = sites.geometry.iloc[int(rng.integers(len(sites)))]
        near = np.argsort(sites.distance(here).to_numpy())[1 : _STOPS + 1]
        stops, clock_s, spot = [], _START_S, here
        for place in near:
            point, site = sites.geometry.iloc[place], sites.iloc[place]
            visit = Visit(
                f"{site.site_id}-{number}", site.site_id, site.kind, site["name"], point, (window,), 720, True, 5.0
            )
            leg = Leg(shapely.LineString([spot, point]), spot.distance(point), spot.distance(point) / 4)
            arrive_s = clock_s + round(leg.travel_s)
            clock_s = arrive_s + 720
            stops.append(Stop(visit, arrive_s, arrive_s, clock_s, leg))
            spot = point
        home = Leg(shapely.LineString([spot, here]), spot.distance(here), spot.distance(here) / 4)
        end_s = clock_s + round(home.travel_s)
        routes.append(
            Route(
                f"T{number}",
                f"Team {number}",
                "",
                "",
                4,
                TravelMode.EBIKE,
                here,
                here,
                _START_S,
                end_s,
                tuple(stops),
                home,
            )
        )
    inputs = {name: project.content_hash(name) for name in ("streets", "sites")}
    made = Provenance("0", "2026-11-20T18:00:00+08:00", "by hand", inputs=inputs)
    shift = Shift("S1", "Night", dt.date(2026, 11, 20), window)
    return PatrolPlan("P1", "City", shift, tuple(routes), (), made)


def work(desk: Desk, path: Path) -> None:
    """Go through an evening's deeds."""
    window = desk.window
    core, web = window.core, window.stage.web

    def is_drawn() -> bool:
        if core.scene.content.streets is None:
            return False
        return window.stage.plain.is_settled if web is None else bool(web.is_ready) and settled(desk.app, web)

    until(desk.app, lambda: True)
    only, desk.only = desk.only, ()
    desk.do("open the project", lambda: core.session.open(path), is_drawn)
    desk.only = only
    for show in (_tables, _looking, _editing, _looks, _planning, _computing, _dressing):
        show(desk)
    desk.do("close the project", window.project_flow.close, lambda: not core.session.is_open)


def _tables(desk: Desk) -> None:
    window = desk.window
    panel, core = window.attributes, window.core

    def show(layer: str) -> None:
        window.docks["attributes"].show()
        window.docks["attributes"].raise_()
        panel.layer.setCurrentIndex(panel.layer.findData(layer))

    def sort(column: int) -> None:
        panel.table.horizontalHeader().setSortIndicator(column, panel.table.horizontalHeader().sortIndicatorOrder())

    for layer in ("sites", "streets"):
        desk.do(f"table of the {layer}", lambda layer=layer: show(layer), lambda: panel.model.total > 0)
        desk.do(f"sort the {layer} by name", lambda: sort(_column(panel, "name")))
        desk.do(
            f"filter the {layer}",
            lambda: panel.filter.setText("12"),
            lambda: panel.model.rowCount() < panel.model.total,
        )
        desk.do(f"filter the {layer} no more", panel.filter.clear, lambda: panel.model.rowCount() == panel.model.total)
        desk.do(f"choose all {layer} in the table", panel.table.selectAll)
        desk.do(f"choose one of the {layer} in the table", lambda: panel.table.selectRow(70))
        desk.do(f"select nothing of the {layer}", window.clear_selection)
    desk.do("scroll the table of the streets", panel.table.scrollToBottom)
    desk.do("table of the sites again", lambda: show("sites"), lambda: panel.model.name == "sites")
    core.session.select(type(core.session.selection)())


def _column(panel: Any, field: str) -> int:
    return next(place for place in range(panel.model.columnCount()) if panel.model.field(place) == field)


def _looking(desk: Desk) -> None:
    window = desk.window
    core, search = window.core, window.search
    low_x, low_y, high_x, high_y = core.cache["streets"].total_bounds
    part = shapely.box(low_x, low_y, low_x + (high_x - low_x) / 3, low_y + (high_y - low_y) / 3)
    spot = core.cache["sites"].geometry.iloc[0]
    street = core.cache["streets"].geometry.iloc[70_000 % len(core.cache["streets"])].interpolate(0.3, normalized=True)
    pick = core.scene.pick

    def select(layer: str) -> None:
        core.session.select(core.scene.rows_in(layer, part))
        window.docks["attributes"].show()
        window.docks["attributes"].raise_()

    def ask(text: str) -> None:
        search.setFocus()
        search.setText(text)
        search.presenter.ask(text)

    desk.do("select sites by box", lambda: select("sites"))
    desk.do("select streets by box", lambda: select("streets"))
    desk.do("select nothing", window.clear_selection)
    desk.do("identify a site", lambda: core.session.select(pick(spot.x, spot.y, 20.0)))
    desk.do("identify a street", lambda: core.session.select(pick(street.x, street.y, 20.0)))
    desk.do("select nothing again", window.clear_selection)
    for words in ("Street 77", "Site 49", "Street 12与Street 40交叉口", "St"):
        desk.do(f"search for {words}", lambda words=words: ask(words), lambda: not search.presenter.is_searching)
    desk.do("go to what was found", lambda: search.presenter.go(search.presenter.answers[0]))
    desk.do("put the search away", search.clear)
    desk.do("whole district", core.scene.show_all)


def _editing(desk: Desk) -> None:
    window = desk.window
    core, presenter = window.core, window.attributes.presenter

    def change(layer: str, count: int) -> None:
        fids = core.cache[layer].index[:count].tolist()
        presenter.change(layer, fids, {"name": ["Renamed"] * len(fids)})

    for layer, count in (("sites", 1), ("sites", 5_000), ("streets", 1), ("streets", 20_000)):
        if count > len(core.cache[layer]):
            continue
        desk.do(f"rename {count} {layer}", lambda layer=layer, count=count: change(layer, count))
        desk.do(f"undo the renaming of {count} {layer}", window.actions_board["edit.undo"].trigger)
        desk.do(f"redo the renaming of {count} {layer}", window.actions_board["edit.redo"].trigger)
        desk.do(f"undo the renaming of {count} {layer} again", window.actions_board["edit.undo"].trigger)
    for layer, count in (("sites", 2_000), ("streets", 20_000)):
        fids = core.cache[layer].index[:count].tolist()
        desk.do(f"delete {count} {layer}", lambda layer=layer, fids=fids: presenter.delete(layer, fids))
        desk.do(f"undo the deletion of {count} {layer}", window.actions_board["edit.undo"].trigger)


def _looks(desk: Desk) -> None:
    board = desk.window.core.board
    for layer in ("streets", "sites"):
        for shown in (False, True):
            words = "show" if shown else "hide"

            def toggle(layer: str = layer, shown: bool = shown) -> None:  # noqa: FBT001 - bound here
                board.set_visible(layer, shown)
                board.settle(layer)

            desk.do(f"{words} the {layer}", toggle)
        look = replace(board.looks.of(layer), colour="#aa3366")
        desk.do(f"another colour of the {layer}", lambda layer=layer, look=look: board.set_look(layer, look))
        desk.do(f"keep the colour of the {layer}", lambda layer=layer: board.settle(layer))
        desk.do(f"dialog of the look of the {layer}", lambda layer=layer: _dialog(desk, "ask_style", layer))


def _dialog(desk: Desk, name: str, *words: Any) -> None:
    """Open a dialog that waits for its end, and end it as soon as it is drawn."""

    def end() -> None:
        top = QApplication.activeModalWidget()
        if top is not None:
            top.repaint()
            top.close()

    QTimer.singleShot(0, end)
    getattr(desk.window.map_desk if hasattr(desk.window.map_desk, name) else desk.window.project_flow, name)(*words)


def _planning(desk: Desk) -> None:
    window = desk.window
    core = window.core

    def put() -> None:
        core.desk.put(core.session.project.latest_plan())

    def point(number: int, stop: int) -> None:
        plan = core.desk.plan
        core.desk.point_at(type(core.desk.current)(plan.routes[number].team_id, stop))

    plan = core.desk.plan
    desk.do("clear the desk", lambda: core.desk.put(None))
    desk.do("lay the plan of 200 routes on the desk", lambda: core.desk.put(plan))
    for name in ("time_line", "stops"):
        desk.do(f"show the dock {name}", lambda name=name: (window.docks[name].show(), window.docks[name].raise_()))
    desk.do("take a team in hand", lambda: point(120, 0))
    desk.do("take a stop in hand", lambda: point(150, 4))
    for task in ("rings", "hotspots", "plan", "sheets", "import"):
        desk.do(f"task {task}", lambda task=task: window.show_task(task))


def _computing(desk: Desk) -> None:
    window = desk.window
    core = window.core
    rings = window.tasks.panel("rings")

    def cover() -> None:
        window.show_task("rings")
        rings.show_section("coverage")
        rings.sections["coverage"].run()

    desk.do("export dialog", lambda: _dialog(desk, "ask_export"))
    desk.do("isochrones of all posts", cover)
    done: list[str] = []
    desk.do(
        "content hash of the streets",
        lambda: core.jobs.quick(lambda: core.session.project.content_hash("streets"), done.append),
        lambda: bool(done),
    )
    desk.do("mark what is out of date", window.freshness.look)


def _dressing(desk: Desk) -> None:
    for name in ("theme", "language"):
        for _ in range(3):
            desk.do(f"another {name}", getattr(desk.window, f"toggle_{name}"))


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=150_000)
    parser.add_argument("--plain", action="store_true", help="the map without the web engine")
    parser.add_argument("--only", nargs="*", default=())
    parser.add_argument("--stacks", type=Path)
    parser.add_argument("--city", type=Path, help="keep the made-up city in this file, or take it from there")
    options = parser.parse_args()
    keep_compiled("benchmarks.maps.deeds")
    if options.plain:
        os.environ["PATROLMAP_PLAIN_MAP"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PATROLMAP_CONFIG"] = folder
        city, path = options.city or Path(folder) / "made.gpkg", Path(folder) / "city.gpkg"
        if not city.exists():
            make_city(city, options.segments, routes=1)
            with ProjectStore.open(city) as project:
                project.save_plan(make_plan(project), label=Message("plan"))
        shutil.copy(city, path)
        if options.stacks:
            trace_blocks(options.stacks)
        _run(path, tuple(options.only))


def _run(path: Path, only: tuple[str, ...]) -> None:
    from patrolmap.desktop.app import give_way, make_application
    from patrolmap.desktop.core import Core
    from patrolmap.desktop.window import MainWindow
    from patrolmap.services.workspace import Preferences

    app = make_application(Preferences(language="en", theme="light", tour_done=True))
    window = MainWindow(Core())
    give_way(window)
    window.resize(1680, 1050)
    window.show()
    turn(app, 13.0)  # what is loaded later is loaded then
    desk = Desk(app, window, only)
    print(
        "longest block, ms: by the clock, of work of the program, of the window's thread; in brackets until all is done"
    )
    work(desk, path)
    print(f"{desk.over} deeds hold the window for more than {_GOAL_MS} ms")
    window.close()
    until(app, lambda: not window.core.jobs.alive)


if __name__ == "__main__":
    main()
