"""The attributes of a layer as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QDialog, QLineEdit, QTableView, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.tables.cell_editors import ChoiceDelegate, ManyDialog
from patrolmap.desktop.features.tables.empty_note import EmptyNote
from patrolmap.desktop.features.tables.layer_model import LayerModel
from patrolmap.desktop.features.tables.presenter import AttributePresenter
from patrolmap.desktop.features.tables.stops import table_view
from patrolmap.desktop.forms import button, label, row
from patrolmap.desktop.session import Selection
from patrolmap.i18n import current_language, tr
from patrolmap.messages import N_
from patrolmap.model.layers import LAYERS
from patrolmap.services.row_editing import is_editable

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from patrolmap.desktop.core import Core

__all__ = ["AttributePanel"]

_FIRST: Final = "sites"
_PAUSE_MS: Final = 150


class AttributePanel(QWidget):
    """
    A layer to choose and its rows, sorted, filtered and edited; what is chosen here is chosen on the map, and back.

    Parameters
    ----------
    core : Core
        Shared parts.
    parent : QWidget or None
        Owner.
    """

    def __init__(self, core: Core, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self.presenter = AttributePresenter(core)
        self._is_following = False
        self._language = current_language()
        self.layer, self.filter = QComboBox(), QLineEdit()
        self.layer.setMinimumWidth(170)
        self.filter.setClearButtonEnabled(True)
        self.filter.setMinimumWidth(96)
        self.filter.setMaximumWidth(260)
        self._count = label("muted", wrap=False)
        self.change_button, self.paste_button, self.delete_button = button(), button(), button()
        self.model = LayerModel(self._change_cell, self.presenter.arrange)
        self.table = table_view(self.model)
        self.table.setSelectionMode(QTableView.SelectionMode.ExtendedSelection)
        self.table.setEditTriggers(
            QTableView.EditTrigger.DoubleClicked
            | QTableView.EditTrigger.EditKeyPressed
            | QTableView.EditTrigger.AnyKeyPressed
        )
        self.table.setItemDelegate(ChoiceDelegate(self.model, self.table))
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, self.table.horizontalHeader().sortIndicatorOrder())
        head = row(
            self.layer, self.filter, self._count, None, self.change_button, self.paste_button, self.delete_button
        )
        head.setStretch(1, 3)
        head.setStretch(3, 1)
        head.setContentsMargins(10, 6, 10, 6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._dress()
        for name, spec in LAYERS.items():
            self.layer.addItem(tr(spec.title), name)
        self.layer.setCurrentIndex(self.layer.findData(_FIRST))
        self.note = EmptyNote(self.table, self._said_of_nothing)
        self._measured = ("", 0)
        self._connect()
        self._refresh_buttons()

    @property
    def layer_name(self) -> str:
        """The layer that is shown."""
        return str(self.layer.currentData())

    @property
    def chosen_fids(self) -> tuple[int, ...]:
        """The rows that are chosen, from top to bottom."""
        return self.model.fids(self._chosen_rows())

    def copy(self) -> None:
        """Put the chosen rows on the clipboard, as Excel takes them."""
        QGuiApplication.clipboard().setText(self.model.texts(self._chosen_rows().tolist()))

    def paste(self) -> None:
        """Put the cells of the clipboard on the table: from the current cell, over the chosen rows if they are several."""
        here = self.table.currentIndex()
        if not here.isValid():
            return
        fids = self.chosen_fids
        are_chosen = len(fids) > 1
        if not are_chosen:
            fids = tuple(self.model.fid(place) for place in range(here.row(), self.model.rowCount()))
            if "\n" not in QGuiApplication.clipboard().text().rstrip("\r\n"):
                fids = fids[:1]
        fields = [self.model.field(place) for place in range(here.column(), self.model.columnCount())]
        self.presenter.paste(self.layer_name, QGuiApplication.clipboard().text(), fids, fields, chosen=are_chosen)

    def change_chosen(self) -> None:
        """Ask for a field and a value, and give it to all chosen rows."""
        fields = [spec.name for spec in LAYERS[self.layer_name].fields if is_editable(self.layer_name, spec.name)]
        fids, here = self.chosen_fids, self.table.currentIndex()
        if not fids or not fields:
            return
        dialog = ManyDialog(self.layer_name, fields, len(fids), self)
        if here.isValid():
            dialog.choose(self.model.field(here.column()))
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.presenter.change(self.layer_name, fids, {dialog.field_name: [dialog.value] * len(fids)})

    def delete_chosen(self) -> None:
        """Delete the chosen rows; undo brings them back."""
        if self.chosen_fids:
            self.presenter.delete(self.layer_name, self.chosen_fids)

    def _dress(self) -> None:
        dress = Dresser(self, self._retitle)
        dress.text(self.layer.setAccessibleName, N_("Layer of the table"))
        dress.text(self.table.setAccessibleName, N_("Attributes"))
        dress.text(self.filter.setPlaceholderText, N_("Filter rows"))
        dress.text(self.filter.setAccessibleName, N_("Filter rows"))
        dress.text(self.change_button.setText, N_("Change chosen…"))
        dress.text(self.change_button.setToolTip, N_("Give one value to all chosen rows (F3)"))
        dress.text(self.paste_button.setText, N_("Paste"))
        dress.text(self.paste_button.setToolTip, N_("Paste cells from Excel from the current cell on (Ctrl+V)"))
        dress.text(self.delete_button.setText, N_("Delete rows"))
        dress.text(self.delete_button.setToolTip, N_("Delete the chosen rows (Del); undo brings them back"))

    def _connect(self) -> None:
        core = self._core
        self.layer.currentIndexChanged.connect(self._change_layer)
        self.filter.textChanged.connect(lambda _text: self._pause.start())
        self._pause.timeout.connect(self._filter)
        self.table.selectionModel().selectionChanged.connect(self._on_chosen)
        self.model.modelReset.connect(self._after_reset)
        self.change_button.clicked.connect(self.change_chosen)
        self.paste_button.clicked.connect(self.paste)
        self.delete_button.clicked.connect(self.delete_chosen)
        for keys, act in (
            (QKeySequence(QKeySequence.StandardKey.Copy), self.copy),
            (QKeySequence(QKeySequence.StandardKey.Paste), self.paste),
            (QKeySequence(QKeySequence.StandardKey.Delete), self.delete_chosen),
            (QKeySequence("F3"), self.change_chosen),
        ):
            # As an argument of its making the context is not heeded, and the key would work in the whole window.
            QShortcut(keys, self.table, act).setContext(Qt.ShortcutContext.WidgetShortcut)
        core.cache.loaded.connect(self._on_loaded)
        core.session.opened.connect(self._refresh_buttons)
        core.session.opened.connect(self.note.refresh)
        core.cache.loaded.connect(lambda _name: self.note.refresh())
        core.session.closed.connect(lambda: self.model.put("", None))
        core.session.selected.connect(self._on_selected)
        core.jobs.started.connect(lambda _job: self._refresh_buttons())
        core.jobs.ended.connect(lambda _job: self._refresh_buttons())

    def _change_cell(self, layer: str, fid: int, field: str, text: str) -> bool:
        return self.presenter.change(layer, [fid], {field: [text]})

    def _retitle(self) -> None:
        if self._language == current_language():
            return
        self._language = current_language()
        for place in range(self.layer.count()):
            self.layer.setItemText(place, tr(LAYERS[self.layer.itemData(place)].title))
        # The cells write themselves in the new language when they are painted.
        self.model.retitle()
        self.table.viewport().update()
        self._refresh_buttons()

    def _on_loaded(self, name: str) -> None:
        if name == self.layer_name:
            self._show_layer()

    def _change_layer(self) -> None:
        self.filter.clear()
        self.table.horizontalHeader().setSortIndicator(-1, self.table.horizontalHeader().sortIndicatorOrder())
        self._show_layer()

    def _show_layer(self) -> None:
        here = self.table.currentIndex()
        spot = (self.model.fid(here.row()), here.column()) if here.isValid() else None
        before, was_empty = self._measured, self.model.rowCount() == 0
        self.model.put(self.layer_name, self._core.cache[self.layer_name])
        if self.filter.text().strip():
            self._filter()
        self._measured = self.layer_name, self.model.columnCount()
        # Widths of bare heads, or of another layer, cut values.
        if before != self._measured or (was_empty and self.model.rowCount()):
            self.table.horizontalHeader().resizeSections(self.table.horizontalHeader().ResizeMode.ResizeToContents)
        if spot is not None and (place := self.model.row_of(spot[0])) >= 0 and spot[1] < self.model.columnCount():
            index = self.model.index(place, spot[1])
            self.table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _filter(self) -> None:
        self.presenter.filter(self.layer_name, self.model.rows, self.filter.text(), self._keep)

    def _keep(self, fids: pd.Index | None) -> None:
        self.model.keep(fids)

    def _after_reset(self) -> None:
        self._choose(self._core.session.selection)
        self._refresh_buttons()

    def _refresh_buttons(self) -> None:
        chosen = len(self._chosen_rows())
        can_edit = self.presenter.can_edit and LAYERS[self.layer_name].importable
        self.model.is_locked = not self.presenter.can_edit
        for made in (self.change_button, self.delete_button):
            made.setEnabled(can_edit and chosen > 0)
        self.paste_button.setEnabled(can_edit and self.table.currentIndex().isValid())
        shown, total = (self.locale().toString(count) for count in (self.model.rowCount(), self.model.total))
        words = tr("{count} {count:row|rows}", count=total)
        if shown != total:
            words = tr("{shown} of {count} {count:row|rows}", shown=shown, count=total)
        if chosen > 1:
            words = tr("{rows}, {chosen} chosen", rows=words, chosen=self.locale().toString(chosen))
        self._count.setText(words)

    def _said_of_nothing(self) -> str:
        if not self._core.session.is_open:
            return ""
        if self.model.total:
            return tr("No row has these words. Clear the filter to see all rows.")
        if self._core.cache.is_loading:
            return tr("Reading the district…")
        if LAYERS[self.layer_name].importable:
            return tr("Nothing in this layer yet. Bring it in with the Import panel.")
        return tr("Nothing in this layer yet. A task panel fills it.")

    def _on_chosen(self, _chosen: QItemSelection, _left: QItemSelection) -> None:
        self._refresh_buttons()
        fids = self.chosen_fids
        if self._is_following or not fids:
            return
        selection = Selection(self.layer_name, fids)
        if selection != self._core.session.selection:
            self._core.session.select(selection)
            self._core.scene.show(self._core.scene.selected_geometries())

    def _on_selected(self, selection: Selection) -> None:
        if not self.isVisible():
            return
        if selection.fids and selection.layer != self.layer_name:
            self.layer.setCurrentIndex(self.layer.findData(selection.layer))
        if not np.array_equal(self._rows_of(selection), self._chosen_rows()):
            self._choose(selection)

    def _choose(self, selection: Selection) -> None:
        """Choose the rows that are selected elsewhere, without telling anybody."""
        chosen = QItemSelection()
        for first, last in runs(self._rows_of(selection)):
            chosen.select(self.model.index(first, 0), self.model.index(last, 0))
        self._is_following = True
        flag = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().select(chosen, flag.ClearAndSelect | flag.Rows)
        if not chosen.isEmpty() and not self.table.hasFocus():
            top = self.model.index(chosen.first().top(), 0)
            self.table.selectionModel().setCurrentIndex(top, flag.NoUpdate)
            self.table.scrollTo(top)
        self._is_following = False

    def _rows_of(self, selection: Selection) -> NDArray[np.intp]:
        return self.model.rows_of(selection.numbers if selection.layer == self.layer_name else ())

    def _chosen_rows(self) -> NDArray[np.intp]:
        """Give the rows that are chosen, from top to bottom: run by run, as a list of all cells would take seconds."""
        ranges = self.table.selectionModel().selection()
        found = [
            np.arange(one.top(), one.bottom() + 1) for one in (ranges.at(place) for place in range(ranges.count()))
        ]
        if len(found) == 1:
            return found[0]
        return np.unique(np.concatenate(found)) if found else np.empty(0, dtype=np.intp)


def runs(rows: NDArray[np.intp]) -> list[tuple[int, int]]:
    """
    Write rows as runs.

    Parameters
    ----------
    rows : ndarray of intp, shape (n,)
        Ascending, each once.

    Returns
    -------
    list of (int, int)
        First and last of each run.
    """
    if not len(rows):
        return []
    breaks = np.flatnonzero(np.diff(rows) != 1)
    firsts, lasts = rows[np.concatenate(([0], breaks + 1))], rows[np.concatenate((breaks, [len(rows) - 1]))]
    return list(zip(firsts.tolist(), lasts.tolist(), strict=True))
