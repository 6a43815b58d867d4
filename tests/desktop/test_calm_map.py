"""What is not about the task in hand steps back on the map, and what lies over it is explained."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
import shapely
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics

from patrolmap.desktop.features.layers.analysis_key import key_of
from patrolmap.desktop.forms import date_field
from patrolmap.desktop.map.scene import Overlay
from patrolmap.desktop.plan_desk import StopRef
from patrolmap.messages import Message
from tests.desktop.test_rings_sections import press, window  # noqa: F401 - fixtures

HERE = shapely.Point(0, 0)


def test_routes_step_back_while_rings_are_in_hand(window):  # noqa: F811
    """They are fainter than the user's choice, not hidden, and as strong as before with the plan."""
    scene = window.core.scene
    window.show_task("plan")
    assert scene.opacity("routes") == 1.0
    window.show_task("rings")
    assert 0 < scene.opacity("routes") < 0.3
    assert scene.content.looks.of("routes").opacity == scene.opacity("routes")
    assert scene.opacity("sites") == 1.0
    assert window.core.board.looks.of("routes").opacity == 1.0
    window.show_task("plan")
    assert scene.content.looks.of("routes").opacity == 1.0


def test_a_team_in_hand_brings_the_routes_back(window):  # noqa: F811
    """Who takes a team on the board wants to see its way, whatever panel is open."""
    window.show_task("rings")
    window.core.desk.point_at(StopRef("T1"))
    assert window.core.scene.content.looks.of("routes").opacity == 1.0
    window.core.desk.point_at(StopRef())
    assert window.core.scene.content.looks.of("routes").opacity < 0.3


def test_the_desk_awaits_a_plan_that_is_not_read(window):  # noqa: F811
    """Rows of another plan do not stand for it; a desk without a plan awaits nothing."""
    desk = window.core.desk
    assert not desk.awaits(["other"])
    route, plan = SimpleNamespace(stops=(1,)), SimpleNamespace(plan_id="new", routes=[])
    desk.plan = plan
    assert not desk.awaits(["other"])
    plan.routes.append(route)
    assert desk.awaits(["other"])
    assert not desk.awaits(["other", "new"])
    desk.plan = None


def test_each_kind_of_mark_is_explained_once():
    """Ranks with titles of their own have a line each; those without share one; a sketch has none."""
    reach = [Overlay("reach", HERE.buffer(1), "", rank=rank) for rank in (2, 0, 0)]
    posts = [Overlay("post", HERE, "", rank=rank) for rank in range(9)]
    entries = key_of([*posts, *reach, Overlay("sketch", HERE, "")])
    assert [(entry.title, entry.dimension) for entry in entries] == [
        ("Post of a district", 0),
        ("Reached in the shortest time", 2),
        ("in the longest time", 2),
    ]


def test_the_key_is_seen_only_with_marks(window):  # noqa: F811
    """It comes with the marks of a panel and goes with them."""
    key, scene = window.layers.key, window.core.scene
    window.show_task("import")
    assert key.isHidden()
    scene.set_overlays("test", [Overlay("leak", shapely.LineString([(0, 0), (1, 1)]), "")])
    assert not key.isHidden()
    scene.set_overlays("test", ())
    assert key.isHidden()


@pytest.mark.parametrize("column", range(7))
def test_weekdays_fit_above_their_days(qtbot, column):
    """The names of weekdays in the calendar of a date field are not cut to dots."""
    field = date_field()
    qtbot.addWidget(field)
    field.setDate(dt.date(2026, 11, 21))
    calendar = field.calendarWidget()
    view = calendar.findChild(object, "qt_calendar_calendarview")
    calendar.resize(calendar.sizeHint())
    name = view.model().data(view.model().index(0, column), Qt.ItemDataRole.DisplayRole)
    assert QFontMetrics(calendar.font()).horizontalAdvance(name) < calendar.sizeHint().width() / 8 - 6


def test_a_long_text_of_progress_does_not_widen_its_panel(window):  # noqa: F811
    """It ends in dots; the tip has all of it."""
    panel = window.tasks.panel("hotspots")
    before = panel.minimumSizeHint().width(), panel.run_button.minimumSizeHint().width()
    words = "Testing a method with a very long name on the first of many days " * 3
    job = SimpleNamespace(
        fraction=0.5, text=Message("{name}", {"name": words}), title=Message("x"), is_cancelling=False, error=None
    )
    panel.run_button.follow(job)
    assert (panel.minimumSizeHint().width(), panel.run_button.minimumSizeHint().width()) == before
    assert panel.run_button.text.text().endswith("…")
    assert words.strip() in panel.run_button.text.toolTip()
    panel.run_button.follow(None)
