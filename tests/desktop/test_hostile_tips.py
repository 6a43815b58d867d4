"""Names that attack, in the window: a tool tip or the status bar would load the pictures that markup names."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument

from patrolmap.desktop.core import Core
from patrolmap.desktop.forms import as_tip, label
from patrolmap.desktop.status import StatusLine

EVIL = "<img src='//evil.example/x.png'><b>bold</b>\nsecond line"


def test_a_tool_tip_shows_markup_as_it_is(qapp):  # noqa: ARG001 - texts need one
    document = QTextDocument()
    document.setHtml(as_tip(EVIL))
    assert "".join(document.toPlainText().split()) == "".join(EVIL.split())
    assert "<img" not in as_tip(EVIL)
    assert as_tip("plain\nwords") == "plain\nwords"


def test_the_status_bar_and_every_label_of_the_panels_are_plain_text(qtbot):
    bar = StatusLine(Core())
    qtbot.addWidget(bar)
    for part in (bar.project, bar.scale, label()):
        assert part.textFormat() is Qt.TextFormat.PlainText
