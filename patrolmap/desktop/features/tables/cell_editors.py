"""How cells of the attribute table are edited: one by one, or all that are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.forms import form, label
from patrolmap.i18n import tr
from patrolmap.model.layers import LAYERS
from patrolmap.services.row_editing import choice_title, choices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex

    from patrolmap.desktop.features.tables.layer_model import LayerModel

__all__ = ["ChoiceDelegate", "ManyDialog", "choice_box"]


def choice_box(layer: str, field: str, parent: QWidget | None = None) -> QComboBox:
    """
    Make a field to type or choose a value in.

    Parameters
    ----------
    layer : str
        Name of the layer.
    field : str
        Name of the field.
    parent : QWidget or None
        Owner.

    Returns
    -------
    QComboBox
        With the values of a closed list and an empty one; to be typed in where there is no list.
    """
    made, listed = QComboBox(parent), choices(layer, field)
    if LAYERS[layer].field(field).type == "boolean":
        listed = ("yes", "no")
    made.setEditable(not listed)
    made.addItem("", "")
    for value in listed:
        made.addItem(
            tr(value) if LAYERS[layer].field(field).type == "boolean" else choice_title(layer, field, value), value
        )
    return made


class ChoiceDelegate(QStyledItemDelegate):
    """
    Offers a list where a field has one, a line elsewhere.

    Parameters
    ----------
    model : LayerModel
        The table.
    parent : QWidget
        Owner.
    """

    def __init__(self, model: LayerModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """
        Make the editor of a cell.

        Parameters
        ----------
        parent : QWidget
            The table.
        option : QStyleOptionViewItem
            Place and look.
        index : QModelIndex
            The cell.

        Returns
        -------
        QWidget
            A list, or a line.
        """
        layer, field = self._model.name, self._model.field(index.column())
        if choices(layer, field) or LAYERS[layer].field(field).type == "boolean":
            made = choice_box(layer, field, parent)
            made.activated.connect(lambda _place: self._done(made))
            return made
        return super().createEditor(parent, option, index)

    def setEditorData(self, editor: QWidget, index: QModelIndex | QPersistentModelIndex) -> None:
        """
        Show the present value.

        Parameters
        ----------
        editor : QWidget
            The editor.
        index : QModelIndex
            The cell.
        """
        if isinstance(editor, QComboBox):
            value = str(index.data(Qt.ItemDataRole.EditRole))
            editor.setCurrentIndex(max(editor.findData({"True": "yes", "False": "no"}.get(value, value)), 0))
        else:
            super().setEditorData(editor, index)

    def setModelData(
        self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """
        Hand the value over.

        Parameters
        ----------
        editor : QWidget
            The editor.
        model : QAbstractItemModel
            The table.
        index : QModelIndex
            The cell.
        """
        if isinstance(editor, QComboBox):
            model.setData(index, str(editor.currentData()))
        else:
            super().setModelData(editor, model, index)

    def _done(self, editor: QComboBox) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)


class ManyDialog(Dialog):
    """
    Asks for a field and the value that all chosen rows get.

    Parameters
    ----------
    layer : str
        Name of the layer.
    fields : sequence of str
        Fields to choose among.
    count : int
        Number of rows, to be said.
    parent : QWidget or None
        Owner.
    """

    guide = ("window", "attributes")

    def __init__(self, layer: str, fields: Sequence[str], count: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer = layer
        self.setWindowTitle(tr("Change chosen rows"))
        self.setMinimumWidth(380)
        words = label()
        words.setText(
            tr(
                "{count} {count:row gets|rows get} the same value, as one step of undo. An empty value empties the cells.",
                count=count,
            )
        )
        self.field_box = QComboBox()
        for name in fields:
            self.field_box.addItem(tr(LAYERS[layer].field(name).title), name)
        self._place = QVBoxLayout()
        self.value_box = choice_box(layer, fields[0])
        self._place.addWidget(self.value_box)
        self._value_label = label()
        rows = ((label(), self.field_box), (self._value_label, self._place))
        for text, title in zip((rows[0][0], self._value_label), (tr("Field"), tr("Value")), strict=True):
            text.setText(title)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(14)
        column.addWidget(words)
        column.addLayout(form(rows))
        column.addWidget(buttons)
        self.field_box.currentIndexChanged.connect(self._change_field)
        self._change_field()

    @property
    def field_name(self) -> str:
        """The field that changes."""
        return str(self.field_box.currentData())

    @property
    def value(self) -> str:
        """The text that all rows get."""
        box = self.value_box
        return box.currentText() if box.isEditable() else str(box.currentData())

    def choose(self, field: str) -> None:
        """
        Choose the field.

        Parameters
        ----------
        field : str
            Its name; an unknown one is ignored.
        """
        self.field_box.setCurrentIndex(max(self.field_box.findData(field), 0))

    def _change_field(self) -> None:
        old, self.value_box = self.value_box, choice_box(self._layer, self.field_name)
        self.value_box.setAccessibleName(tr("Value"))
        self._value_label.setBuddy(self.value_box)
        self._place.replaceWidget(old, self.value_box)
        old.hide()  # it is not gone before the dialog has been answered
        old.deleteLater()
