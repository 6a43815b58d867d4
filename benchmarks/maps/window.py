"""How soon the window is up, how soon a large project's map is seen, how long a frame takes while it is moved, and when it is held up.

Run ``python -m benchmarks.maps.window``: a made-up city of 150,000 street segments, 5,000 sites and 200 routes, in a scratch
folder. ``--plain`` measures the map without the web engine, ``--segments N`` another size.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import geopandas as gpd
import numpy as np
import shapely

from benchmarks.maps.watch import Watch
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.model.frame import SpatialFrame
from patrolmap.project.store import ProjectStore

if TYPE_CHECKING:
    from collections.abc import Callable

_FRAME = SpatialFrame.around(113.6, 34.7)
_CORNER = (720_000.0, 3_830_000.0)
_BLOCK_M = 110.0
_CLASSES = ("residential", "tertiary", "secondary", "primary")
_SCALES = (200_000, 50_000, 12_000)
_FRAMES = 90
_LOAD = """
from patrolmap.desktop.warming import load_what_is_wanted_later, load_what_is_wanted_soon
import benchmarks.maps.deeds, patrolmap.desktop.map.web, patrolmap.desktop.window
load_what_is_wanted_soon()
load_what_is_wanted_later()
"""
_START = """
import sys, time
from patrolmap.desktop.app import give_way, make_application
from patrolmap.desktop.core import Core
from patrolmap.desktop.window import MainWindow
from patrolmap.services.workspace import load_preferences
app = make_application(load_preferences())
window = MainWindow(Core())
window.show()
while not window.isVisible() or window.welcome.size().isEmpty():
    app.processEvents()
