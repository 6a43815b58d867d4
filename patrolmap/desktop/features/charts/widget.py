"""The charts dock."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter
from PySide6.QtWidgets import QComboBox, QFileDialog, QSpinBox, QToolTip, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.charts.change_figure import ChangeFigure
from patrolmap.desktop.features.charts.export import write_chart
from patrolmap.desktop.features.charts.figures import WEEKDAYS, HeatFigure
from patrolmap.desktop.features.charts.presenter import CHARTS, ChartsPresenter
from patrolmap.desktop.focus_ring import paint_focus
from patrolmap.desktop.forms import as_tip, button, label, row, spaced
from patrolmap.desktop.notices import NoticeLevel
from patrolmap.desktop.theme import current_tokens
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QKeyEvent, QMouseEvent, QPaintEvent, QShowEvent

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.features.charts.figures import Figure
    from patrolmap.desktop.tokens import Tokens

__all__ = ["ChartCanvas", "ChartsPanel"]

_STEPS: Final = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


_LEVELS: Final = {
    "district": N_("District level"),
    "street": N_("Street office level"),
    "community": N_("Community level"),
    "basic": N_("Basic cell"),
    "subcell": N_("Sub-cell"),
}

_DIVISIONS: Final = {"category": N_("By category"), "ring": N_("By ring")}

_EMPTY: Final = {
    "accuracy": N_("Hotspots that were chosen by testing the past show here how well they predicted."),
    "cells": N_("Rates need grid cells with their households, and incidents."),
    "near": N_("Near repeats appear here once they are tested; that takes some seconds."),
    "displacement": N_("Select grid cells that were patrolled and take them, then similar cells that were not."),
}


_UNITS: Final = {
    "hours": N_("Incidents by weekday and hour: the stronger the colour, the more."),
    "trend": N_("Incidents a month; a ring: a month that is not over."),
    "categories": N_("Incidents of each category."),
    "accuracy": N_("PAI: how many times chance, by the share of the area that hotspots take."),
}
"""What the numbers of a chart are."""


class ChartCanvas(QWidget):
    """
    Paints one chart. In hour by weekday, arrow keys go from cell to cell, Enter holds the map to it, Escape lets go.

    Parameters
    ----------
    presenter : ChartsPresenter
        What it knows.
    """

    def __init__(self, presenter: ChartsPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self.name = "hours"
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumHeight(120)

    @property
    def figure(self) -> Figure | None:
        """What is painted; None if there is nothing."""
        return self._presenter.figures.get(self.name)

    def sizeHint(self) -> QSize:
        """
        Ask for room.

        Returns
        -------
        QSize
            Wide and low.
        """
        return QSize(600, 170)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """
        Paint the figure, or why there is none.

        Parameters
        ----------
        _event : QPaintEvent
            What is to be painted; everything is.
        """
        painter, tokens = QPainter(self), current_tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), QColor(tokens.field))
        if self.figure is not None:
            self.figure.paint(painter, self._area(), tokens)
        else:
            self._say_why(painter, tokens)
        if self.hasFocus():
            paint_focus(painter, self.rect())

    def _say_why(self, painter: QPainter, tokens: Tokens) -> None:
        painter.setPen(QColor(tokens.muted))
        empty = _EMPTY.get(self.name, N_("Charts appear here once incidents are imported."))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(24, 0, -24, 0), flags, tr(empty))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """
        Hold the map to the hour that is clicked, or select the ring or grid cell.

        Parameters
        ----------
        event : QMouseEvent
            Where.
        """
        if isinstance(self.figure, ChangeFigure) and event.button() is Qt.MouseButton.LeftButton:
            part = self.figure.part_at(event.position(), self._area())
            if part is not None:
                self._presenter.choose_part(part)
        if isinstance(self.figure, HeatFigure) and event.button() is Qt.MouseButton.LeftButton:
            cell = self.figure.cell_at(event.position(), self._area())
            if cell is not None:
                self._presenter.pick(cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """
        Go from cell to cell, pick one, let go.

        Parameters
        ----------
        event : QKeyEvent
            The key; others go on to the window.
        """
        figure, key = self.figure, Qt.Key(event.key())
        if not isinstance(figure, HeatFigure):
            super().keyPressEvent(event)
        elif key in _STEPS:
            day, hour = figure.current or (0, 0)
            down, right = _STEPS[key] if figure.current else (0, 0)
            self._presenter.move(day + down, hour + right)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space} and figure.current:
            self._presenter.pick(figure.current)
        elif key == Qt.Key.Key_Escape and figure.picked:
            self._presenter.pick(None)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """
        Answer tool tips.

        Parameters
        ----------
        event : QEvent
            Any.

        Returns
        -------
        bool
            Whether it was taken.
        """
        if isinstance(event, QHelpEvent) and self.figure is not None:
            QToolTip.showText(event.globalPos(), self.figure.tip(event.pos().toPointF(), self._area()), self)
            return True
        return super().event(event)

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(6, 4, -6, -2)


class ChartsPanel(QWidget):
    """
    Which chart, the chart, and a button to save it.

    Parameters
    ----------
    core : Core
        Shared parts.
    """

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core = core
        self.presenter = ChartsPresenter(core)
        self.choice = QComboBox()
        self.canvas = ChartCanvas(self.presenter)
        self.state = label("muted", wrap=False)
        self.all_button, self.save_button = button(flat=True), button()
        self._dress = Dresser(self, self._redress)
        self._dress.text(self.all_button.setText, N_("Show all incidents"))
        self._dress.text(self.save_button.setText, N_("Save chart…"))
        self.level, self.goal, self.note = QComboBox(), QSpinBox(), label("muted", wrap=False)
        self.patrolled_button, self.control_button = button(), button()
        changes = self.change_by, self.against = QComboBox(), QComboBox()
        self.goal.setRange(0, 100)
        self.goal.setValue(self.presenter.goal_percent)
        self._dress.text(lambda words: self.goal.setPrefix(f"{words} "), N_("Goal"))
        self.goal.setSuffix(" %")
        spaced(self.goal)
        self._dress.text(self.patrolled_button.setText, N_("Selected cells were patrolled"))
        self._dress.text(self.control_button.setText, N_("Selected cells were not"))
        self._lay_out()
        self.choice.currentIndexChanged.connect(self._choose)
        self.level.activated.connect(lambda _place: self.presenter.set_level(str(self.level.currentData())))
        for field in (*changes, self.level):
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for field in changes:
            field.activated.connect(lambda _place: self._ask_change())
        self.goal.valueChanged.connect(lambda _value: self._show())
        self.patrolled_button.clicked.connect(lambda: self.presenter.use_selected(as_control=False))
        self.control_button.clicked.connect(lambda: self.presenter.use_selected(as_control=True))
        self.all_button.clicked.connect(lambda: self.presenter.pick(None))
        self.save_button.clicked.connect(self._ask_save)
        self.presenter.changed.connect(self._show)
        self._name_fields()
        self._redress()

    def _lay_out(self) -> None:
        cells = (self.change_by, self.against, self.level, self.goal, self.patrolled_button, self.control_button)
        head = row(self.choice, *cells, None, self.save_button)
        head.setContentsMargins(8, 6, 8, 4)
        # A line of its own: beside the fields long words would make the window's other docks narrower.
        said = row(self.state, self.note, self.all_button, None)
        said.setContentsMargins(10, 0, 8, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addLayout(said)
        column.addWidget(self.canvas, 1)

    def _name_fields(self) -> None:
        for field, name in ((self.choice, N_("Chart")), (self.level, N_("Level of the grid")), (self.goal, N_("Goal"))):
            self._dress.text(field.setAccessibleName, name)
        self._dress.text(self.canvas.setAccessibleName, N_("Chart"))
        self._dress.text(self.change_by.setAccessibleName, N_("Divided by"))
        self._dress.text(self.against.setAccessibleName, N_("Compared with"))

    def showEvent(self, event: QShowEvent) -> None:
        """
        Compute what is out of date.

        Parameters
        ----------
        event : QShowEvent
            The event.
        """
        super().showEvent(event)
        self.presenter.wake()
        self.presenter.show_cells(wanted=self.canvas.name == "cells")

    def hideEvent(self, event: QHideEvent) -> None:
        """
        Compute nothing while nobody looks.

        Parameters
        ----------
        event : QHideEvent
            The event.
        """
        super().hideEvent(event)
        self.presenter.sleep()
        self.presenter.show_cells(wanted=False)

    def save(self, path: Path) -> None:
        """
        Write the chart that is shown.

        Parameters
        ----------
        path : Path
            Ends in ``.png``, ``.svg`` or ``.csv``.
        """
        if self.canvas.figure is None:
            return
        try:
            write_chart(self.canvas.figure, tr(CHARTS[self.canvas.name]), path)
        except InputError as error:
            self._core.notices.report(error)
        else:
            self._core.notices.say(Message(N_("Saved {file}"), {"file": path.name}), NoticeLevel.DONE)

    def _ask_save(self) -> None:
        title = tr(CHARTS[self.canvas.name])
        kinds = "PNG (*.png);;SVG (*.svg);;CSV (*.csv)"
        chosen, kind = QFileDialog.getSaveFileName(self, tr("Save chart"), f"{title}.png", kinds)
        if chosen:
            path = Path(chosen)
            self.save(path if path.suffix else path.with_suffix(f".{kind[:3].lower()}"))

    def _choose(self, place: int) -> None:
        self.canvas.name = list(CHARTS)[max(place, 0)]
        if self.canvas.name == "near":
            self.presenter.want_near()
        self._show()

    def _show(self) -> None:
        picked = self.presenter.picked
        self.all_button.setVisible(picked is not None)
        self.state.setVisible(picked is not None)
        if picked is not None:
            words = {"day": tr(WEEKDAYS[picked[0]]), "first": f"{picked[1]:02d}", "last": f"{picked[1] + 1:02d}"}
            self.state.setText(tr("The map shows {day} {first}:00-{last}:00 only.", **words))
        self._show_note()
        self.save_button.setEnabled(self.canvas.figure is not None)
        self.presenter.show_cells(wanted=self.canvas.name == "cells" and self.isVisible())
        self.canvas.update()

    def _ask_change(self) -> None:
        self.presenter.set_change(str(self.change_by.currentData()), is_year=self.against.currentIndex() == 1)

    def _show_change(self) -> str:
        """Fill the fields of change, and say which days are compared."""
        table = self.presenter.change
        is_shown = self.canvas.name == "change" and table is not None
        for field in (self.change_by, self.against):
            field.setVisible(is_shown)
        if table is None or not is_shown:
            return ""
        self.change_by.clear()
        for by in table.divisions:
            self.change_by.addItem(tr(_DIVISIONS.get(by) or _LEVELS[by]), by)
        self.change_by.setCurrentIndex(max(self.change_by.findData(table.by), 0))
        self.against.clear()
        self.against.addItems([tr("Against the period before"), tr("Against the year before")])
        self.against.setCurrentIndex(int(self.presenter.is_year_on_year))
        told = "\n".join(tr(one) for one in table.notices)
        self.note.setToolTip(as_tip(told) if told else "")
        words = tr("{first} to {last}", first=table.period[0], last=table.period[1])
        return tr("{period}; earlier days are not covered", period=words) if told else words

    def _show_note(self) -> None:
        rates, name = self.presenter.rates, self.canvas.name
        for widget in (self.level, self.goal):
            widget.setVisible(name == "cells" and bool(rates.levels))
        for choice in (self.patrolled_button, self.control_button):
            choice.setVisible(name == "displacement")
        self.level.clear()
        for level in rates.levels:
            self.level.addItem(tr(_LEVELS[level]), level)
        self.level.setCurrentIndex(max(self.level.findData(rates.level), 0))
        words = self._show_change()
        if name == "cells" and rates.count:
            missing = max(0, math.ceil(self.goal.value() / 100 * rates.count - 1e-9) - rates.free)
            text = N_("{free} of {count} {count:cell|cells} without an incident: the goal is met.")
            if missing:
                text = N_(
                    "{free} of {count} {count:cell|cells} without an incident; the goal is {missing} {missing:cell|cells} away."
                )
            words = tr(text, free=rates.free, count=rates.count, missing=missing)
            words += "  " + tr("Bars: incidents for each 1,000 households, steadied.")
        elif name == "displacement":
            counts = {"patrolled": len(self.presenter.patrolled), "control": len(self.presenter.control)}
            words = tr("{patrolled} patrolled, {control} not", **counts)
        if not words and name in _UNITS and self.canvas.figure is not None:
            words = tr(_UNITS[name])
        self.note.setText(words)
        self.note.setVisible(bool(words))

    def _redress(self) -> None:
        place = max(self.choice.currentIndex(), 0)
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems([tr(title) for title in CHARTS.values()])
        self.choice.setCurrentIndex(place)
        self.choice.blockSignals(False)
        self._show()
