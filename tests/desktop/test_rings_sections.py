"""The sections of the rings panel, clicked as a user clicks them, with the real services on a project counted by hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt

from patrolmap.desktop.core import Core
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from patrolmap.messages import Message
from patrolmap.model.edits import UpdateRows
from tests.desktop.tiny import at, make_project


@pytest.fixture
def window(qtbot, qapp, monkeypatch, tmp_path):
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    switch_language(qapp, "en")
    apply_theme(qapp, "light")
    made = MainWindow(Core())
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.project_flow.open(make_project(tmp_path / "tiny.gpkg"))
    qtbot.waitUntil(lambda: not made.core.cache.is_loading, timeout=30_000)
    made.show_task("rings")
    qtbot.waitUntil(lambda: made.stage.plain is not None and made.stage.plain.is_settled, timeout=30_000)
    yield made
    qtbot.waitUntil(lambda: not made.core.jobs.alive, timeout=20_000)
    made.close()


@pytest.fixture
def panel(window):
    return window.tasks.panel("rings")


def press(qtbot, button):
    """Click a button with the mouse."""
    assert button.isVisible()
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def go(window, panel, qtbot, name):
    """Open a section, press its button and wait for the answer."""
    press(qtbot, panel.switches[name])
    section = panel.sections[name]
    press(qtbot, section.run_button.button)
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=20_000)
    return section


def pixel(window, x, y):
    """Where a place of the grid is on the plain map."""
    spot = window.stage.plain._to_pixel(at(x, y).x, at(x, y).y)
    return QPoint(round(spot.x()), round(spot.y()))


def click_map(window, qtbot, x, y):
    qtbot.mouseClick(window.stage.plain, Qt.MouseButton.LeftButton, pos=pixel(window, x, y))


def cells(section, table):
    """Read the texts of a table."""
    model = section.tables.views[table].model()
    return [
        [model.data(model.index(row, column)) for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def kinds(window):
    return {overlay.kind for overlay in window.core.scene.overlays}


def test_coverage_by_the_real_service_lists_shares_and_draws_isochrones(window, panel, qtbot):
    """Two controlled places cover the three sites in five minutes by car: 1200 m of grid is never farther."""
    section = go(window, panel, qtbot, "coverage")
    assert ["Sites", "All", "5", "100.0%", "3", "3"] in cells(section, 0)
    assert "reach" in kinds(window)


def test_leaving_a_section_takes_its_picture_off_the_map(window, panel, qtbot):
    """Only the section in hand is drawn; coming back brings it again without computing."""
    go(window, panel, qtbot, "coverage")
    press(qtbot, panel.switches["blocks"])
    assert "reach" not in kinds(window)
    press(qtbot, panel.switches["coverage"])
    assert "reach" in kinds(window)


def test_minutes_that_are_no_numbers_are_told_and_nothing_runs(window, panel, qtbot):
    """The message says what to write."""
    said = []
    window.core.notices.said.connect(said.append)
    panel.coverage.minutes.setText("soon")
    section = go(window, panel, qtbot, "coverage")
    assert section.presenter.analysis is None
    assert "1,3,5" in " ".join(str(part) for part in said[-1].parts)


def test_posts_are_taken_over_in_one_step_of_undo(window, panel, qtbot):
    """Two new posts become two sites; one undo takes both away."""
    panel.placement.count.setValue(2)
    panel.placement.minutes.setValue(0.5)
    panel.placement.demand.setCurrentIndex(panel.placement.demand.findData("junctions"))
    section = go(window, panel, qtbot, "placement")
    assert len(cells(section, 0)) == 2
    press(qtbot, section.take_button)
    project = window.core.session.project
    assert project.count("sites") == 5
    assert not section.take_button.isEnabled(), "what was taken over cannot be taken over twice"
    window.core.session.undo()
    assert project.count("sites") == 3


def test_every_junction_of_the_grid_has_a_post(window, panel, qtbot):
    """25 junctions are divided between the two controlled places; the loads are told for both."""
    section = go(window, panel, qtbot, "districts")
    rows = cells(section, 0)
    assert {row[0] for row in rows} == {"Site A", "Site B"}
    assert sum(int(row[3]) for row in rows) == 25
    assert {"district", "post"} <= kinds(window)


def test_a_blockade_of_clicked_exits_sends_one_post_to_each(window, panel, qtbot):
    """Two clicks on the map, two posts: one goes to each corner, and its way is drawn."""
    press(qtbot, panel.switches["drill"])
    press(qtbot, panel.drill.exit_button)
    click_map(window, qtbot, 0, 0)
    click_map(window, qtbot, 1200, 1200)
    qtbot.keyClick(window.stage.plain, Qt.Key.Key_Escape)
    assert window.core.tools.tool is None
    section = go(window, panel, qtbot, "drill")
    rows = cells(section, 0)
    assert {row[1] for row in rows} == {"Site A", "Site B"}
    assert {"way", "exit"} <= kinds(window)
    section.tables.views[0].selectRow(0)
    assert "picked" in kinds(window)


def test_a_blockade_without_exits_says_what_to_do(window, panel, qtbot):
    """Nothing runs; the message names the two ways on."""
    said = []
    window.core.notices.said.connect(said.append)
    panel.drill.ring.setCurrentIndex(0)
    section = go(window, panel, qtbot, "drill")
    assert section.presenter.analysis is None
    assert "Click exits on the map" in " ".join(str(part) for part in said[-1].parts)


def test_a_pursuit_starts_where_the_map_is_clicked_and_answers(window, panel, qtbot):
    """With no head start and a slow walker the two posts cannot do it or can: either way the answer says which."""
    panel.drill.kind.setCurrentIndex(1)
    press(qtbot, panel.switches["drill"])
    press(qtbot, panel.drill.start_button)
    click_map(window, qtbot, 0, 600)
    panel.drill.ago.setValue(0)
    panel.drill.pursued_kph.setValue(1)
    section = go(window, panel, qtbot, "drill")
    assert section.headline.text()
    answer = section.presenter.analysis.data
    assert (answer.drill.cordon is None) == (not section.sheets_button.isEnabled())


def test_drill_sheets_are_written_as_one_pdf(window, panel, qtbot, tmp_path):
    """A page for each of two posts."""
    panel.drill.exits = [at(0, 0).coords[0], at(1200, 1200).coords[0]]
    panel.drill.ring.setCurrentIndex(0)
    section = go(window, panel, qtbot, "drill")
    assert section.sheets_button.isEnabled()
    section.alarm.setText("22:00")
    press(qtbot, section.preview_button)
    qtbot.waitUntil(lambda: section.shown.paper.preview is not None, timeout=20_000)
    pages = section.shown.paper.preview.pages
    assert pages >= len(section._answer().orders)
    section.shown.turn(pages)
    qtbot.waitUntil(lambda: section.shown.paper.preview.page == pages, timeout=20_000)
    section.shown.close()
    section.write_sheets(tmp_path / "drill.pdf")
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=20_000)
    assert (tmp_path / "drill.pdf").read_bytes().startswith(b"%PDF")


def test_blocks_are_listed_with_their_entrances(window, panel, qtbot):
    """The grid has no arterial: the ring is one block with eight entrances, two sites and three incidents in it."""
    section = go(window, panel, qtbot, "blocks")
    (row,) = cells(section, 0)
    assert [int(row[place]) for place in (2, 5, 6)] == [8, 2, 3]


def test_blocks_are_kept_with_one_click_and_taken_back_with_one_undo(window, panel, qtbot):
    """The layer has the block; a new session shows it again without computing."""
    section = go(window, panel, qtbot, "blocks")
    shown = cells(section, 0)
    press(qtbot, section.keep_button)
    assert window.core.session.project.count("blocks") == 1
    section.presenter.analysis = None
    section.refresh()
    press(qtbot, section.kept_button)
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=20_000)
    assert cells(section, 0) == shown
    assert "block" in kinds(window)
    window.core.session.project.undo()
    assert window.core.session.project.count("blocks") == 0


def test_an_edit_says_that_an_answer_is_out_of_date(window, panel, qtbot):
    """Undoing the import of the teams changes nothing here; moving a site does."""
    section = go(window, panel, qtbot, "blocks")
    from patrolmap.services.ring_editing import move_site

    fid = int(window.core.cache["sites"].index[0])
    move_site(window.core.session.project, fid, at(700, 700).x, at(700, 700).y)
    window.core.session.refresh()
    assert "Compute it again" in section.state.text()


def test_closure_asks_who_counts_and_lists_pairs_and_places(window, panel, qtbot, tmp_path):
    """Off duty the only checkpoint leaves all eight streets open; the places of the cut are shown on the map."""
    project, section = window.core.session.project, panel.closure
    press(qtbot, section.run_button.button)
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=20_000)
    before = section.presenter.reports[0].leaks
    sites = project.layer("sites")
    held = sites[sites["kind"].isin(["checkpoint", "intersection"])].copy()
    held["level"], held["hours"] = 1, "08:00-18:00"
    project.apply(UpdateRows("sites", held[["level", "hours"]]), Message("hours"))
    window.core.session.refresh()
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=20_000)
    assert section.presenter.reports[0].leaks == before
    section.duty.who.setCurrentIndex(1)
    section.duty.moment.setText("22:00")
    section.duty.moment.editingFinished.emit()
    assert "Check again" in section.state.text()
    press(qtbot, section.run_button.button)
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=20_000)
    assert section.presenter.reports[0].leaks == 8 > before
    titles = [table.title for table in section.presenter.tables]
    assert titles[:2] == ["Rings, and from ring to ring", "New posts that would close it"]
    section.presenter.show(section.presenter.tables[1].rows[0].key)
    assert "picked" in kinds(window)
    section.write_map(tmp_path / "rings.html")
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=20_000)
    assert "ring_leaks" in (tmp_path / "rings.html").read_text(encoding="utf-8")


def test_a_wrong_time_of_duty_starts_nothing(panel):
    """It is said, and no check runs."""
    section = panel.closure
    section.duty.who.setCurrentIndex(1)
    section.duty.moment.setText("soon")
    section.run()
    assert section.presenter.job is None
