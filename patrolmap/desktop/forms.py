"""Small builders, so that all panels share one rhythm of headings, rows and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QDate, QEvent, QLocale, QSize, Qt
from PySide6.QtGui import Qt as _Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCalendarWidget,
    QComboBox,
    QDateEdit,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "GAP",
    "MARGIN",
    "Roomy",
    "as_tip",
    "button",
    "card",
    "clear",
    "date_field",
    "form",
    "label",
    "narrow",
    "readable",
    "row",
    "rule",
    "scrolled",
    "spaced",
]

MARGIN: Final = 14
_READ_PX: Final = 10
GAP: Final = 9


def as_tip(words: str) -> str:
    """
    Make words fit for a tool tip, which would show markup as what it means, and load the pictures that it names.

    Parameters
    ----------
    words : str
        With names from anywhere.

    Returns
    -------
    str
        The same words; markup in them is shown as it is.
    """
    return _Qt.convertFromPlainText(words) if _Qt.mightBeRichText(words) else words


def label(style: str = "", *, wrap: bool = True) -> QLabel:
    """
    Make a label without a text.

    Parameters
    ----------
    style : str, default ""
        ``heading``, ``section``, ``muted``, ``warning``, ``figure`` or ``title``; empty for plain text.
    wrap : bool, default True
        Whether long texts go on in the next line.

    Returns
    -------
    QLabel
        Of plain text: markup in names is shown as it is.
    """
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setObjectName(style)
    made.setWordWrap(wrap)
    return made


def button(*, primary: bool = False, flat: bool = False) -> QPushButton:
    """
    Make a button without a text.

    Parameters
    ----------
    primary : bool, default False
        Whether it is the one thing to do next.
    flat : bool, default False
        Whether it looks like a link.

    Returns
    -------
    QPushButton
        The button.
    """
    made = QPushButton()
    made.setProperty("primary", primary)
    made.setProperty("flat", flat)
    made.setAutoDefault(False)
    return made


def spaced(field: QAbstractSpinBox) -> None:
    """
    Give a spin box the same room before its text as other fields; style sheets cannot.

    Parameters
    ----------
    field : QAbstractSpinBox
        The spin box.
    """
    line = field.findChild(QLineEdit)
    if isinstance(line, QLineEdit):
        line.setTextMargins(7, 0, 0, 0)


def date_field() -> QDateEdit:
    """
    Make a field for a day, with a calendar.

    Returns
    -------
    QDateEdit
        Today; weekends in the calendar look like other days.
    """
    made = _DayField(QDate.currentDate())
    made.setCalendarPopup(True)
    made.setDisplayFormat("yyyy-MM-dd")
    for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        made.calendarWidget().setWeekdayTextFormat(day, QTextCharFormat())
    # Two Chinese characters of a weekday do not fit above its days: they would all be cut to dots.
    made.calendarWidget().setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
    made.calendarWidget().setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    return made


class _DayField(QDateEdit):
    """Its calendar is a window of its own, so that no owner tells it of another language."""

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.setLocale(QLocale())
            self.calendarWidget().setLocale(QLocale())


def narrow(box: QComboBox) -> None:
    """
    Let a list be narrower than its longest item, which is read when it is open.

    Parameters
    ----------
    box : QComboBox
        The list.
    """
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(8)


def rule() -> QFrame:
    """
    Make a hairline.

    Returns
    -------
    QFrame
        One pixel high.
    """
    made = QFrame()
    made.setObjectName("rule")
    return made


def row(*widgets: QWidget | None, gap: int = GAP) -> QHBoxLayout:
    """
    Put widgets side by side.

    Parameters
    ----------
    *widgets : QWidget or None
        From left to right; None is a spring.
    gap : int, default 9
        Between them.

    Returns
    -------
    QHBoxLayout
        Without margins.
    """
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(gap)
    for widget in widgets:
        if widget is None:
            made.addStretch(1)
        else:
            made.addWidget(widget)
    return made


def form(rows: Iterable[tuple[QLabel, QWidget | QLayout]]) -> QFormLayout:
    """
    Put labels before their fields.

    Parameters
    ----------
    rows : iterable of (QLabel, QWidget or QLayout)
        From top to bottom. A label becomes the buddy and the accessible name's source of its field.

    Returns
    -------
    QFormLayout
        Without margins.
    """
    made = QFormLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setHorizontalSpacing(12)
    made.setVerticalSpacing(GAP)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    made.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for text, field in rows:
        text.setWordWrap(False)
        if isinstance(field, QWidget):
            text.setBuddy(field)
        made.addRow(text, field)
    return made


def card(*items: QWidget | QLayout) -> QFrame:
    """
    Put things on a raised ground.

    Parameters
    ----------
    *items : QWidget or QLayout
        From top to bottom.

    Returns
    -------
    QFrame
        The card.
    """
    made = QFrame()
    made.setObjectName("card")
    column = QVBoxLayout(made)
    column.setContentsMargins(12, 10, 12, 10)
    column.setSpacing(6)
    for item in items:
        if isinstance(item, QWidget):
            column.addWidget(item)
        else:
            column.addLayout(item)
    return made


def scrolled(content: QWidget) -> QScrollArea:
    """
    Let something be longer than its place.

    Parameters
    ----------
    content : QWidget
        What scrolls, up and down only.

    Returns
    -------
    QScrollArea
        Without a frame.
    """
    return _around(QScrollArea(), content)


def readable(area: QScrollArea) -> QScrollArea:
    """
    Let the keyboard scroll an area that is only read, and keep its words off the frame that shows the focus.

    Parameters
    ----------
    area : QScrollArea
        What `scrolled` or `Roomy` made.

    Returns
    -------
    QScrollArea
        The same.
    """
    area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    inside = area.widget()
    layout = None if inside is None else inside.layout()
    if layout is not None:
        layout.setContentsMargins(_READ_PX, _READ_PX, _READ_PX, _READ_PX)
    return area


class Roomy(QScrollArea):
    """
    As wide as its content needs, and as high where the screen has the room; on a low screen it scrolls.

    Parameters
    ----------
    content : QWidget
        What may be higher than the screen.
    """

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._content = content
        _around(self, content)

    def minimumSizeHint(self) -> QSize:
        """
        Ask for the content's room.

        Returns
        -------
        QSize
            Its least width beside the scroll bar, and its least height up to half of the screen.
        """
        least = self._content.minimumSizeHint()
        wide = least.width() + self.verticalScrollBar().sizeHint().width()
        return QSize(wide, min(least.height(), self.screen().availableGeometry().height() // 2))


def _around(area: QScrollArea, content: QWidget) -> QScrollArea:
    # Its fields take the focus, and the keys that scroll come from them; `readable` is for what has none.
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(content)
    return area


def clear(layout: QLayout) -> None:
    """
    Take everything out of a layout and delete it.

    Parameters
    ----------
    layout : QLayout
        The layout; layouts inside it are emptied too.
    """
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            clear(inner)
