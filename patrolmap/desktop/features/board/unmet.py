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
        offers = [tuple(remedies_of(one)) if remedies_of is not None else () for one in unmet]
        made = [_item(place, one, len(offers[place])) for place, one in enumerate(unmet)]
        # All at once: a list that is seen is laid out anew after each change, and whole.
        self.addTopLevelItems([item for item, _rooms in made] or [QTreeWidgetItem([tr("Every visit is met.")])])
        self.expandAll()
        for (_, rooms), one, remedies in zip(made, unmet, offers, strict=True):
            for room, remedy in zip(rooms, remedies, strict=True):
                self._offer(room, remedy, one.visit.name)

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

    def _offer(self, room: QTreeWidgetItem, remedy: Remedy, name: str) -> None:
        place, made = QWidget(), button()
        made.setText(tr(remedy.label))
        made.setAccessibleDescription(name)
        made.clicked.connect(partial(self.remedy_wanted.emit, remedy))
        line = row(made, None)
        line.setContentsMargins(0, 2, 4, 4)
        place.setLayout(line)
        self.setItemWidget(room, 0, place)
        self.buttons.append(made)


def _item(place: int, one: UnmetVisit, buttons: int) -> tuple[QTreeWidgetItem, list[QTreeWidgetItem]]:
    """Write a visit with its reason and its remedy in words; with it come the rows that have room for its buttons."""
    item = QTreeWidgetItem([one.visit.name])
    item.setData(0, _KEY, place)
    lines = [tr(one.reason), *([tr(one.remedy)] if one.remedy else [])]
    for words in lines:
        child = QTreeWidgetItem(item, [words])
        child.setToolTip(0, as_tip(words))
        child.setForeground(0, QColor(current_tokens().muted))
        child.setFlags(Qt.ItemFlag.ItemIsEnabled)
    rooms = [QTreeWidgetItem(item, [""]) for _ in range(buttons)]
    for room in rooms:
        room.setSizeHint(0, QSize(0, _BUTTON_PX))
        room.setFlags(Qt.ItemFlag.ItemIsEnabled)
    item.setToolTip(0, as_tip("\n".join([one.visit.name, *lines])))
    if one.visit.required:
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
    return item, rooms
