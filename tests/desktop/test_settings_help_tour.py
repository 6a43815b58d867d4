"""Settings with search, help for what is in hand, versions, and the tour of the first start."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from patrolmap import __version__
from patrolmap.desktop.features.settings.dialog import SettingsDialog
from patrolmap.desktop.guide import GuideDialog
from patrolmap.desktop.help_desk import AboutDialog, guide_topic_of
from patrolmap.desktop.theme import current_tokens
from patrolmap.desktop.tour import STEPS
from patrolmap.resources import guide_page
from patrolmap.services.plan_settings import plan_settings
from patrolmap.services.workspace import load_preferences
from tests.desktop.test_rings_sections import press, window  # noqa: F401 - fixtures


@pytest.fixture
def dialog(window, qtbot):  # noqa: F811
    made = SettingsDialog(window.core, window)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


def ok(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)


def test_a_word_finds_a_setting(dialog, qtbot):
    """Only rows with the word are left, under their heading; nonsense says so."""
    qtbot.keyClicks(dialog.search, "key site")
    shown = {name for name, field in dialog.fields.items() if field.isVisible()}
    assert shown == {"key_site_dwell_s", "key_site_visits"}
    dialog.search.setText("zzz")
    assert dialog.nothing.isVisible()


def test_choices_are_kept_and_count_at_once(window, dialog, qtbot, tmp_path):  # noqa: F811
    """Theme and folder in the preferences, a longer stay in the project, one undo takes it back."""
    box = dialog.fields["theme"]
    box.setCurrentIndex(box.findData("dark"))
    dialog.fields["projects_folder"].setText(str(tmp_path))
    dialog.fields["key_site_dwell_s"].setValue(15)
    press(qtbot, ok(dialog))
    project = window.core.session.project
    assert (load_preferences().theme, load_preferences().projects_folder) == ("dark", str(tmp_path))
    assert current_tokens().name == "dark"
    assert plan_settings(project).key_site_dwell_s == 900
    window.core.session.undo()
    assert plan_settings(project).key_site_dwell_s == 600


def test_hours_that_are_none_keep_the_dialog_open(window, dialog, qtbot):  # noqa: F811
    """The user is told, and nothing is written."""
    said = []
    window.core.notices.said.connect(said.append)
    dialog.fields["key_hours"].setText("late")
    press(qtbot, ok(dialog))
    assert dialog.isVisible()
    assert said
    assert not window.core.session.project.can_undo or plan_settings(window.core.session.project).key_hours != "late"


def test_f1_opens_the_page_about_what_has_the_focus(window, qtbot):  # noqa: F811
    """In the rings panel the rings page, on the map the page of the window; all pages are there in both languages."""
    window.tasks.panel("rings").switches["closure"].setFocus()
    qtbot.keyClick(window, Qt.Key.Key_F1)
    guide = window.findChild(GuideDialog)
    assert guide.browser.source().toLocalFile().endswith("en/rings.md")
    guide.close()
    assert guide_topic_of(window.stage.map) == ("window", "")
    pages = {guide_topic_of(window.tasks.panel(task))[0] for task in ("import", "hotspots", "plan", "sheets", "report")}
    assert pages == {"ingest", "hotspots", "planner", "sheets", "reports"}
    assert all(guide_page(f"{language}/{page}.md").is_file() for page in pages for language in ("zh", "en"))


def test_the_keys_open_by_ctrl_slash(window, qtbot):  # noqa: F811
    """One sheet, closed by Escape."""
    seen = []

    def look():
        seen.append(QApplication.activeModalWidget().windowTitle())
        qtbot.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape)

    QTimer.singleShot(50, look)
    qtbot.keyClick(window, Qt.Key.Key_Slash, Qt.KeyboardModifier.ControlModifier)
    assert seen == ["Keys"]


def test_versions_are_copied(qtbot):
    """The program's own and Qt's, one a line."""
    made = AboutDialog()
    qtbot.addWidget(made)
    made.copy_button.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == f"patrolmap {__version__}"
    assert any(line.startswith("Qt 6.") for line in lines)


def test_the_tour_is_walked_by_keys_and_does_not_come_again(window, qtbot):  # noqa: F811
    """Five steps forward, one back, then the end is remembered."""
    window.project_flow.sample_opened.emit()
    qtbot.waitUntil(window.tour.isVisible)
    headings = []
    for _ in STEPS:
        headings.append(window.tour.heading.text())
        assert window.rect().contains(window.tour.geometry())
        qtbot.keyClick(window.tour, Qt.Key.Key_Return)
    assert len(set(headings)) == 5
    assert window.tour.isHidden()
    assert load_preferences().tour_done
    window.project_flow.sample_opened.emit()
    qtbot.wait(100)
    assert window.tour.isHidden()


def test_the_tour_can_be_skipped_and_asked_for_again(window, qtbot):  # noqa: F811
    """Escape ends it; the menu starts it once more."""
    window.actions_board["help.tour"].trigger()
    qtbot.keyClick(window.tour, Qt.Key.Key_Right)
    qtbot.keyClick(window.tour, Qt.Key.Key_Left)
    assert window.tour.step == 0
    press(qtbot, window.tour.skip_button)
    assert window.tour.isHidden()
    assert window.tour.frame.isHidden()


def test_a_dialog_that_was_answered_is_gone(window, qtbot):  # noqa: F811
    """Ten times the keys and the versions: not one widget more than before."""

    def leave():
        qtbot.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape)

    def open_all():
        for name in ("help.keys", "help.about", "window.settings"):
            QTimer.singleShot(0, leave)
            window.actions_board[name].trigger()

    open_all()
    qtbot.wait(10)
    before = len(QApplication.allWidgets())
    for _ in range(10):
        open_all()
    qtbot.wait(10)
    assert len(QApplication.allWidgets()) <= before
