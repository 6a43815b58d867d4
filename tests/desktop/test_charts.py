"""The charts dock: what it draws, what a cell does to the map, what it writes."""

from __future__ import annotations

import csv

import pytest
import shapely
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QImage

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.charts.computing import CellRates, RatedCell, cell_overlays
from patrolmap.desktop.features.charts.export import write_chart
from patrolmap.desktop.features.charts.figures import BarFigure, Curve, CurveFigure, HeatFigure, round_top
from patrolmap.desktop.features.charts.pattern_figures import DisplacementFigure, NearRepeatFigure
from patrolmap.desktop.features.charts.presenter import CHARTS, _told
from patrolmap.desktop.features.charts.widget import ChartsPanel
from patrolmap.desktop.incident_choice import ChosenIncidents
from patrolmap.errors import InputError
from patrolmap.hotspots.change import Displacement
from patrolmap.hotspots.near_repeat import Knox, KnoxCell
from patrolmap.hotspots.time_charts import MonthCount
from tests.desktop.tiny import make_project


@pytest.fixture
def panel(qtbot, tmp_path):
    core = Core()
    made = ChartsPanel(core)
    qtbot.addWidget(made)
    made.resize(700, 300)
    with qtbot.waitExposed(made):
        made.show()
    core.session.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: "hours" in made.presenter.figures, timeout=20_000)
    yield made
    core.close()


def test_every_incident_is_in_the_heat_map(panel):
    """The tiny project's four incidents, each wholly in its hours."""
    figure = panel.presenter.figures["hours"]
    assert isinstance(figure, HeatFigure)
    assert figure.hours.sum() == pytest.approx(4)


def test_a_cell_holds_the_map_to_its_hour_and_lets_go(panel, qtbot):
    """Clicked by keyboard, the map keeps the incidents of that hour only; again, and all are back."""
    figure, scene = panel.presenter.figures["hours"], panel._core.scene
    day, hour = divmod(int(figure.hours.ravel().argmax()), 24)
    panel.canvas.setFocus()
    panel.presenter.move(day, hour)
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Return)
    assert panel.presenter.picked == (day, hour)
    qtbot.waitUntil(lambda: len(scene.rows("incidents")) < 4, timeout=10_000)
    assert len(scene.rows("incidents")) >= 1
    assert "incidents" in panel._core.board.visible
    qtbot.keyClick(panel.canvas, Qt.Key.Key_Escape)
    assert panel.presenter.picked is None
    assert len(scene.rows("incidents")) == 4


def test_a_click_picks_the_cell_under_it(panel):
    """The place of the middle of a cell is that cell; outside the figure there is none."""
    figure, area = panel.presenter.figures["hours"], panel.canvas._area()
    cells = {
        figure.cell_at(area.topLeft() + (area.bottomRight() - area.topLeft()) * share, area) for share in (0.5, 0.7)
    }
    assert None not in cells
    assert figure.cell_at(area.topLeft(), area) is None


