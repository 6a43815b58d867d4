"""The whole evening's work by clicks and keys, across a restart, with the real services on a small hand-made city."""

from __future__ import annotations

import openpyxl
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.sheets import panel as sheets_panel
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from tests.desktop.test_board import busiest, middle, order, settled, take
from tests.desktop.test_evening import make_city_project
from tests.desktop.test_import_wizard import _rest
from tests.helpers.city import METRIC_CRS, junction_xy

LIMIT_MS = 180_000
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
UNDONE = 10


class Evening:
    """The hands of the analyst."""

    def __init__(self, qtbot, path):
        self.bot, self.path = qtbot, path
        self.window = self.start()

    def start(self):
        made = MainWindow(Core())
        self.bot.addWidget(made)
        with self.bot.waitExposed(made):
            made.show()
        made.project_flow.open(self.path)
        self.bot.waitUntil(lambda: not made.core.cache.is_loading, timeout=LIMIT_MS)
        return made

    def leave(self):
        self.calm()
        self.window.close()

    def restart(self):
        self.leave()
        self.window = self.start()

    @property
    def core(self):
        return self.window.core

    def calm(self):
        core, hand = self.core, self.window.board.presenter
        self.bot.waitUntil(
            lambda: not core.jobs.alive and not hand.is_keeping and not core.cache.is_loading, timeout=LIMIT_MS
        )

    def click(self, button):
        assert button.isVisible()
        assert button.isEnabled()
        self.bot.mouseClick(button, Qt.MouseButton.LeftButton)

    def work(self, run_button):
        self.click(run_button.button)
        self.bot.waitUntil(lambda: run_button.currentIndex() == 0, timeout=LIMIT_MS)
        self.calm()

    def key(self, key, modifier=Qt.KeyboardModifier.NoModifier, where=None):
        target = where or self.window
        target.activateWindow()
        self.bot.waitUntil(target.isActiveWindow)
        self.bot.keyClick(target, key, modifier)

    def task(self, number, name):
        self.key(getattr(Qt.Key, f"Key_{number}"), ALT)
        assert self.window.tasks.task == name
        return self.window.tasks.panel(name)

    def pixel(self, x, y):
        spot = self.window.stage.plain._to_pixel(x, y)
        return QPoint(round(spot.x()), round(spot.y()))

    def import_file(self, path, monkeypatch):
        """Ctrl+I, choose, and Ctrl+Enter through the three pages; gives what the last one said."""
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_args, **_more: (str(path), ""))
        panel = self.window.tasks.panel("import")
        before = panel.wizard
        self.key(Qt.Key.Key_I, CTRL)
        self.bot.waitUntil(lambda: panel.wizard is not None and panel.wizard is not before)
        wizard = panel.wizard
        _rest(self.bot, wizard)
        for _ in range(2):
            self.key(Qt.Key.Key_Return, CTRL, wizard)
            _rest(self.bot, wizard)
        report = wizard.draft.preview.report
        if report.rejected:
            self.click(wizard.preview.save_button)
            _rest(self.bot, wizard)
        self.key(Qt.Key.Key_Return, CTRL, wizard)
        self.calm()
        return report


@pytest.fixture
def evening(qtbot, qapp, monkeypatch, tmp_path):
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    apply_theme(qapp, "light")
    made = Evening(qtbot, make_city_project(tmp_path / "city.gpkg"))
    yield made
    made.core.jobs.cancel_all()
    made.leave()


