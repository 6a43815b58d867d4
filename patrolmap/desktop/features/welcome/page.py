"""The first page: the sample district, recent projects, open, new."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.forms import GAP, as_tip, button, card, clear, label, row
from patrolmap.desktop.icons import pixmap
from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.session import Session

__all__ = ["WelcomePage"]

_FOLDER_PX: Final = 380


class WelcomePage(QWidget):
    """
    What there is to see while no project is open.

    Parameters
    ----------
    session : Session
        Knows the recent projects.
    parent : QWidget or None
        Owner.
    """

    wants_sample = Signal()
    """The user wants the sample district."""
    wants_new = Signal()
    """The user wants an empty project."""
    wants_open = Signal(str)
    """The user wants a project: its path, or empty to choose one."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._sample_picture = label()
        self.sample_button = button(primary=True)
        self.open_button, self.new_button = button(), button()
        self.go_on_button, self.not_now_button = button(primary=True), button(flat=True)
        self._offered = label()
        self._taken: Callable[[], object] = lambda: None
        self._turned_down: Callable[[], object] = lambda: None
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self._dress = Dresser(self, self.refresh)
        middle = QVBoxLayout()
        middle.setSpacing(16)
        middle.addLayout(self._head())
        middle.addWidget(self._offer_card())
        middle.addWidget(self._sample_card())
        middle.addLayout(self._own_projects())
        frame = QFrame()
        frame.setFixedWidth(600)
        frame.setLayout(middle)
        column = QVBoxLayout(self)
        column.addStretch(2)
        # Springs, not an alignment: an aligned widget is not asked how high its wrapped texts are.
        column.addLayout(row(None, frame, None))
        column.addStretch(3)
        self.sample_button.clicked.connect(self.wants_sample)
        self.open_button.clicked.connect(lambda: self.wants_open.emit(""))
        self.new_button.clicked.connect(self.wants_new)
        session.preferences_changed.connect(lambda _preferences: self.refresh())
        self.refresh()

    def refresh(self) -> None:
        """Show the recent projects as they are now."""
        tokens, ratio = current_tokens(), self.devicePixelRatioF()
        self._sample_picture.setPixmap(pixmap("sample", 40, tokens.accent, ratio))
        clear(self._recent)
        paths = self._session.preferences.existing_recent()
        if not paths:
            empty = label("muted")
            empty.setText(tr("Projects that you open are listed here."))
            self._recent.addWidget(empty)
        for path in paths:
            self._recent.addWidget(self._recent_button(path))

    def offer(self, words: str, go_on: Callable[[], object], turn_down: Callable[[], object]) -> None:
        """
        Offer what was open when the program ended without being closed.

        Parameters
        ----------
        words : str
            What that was; empty takes the offer away.
        go_on, turn_down : Callable
            What the two buttons do.
        """
        self._offered.setText(words)
        self._taken, self._turned_down = go_on, turn_down
        self.offer_card.setVisible(bool(words))
        # One thing to do next, not two.
        self.sample_button.setProperty("primary", not words)
        self.sample_button.style().unpolish(self.sample_button)
        self.sample_button.style().polish(self.sample_button)
        (self.go_on_button if words else self.sample_button).setFocus()

    def _offer_card(self) -> QFrame:
        title = label("section")
        self._dress.text(title.setText, N_("patrolmap ended without being closed"))
        self._dress.text(self.go_on_button.setText, N_("Go on where it ended"))
        self._dress.text(self.not_now_button.setText, N_("Not now"))
        self.go_on_button.clicked.connect(self._take)
        self.not_now_button.clicked.connect(self._leave)
        column = QVBoxLayout()
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(title)
        column.addWidget(self._offered)
        column.addLayout(row(self.go_on_button, self.not_now_button, None))
        self.offer_card = card(column)
        self.offer_card.hide()
        return self.offer_card

    def _take(self) -> None:
        self._taken()

    def _leave(self) -> None:
        self._turned_down()

    def _head(self) -> QVBoxLayout:
        title, words = label("title"), label("muted")
        self._dress.text(title.setText, N_("Patrol planning for your district"))
        self._dress.text(
            words.setText,
            N_("Check the defence rings, see where incidents concentrate, and hand every team its sheet for tonight."),
        )
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addWidget(title)
        column.addWidget(words)
        return column

    def _sample_card(self) -> QFrame:
        title, words = label("section"), label("muted")
        self._dress.text(title.setText, N_("New here? Begin with the sample district"))
        self._dress.text(
            words.setText,
            N_(
                "A made-up city with rings, 409 controlled points, two years of incidents and 60 teams. Ready in a moment."
            ),
        )
        self._dress.text(self.sample_button.setText, N_("Open the sample district"))
        texts = QVBoxLayout()
        texts.setSpacing(5)
        texts.addWidget(title)
        texts.addWidget(words)
        texts.addSpacing(5)
        texts.addLayout(row(self.sample_button, None))
        line = row(gap=16)
        line.setContentsMargins(8, 8, 8, 8)
        line.addWidget(self._sample_picture, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
        return card(line)

    def _own_projects(self) -> QVBoxLayout:
        title = label("section")
        self._dress.text(title.setText, N_("Your projects"))
        self._dress.text(self.open_button.setText, N_("Open…"))
        self._dress.text(self.new_button.setText, N_("New project…"))
        column = QVBoxLayout()
        column.setSpacing(GAP)
        column.addLayout(row(title, None, self.new_button, self.open_button))
        column.addLayout(self._recent)
        return column

    def _recent_button(self, path: Path) -> QWidget:
        made, name, where = button(flat=True), label("section", wrap=False), label("muted", wrap=False)
        folder = str(path.parent).replace(str(Path.home()), "~")
        name.setText(path.stem)
        where.setText(where.fontMetrics().elidedText(folder, Qt.TextElideMode.ElideMiddle, _FOLDER_PX))
        for part in (name, where):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        line = row(name, None, where, gap=16)
        line.setContentsMargins(8, 0, 8, 0)
        made.setLayout(line)
        made.setAccessibleName(f"{path.stem}, {folder}")
        made.setToolTip(as_tip(str(path)))
        made.clicked.connect(lambda: self.wants_open.emit(str(path)))
        return made