def test_every_chart_is_painted_and_written(panel, tmp_path):
    """PNG and SVG are pictures with something on them, CSV has the numbers."""
    panel.presenter.figures["cells"] = BarFigure((("East", 4.2), ("West", 1.1), ("North", 0.0)), decimals=1)
    points = ((0.01, 12.0, 10.0, 14.0, 0.12), (0.02, 9.0, 8.0, 10.0, 0.18))
    panel.presenter.figures["accuracy"] = CurveFigure((Curve("kde", points), Curve("last period count", points)))
    fields = [KnoxCell(a, a + 100, b, b + 7, 9, 4.5, 2.0, 0.01) for a in (0.0, 100.0) for b in (0.0, 7.0)]
    panel.presenter.figures["near"] = NearRepeatFigure(Knox(tuple(fields), 40, 99, 0))
    panel.presenter.figures["displacement"] = DisplacementFigure(Displacement(-6.0, 4.0, -13.8, 1.8, -1.5, 0.13))
    for name in CHARTS:
        panel.choice.setCurrentIndex(list(CHARTS).index(name))
        assert not panel.canvas.grab().isNull()
        for suffix in (".png", ".svg", ".csv"):
            panel.save(tmp_path / f"{name}{suffix}")
        image = QImage(str(tmp_path / f"{name}.png"))
        assert len({image.pixel(x, y) for x in range(0, image.width(), 9) for y in range(0, image.height(), 9)}) > 3
        assert (tmp_path / f"{name}.svg").read_text(encoding="utf-8").count("<g") > 3
        with (tmp_path / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            assert len(list(csv.reader(file))) == len(panel.presenter.figures[name].rows())


def test_names_in_a_table_of_a_chart_are_no_formulas(panel, tmp_path):
    """A name that a table program would compute gets an apostrophe in front; a number below nought gets none."""
    panel.presenter.figures["cells"] = BarFigure((('=HYPERLINK("http://x")', -4.25), ("\uff0b1", 1.0)), decimals=1)
    panel.choice.setCurrentIndex(list(CHARTS).index("cells"))
    panel.save(tmp_path / "cells.csv")
    with (tmp_path / "cells.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file))[1:] == [['\'=HYPERLINK("http://x")', "-4.25"], ["'\uff0b1", "1.00"]]


def test_grid_cells_are_coloured_while_their_chart_is_shown(panel):
    """Five classes by rate on the map with the chart of rates; nothing with another chart."""
    shapes = [shapely.box(x, 0, x + 10, 10) for x in range(10)]
    cells = tuple(RatedCell(f"c{k}", 10.0 - k, 1.0, shape) for k, shape in enumerate(shapes))
    panel.presenter._cells = cell_overlays(cells)
    panel.choice.setCurrentIndex(list(CHARTS).index("cells"))
    assert [overlay.rank for overlay in panel._core.scene.overlays] == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]
    panel.choice.setCurrentIndex(0)
    assert panel._core.scene.overlays == ()


def test_charts_count_what_is_chosen(panel, qtbot):
    """Held to frauds, the heat map has the one fraud of the four incidents; without a choice all are back."""
    presenter, choice = panel.presenter, panel._core.choice
    choice.hold(ChosenIncidents(categories=frozenset({"fraud"})))
    qtbot.waitUntil(lambda: presenter.figures["hours"].hours.sum() == pytest.approx(1), timeout=20_000)
    assert [name for name, _ in presenter.figures["categories"].bars] == ["fraud"]
    choice.hold(ChosenIncidents())
    qtbot.waitUntil(lambda: presenter.figures["hours"].hours.sum() == pytest.approx(4), timeout=20_000)


def test_the_hour_on_the_map_follows_another_choice(panel, qtbot):
    """Held to an hour and then to one category, the map shows that category in that hour; with nothing left, all."""
    presenter, scene, choice = panel.presenter, panel._core.scene, panel._core.choice
    frame = panel._core.cache["incidents"]
    day, hour = divmod(int(presenter.figures["hours"].hours.ravel().argmax()), 24)
    presenter.pick((day, hour))
    qtbot.waitUntil(lambda: 0 < len(scene.rows("incidents")) < 4, timeout=20_000)
    kinds = {str(one) for one in frame.loc[list(scene.rows("incidents").index), "category"]}
    others = set(frame["category"].astype(str)) - kinds
    choice.hold(ChosenIncidents(categories=frozenset(others)))
    qtbot.waitUntil(lambda: len(scene.rows("incidents")) == 0, timeout=20_000)
    assert presenter.picked == (day, hour)
    choice.hold(ChosenIncidents(categories=frozenset({"nothing"})))
    qtbot.waitUntil(lambda: presenter.picked is None, timeout=20_000)
    assert len(scene.rows("incidents")) == 4


def test_change_by_ring_selects_the_ring_on_the_map(panel, qtbot):
    """Divided by ring, a click on a row selects that ring; the table for Excel has both comparisons."""
    presenter = panel.presenter
    presenter.set_change("ring", is_year=True)
    qtbot.waitUntil(lambda: presenter.change is not None and presenter.change.by == "ring", timeout=20_000)
    figure, area = presenter.figures["change"], QRectF(0, 0, 600, 300)
    assert figure.is_year
    part = figure.part_at(QPointF(300, 9), area)
    assert part == figure.parts[0].part
    presenter.choose_part(part)
    frame = panel._core.cache["rings"]
    (fid,) = panel._core.session.selection.fids
    assert frame.loc[fid, "kind"] == part
    head, *rows = figure.rows()
    assert len(head) == 12
    assert all(len(row) == 12 for row in rows)


def test_a_choice_that_nothing_fits_empties_the_charts(panel, qtbot):
    """No chart of other incidents stays when none is left."""
    panel._core.choice.hold(ChosenIncidents(categories=frozenset({"arson"})))
    qtbot.waitUntil(lambda: not panel.presenter.figures, timeout=20_000)


def test_the_goal_is_told_beside_the_rates(panel):
    """Two of four cells have none: half is met, three quarters lack one."""
    panel.presenter.rates = CellRates("community", ("community", "basic"), (), 2, 4)
    panel.choice.setCurrentIndex(list(CHARTS).index("cells"))
    panel.goal.setValue(50)
    met = panel.note.text()
    panel.goal.setValue(75)
    assert "2" in met
    assert panel.note.text() != met
    assert "1" in panel.note.text()
    assert [panel.level.itemData(k) for k in range(panel.level.count())] == ["community", "basic"]


def test_cells_must_be_selected_before_patrols_are_compared(panel):
    """Without a selection of grid cells the user is told what to do."""
    said = []
    panel._core.notices.said.connect(said.append)
    panel.presenter.use_selected(as_control=False)
    assert len(said) == 1
    assert panel.presenter.patrolled == ()


def test_another_ending_is_refused(tmp_path):
    """The message says which endings there are."""
    with pytest.raises(InputError, match="png"):
        write_chart(BarFigure((("theft", 3.0),)), "x", tmp_path / "chart.docx")


@pytest.mark.parametrize(
    ("most", "top"), [(724, 800), (41, 60), (7.3, 8), (1.0, 1.0), (0.9, 1.0), (101, 120), (10_000, 10_000)]
)
def test_axes_end_at_round_numbers(most, top):
    """Each quarter is a round number, and the largest value fits."""
    found = round_top(most)
    assert found >= most
    assert found == pytest.approx(top)


def test_a_month_that_has_only_begun_is_no_fall_to_nothing():
    """One incident after months of 100 is left out, 40 are not; without a whole month before, one counts."""
    usual = [MonthCount(f"2026-0{k}", 100, 81.0, 122.0, None, complete=True) for k in (1, 2)]

    def last(count):
        return MonthCount("2026-03", count, 0.0, 9.0, None, complete=False)

    assert len(_told((*usual, last(1)))) == 2
    assert len(_told((*usual, last(40)))) == 3
    assert len(_told((last(0), last(1)))) == 2