window.grab()
print(time.time())
window.close()
"""


def make_city(path: Path, segments: int, sites: int = 5_000, routes: int = 200) -> None:
    """Write a project with a bent grid of streets, sites on its crossings, and routes along its lines."""
    rng = np.random.default_rng(1)
    side = max(int((segments / 2) ** 0.5), 3) + 1
    across, up = np.meshgrid(np.arange(side), np.arange(side))
    nodes = np.stack((across, up), axis=-1) * _BLOCK_M + rng.normal(0, 12, (side, side, 2)) + _CORNER
    east = np.stack((nodes[:, :-1], nodes[:, 1:]), axis=2).reshape(-1, 2, 2)
    north = np.stack((nodes[:-1], nodes[1:]), axis=2).reshape(-1, 2, 2)
    line_of = np.concatenate((np.repeat(np.arange(side), side - 1), np.tile(np.arange(side), side - 1)))
    kinds = np.where(line_of % 40 == 0, 3, np.where(line_of % 16 == 0, 2, np.where(line_of % 6 == 0, 1, 0)))
    streets = _rows(
        {
            "name": [f"Street {number}" for number in line_of],
            "highway": [_CLASSES[kind] for kind in kinds],
        },
        shapely.linestrings(np.concatenate((east, north))),
    )
    spots = nodes.reshape(-1, 2)[rng.choice(side * side, sites)]
    points = _rows(
        {
            "site_id": [f"S{number}" for number in range(sites)],
            "name": [f"Site {number}" for number in range(sites)],
            "kind": [("checkpoint", "intersection", "key_site", "post")[number % 4] for number in range(sites)],
            "level": [number % 3 + 1 for number in range(sites)],
        },
        shapely.points(spots),
    )
    starts = rng.integers(0, side - 25, (routes, 2))
    walks = [np.concatenate((nodes[a, b : b + 20], nodes[a : a + 20, b + 20])) for a, b in starts]
    names = [f"T{number}" for number in range(routes)]
    lines = _rows({"plan_id": "P", "team_id": names}, shapely.linestrings(np.array(walks)))
    with ProjectStore.create(path, name="City", frame=_FRAME) as project:
        for layer, rows in (("streets", streets), ("sites", points), ("routes", lines)):
            project.apply(InsertRows(layer, _FRAME.to_stored(rows)), Message(layer))


def _rows(columns: dict[str, Any], shapes: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=_FRAME.metric_crs)


def start_seconds(folder: Path) -> list[tuple[float, float]]:
    """Start the program three times warm: seconds until the window was drawn, and those of the processor to the end."""
    taken = []
    # Warm is with compiled modules, as installed; they are kept apart from the sources.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept["PYTHONPYCACHEPREFIX"] = str(folder)
    for warm in (False, True, True, True):
        before = os.times()
        began = time.time()
        done = subprocess.run([sys.executable, "-c", _START], capture_output=True, text=True, check=True, env=kept)
        if not warm:
            continue
        after = os.times()
        used_s = after.children_user + after.children_system - before.children_user - before.children_system
        taken.append((float(done.stdout.split()[-1]) - began, used_s))
    return taken


def measure(path: Path) -> None:
    """Open the project in a window and print how long its map takes."""
    from patrolmap.desktop.app import give_way, make_application
    from patrolmap.desktop.core import Core
    from patrolmap.desktop.window import MainWindow
    from patrolmap.services.workspace import Preferences

    app = make_application(Preferences(language="en", theme="light", tour_done=True))
    window = MainWindow(Core())
    give_way(window)
    window.resize(1680, 1050)
    window.show()
    turn(app, 3.0)
    core = window.core
    began_s, used_s = time.perf_counter(), time.process_time()
    core.session.open(path)
    stage = window.stage
    web = stage.web
    until(app, lambda: core.scene.content.streets is not None)
    until(app, (lambda: stage.plain.is_settled) if web is None else (lambda: bool(web.is_ready) and settled(app, web)))
    print(
        f"first map of a city of {core.session.project.count('streets'):,} street segments: {time.perf_counter() - began_s:.2f} s, "
        f"{time.process_time() - used_s:.2f} s of the processor in this process"
    )
    until(app, lambda: core.cache["streets"] is not None)
    until(app, (lambda: stage.plain.is_settled) if web is None else (lambda: settled(app, web)))
    print(
        f"all street segments drawn: {time.perf_counter() - began_s:.2f} s, "
        f"{time.process_time() - used_s:.2f} s of the processor in this process"
    )
    until(app, lambda: not core.cache.is_loading)
    print(f"longest block of the window until all layers are read: {held()}")
    measure_hash(app, core)
    measure_theme(app, window)
    measure_frames(app, window)
    window.close()
    until(app, lambda: not core.jobs.alive)


def measure_frames(app: Any, window: Any) -> None:
    """Move the map with all sites and routes on it, at three scales, and print how long its frames take."""
    core, stage = window.core, window.stage
    web = stage.web
    core.scene.keep("routes", core.cache["routes"].index)
    middle = core.cache["streets"].total_bounds.reshape(2, 2).mean(axis=0)
    for scale in _SCALES:
        half_m = scale * 0.12
        core.scene.view_wanted.emit((*(middle - half_m), *(middle + half_m)))
        turn(app, 1.0)
        frames = plain_frames(app, stage.plain) if web is None else web_frames(app, web)
        if web is not None:
            at_rest = statistics.median(web_frames(app, web, moving=False))
            print(f"1:{scale:,}: frame at rest, median {at_rest:.1f} ms: what the machine gives an idle page")
        print(
            f"1:{scale:,}: frame while panning, median {statistics.median(frames):.1f} ms, "
            f"95 % under {np.percentile(frames, 95):.1f} ms"
        )
        if web is not None:
            frames, levels = zoom_frames(app, web)
            print(
                f"1:{scale:,}: frame while zooming by the wheel over {levels:g} levels, median {statistics.median(frames):.1f} ms, "
                f"95 % under {np.percentile(frames, 95):.1f} ms"
            )
            steps = zoom_steps(app, web)
            print(
                f"1:{scale:,}: until the frame after a zoom step, median {statistics.median(steps):.0f} ms, longest {max(steps):.0f} ms"
            )


def measure_hash(app: Any, core: Any) -> None:
    """Hash all streets, as the marks of what is out of date do, and print how long that holds the window and the project up."""
    HELD.longest_ms()
    done: list[str] = []
    waits_ms: list[float] = []
    core.jobs.quick(lambda: core.session.project.content_hash("streets"), done.append)
    began_s = time.perf_counter()
    while not done:
        asked_s = time.perf_counter()
        core.session.refresh()
        waits_ms.append((time.perf_counter() - asked_s) * 1000)
        turn(app, 0.02)
    print(
        f"content hash of the streets: {time.perf_counter() - began_s:.2f} s in the background, longest block of the window "
        f"{held()}, longest wait for the project {max(waits_ms):.0f} ms"
    )


def measure_theme(app: Any, window: Any) -> None:
    """Go from light to dark and back, and print how long the window is held up."""
    turn(app, 1.0)
    taken_ms = []
    for _ in range(4):
        began_s = time.perf_counter()
        window.toggle_theme()
        app.processEvents()
        taken_ms.append((time.perf_counter() - began_s) * 1000)
        turn(app, 1.5)
    print("another theme, ms: " + ", ".join(f"{each:.0f}" for each in taken_ms))
    HELD.longest_ms()


def zoom_steps(app: Any, web: Any) -> list[float]:
    """Come nearer and go away by a step, six times, and note the milliseconds until the frame after."""
    taken = []
    for step in (1, -1) * 3:
        until(app, lambda: settled(app, web))
        script = """(function () { var m = patrolmap.map, from = performance.now(); window.step_ms = 0;
          m.setZoom(m.getZoom() + (%d), { animate: false });
          requestAnimationFrame(function () { setTimeout(function () { window.step_ms = performance.now() - from; }); }); })(); 1"""
        web.run_script(script.replace("%d", str(step)), lambda _value: None)
        until(app, lambda: bool(ask(app, web, "step_ms")))
        taken.append(float(ask(app, web, "step_ms")))
    return taken


def zoom_frames(app: Any, web: Any) -> tuple[list[float], float]:
    """Turn the wheel off the middle, a notch each third of a second, two nearer and two away, and note the milliseconds between frames."""
    until(app, lambda: settled(app, web))
    script = """(function () { var m = patrolmap.map, box = m.getContainer(), r = box.getBoundingClientRect(), n = 0, last = 0;
      window.frames_ms = []; window.frames_done = false; window.levels = 0; var zoom = m.getZoom();
      function count(e) { levels += Math.abs(e.zoom - zoom); zoom = e.zoom; }
      m.on("zoomanim", count);
      function step(now) { if (last) { frames_ms.push(now - last); } last = now;
        if (n % 20 === 0) { box.dispatchEvent(new WheelEvent("wheel", { deltaY: n / 20 % 4 < 2 ? -120 : 120, bubbles: true, cancelable: true,
          clientX: r.left + r.width * 0.6, clientY: r.top + r.height * 0.4 })); }
        n += 1;
        if (n < %d) { requestAnimationFrame(step); } else { m.off("zoomanim", count); window.frames_done = true; } }
      requestAnimationFrame(step); })(); 1""".replace("%d", str(2 * _FRAMES))
    web.run_script(script, lambda _value: None)
    until(app, lambda: ask(app, web, "frames_done") is True)
    frames = [float(value) for value in str(ask(app, web, "frames_ms.join(',')")).split(",")]
    return frames, float(ask(app, web, "levels"))


def web_frames(app: Any, web: Any, *, moving: bool = True) -> list[float]:
    """Pan the page a little at each frame, as dragging it does, or leave it at rest, and note the milliseconds between frames."""
    until(app, lambda: settled(app, web))
    script = """(function () { var m = patrolmap.map, n = 0, last = 0; window.frames_ms = [];
      function step(now) { if (last) { frames_ms.push(now - last); } last = now; n += 1;
        if (%m) { m._rawPanBy(L.point(n % 60 < 30 ? 14 : -14, n % 40 < 20 ? 9 : -9)); m.fire('move'); }
        if (n < %d) { requestAnimationFrame(step); } else { m.fire('moveend'); window.frames_done = true; } }
      window.frames_done = false; requestAnimationFrame(step); })(); 1""".replace("%d", str(_FRAMES)).replace(
        "%m", str(moving).lower()
    )
    web.run_script(script, lambda _value: None)
    until(app, lambda: ask(app, web, "frames_done") is True)
    return [float(value) for value in str(ask(app, web, "frames_ms.join(',')")).split(",")]


def plain_frames(app: Any, plain: Any) -> list[float]:
    """Pan the painted map and note the milliseconds of each repaint."""
    taken = []
    for number in range(_FRAMES):
        began_s = time.perf_counter()
        low_x, low_y, high_x, high_y = plain.bounds
        step_m = (high_x - low_x) / 100 * (1 if number % 60 < 30 else -1)
        plain.show_bounds((low_x + step_m, low_y, high_x + step_m, high_y))
        plain.repaint()
        taken.append((time.perf_counter() - began_s) * 1000)
        turn(app, 0.005)
    return taken


def settled(app: Any, web: Any) -> bool:
    """Tell whether the page has all its tiles."""
    return ask(app, web, "patrolmap.settled()") is True


def ask(app: Any, web: Any, script: str) -> Any:
    """Run a script in the page and wait for its value."""
    answers: list[Any] = []
    web.run_script(script, answers.append)
    until(app, lambda: bool(answers))
    return answers[0]


def until(app: Any, ready: Callable[[], bool], limit_s: float = 120.0) -> None:
    """Turn the event loop until something is so."""
    end_s = time.perf_counter() + limit_s
    while not ready():
        if time.perf_counter() > end_s:
            msg = "the window did not come so far"
            raise TimeoutError(msg)
        turn(app, 0.01)


class Held:
    """Notes how long the window did not answer at a stretch."""

    def __init__(self) -> None:
        self._longest_s = self._longest_work_s = self._longest_own_s = 0.0

    def note(self, seconds: float, work_s: float, own_s: float) -> None:
        """Take a stretch: by the clock, of the processor for the whole program, and for the window's thread alone."""
        self._longest_s = max(self._longest_s, seconds)
        # What others on the machine took from the program is not in it; what its other threads did is, whether they held the window or not.
        self._longest_work_s = max(self._longest_work_s, min(seconds, work_s))
        self._longest_own_s = max(self._longest_own_s, own_s)

    def longest_ms(self) -> tuple[float, float, float]:
        """Give the longest since the last question: by the clock, by the program's work, by that of the window's thread."""
        found = self._longest_s * 1000, self._longest_work_s * 1000, self._longest_own_s * 1000
        self._longest_s = self._longest_work_s = self._longest_own_s = 0.0
        return found


