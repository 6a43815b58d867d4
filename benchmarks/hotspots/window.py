"""How long the window waits while hotspots are looked for: the longest gaps between turns of its event loop.

Run ``python -m benchmarks.hotspots.window PROJECT.gpkg`` on a copy of a project with incidents; its hotspots are replaced.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.hotspots.presenter import HotspotsPresenter, Question

if TYPE_CHECKING:
    from collections.abc import Callable

_TICK_MS = 10


class _Gaps:
    """A timer that notes how late it is called."""

    def __init__(self, app: QApplication) -> None:
        self._app, self._last_s = app, time.perf_counter()
        self._gaps_s: list[float] = []
        self._timer = QTimer()
        self._timer.timeout.connect(self._tick)
        self._timer.start(_TICK_MS)

    def during(self, what: str, is_over: Callable[[], bool], limit_s: float) -> None:
        """Turn the loop until it is over, and print the longest gaps."""
        self._gaps_s.clear()
        started = self._last_s = time.perf_counter()
        while not is_over() and time.perf_counter() - started < limit_s:
            self._app.processEvents()
            time.sleep(0.002)
        longest = ", ".join(f"{gap * 1000:.0f}" for gap in sorted(self._gaps_s, reverse=True)[:5])
        late = sum(gap > 0.1 for gap in self._gaps_s)
        print(f"{what}: {time.perf_counter() - started:.1f} s, longest gaps {longest} ms, {late} over 100 ms")

    def _tick(self) -> None:
        now_s = time.perf_counter()
        self._gaps_s.append(now_s - self._last_s)
        self._last_s = now_s


def main() -> None:
    """Measure at rest, while bandwidths are tried, and during the automatic search."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    options = parser.parse_args()
    app, core = QApplication([]), Core()
    presenter, gaps = HotspotsPresenter(core), _Gaps(app)
    core.session.open(options.project)
    gaps.during("loading", lambda: presenter.stock.count > 0, 60)
    gaps.during("at rest", lambda: False, 3)
    for bandwidth_m in (200.0, 300.0, 400.0):
        presenter.try_out(Question(None, None, None, 0, 24, 2.0, is_tested=False, bandwidth_m=bandwidth_m))
        gaps.during(f"preview with {bandwidth_m:.0f} m", lambda: False, 1)
    presenter.run(Question(None, None, None, 0, 24, 2.0))
    gaps.during("automatic search", lambda: presenter.job is None, 600)
    core.close()


if __name__ == "__main__":
    main()
