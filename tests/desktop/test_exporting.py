"""The export dialog, clicked as a user clicks it, with the real services on the small project."""

from __future__ import annotations

import re
import time
import zipfile

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QTreeWidget

from patrolmap.desktop.core import Core
from patrolmap.desktop.features.exporting.dialog import ExportDialog
from patrolmap.desktop.features.exporting.presenter import KINDS, ExportPresenter, ExportWish, _write
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from patrolmap.messages import Message
from patrolmap.model.edits import InsertRows
from patrolmap.services.exporting import FORMATS
from patrolmap.services.publishing import publish_threshold
from tests.desktop.test_rings_sections import press
from tests.desktop.tiny import FRAME, _frame, at, make_plan, make_project

_PATIENCE_MS = 30_000


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
    qtbot.waitUntil(lambda: not made.core.cache.is_loading, timeout=_PATIENCE_MS)
    yield made
    made.core.jobs.cancel_all()
    qtbot.waitUntil(lambda: not made.core.jobs.alive, timeout=_PATIENCE_MS)
    made.close()


@pytest.fixture
def planned(window):
    plan = make_plan()
    window.core.session.project.save_plan(plan, label=Message("Plan"))
    window.core.desk.put(plan)
    return window


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def shown(window, qtbot, presenter=None):
    dialog = ExportDialog(presenter or ExportPresenter(window.core), window)
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def pick(qtbot, dialog, name):
    """Click a row of the list."""
    place = [kind.id for kind in KINDS].index(name)
    tree: QTreeWidget = dialog.kinds
    item = tree.topLevelItem(place)
    tree.scrollToItem(item)
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=tree.visualItemRect(item).center())
    assert dialog.kind.id == name


def answer(monkeypatch, path):
    """Choose a file, or a folder, in the dialogs of the system; return what they proposed."""
    proposed = []
    monkeypatch.setattr(
        QFileDialog,
        "getSaveFileName",
        lambda _owner, _title, start, kinds: (proposed.append(start), (str(path), kinds))[1],
    )
    monkeypatch.setattr(
        QFileDialog, "getExistingDirectory", lambda _owner, _title, start: (proposed.append(start), str(path))[1]
    )
    return proposed


def finished(window, qtbot):
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=_PATIENCE_MS)


def test_every_format_of_the_service_is_listed():
    assert {kind.id for kind in KINDS} == {*FORMATS, "webmap"}


def test_a_gpx_is_written_where_the_user_says(planned, qtbot, out, monkeypatch):
    """Two teams have two and one stops; the bar names the file, whose proposed name tells project and plan."""
    proposed = answer(monkeypatch, out / "night.gpx")
    dialog = shown(planned, qtbot)
    pick(qtbot, dialog, "gpx")
    press(qtbot, dialog.export_button)
    finished(planned, qtbot)
    assert not dialog.isVisible()
    words = (out / "night.gpx").read_text(encoding="utf-8")
    assert len(re.findall(r"<wpt ", words)) == 3
    assert len(re.findall(r"<trk>", words)) == 2
    assert proposed[0].endswith("Tiny P1.gpx")
    assert str(out / "night.gpx") in planned.message_bar.text.text()