def key_sites(path):
    """Write four key sites, two of them without a place."""
    lines = ["编号,名称,类型,经度,纬度"]
    from pyproj import Transformer

    to_degrees = Transformer.from_crs(METRIC_CRS, 4326, always_xy=True).transform
    for number, spot in enumerate(((1, 0), (3, 1), (0, 2), (4, 2)), 1):
        lon, lat = to_degrees(*junction_xy(*spot))
        place = f"{lon:.7f},{lat:.7f}" if number <= 2 else ","
        lines.append(f"K{number},新部位{number},重点部位,{place}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {f"K{number}": to_degrees(*junction_xy(*spot)) for number, spot in ((3, (0, 2)), (4, (4, 2)))}


def mend(path, places):
    """Fill in the places in the workbook of rejected rows, as a clerk does."""
    book = openpyxl.load_workbook(path)
    sheet = book.active
    head = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        named = dict(zip(head, row, strict=True))
        named["经度"].value, named["纬度"].value = places[named["编号"].value]
    book.save(path)


def test_the_whole_evening(evening, qtbot, tmp_path, monkeypatch):  # noqa: PLR0915 - one evening is one story
    """Import, mend two rows, a ring, hotspots, a plan changed by hand and by a re-plan, print, log, undo, restart, go on."""
    bot = qtbot
    # Import: two of four rows have no place; they are saved, mended and brought in.
    places, rejected = key_sites(tmp_path / "重点部位.csv"), tmp_path / "rejected.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_more: (str(rejected), ""))
    first = evening.import_file(tmp_path / "重点部位.csv", monkeypatch)
    assert (first.accepted, len(first.rejected)) == (2, 2)
    mend(rejected, places)
    mended = tmp_path / "重点部位 补.xlsx"
    rejected.rename(mended)
    second = evening.import_file(mended, monkeypatch)
    assert (second.accepted, second.rejected) == (2, ())
    assert evening.core.cache.count("sites") == 6

    # A ring is reshaped by dragging a corner.
    rings = evening.task(2, "rings")
    bot.waitUntil(lambda: evening.window.stage.plain.is_settled, timeout=LIMIT_MS)
    before = evening.core.session.project.metric_layer("rings").geometry.iloc[0]
    editing = rings.closure.editing
    editing.ring.setCurrentIndex(editing.ring.findData("core"))
    evening.click(editing.reshape_button)
    bot.waitUntil(lambda: evening.window.stage.plain.is_settled, timeout=LIMIT_MS)
    corner = min(before.exterior.coords)
    plain, start = evening.window.stage.plain, evening.pixel(*corner)
    bot.mousePress(plain, Qt.MouseButton.LeftButton, pos=start)
    for step in (6, 14, 22):
        bot.mouseMove(plain, start + QPoint(step, 0))
    bot.mouseRelease(plain, Qt.MouseButton.LeftButton, pos=start + QPoint(22, 0))
    evening.click(evening.window.stage.strip.finish_button)
    evening.calm()
    assert evening.core.session.project.metric_layer("rings").geometry.iloc[0].area != pytest.approx(before.area)

    # Hotspots, then the plan.
    spots = evening.task(3, "hotspots")
    if spots.tested.isChecked():
        evening.click(spots.tested)
    evening.work(spots.run_button)
    assert evening.core.cache.count("hotspots") > 0
    evening.click(spots.next_button)
    plan_panel = evening.window.tasks.panel("plan")
    plan_panel.limit.setRange(1, 600)
    plan_panel.limit.setValue(1)
    evening.work(plan_panel.run_button)
    planned = evening.core.desk.plan
    assert {stop.visit.name for route in planned.routes for stop in route.stops} >= {"新部位1", "新部位3", "车站"}

    # The plan board: a stop is moved, and locked; what is locked outlives the re-plan.
    line = evening.window.time_line
    evening.window.docks["time_line"].raise_()
    bot.waitUntil(line.isVisible)
    team, visits = take(evening.window, bot)
    bot.keyClick(line, Qt.Key.Key_Right, ALT)
    settled(evening.window, bot)
    assert order(evening.core.desk.plan, team)[:2] == [visits[1], visits[0]]
    for is_locked in (True, False, True):
        bot.keyClick(line, Qt.Key.Key_L)
        settled(evening.window, bot)
        assert evening.window.board.presenter.stop.locked == is_locked
    evening.work(evening.window.board.run_button)
    again = evening.core.desk.plan
    assert any(stop.locked and stop.visit.visit_id == visits[0] for stop in again.route(team).stops)

    # Paper: the printer makes a PDF.
    sheets = evening.task(5, "sheets")
    bot.waitUntil(lambda: sheets.paper.preview is not None, timeout=LIMIT_MS)
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    monkeypatch.setattr(sheets_panel, "asked_printer", lambda *_args: printer)
    evening.click(sheets.print_button)
    bot.waitUntil(lambda: sheets._printing is None, timeout=LIMIT_MS)
    assert (tmp_path / "printed.pdf").read_bytes().startswith(b"%PDF-")

    # What was done is logged by keys.
    log = evening.task(6, "report").log
    # The keys of a test are ASCII: Chinese comes from an input method, as one insertion.
    log.code.setFocus()
    log.code.insert(next(route.team_name for route in again.routes if route.team_id == team))
    bot.keyClick(log.code, Qt.Key.Key_Return)
    bot.keyClick(log.done, Qt.Key.Key_Return)
    evening.calm()
    project = evening.core.session.project
    assert len(project.log_entries(again.plan_id)) == len(again.route(team).stops)

    # Ten steps back, one after the other; the log and the plans go first.
    for _ in range(UNDONE):
        assert project.can_undo
        evening.key(Qt.Key.Key_Z, CTRL)
        evening.calm()
    assert project.log_entries(again.plan_id) == ()
    assert again.plan_id not in project.plan_ids()

    # Tomorrow: everything can be done again, and the work goes on.
    evening.restart()
    for _ in range(UNDONE):
        assert evening.core.session.project.can_redo
        evening.key(Qt.Key.Key_Z, CTRL | Qt.KeyboardModifier.ShiftModifier)
        evening.calm()
    project = evening.core.session.project
    assert project.plan(again.plan_id) == again
    assert len(project.log_entries(again.plan_id)) == len(again.route(team).stops)
    bot.waitUntil(lambda: bool(evening.core.desk.plan and evening.window.time_line.chart.rows), timeout=LIMIT_MS)
    place, row = busiest(evening.window)
    bar = next(bar for bar in row.bars if bar.is_stop)
    where = middle(evening.window.time_line, place, bar)
    bot.mouseClick(evening.window.time_line.viewport(), Qt.MouseButton.LeftButton, pos=where)
    count = len(project.plan_ids())
    bot.keyClick(evening.window.time_line, Qt.Key.Key_Delete)
    settled(evening.window, bot)
    assert len(project.plan_ids()) >= count
    assert evening.core.desk.plan != again
