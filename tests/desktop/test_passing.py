"""What is over goes: finished jobs, replaced translations, second guides. None of it outlives its use."""

from __future__ import annotations

import gc
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QTranslator

from patrolmap.desktop.features.board.compare import CompareDialog
from patrolmap.desktop.features.board.pick import PickDialog
from patrolmap.desktop.guide import GuideDialog
from patrolmap.desktop.jobs import JobRunner
from patrolmap.desktop.language import switch_language
from patrolmap.messages import Message
from tests.desktop.test_rings_sections import window  # noqa: F401 - a fixture
from tests.desktop.tiny import make_plan


class Large:
    """A result that can be watched."""


def deleted_now():
    """Let go of what is to be deleted later."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()


def test_a_finished_job_goes_with_its_result(qtbot):
    """Also when somebody listened to it, whom it outlived."""
    runner, seen = JobRunner(pytest.fail), []
    job = runner.start(Message("Test"), lambda _progress, _cancel: Large())
    job.changed.connect(lambda of=job: seen.append(of.state))
    qtbot.waitUntil(lambda: not runner.alive)
    result, own = weakref.ref(job.result), weakref.ref(job)
    assert result() is not None
    assert seen
    del job
    gc.collect()
    assert own() is None
    assert result() is None
    runner.close()


def test_a_language_that_is_left_takes_its_words_along(qapp):
    """There and back ten times: the words of Qt are held once."""
    for _ in range(10):
        switch_language(qapp, "en")
        switch_language(qapp, "zh")
    gc.collect()
    alive = [one for one in gc.get_objects() if isinstance(one, QTranslator)]
    assert len(alive) + len(qapp.findChildren(QTranslator)) == 1
    assert qapp.translate("QPlatformTheme", "Cancel") == "取消"
    switch_language(qapp, "en")
    assert qapp.translate("QPlatformTheme", "Cancel") == "Cancel"


def test_a_second_question_turns_the_page_of_the_open_guide(window, qtbot):  # noqa: F811
    """F1 pressed in two places shows the second page in the same window; closed, the next opens anew."""
    window.help_desk.show_guide()
    guide = window.findChild(GuideDialog)
    window.tasks.panel("rings").switches["closure"].setFocus()
    window.help_desk.show_guide()
    assert window.findChildren(GuideDialog) == [guide]
    assert guide.browser.source().fileName() == "rings.md"
    guide.close()
    window.help_desk.show_guide()
    deleted_now()
    (anew,) = window.findChildren(GuideDialog)
    assert anew.isVisible()
    anew.close()
    qtbot.waitUntil(lambda: not window.findChildren(GuideDialog))


def test_a_dialog_of_the_board_takes_the_place_of_one_of_its_kind(window, qtbot):  # noqa: F811
    """Asked three times it is open once, beside one of another kind; what the board has in hand is the last."""
    board = window.board
    window.core.desk.put(make_plan())
    for _ in range(3):
        board.compare()
        board.ask_drop_out()
    deleted_now()
    assert [len(board.findChildren(kind)) for kind in (CompareDialog, PickDialog)] == [1, 1]
    assert board.dialog is board.findChild(PickDialog)
    for kind in (CompareDialog, PickDialog):
        board.findChild(kind).close()
    qtbot.waitUntil(lambda: board.dialog is None)
