"""The look of a layer: colour, size, symbol, names and classes, seen on the map while it is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QColorDialog,
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from patrolmap.desktop.dialog import Dialog
from patrolmap.desktop.features.layers.legend import class_entries
from patrolmap.desktop.features.layers.style_presenter import StyleDraft
from patrolmap.desktop.features.layers.swatches import SWATCH_HEIGHT_PX, SWATCH_WIDTH_PX, swatch
from patrolmap.desktop.forms import button, clear, form, label, row, spaced
from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.class_breaks import MOST_CLASSES
from patrolmap.model.layers import LAYERS
from patrolmap.model.map_looks import ClassLook
from patrolmap.model.palettes import DISTINCT, RAMP_TITLES, RAMPS

if TYPE_CHECKING:
    from patrolmap.desktop.features.layers.presenter import LayerBoard

__all__ = ["StyleDialog"]

_SYMBOLS: Final = (
    (None, N_("By kind")),
    ("circle", N_("Circle")),
    ("square", N_("Square")),
    ("diamond", N_("Diamond")),
    ("triangle", N_("Triangle")),
    ("star", N_("Star")),
)
_METHODS: Final = (
    ("quantile", N_("Equal counts")),
    ("equal", N_("Equal widths")),
    ("natural", N_("Natural breaks")),
)
_SWATCH_PX: Final = 18
_PAUSE_MS: Final = 120


class StyleDialog(Dialog):
    """
    Everything that can be chosen for a layer.

    Parameters
    ----------
    board : LayerBoard
        Shows each choice at once.
    layer : str
        The layer.
    parent : QWidget or None
        Owner.
    """

    guide = ("window", "layers")

    def __init__(self, board: LayerBoard, layer: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._board = board
        self.draft = StyleDraft(board, layer)
        self.setWindowTitle(tr("Look of “{layer}”", layer=tr(LAYERS[layer].title)))
        self.setMinimumWidth(540)
        self.colours: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self.symbol, self.field, self.ramp, self.method, self.label_field = (QComboBox() for _ in range(5))
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.size_value = QLabel()
        self.count = QSpinBox(minimum=2, maximum=MOST_CLASSES)
        self.label_size = QDoubleSpinBox(minimum=5, maximum=24, decimals=1, singleStep=0.5, suffix=tr(" pt"))
        self.classes = QVBoxLayout()
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._fill()
        self._lay_out()
        self._show()
        self._connect()

    def reject(self) -> None:
        """Go back to the look before."""
        self._pause.stop()
        self.draft.give_up()
        super().reject()

    def accept(self) -> None:
        """Keep the look with the project."""
        if self._pause.isActive():
            self._pause.stop()
            self._try()
        self.draft.keep()
        super().accept()

    def reset(self) -> None:
        """Show the usual look again; it counts when the dialog is confirmed."""
        self._pause.stop()
        self.draft.reset()
        self._show()

    def _fill(self) -> None:
        for value, title in _SYMBOLS:
            self.symbol.addItem(tr(title), value)
        for value, title in _METHODS:
            self.method.addItem(tr(title), value)
        for name, title in RAMP_TITLES.items():
            self.ramp.addItem(_ramp_icon(RAMPS[name]), tr(title), name)
        self.ramp.setIconSize(QSize(3 * SWATCH_WIDTH_PX, SWATCH_HEIGHT_PX))
        self.field.addItem(tr("No classes"), "")
        for spec in self.draft.number_fields:
            self.field.addItem(tr(spec.title), spec.name)
        self.label_field.addItem(tr("As usual") if self.draft.layer == "sites" else tr("No labels"), "")
        for spec in self.draft.label_fields:
            self.label_field.addItem(tr(spec.title), spec.name)
        self.size_slider.setRange(25, 300)
        self.size_slider.setPageStep(25)
        self.size_value.setMinimumWidth(48)
        self.size_value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for box in (self.count, self.label_size):
            spaced(box)

    def _lay_out(self) -> None:
        draft = self.draft
        rows: list[tuple[QLabel, QHBoxLayout]] = []
        if draft.has_colour:
            rows.append((_title(tr("Colour")), self._colour_row()))
        rows.append((_title(tr("Size")), row(self.size_slider, self.size_value)))
        if draft.has_symbol:
            rows.append((_title(tr("Symbol")), row(self.symbol)))
        if draft.label_fields:
            rows.append((_title(tr("Labels")), row(self.label_field, self.label_size)))
        if draft.number_fields:
            rows.append((_title(tr("Colour by")), row(self.field)))
            rows.append((_title(tr("Classes")), row(self.method, self.count)))
            rows.append((_title(tr("Ramp")), row(self.ramp)))
        note = label("muted")
        note.setText(
            tr(
                "Kept with this project, for the map of the window and pictures copied from it. Sheets and web maps keep their own style."
            )
        )
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.reset_button: QPushButton = box.addButton(tr("Usual look"), QDialogButtonBox.ButtonRole.ResetRole)
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        self.reset_button.clicked.connect(self.reset)
        for field, words in (
            (self.size_slider, tr("Size")),
            (self.symbol, tr("Symbol")),
            (self.label_field, tr("Labels")),
            (self.label_size, tr("Size of the labels")),
            (self.field, tr("Colour by")),
            (self.method, tr("Classes")),
            (self.count, tr("Number of classes")),
            (self.ramp, tr("Ramp")),
        ):
            field.setAccessibleName(words)
        self.classes.setSpacing(3)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(12)
        column.addLayout(form(rows))
        column.addLayout(self.classes)
        column.addWidget(note)
        column.addStretch(1)
        column.addWidget(box)

    def _colour_row(self) -> QHBoxLayout:
        made = []
        for colour in ("", *DISTINCT):
            part = QToolButton()
            part.setCheckable(True)
            part.setIcon(_spot(colour))
            part.setIconSize(QSize(_SWATCH_PX, _SWATCH_PX))
            part.setToolTip(colour or tr("Usual colours"))
            part.setAccessibleName(colour or tr("Usual colours"))
            part.clicked.connect(lambda _on, colour=colour: self.draft.change(colour=colour))
            self._group.addButton(part)
            self.colours[colour] = part
            made.append(part)
        other = button(flat=True)
        other.setText(tr("Other…"))
        other.clicked.connect(self._ask_colour)
        return row(*made, other, None, gap=0)

    def _ask_colour(self) -> None:
        found = QColorDialog.getColor(QColor(self.draft.look.colour or DISTINCT[0]), self, tr("Colour"))
        if found.isValid():
            self.draft.change(colour=found.name())
            self._show()

    def _show(self) -> None:
        look = self.draft.look
        parts = (
            self.symbol,
            self.field,
            self.ramp,
            self.method,
            self.label_field,
            self.size_slider,
            self.count,
            self.label_size,
        )
        for part in parts:
            part.blockSignals(True)
        self._group.setExclusive(False)
        for colour, spot in self.colours.items():
            spot.setChecked(colour == look.colour)
        self._group.setExclusive(True)
        classes = look.classes or ClassLook("")
        for box, value in (
            (self.symbol, look.symbol),
            (self.label_field, look.label_field),
            (self.field, classes.field),
            (self.method, classes.method),
            (self.ramp, classes.ramp),
        ):
            box.setCurrentIndex(max(box.findData(value), 0))
        self.size_slider.setValue(round(look.size * 100))
        self.count.setValue(classes.count)
        self.label_size.setValue(look.label_pt)
        for part in parts:
            part.blockSignals(False)
        self._show_classes()

    def _show_classes(self) -> None:
        look = self.draft.look
        self.size_value.setText(f"{self.size_slider.value()} %")
        self.label_size.setEnabled(bool(look.label_field) or self.draft.layer == "sites")
        for part in (self.method, self.count, self.ramp):
            part.setEnabled(look.classes is not None)
        clear(self.classes)
        if look.classes is None:
            return
        numbers = self._board.numbers(self.draft.layer, look.classes.field)
        entries = class_entries(look.classes, numbers)
        if not entries:
            empty = label("muted")
            empty.setText(tr("No row has a number in this field."))
            self.classes.addWidget(empty)
        for entry in entries:
            picture, words = QLabel(), label("muted", wrap=False)
            picture.setPixmap(swatch(entry).pixmap(QSize(SWATCH_WIDTH_PX, SWATCH_HEIGHT_PX)))
            words.setText(entry.title)
            self.classes.addLayout(row(picture, words, None))

    def _connect(self) -> None:
        for box in (self.symbol, self.field, self.ramp, self.method, self.label_field):
            box.currentIndexChanged.connect(self._try)
        for part in (self.size_slider, self.count, self.label_size):
            part.valueChanged.connect(self._soon)
        self._pause.timeout.connect(self._try)

    def _soon(self) -> None:
        self.size_value.setText(f"{self.size_slider.value()} %")
        self._pause.start()

    def _try(self) -> None:
        field = self.field.currentData()
        classes = (
            ClassLook(field, self.method.currentData(), self.count.value(), self.ramp.currentData()) if field else None
        )
        self.draft.change(
            size=self.size_slider.value() / 100,
            symbol=self.symbol.currentData(),
            label_field=self.label_field.currentData(),
            label_pt=self.label_size.value(),
            classes=classes,
        )
        self._show_classes()


def _title(text: str) -> QLabel:
    made = label(wrap=False)
    made.setText(text)
    return made


def _spot(colour: str) -> QIcon:
    """Paint a round of a colour; an open one for the usual colours."""
    image = QPixmap(2 * _SWATCH_PX, 2 * _SWATCH_PX)
    image.setDevicePixelRatio(2)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(current_tokens().muted))
    painter.setBrush(QColor(colour) if colour else Qt.BrushStyle.NoBrush)
    painter.drawEllipse(2, 2, _SWATCH_PX - 4, _SWATCH_PX - 4)
    if not colour:
        painter.drawLine(5, _SWATCH_PX - 5, _SWATCH_PX - 5, 5)
    painter.end()
    return QIcon(image)


def _ramp_icon(colours: tuple[str, ...]) -> QIcon:
    width = 3 * SWATCH_WIDTH_PX
    image = QPixmap(2 * width, 2 * SWATCH_HEIGHT_PX)
    image.setDevicePixelRatio(2)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    for place, colour in enumerate(colours):
        left, right = round(place * width / len(colours)), round((place + 1) * width / len(colours))
        painter.fillRect(left, 3, right - left, SWATCH_HEIGHT_PX - 6, QColor(colour))
    painter.end()
    return QIcon(image)
