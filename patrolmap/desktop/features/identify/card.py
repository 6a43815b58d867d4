"""The card over the map that tells what was clicked: its fields, its size, where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import shapely
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.tables.models import shown
from patrolmap.desktop.forms import Roomy, button, label, row
from patrolmap.desktop.map.measure import area_text, length_text
from patrolmap.i18n import tr
from patrolmap.messages import N_
from patrolmap.model.layers import LAYERS
from patrolmap.services.row_editing import choice_title, choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.map.stage import MapStage
    from patrolmap.desktop.session import Selection

__all__ = ["IdentifyCard", "identified"]

_WIDE_PX: Final = 300
_EDGE_PX: Final = 12
_BETWEEN_PX: Final = 40
_HIDDEN: Final = frozenset({"provenance", "backtest", "plan_id", "visit_id", "area_m2", "length_m"})
"""For the program, or told in other words."""


def identified(core: Core, selection: Selection) -> tuple[str, list[tuple[str, str]]]:
    """
    Read what is selected as the attribute table shows it.

    Parameters
    ----------
    core : Core
        Shared parts.
    selection : Selection
        One row.

    Returns
    -------
    str
        What it is called; empty if it has no name.
    list of (str, str)
        Titles and values of its fields that are filled, then its length or area and its place in the project's system.
    """
    layer, values = selection.layer, core.scene.describe(selection)
    texts = {
        field.name: (tr(field.title), _text(layer, field.name, values[field.name]))
        for field in LAYERS[layer].fields
        if field.name in values and field.name not in _HIDDEN
    }
    name = texts.pop("name", ("", ""))[1]
    lines = [line for line in texts.values() if line[1]]
    for shape in core.scene.selected_geometries()[:1]:
        lines += _measures(core, shape)
    return name, lines


class IdentifyCard(QFrame):
    """
    Shows one row in the corner of the map after a click on it; follows the selection until it is closed or empty.

    Parameters
    ----------
    core : Core
        Shared parts.
    stage : MapStage
        Over which it lies.
    reveal : Callable
        Shows the attribute table.
    """

    def __init__(self, core: Core, stage: MapStage, reveal: Callable[[], object]) -> None:
        super().__init__(stage)
        self._core, self._stage = core, stage
        self.setObjectName("mapnote")
        self.layer, self.heading = label("muted"), label("section")
        for made in (self.layer, self.heading):
            made.setTextFormat(Qt.TextFormat.PlainText)
        self.close_button = QToolButton(autoRaise=True)
        self.table_button = button(flat=True)
        self._lines: list[tuple[QLabel, QLabel]] = []
        self._page = QWidget()
        self._grid = QGridLayout(self._page)
        self._grid.setContentsMargins(0, 0, 6, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(1, 1)
        self._fields = Roomy(self._page)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 8, 8, 10)
        column.setSpacing(4)
        column.addLayout(row(self.layer, None, self.close_button))
        column.addWidget(self.heading)
        column.addWidget(self._fields, 1)
        column.addLayout(row(None, self.table_button))
        dress = Dresser(self, self.refresh)
        dress.icon(self.close_button.setIcon, "close")
        for say in (self.close_button.setToolTip, self.close_button.setAccessibleName):
            dress.text(say, N_("Close the card"))
        dress.text(self.table_button.setText, N_("Show in the table"))
        self.close_button.clicked.connect(self.hide)
        self.table_button.clicked.connect(reveal)
        stage.installEventFilter(self)
        stage.chosen.connect(self.identify)
        core.session.selected.connect(lambda _selection: self.refresh())
        core.session.closed.connect(self.hide)
        core.cache.loaded.connect(self._on_loaded)
        core.tools.taken.connect(self.hide)
        self.hide()

    def identify(self) -> None:
        """Show what is selected, if that is one row."""
        self.show()
        self.refresh()

    def refresh(self) -> None:
        """Follow the selection; away with the card if it is not one row."""
        selection = self._core.session.selection
        if self.isHidden():
            return
        if len(selection.fids) != 1 or selection.layer not in LAYERS or not self._core.scene.describe(selection):
            self.hide()
            return
        name, lines = identified(self._core, selection)
        self.layer.setText(tr(LAYERS[selection.layer].title))
        self.heading.setText(name)
        self.heading.setVisible(bool(name))
        self.setAccessibleName(" ".join(part for part in (self.layer.text(), name) if part))
        self._lay(lines)
        self._place()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """
        Stay in the corner of the map.

        Parameters
        ----------
        watched : QObject
            The map.
        event : QEvent
            Any event of it.

        Returns
        -------
        bool
            Whether the event ends here: never.
        """
        if event.type() == QEvent.Type.Resize and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def _on_loaded(self, name: str) -> None:
        if name == self._core.session.selection.layer:
            self.refresh()

    def _lay(self, lines: list[tuple[str, str]]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._lines.clear()
        for place, (title, value) in enumerate(lines):
            head, text = label("muted", wrap=False), label()
            head.setText(title)
            text.setTextFormat(Qt.TextFormat.PlainText)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            text.setText(value)
            self._lines.append((head, text))
            self._grid.addWidget(head, place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(text, place, 1, Qt.AlignmentFlag.AlignTop)

    def _place(self) -> None:
        strip = self._stage.strip
        top = _EDGE_PX + (strip.height() if strip.isVisible() else 0)
        wide = min(_WIDE_PX, self._stage.width() - 2 * _EDGE_PX)
        head = self.heading.heightForWidth(wide - 22) if not self.heading.isHidden() else 0
        ends = self.close_button.sizeHint().height() + self.table_button.sizeHint().height()
        high = self._fields_height(wide - 22) + head + ends + _BETWEEN_PX
        room = self._stage.height() - top - _EDGE_PX
        self.setGeometry(self._stage.width() - wide - _EDGE_PX, top, wide, max(min(high, room), 0))

    def _fields_height(self, wide: int) -> int:
        """Measure the fields before they are laid out."""
        for pair in self._lines:
            for made in pair:
                made.ensurePolished()
        heads = max((head.sizeHint().width() for head, _ in self._lines), default=0)
        beside = max(wide - heads - self._grid.horizontalSpacing() - 8, 40)
        highs = (max(head.sizeHint().height(), text.heightForWidth(beside)) for head, text in self._lines)
        return sum(highs) + self._grid.verticalSpacing() * len(self._lines)


def _text(layer: str, field: str, value: Any) -> str:
    if isinstance(value, str) and choices(layer, field):
        return choice_title(layer, field, value)
    return shown(value)


def _measures(core: Core, shape: shapely.Geometry) -> list[tuple[str, str]]:
    dimension = int(shapely.get_dimensions(shape))
    if dimension == 2:
        return [(tr("Area"), tr(area_text(float(shape.area)))), (tr("Perimeter"), tr(length_text(float(shape.length))))]
    if dimension == 1:
        return [(tr("Length"), tr(length_text(float(shape.length))))]
    if dimension != 0 or shape.is_empty:
        return []
    frame, spot = core.session.project.frame, shapely.centroid(shape)
    lines = [(frame.metric_crs or "x, y", f"{spot.x:.1f}, {spot.y:.1f}")]
    if not frame.is_planar:
        wgs84 = frame.metric_to_wgs84(spot)
        lines.append(("WGS 84", f"{wgs84.y:.5f}, {wgs84.x:.5f}"))
    return lines
