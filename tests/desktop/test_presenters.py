"""What panels know, without their widgets: hotspots, sheets, layers, tables."""

from __future__ import annotations

import datetime as dt
import threading

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import QLocale, Qt

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.hotspots.presenter import HotspotsPresenter, Question
from patrolmap.desktop.features.layers.legend import legend_of
from patrolmap.desktop.features.layers.presenter import TOP_DOWN
from patrolmap.desktop.features.planning.presenter import PlanningPresenter, summary_of
from patrolmap.desktop.features.sheets.presenter import SheetsPresenter
from patrolmap.desktop.features.tables.layer_model import LayerModel
from patrolmap.desktop.features.tables.models import RowsModel, shown
from patrolmap.desktop.incident_choice import ChosenIncidents
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.desktop.status import coordinate_text, round_scale
from patrolmap.errors import PatrolmapError
from patrolmap.messages import Message
from patrolmap.model.style import STYLES
from patrolmap.progress import raise_if_cancelled
from patrolmap.services.sheets import SheetsResult
from tests.desktop.tiny import make_plan, make_project


@pytest.fixture
def core(qapp, qtbot, tmp_path):  # noqa: ARG001 - a queue of events needs an application
    made = Core()
    made.session.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not made.cache.is_loading)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("first", "last", "hours"),
    [(0, 24, None), (8, 8, None), (20, 23, (20, 21, 22)), (22, 2, (0, 1, 22, 23)), (0, 1, (0,))],
)
def test_hours_of_a_question_may_run_past_midnight(first, last, hours):
    """From 22 to 2 is four hours; equal hours are the whole day."""
    assert Question(None, None, None, first, last, 2.0).hours == hours


def test_the_stock_counts_categories_and_days(core):
    """Three thefts and a fraud from October to November: the most frequent first."""
    stock = HotspotsPresenter(core).stock
    assert stock.count == 4
    assert stock.categories == (("theft", 3), ("fraud", 1))
    assert (stock.first, stock.last) == (dt.date(2026, 10, 1), dt.date(2026, 11, 1))


def test_the_question_is_what_the_charts_count(core):
    """Days at the ends of the stock bound nothing; another first day and a ring do."""
    presenter = HotspotsPresenter(core)
    stock = presenter.stock
    presenter.hold(Question(None, stock.first, stock.last, 0, 24, 2.0))
    assert core.choice.now == ChosenIncidents()
    later = stock.first + dt.timedelta(days=1)
    presenter.hold(Question(None, later, stock.last, 20, 22, 2.0, ring="city"))
    assert core.choice.now == ChosenIncidents(None, later, None, (20, 21), "city")
    assert core.choice.now.filter().ring == "city"


def test_a_failed_search_is_told_and_leaves_the_button(core, qtbot):
    """An expected failure is one notice, and the panel can be used again."""

    def fail(_project, _question, **_how):
        raise PatrolmapError("No luck")

    said = []
    core.notices.said.connect(said.append)
    presenter = HotspotsPresenter(core, fail)
    presenter.run(Question(None, None, None, 0, 24, 2.0))
    qtbot.waitUntil(lambda: presenter.job is None)
    assert [notice.level for notice in said] == [NoticeLevel.ERROR]


def test_a_cancelled_search_changes_nothing(core, qtbot):
    """The hotspots are as before and the user is told."""
    begun = threading.Event()

    def slow(_project, _question, *, cancel, **_how):
        begun.set()
        while True:
            raise_if_cancelled(cancel)
            threading.Event().wait(0.005)

    presenter = HotspotsPresenter(core, slow)
    presenter.run(Question(None, None, None, 0, 24, 2.0))
    assert begun.wait(5)
    presenter.job.cancel()
    qtbot.waitUntil(lambda: presenter.job is None)
    assert presenter.spots == []