HELD = Held()
_WATCHES: list[Watch] = []


def trace_blocks(path: Path) -> None:
    """Write to a file from now on where all threads are whenever the window is held for 50 ms."""
    _WATCHES.append(Watch(path))


def held() -> str:
    """Write the longest block since the last question."""
    clock_ms, work_ms, own_ms = HELD.longest_ms()
    return (
        f"{clock_ms:.0f} ms (at most {work_ms:.0f} ms of work of the program, {own_ms:.0f} ms of the window's thread)"
    )


def turn(app: Any, seconds: float) -> None:
    """Turn the event loop for a while."""
    end_s = time.perf_counter() + seconds
    while (now_s := time.perf_counter()) < end_s:
        work_s, own_s = time.process_time(), time.thread_time()
        for watch in _WATCHES:
            watch.begin()
        app.processEvents()
        for watch in _WATCHES:
            watch.end()
        HELD.note(time.perf_counter() - now_s, time.process_time() - work_s, time.thread_time() - own_s)
        time.sleep(0.002)


def keep_compiled(module: str) -> None:
    """Begin again with compiled modules, as installed, kept apart from the sources: compiling would hold the window up."""
    if "PYTHONPYCACHEPREFIX" in os.environ:
        return
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    kept["PYTHONPYCACHEPREFIX"] = str(Path(tempfile.gettempdir()) / "patrolmap-compiled")
    subprocess.run([sys.executable, "-c", _LOAD], env=kept, check=True)
    os.execve(sys.executable, [sys.executable, "-m", module, *sys.argv[1:]], kept)  # noqa: S606 - itself


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=150_000)
    parser.add_argument("--plain", action="store_true", help="the map without the web engine")
    options = parser.parse_args()
    keep_compiled("benchmarks.maps.window")
    if options.plain:
        os.environ["PATROLMAP_PLAIN_MAP"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PATROLMAP_CONFIG"] = folder
        starts = ", ".join(
            f"{clock_s:.2f} ({used_s:.2f})" for clock_s, used_s in start_seconds(Path(folder) / "compiled")
        )
        print(f"start to window, s (of the processor): {starts}", flush=True)
        path = Path(folder) / "city.gpkg"
        make_city(path, options.segments)
        measure(path)


if __name__ == "__main__":
    main()
