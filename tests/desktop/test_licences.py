"""What is shipped of others, in the window."""

from __future__ import annotations

from patrolmap.desktop.licences import LicencesDialog
from patrolmap.services.licences import components


def test_the_page_names_every_component(qtbot):
    dialog = LicencesDialog()
    qtbot.addWidget(dialog)
    shown = [dialog.table.item(row, 0).text() for row in range(dialog.table.rowCount())]
    assert shown == [part.name for part in components()]
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in dialog.texts.toPlainText()