def test_sheets_remember_their_folder(core, qtbot, tmp_path):
    """The folder that was chosen is proposed the next time."""

    def write(_project, plan_id, folder, **_how):
        return SheetsResult(plan_id, folder / "o.pdf", (folder / "a.pdf", folder / "b.pdf"), 5)

    said = []
    core.notices.said.connect(said.append)
    presenter = SheetsPresenter(core, write)
    core.desk.put(make_plan())
    assert [route.team_id for route in presenter.routes] == ["T1", "T2"]
    presenter.write(tmp_path / "out")
    qtbot.waitUntil(lambda: presenter.job is None)
    assert presenter.proposed_folder == tmp_path / "out"
    assert str(said[-1].parts[0]).startswith("2 sheets and the overview, 5 pages")


def test_a_plan_is_summed_up():
    """Three stops, two of them required, one required visit unmet."""
    figures = summary_of(make_plan())
    assert (figures.teams, figures.teams_out, figures.stops) == (2, 2, 3)
    assert (figures.required, figures.required_met, figures.unmet) == (3, 2, 1)
    assert figures.length_m == pytest.approx(300 + 300 + 600 + 300 + 300)


def test_opacity_stays_between_nothing_and_all(core):
    """The board keeps what makes sense and tells once."""
    told = []
    core.board.restyled.connect(told.append)
    core.board.set_opacity("sites", 7.0)
    core.board.set_opacity("sites", -1.0)
    core.board.set_opacity("sites", 0.0)
    assert core.board.rows["sites"].opacity == 0.0
    assert told == ["sites"]


@pytest.mark.parametrize("style", STYLES.values(), ids=str)
def test_every_layer_has_a_legend(style):
    """None is left to be guessed, the numbered stops neither."""
    assert [name for name in TOP_DOWN if not legend_of(name, style)] == []


def test_values_are_written_as_the_country_does():
    """Whole numbers are grouped, fractions have the places they need, at most two; nothing is empty, truth is a word."""
    QLocale.setDefault(QLocale("en_GB"))
    written = [shown(value) for value in (None, np.nan, pd.NA, True, 1234, np.int64(5), 2.5, 1 / 3, 12345.678, "text")]
    assert written == ["", "", "", "yes", "1,234", "5", "2.5", "0.33", "12,346", "text"]


def test_a_layer_is_sorted_by_numbers_as_numbers(core):
    """Level 1 comes before 2 before 3, and the features keep their ids."""
    model = LayerModel()
    model.put("sites", core.cache["sites"])
    column = next(
        c for c in range(model.columnCount()) if model.headerData(c, Qt.Orientation.Horizontal) == "Duty level"
    )
    model.sort(column, Qt.SortOrder.DescendingOrder)
    assert [model.index(row, column).data() for row in range(3)] == ["3", "2", "1"]
    assert model.fid(0) == int(core.cache["sites"].index[2])
    assert model.row_of(model.fid(0)) == 0


def test_rows_are_found_by_their_key():
    """A key that is not there is row -1."""
    model = RowsModel(["Team", "Stops"])
    model.put([("A", 1), ("B", 2)], ["a", "b"])
    assert (model.row_of("b"), model.row_of("c"), model.key(0), model.key(9)) == (1, -1, "a", None)


def test_scale_and_place_are_written_short():
    """Three figures of the scale; a metre of the place; planes have units."""
    assert [round_scale(n) for n in (999.6, 12_345.6, 166_451.7)] == [1000, 12_300, 166_000]
    assert coordinate_text(113.612341, 34.7, planar=False) == "34.70000° N  113.61234° E"
    assert coordinate_text(-5.0, -34.7, planar=False) == "34.70000° S  5.00000° W"
    assert coordinate_text(12.34, 5.0, planar=True) == "12.3, 5.0"


def test_the_quality_of_the_plan_on_the_desk_is_told_once_it_is_known(core, qtbot):
    """The lines are those of the newest plan; with the plan gone they are gone."""
    presenter = PlanningPresenter(core, judge=lambda _project, plan: (Message(plan.plan_id),))
    core.desk.put(make_plan())
    qtbot.waitUntil(lambda: bool(presenter.quality))
    assert presenter.quality == (Message(make_plan().plan_id),)
    core.desk.put(None)
    assert presenter.quality == ()
