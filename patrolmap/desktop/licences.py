"""What is shipped of others, and all licences in full."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialogButtonBox,
    QHeaderView,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import label
from patrolmap.i18n import tr
from patrolmap.services.licences import components, licence_texts

__all__ = ["LicencesDialog"]

_SIZE_PX: Final = (760, 640)


class LicencesDialog(Dialog):
    """
    Lists the components of the program, and shows every licence.

    Parameters
    ----------
    parent : QWidget or None
        Owner.
    """

    guide = ("window", "settings")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Licences"))
        self.resize(*_SIZE_PX)
        words = label("muted")
        words.setText(tr("These are shipped with patrolmap, each under its own licence."))
        self.table, self.texts = _table(), QPlainTextEdit()
        self.table.setAccessibleName(tr("Components"))
        self.texts.setReadOnly(True)
        self.texts.setPlainText(licence_texts())
        tabs = QTabWidget()
        tabs.addTab(self.table, tr("Components"))
        tabs.addTab(self.texts, tr("Licences in full"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("Close"))
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        column.addWidget(words)
        column.addWidget(tabs, 1)
        column.addWidget(buttons)


def _table() -> QTableWidget:
    found = components()
    table = QTableWidget(len(found), 3)
    table.setHorizontalHeaderLabels([tr("Component"), tr("Version"), tr("Licence")])
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.verticalHeader().hide()
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setHighlightSections(False)
    for row, part in enumerate(found):
        for place, text in enumerate((part.name, part.version, part.licence)):
            table.setItem(row, place, QTableWidgetItem(text))
    head = table.horizontalHeader()
    for place, mode in enumerate(
        (
            QHeaderView.ResizeMode.ResizeToContents,
            QHeaderView.ResizeMode.ResizeToContents,
            QHeaderView.ResizeMode.Stretch,
        )
    ):
        head.setSectionResizeMode(place, mode)
    head.setMinimumSectionSize(head.sectionSizeHint(2))
    table.setTabKeyNavigation(False)  # Tab leaves it; the arrows go from cell to cell
    return table
