"""Drawing and reshaping rings, placing and moving sites: buttons that take a tool in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from patrolmap.desktop.dressed import Dresser
from patrolmap.desktop.features.rings.fields import choice
from patrolmap.desktop.forms import GAP, button, label, row
from patrolmap.desktop.map.outlines import OutlineHand
from patrolmap.desktop.map.snapping import StreetSnap
from patrolmap.desktop.map.tools import PointTool
from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import RINGS_OUTSIDE_IN, RingKind, SiteKind, ring_title
from patrolmap.model.style import SITE_TITLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.desktop.core import Core

__all__ = ["EditingBox"]


class EditingBox(QWidget):
    """
    What can be changed on the map.

    Parameters
    ----------
    core : Core
        Shared parts.
    """

    def __init__(self, core: Core) -> None:
        super().__init__()
        self._core, self._outlines = core, OutlineHand(core)
        dress = Dresser(self)
        self.ring = choice(dress, [(ring_title(kind.value).template, kind.value) for kind in RINGS_OUTSIDE_IN])
        self.draw_button, self.reshape_button = button(), button()
        self.kind = choice(dress, [(title, kind.value) for kind, title in SITE_TITLES.items()])
        self.name = QLineEdit()
        self.place_button, self.move_button = button(), button()
        title = label("section")
        dress.text(title.setText, N_("Change on the map"))
        dress.text(self.ring.setAccessibleName, N_("Ring"))
        dress.text(self.kind.setAccessibleName, N_("Kind"))
        for say in (self.name.setPlaceholderText, self.name.setAccessibleName):
            dress.text(say, N_("Its name"))
        for made, words in (
            (self.draw_button, N_("Draw anew")),
            (self.reshape_button, N_("Reshape")),
            (self.place_button, N_("Place here…")),
            (self.move_button, N_("Move the chosen one")),
        ):
            dress.text(made.setText, words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GAP)
        column.addWidget(title)
        column.addLayout(row(self.ring, self.draw_button, self.reshape_button))
        new = row(self.kind, self.name)
        # Its longest kind is read without opening the list.
        new.setStretch(0, 3)
        new.setStretch(1, 2)
        column.addLayout(new)
        column.addLayout(row(self.place_button, self.move_button))
        self.draw_button.clicked.connect(self.draw_ring)
        self.reshape_button.clicked.connect(self.reshape_ring)
        self.place_button.clicked.connect(self.place_site)
        self.move_button.clicked.connect(self.move_site)
        core.session.selected.connect(lambda _selection: self.refresh())
        core.session.opened.connect(self.refresh)
        core.session.closed.connect(lambda: self.setEnabled(False))
        core.cache.loaded.connect(lambda _name: self.refresh())
        self.refresh()

    @property
    def ring_kind(self) -> RingKind:
        """The ring that is chosen."""
        return RingKind(self.ring.currentData())

    def refresh(self) -> None:
        """Enable what can be done now."""
        session = self._core.session
        self.setEnabled(session.is_open and session.project.has_frame and not session.project.read_only)
        selection = session.selection
        self.move_button.setEnabled(selection.layer == "sites" and len(selection.fids) == 1)

    def draw_ring(self) -> None:
        """Take the tool that draws a new ring."""
        self._outlines.draw_ring(self.ring_kind)

    def reshape_ring(self) -> None:
        """Take the tool that reshapes the ring that there is."""
        self._outlines.reshape_ring(self.ring_kind)

    def place_site(self) -> None:
        """Wait for the place of a new site."""
        kind, name = SiteKind(self.kind.currentData()), self.name.text()

        def place(x: float, y: float) -> None:
            from patrolmap.services.ring_editing import add_site

            if self._kept(lambda: add_site(self._core.session.project, kind, x, y, name)):
                self.name.clear()

        self._core.tools.take(
            PointTool(Message(N_("Click where it stands. Esc cancels.")), place, snap=StreetSnap(self._core.cache))
        )

    def move_site(self) -> None:
        """Wait for the new place of the chosen site."""
        selection = self._core.session.selection
        spots = self._core.scene.selected_geometries()
        if selection.layer != "sites" or len(spots) != 1:
            return
        fid = selection.fids[0]

        def place(x: float, y: float) -> None:
            from patrolmap.services.ring_editing import move_site

            self._kept(lambda: move_site(self._core.session.project, fid, x, y))

        hint = Message(N_("Drag it, or click where it should stand. Esc cancels."))
        self._core.tools.take(PointTool(hint, place, at=(spots[0].x, spots[0].y), snap=StreetSnap(self._core.cache)))

    def _kept(self, edit: Callable[[], object]) -> bool:
        try:
            edit()
        except InputError as error:
            self._core.notices.report(error)
            return False
        self._core.session.refresh()
        return True