def test_a_file_for_each_team_goes_into_a_folder(planned, qtbot, out, monkeypatch):
    answer(monkeypatch, out)
    dialog = shown(planned, qtbot)
    pick(qtbot, dialog, "gpx")
    qtbot.mouseClick(dialog.split, Qt.MouseButton.LeftButton, pos=QPoint(8, dialog.split.height() // 2))
    assert dialog.split.isChecked()
    press(qtbot, dialog.export_button)
    finished(planned, qtbot)
    assert sorted(path.name for path in out.iterdir()) == ["P1-T1-Team 1.gpx", "P1-T2-Team 2.gpx"]


def test_a_name_without_its_ending_gets_it_and_an_old_file_is_asked_about(planned, qtbot, out, monkeypatch):
    """“P1.2” is a name, not an ending; once the ending makes it an old file, the dialog of the system asks again."""
    (out / "P1.2.ics").write_text("old")
    names = iter([(str(out / "P1.2"), ""), ("", "")])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: next(names))
    dialog = shown(planned, qtbot)
    pick(qtbot, dialog, "ics")
    press(qtbot, dialog.export_button)
    finished(planned, qtbot)
    assert next(names, None) is None
    assert dialog.isVisible()
    assert (out / "P1.2.ics").read_text() == "old"


@pytest.mark.parametrize(
    "chosen", [("night.kmz", "KML (*.kml)"), ("night.kml", "KMZ (*.kmz)"), ("night", "KMZ (*.kmz)")]
)
def test_kmz_is_packed_whether_typed_or_chosen(planned, qtbot, out, monkeypatch, chosen):
    """A typed ending or the chosen kind of file says so; the file is an archive with one document."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(out / chosen[0]), chosen[1]))
    dialog = shown(planned, qtbot)
    pick(qtbot, dialog, "kml")
    press(qtbot, dialog.export_button)
    finished(planned, qtbot)
    assert [path.name for path in out.iterdir()] == ["night.kmz"]
    assert zipfile.ZipFile(out / "night.kmz").namelist() == ["doc.kml"]


def test_a_web_map_for_publication_hides_counts_below_the_number_asked_for(planned, qtbot, out, monkeypatch):
    """7 is below 8 and hidden, and 41 with it, as 90 less 83 tells of 7; no team is in the file; the number is kept, one step to undo."""
    _add_hotspots(planned, (42, 41, 7))
    answer(monkeypatch, out / "public.html")
    dialog = shown(planned, qtbot)
    pick(qtbot, dialog, "webmap")
    dialog.publish.setChecked(True)
    dialog.threshold.setValue(8)
    press(qtbot, dialog.export_button)
    finished(planned, qtbot)
    words = (out / "public.html").read_text(encoding="utf-8")
    shown_counts = re.findall(r'\["Incidents","([^"]+)"\]', words)
    assert sorted(shown_counts) == ["42", "\\u003c8"]
    assert "Team 1" not in words
    project = planned.core.session.project
    assert publish_threshold(project) == 8
    planned.core.session.undo()
    assert publish_threshold(project) == 5


def test_a_plan_format_cannot_be_published(planned, qtbot):
    """The box is off and says why, also when it was ticked for another format before."""
    dialog = shown(planned, qtbot)
    pick(qtbot, dialog, "kml")
    dialog.publish.setChecked(True)
    assert dialog.wish.threshold == 5
    pick(qtbot, dialog, "gpx")
    assert not dialog.publish.isEnabled()
    assert "not for publication" in dialog.publish.toolTip()
    assert dialog.wish.threshold is None


def test_without_a_plan_a_plan_format_says_what_is_missing(window, qtbot):
    dialog = shown(window, qtbot)
    pick(qtbot, dialog, "ics")
    assert not dialog.export_button.isEnabled()
    assert "no plan yet" in dialog.hint.text()
    pick(qtbot, dialog, "kml")
    assert dialog.export_button.isEnabled()


def test_a_cancelled_export_leaves_no_file(planned, qtbot, out, monkeypatch):
    """The service is asked to stop before it writes: the folder stays empty and the bar says so."""
    answer(monkeypatch, out / "night.kml")

    def slow(project, wish, path, plan_id, *, progress, cancel):
        while not cancel():
            time.sleep(0.01)
        return _write(project, wish, path, plan_id, progress=progress, cancel=cancel)

    presenter = ExportPresenter(planned.core, slow)
    dialog = shown(planned, qtbot, presenter)
    pick(qtbot, dialog, "kml")
    press(qtbot, dialog.export_button)
    qtbot.waitUntil(lambda: presenter.job is not None and presenter.job.started_s > 0)
    presenter.job.cancel()
    finished(planned, qtbot)
    assert list(out.iterdir()) == []
    assert "nothing was written" in planned.message_bar.text.text()


def test_a_failure_is_said_in_the_bar(planned, qtbot, tmp_path, monkeypatch):
    """A GeoPackage over the project itself is refused."""
    answer(monkeypatch, tmp_path / "tiny.gpkg")
    dialog = shown(planned, qtbot)
    pick(qtbot, dialog, "gpkg")
    press(qtbot, dialog.export_button)
    finished(planned, qtbot)
    assert "is the project itself" in planned.message_bar.text.text()


def test_the_proposed_copy_is_never_the_project(window):
    """Without a plan the name of the project would be that of its own file."""
    project = window.core.session.project
    presenter = ExportPresenter(window.core)
    kind = next(kind for kind in KINDS if kind.id == "gpkg")
    assert presenter.proposed(ExportWish(kind)) != project.path


def test_menu_key_and_panel_open_the_dialog(planned, qtbot, monkeypatch):
    opened = []
    monkeypatch.setattr(ExportDialog, "exec", lambda self: opened.append(self.windowTitle()))
    qtbot.keyClick(planned, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    planned.show_task("sheets")
    press(qtbot, planned.tasks.panel("sheets").export_button)
    assert opened == ["Export", "Export"]


def _add_hotspots(window, counts):
    places = [at(300.0 * n, 600.0) for n in range(1, len(counts) + 1)]
    rows = _frame(
        {"rank": list(range(1, len(counts) + 1)), "name": [f"H{n}" for n in counts], "incidents": list(counts)},
        [place.buffer(60) for place in places],
    )
    window.core.session.project.apply(InsertRows("hotspots", FRAME.to_stored(rows)), Message("Hotspots"))
    window.core.session.refresh()
