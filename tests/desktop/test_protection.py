"""Protected projects in the window: closed up by a password, opened for an evening, closed up again."""

from __future__ import annotations

import pytest

from patrolmap.desktop.core import Core
from patrolmap.desktop.language import switch_language
from patrolmap.desktop.protection_flow import PasswordDialog
from patrolmap.desktop.theme import apply_theme
from patrolmap.desktop.window import MainWindow
from patrolmap.messages import Message
from patrolmap.model.edits import SetSetting
from patrolmap.project import sealing
from patrolmap.services.protection import protect_project, protected_name, unprotect_project
from tests.desktop.tiny import make_project

_PATIENCE_MS = 30_000
PASSWORD = "four words are enough"  # noqa: S105 - of a made-up project


@pytest.fixture
def window(qtbot, qapp, monkeypatch):
    monkeypatch.setenv("PATROLMAP_PLAIN_MAP", "1")
    monkeypatch.setattr(sealing, "_COST", (4, 8, 1))
    switch_language(qapp, "en")
    apply_theme(qapp, "light")
    made = MainWindow(Core())
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.core.jobs.cancel_all()
    qtbot.waitUntil(lambda: not made.core.jobs.alive, timeout=_PATIENCE_MS)
    made.close()
    qtbot.waitUntil(lambda: not made.isVisible(), timeout=_PATIENCE_MS)
    made.deleteLater()


@pytest.fixture
def project(tmp_path, window):  # noqa: ARG001 - it sets the cost of guessing
    path = make_project(tmp_path / "tiny.gpkg")
    protect_project(path, PASSWORD)
    return path


def test_the_dialog_wants_a_long_password_twice(window):
    dialog = PasswordDialog("Protect", "a.gpkg", window, new=True)
    agree = dialog.buttons.button(dialog.buttons.StandardButton.Ok)
    states = []
    for first, second in (("short", "short"), (PASSWORD, ""), (PASSWORD, "four words"), (PASSWORD, PASSWORD)):
        dialog.first.setText(first)
        dialog.second.setText(second)
        states.append(agree.isEnabled())
    assert states == [False, False, False, True]
    assert dialog.first.echoMode() == dialog.first.EchoMode.Password


def test_the_open_project_is_closed_and_encrypted(window, qtbot, tmp_path):
    path = make_project(tmp_path / "tiny.gpkg")
    window.project_flow.open(path)
    window.project_flow.protection.protect(path, PASSWORD)
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=_PATIENCE_MS)
    assert not window.core.session.is_open
    assert protected_name(path).exists()
    assert not path.exists()


def test_an_evening_in_a_protected_project_is_kept_under_its_password(window, qtbot, project):
    window.project_flow.protection.open(protected_name(project), PASSWORD)
    qtbot.waitUntil(lambda: window.core.session.is_open, timeout=_PATIENCE_MS)
    window.core.session.project.apply(SetSetting("evening", 1), Message("Edit"))
    window.project_flow.close()
    qtbot.waitUntil(lambda: not project.exists(), timeout=_PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=_PATIENCE_MS)
    unprotect_project(protected_name(project), PASSWORD)
    window.project_flow.open(project)
    assert window.core.session.project.setting("evening") == 1


def test_leaving_the_program_encrypts_first(window, qtbot, project):
    window.project_flow.protection.open(protected_name(project), PASSWORD)
    qtbot.waitUntil(lambda: window.core.session.is_open, timeout=_PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=_PATIENCE_MS)
    window.close()
    assert window.isVisible()
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=_PATIENCE_MS)
    assert not project.exists()
    assert protected_name(project).exists()


def test_a_failure_to_encrypt_keeps_the_window_and_says_why(window, qtbot, project, monkeypatch):
    window.project_flow.protection.open(protected_name(project), PASSWORD)
    qtbot.waitUntil(lambda: window.core.session.is_open, timeout=_PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=_PATIENCE_MS)
    monkeypatch.setattr("patrolmap.project.protecting.os.fsync", _full)
    window.close()
    qtbot.waitUntil(window.message_bar.isVisible, timeout=_PATIENCE_MS)
    qtbot.waitUntil(lambda: not window.core.jobs.alive, timeout=_PATIENCE_MS)
    assert window.isVisible()
    assert window.isEnabled()
    assert "No space left" in window.message_bar.text.text()
    assert project.exists()


def test_a_wrong_password_is_said_in_the_bar(window, qtbot, project):
    window.project_flow.protection.open(protected_name(project), "another one")
    qtbot.waitUntil(window.message_bar.isVisible, timeout=_PATIENCE_MS)
    assert "cannot be opened with this password" in window.message_bar.text.text()
    assert not project.exists()


def test_a_project_whose_container_is_in_its_place_asks_for_the_password(window, project, monkeypatch):
    asked = []
    monkeypatch.setattr(window.project_flow.protection, "ask_password", asked.append)
    window.project_flow.open(project)
    assert asked == [protected_name(project)]


def _full(_number):
    raise OSError(28, "No space left on device")
