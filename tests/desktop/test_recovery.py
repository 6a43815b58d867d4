"""After a kill the next start offers what was open, at the task that was in hand, with every edit that was seen."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt

from patrolmap.desktop.core import Core
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from tests.desktop.test_board import LIMIT_MS, planned  # noqa: F401 - a fixture

WORK_AND_BE_KILLED = """
import os, signal, sys, time
from pathlib import Path
from patrolmap.desktop.app import make_application
from patrolmap.services.workspace import Preferences
app = make_application(Preferences(language="en", theme="light"))
from patrolmap.desktop.core import Core
from patrolmap.desktop.plan_desk import StopRef
from patrolmap.desktop.window import MainWindow
window = MainWindow(Core())
window.show()
window.project_flow.open(Path(sys.argv[1]))
def until(ready):
    end = time.monotonic() + 60
    while not ready():
        app.processEvents()
        assert time.monotonic() < end
        time.sleep(0.005)
until(lambda: not window.core.cache.is_loading and window.core.desk.plan is not None)
window.show_task("sheets")
route = next(route for route in window.core.desk.plan.routes if route.stops)
window.core.desk.point_at(StopRef(route.team_id, 1))
window.board.actions_board["board.lock"].trigger()
until(lambda: not window.core.jobs.alive and not window.board.presenter.is_keeping)
print(route.team_id, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def start(qtbot):
    made = MainWindow(Core())
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def left(window, qtbot):
    window.core.jobs.cancel_all()
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=LIMIT_MS)
    window.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills a process")
def test_after_a_kill_the_work_goes_on_where_it_ended(qtbot, qapp, monkeypatch, tmp_path, planned):  # noqa: F811
    """The card names project and task; one click opens both; the hand edit of the plan board is there."""
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    apply_theme(qapp, "light")
    path = tmp_path / "city.gpkg"
    path.write_bytes(planned)
    work = [sys.executable, "-c", WORK_AND_BE_KILLED, str(path)]
    ended = subprocess.run(
        work, check=False, capture_output=True, text=True, env={**os.environ, "PATROLMAP_LANG": "en"}
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    window = start(qtbot)
    assert window.welcome.offer_card.isVisible()
    assert "“city” was open, task: Sheets" in window.welcome._offered.text()
    qtbot.mouseClick(window.welcome.go_on_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not window.core.cache.is_loading and window.core.desk.plan is not None, timeout=LIMIT_MS)
    assert window.tasks.task == "sheets"
    assert "Every change that you saw" in window.message_bar.text.text()
    locked = [route.stops[0].locked for route in window.core.desk.plan.routes if route.team_id == ended.stdout.strip()]
    assert locked == [True]
    left(window, qtbot)
    again = start(qtbot)
    assert not again.welcome.offer_card.isVisible()
    again.close()


def test_not_now_takes_the_offer_away(qtbot, qapp, monkeypatch, tmp_path):
    """Nothing is opened, and the next start does not ask again."""
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    apply_theme(qapp, "light")
    path = tmp_path / "a.gpkg"
    path.write_bytes(b"x")
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "open-1.json").write_text(f'{{"path": "{path.as_posix()}", "task": "rings", "noted_at": "2026"}}')
    window = start(qtbot)
    qtbot.mouseClick(window.welcome.not_now_button, Qt.MouseButton.LeftButton)
    assert not window.welcome.offer_card.isVisible()
    assert not window.core.session.is_open
    window.close()
    again = start(qtbot)
    assert not again.welcome.offer_card.isVisible()
    again.close()
