"""What the menus do with the map: measure, copy, change its looks and what lies under it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QApplication, QWidget

from patrolmap.desktop.features.layers.background_dialog import BackgroundDialog
from patrolmap.desktop.features.layers.style_dialog import StyleDialog
from patrolmap.desktop.map.measure import MeasureTool
from patrolmap.desktop.map.outlines import OutlineHand
from patrolmap.desktop.map.selecting import CutTool, SelectTool
from patrolmap.desktop.map.snapping import StreetSnap
from patrolmap.desktop.map.tools import PointTool
from patrolmap.desktop.session import Selection
from patrolmap.errors import PatrolmapError
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import RingKind
from patrolmap.model.layers import LAYERS
from patrolmap.services.ring_editing import move_site
from patrolmap.services.shape_editing import SHAPED_LAYERS, merge_rows, split_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    import shapely

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.map.stage import MapStage

__all__ = ["MapDesk"]

T = TypeVar("T")


class MapDesk:
    """
    Acts on the map of a window.

    Parameters
    ----------
    core : Core
        Shared parts.
    stage : MapStage
        The map.
    window : QWidget
        Owner of dialogs.
    layer : Callable
        Tells which layer is chosen in the list; empty for none.
    reveal : Callable
        Shows the attribute table.
    """

    def __init__(
        self,
        core: Core,
        stage: MapStage,
        window: QWidget,
        layer: Callable[[], str],
        reveal: Callable[[], object],
    ) -> None:
        self._core, self._stage, self._window, self._layer, self._reveal = core, stage, window, layer, reveal
        self._outlines = OutlineHand(core)

    def measure(self, *, of_area: bool) -> None:
        """
        Take the measuring tool in hand.

        Parameters
        ----------
        of_area : bool
            Whether an area is measured, not only a way.
        """
        core = self._core
        core.tools.take(MeasureTool(core.session.project.frame, core.notices.say, of_area=of_area))

    def copy_map(self) -> None:
        """Put the map as it is seen on the clipboard."""
        QApplication.clipboard().setPixmap(self._stage.picture())
        self._core.notices.say(Message(N_("The map was copied as a picture.")))

    def select(self, *, by_box: bool) -> None:
        """
        Take the selecting tool in hand, for the layer that is chosen in the list, else for the sites.

        Parameters
        ----------
        by_box : bool
            Whether two corners of a box are clicked, not all corners of an area.
        """
        core, layer = self._core, self._layer() or "sites"
        core.tools.take(SelectTool(LAYERS[layer].title, partial(self._select, layer), by_box=by_box))

    def _select(self, layer: str, area: shapely.Geometry) -> None:
        found = self._core.scene.rows_in(layer, area)
        self._core.session.select(found)
        values = {"count": len(found.fids), "layer": Message(LAYERS[layer].title)}
        self._core.notices.say(Message(N_("{layer}: {count} selected"), values))
        if found.fids:
            self._reveal()

    @property
    def can_shape(self) -> bool:
        """Whether rows are selected that can be merged or split now."""
        core = self._core
        is_writable = core.session.is_open and not core.session.project.read_only and not core.is_changing
        return is_writable and core.session.selection.layer in SHAPED_LAYERS

    def merge(self) -> None:
        """Make one row of those that are selected."""
        session = self._core.session
        layer = session.selection.layer
        kept = self._attempt(lambda: merge_rows(session.project, layer, session.selection.fids))
        if kept is not None:
            session.select(Selection(layer, (kept,)))

    def split(self) -> None:
        """Take a tool in hand that cuts the selected rows along a line."""
        session = self._core.session
        layer, fids = session.selection.layer, session.selection.fids
        cut = CutTool(
            LAYERS[layer].title,
            lambda line: self._attempt(lambda: split_rows(session.project, layer, fids, line)),
        )
        self._core.tools.take(cut)

    @property
    def can_draw(self) -> bool:
        """Whether something can be drawn now."""
        core = self._core
        return (
            core.session.is_open
            and core.session.project.has_frame
            and not (core.session.project.read_only or core.is_changing)
        )

    @property
    def can_move(self) -> bool:
        """Whether one ring, hotspot or site is selected that can be moved now."""
        selection = self._core.session.selection
        return self.can_draw and selection.layer in {"rings", "hotspots", "sites"} and len(selection.fids) == 1

    def draw_hotspot(self) -> None:
        """Take a tool in hand that draws a hotspot."""
        self._outlines.draw_hotspot()

    def move(self) -> None:
        """Take the selected ring, hotspot or site in hand: its corners, or its place."""
        selection, project = self._core.session.selection, self._core.session.project
        if not self.can_move:
            return
        fid = selection.fids[0]
        if selection.layer == "hotspots":
            self._outlines.reshape_hotspot(fid)
            return
        if selection.layer == "rings":
            self._outlines.reshape_ring(RingKind(project.layer("rings").loc[fid, "kind"]))
            return
        spot = self._core.scene.selected_geometries()[0]
        self._core.tools.take(
            PointTool(
                Message(N_("Drag it, or click where it should stand. Esc cancels.")),
                lambda x, y: self._attempt(lambda: move_site(project, fid, x, y)),
                at=(spot.x, spot.y),
                snap=StreetSnap(self._core.cache),
            )
        )

    def _attempt(self, step: Callable[[], T]) -> T | None:
        try:
            done = step()
        except PatrolmapError as error:
            self._core.notices.report(error)
            return None
        self._core.session.refresh()
        return done

    def ask_style(self, layer: str) -> None:
        """
        Let the user choose how a layer looks.

        Parameters
        ----------
        layer : str
            The layer.
        """
        StyleDialog(self._core.board, layer, self._window).exec()

    def ask_background(self) -> None:
        """Let the user choose what lies under the layers."""
        BackgroundDialog(self._core.backgrounds, self._window).exec()
