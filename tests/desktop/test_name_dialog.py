"""Asking for a name: nothing empty comes back, blanks around it are taken away."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget

from patrolmap.desktop import project_flow
from patrolmap.desktop.core import Core
from patrolmap.desktop.name_dialog import NameDialog, ask_name
from patrolmap.desktop.project_flow import ProjectFlow


def answered(act):
    """Ask, and act on the dialog when it is there."""
    QTimer.singleShot(50, lambda: act(QApplication.activeModalWidget()))
    return ask_name("New project", "Name of the district", "Old")


def test_what_is_written_comes_back(qtbot):
    """The proposal is chosen, so that typing replaces it; Enter agrees."""

    def write(dialog):
        qtbot.keyClicks(dialog.line, "  North  ")
        qtbot.keyClick(dialog.line, Qt.Key.Key_Return)

    assert answered(write) == "North"


def test_escape_gives_nothing(qtbot):
    """Although a name stood there."""
    assert answered(lambda dialog: qtbot.keyClick(dialog.line, Qt.Key.Key_Escape)) == ""


def test_blanks_are_no_name(qtbot):
    """The button waits for a letter."""
    dialog = NameDialog("New project", "Name of the district")
    qtbot.addWidget(dialog)
    agree = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    assert not agree.isEnabled()
    dialog.line.setText("   ")
    assert not agree.isEnabled()
    dialog.line.setText("N")
    assert agree.isEnabled()


def test_a_long_name_makes_a_file_that_a_system_takes(qtbot, monkeypatch, tmp_path):
    """Three hundred letters or Chinese characters: the proposal is cut to bytes that fit, the district keeps its name."""
    core, owner = Core(), QWidget()
    qtbot.addWidget(owner)
    flow = ProjectFlow(core, owner)
    core.session.prefer(projects_folder=str(tmp_path))
    for name in ("a" * 300, "区" * 300):
        monkeypatch.setattr(project_flow, "ask_name", lambda *_about, name=name, **_more: name)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda _owner, _title, proposal, _kind: (proposal, ""))
        flow.ask_new()
        assert core.session.project.name == name
        assert len(core.session.project.path.name.encode()) < 200
    core.close()
