"""The unmet visits: why, and one click for each remedy."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QTreeWidgetItem, QWidget

from patrolmap.desktop.forms import as_tip, button, row
from patrolmap.desktop.theme import current_tokens
from patrolmap.desktop.wrapping import WrappingTree
from patrolmap.i18n import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QPushButton

    from patrolmap.model.plan import UnmetVisit
    from patrolmap.services.plan_remedies import Remedy

__all__ = ["UnmetList"]

_KEY: Final = Qt.ItemDataRole.UserRole
_BUTTON_PX: Final = 42
_MOST_PX: Final = 520


class UnmetList(WrappingTree):
    """A visit, its reason, the smallest change, and a button for each remedy."""

    remedy_wanted = Signal(object)
    """The user pressed the button of a `Remedy`."""

    def __init__(self) -> None:
        super().__init__(_MOST_PX)
        self.buttons: list[QPushButton] = []

    def show_visits(
        self, unmet: Sequence[UnmetVisit], remedies_of: Callable[[UnmetVisit], Sequence[Remedy]] | None
    ) -> None:
        """
        List visits.

        Parameters
        ----------
        unmet : sequence of UnmetVisit
            In the order in which they are listed.
        remedies_of : Callable or None
            Gives the remedies of each; None for no buttons.
        """
        self.clear()
        self.buttons = []
        for place, one in enumerate(unmet):
            item = QTreeWidgetItem(self, [one.visit.name])
            item.setData(0, _KEY, place)
            lines = [tr(one.reason), *([tr(one.remedy)] if one.remedy else [])]
            for words in lines:
                child = QTreeWidgetItem(item, [words])
                child.setToolTip(0, as_tip(words))
                child.setForeground(0, QColor(current_tokens().muted))
                child.setFlags(Qt.ItemFlag.ItemIsEnabled)
            for remedy in remedies_of(one) if remedies_of is not None else ():
                self._offer(item, remedy, one.visit.name)
            item.setToolTip(0, as_tip("\n".join([one.visit.name, *lines])))
            item.setExpanded(True)
            if one.visit.required:
                font = item.font(0)
                font.setBold(True)
                item.setFont(0, font)
        if not unmet:
            QTreeWidgetItem(self, [tr("Every visit is met.")])

    def allow(self, *, can_run: bool) -> None:
        """
        Let the buttons be pressed, or not while something is planned.

        Parameters
        ----------
        can_run : bool
            Whether they may be.
        """
        for one in self.buttons:
            one.setEnabled(can_run)

    def _offer(self, item: QTreeWidgetItem, remedy: Remedy, name: str) -> None:
        child, place, made = QTreeWidgetItem(item, [""]), QWidget(), button()
        made.setText(tr(remedy.label))
        made.setAccessibleDescription(name)
        made.clicked.connect(partial(self.remedy_wanted.emit, remedy))
        line = row(made, None)
        line.setContentsMargins(0, 2, 4, 4)
        place.setLayout(line)
        child.setSizeHint(0, QSize(0, _BUTTON_PX))
        child.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.setItemWidget(child, 0, place)
        self.buttons.append(made)
