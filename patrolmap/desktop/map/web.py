"""The map as a web page inside the window. It speaks to the page in JSON only."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import shiboken6
from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QColor
from PySide6.QtWebChannel import QWebChannel
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from PySide6.QtWebEngineWidgets import QWebEngineView
from PySide6.QtWidgets import QVBoxLayout, QWidget

from patrolmap.desktop.map.bridge import PageBridge
from patrolmap.desktop.map.handing import LayerHand
from patrolmap.desktop.map.loading import PageLoader
from patrolmap.desktop.map.page_tools import take_tool_event
from patrolmap.desktop.map.painted import PaintedSets
from patrolmap.desktop.map.payloads import (
    HEAVY,
    PAGE_NAMES,
    TILE_GROUPS,
    VECTORS,
    page_setup,
    page_styles,
)
from patrolmap.desktop.map.projector import Projector
from patrolmap.desktop.map.scheme import SCHEME
from patrolmap.desktop.map.served import PageServer, StayHome
from patrolmap.desktop.theme import current_tokens
from patrolmap.i18n import current_language, tr
from patrolmap.maps.basemap import BasemapTiles
from patrolmap.maps.page_addresses import ORIGIN
from patrolmap.model.style import map_style
from patrolmap.model.style_types import Theme

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PySide6.QtGui import QResizeEvent

    from patrolmap.desktop.core import Core
    from patrolmap.desktop.map.painted import Painted
    from patrolmap.model.frame import SpatialFrame

__all__ = ["WebMap"]

_CLICK_PX: Final = 8.0
_MARGIN_PX: Final = 8.0
_SETTLE_MS: Final = 120
_BAR_SHARE: Final = 0.12  # of the map's height, that a message or the strip of a tool may take


class WebMap(QWidget):
    """
    The map page with its own little web.

    Parameters
    ----------
    core : Core
        What to show.
    parent : QWidget or None
        Owner.
    """

    pointed = Signal(float, float)
    """The pointer is over a place, metres."""
    scaled = Signal(float)
    """The N of 1:N is another."""
    picked = Signal(float, float, float, bool)
    """A place was clicked: x, y and the tolerance, metres, and whether it adds to the selection."""
    finished = Signal()
    """A double click ended what is being drawn."""
    left = Signal()
    """Escape without a tool in hand."""
    ready = Signal()
    """The page is up."""
    failed = Signal(str)
    """The page cannot be shown, and why."""

    def __init__(self, core: Core, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._core = core
        self._projector: Projector | None = None
        self._is_ready = False
        self._loader = PageLoader(core.jobs, self._load)
        self._begun_with: dict[str, str] | None = None  # versions of tile sets that the page starts with
        self._painted = PaintedSets(core.jobs, lambda: core.board.looks)
        self._page_theme = ""
        self._metres_per_px = 1.0
        self._seen: tuple[float, float, float, float] | None = None
        self._bounds: tuple[float, float, float, float] | None = None
        self._is_untouched, self._fitted_px = True, 0
        self._told_tool: dict[str, Any] = {}
        self._language = current_language()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._fit)
        self._profile = QWebEngineProfile(self)
        self._guard = StayHome(self)
        self._server = PageServer(core.jobs, self)
        self._page = QWebEnginePage(self._profile, self)
        self._bridge = PageBridge(self)
        self._hand = LayerHand(core, self._server, self._bridge.command.emit)
        self.view = QWebEngineView()
        self.setFocusProxy(self.view)
        self._tie()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self._listen()
        self._loader.start()

    @property
    def is_ready(self) -> bool:
        """Whether the page shows a project."""
        return self._is_ready

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """What is seen but for the margin that the page leaves around a wish, metres; None before the page is up."""
        if self._seen is None or self._projector is None:
            return None
        west, south, east, north = self._seen
        low, high = self._projector.to_metric(west, south), self._projector.to_metric(east, north)
        margin_m = _MARGIN_PX * self._metres_per_px
        return low[0] + margin_m, low[1] + margin_m, high[0] - margin_m, high[1] - margin_m

    @property
    def tolerance_m(self) -> float:
        """How far off a click may be, metres."""
        return _CLICK_PX * self._metres_per_px

    def run_script(self, script: str, take: Any) -> None:
        """
        Run a script in the page, for tests and screenshots.

        Parameters
        ----------
        script : str
            JavaScript.
        take : Callable
            Gets its value.
        """
        self._page.runJavaScript(script, take)

    def show_bounds(self, bounds: tuple[float, float, float, float]) -> None:
        """
        Show a piece of the world; the first wish makes the page begin.

        Parameters
        ----------
        bounds : tuple of float
            ``(min_x, min_y, max_x, max_y)``, metres.
        """
        session = self._core.session
        if not session.is_open or not session.project.has_frame:
            return
        if self._projector is None:
            self._begin(session.project.frame, bounds)
        else:
            self._bounds = self._projector.bounds_to_page(bounds)
            self._is_untouched = True
            self._fit()

    def zoom(self, factor: float, _at: object = None) -> None:
        """
        Come nearer or go away by one step.

        Parameters
        ----------
        factor : float
            Above 1 comes nearer.
        _at : object
            Not used: the page keeps its middle.
        """
        self._send("zoomBy", steps=1 if factor > 1 else -1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """
        Keep the wanted piece of the world in view until the user takes the map in hand.

        Parameters
        ----------
        event : QResizeEvent
            The size.
        """
        super().resizeEvent(event)
        # A message above the map must not change its scale.
        is_other = (
            abs(self.height() - self._fitted_px) > _BAR_SHARE * self._fitted_px
            or event.oldSize().width() != self.width()
        )
        if self._is_untouched and is_other:
            self._settle.start()

    def restyle(self) -> None:
        """Draw in the present theme and language."""
        self._send("units", m=tr("m"), km=tr("km"))
        self._show_paper()
        self._show_theme()
        if self._language != current_language():
            self._language = current_language()
            for name in VECTORS:
                self._push_layer(name)
        self._push_overlays()

    def _take_looks(self, names: frozenset[str]) -> None:
        """Draw some layers in another look."""
        self._send("styles", styles=page_styles(self._core.board.looks))
        if names & HEAVY:
            self._painted.take_looks()
        for name in VECTORS:
            if name in names:
                self._push_layer(name)

    def _push_basemap(self) -> None:
        basemap = self._core.scene.basemap
        if not self._is_ready or self._projector is None or self._projector.is_planar:
            return
        self._server.tiles.pop("basemap", None)
        if basemap is not None:
            self._server.tiles["basemap"] = BasemapTiles(basemap[0])
        version, seen = str(self._painted.new_version()), basemap is not None
        opacity, credit = (0.0, "") if basemap is None else (basemap[1], basemap[0].credit)
        self._send("basemap", version=version, visible=seen, opacity=opacity, credit=credit)

    def shut_down(self) -> None:
        """Delete the page before its profile, as the engine demands."""
        self._forget()
        scene = self._core.scene
        scene.content_changed.disconnect(self._take_content)
        scene.style_changed.disconnect(self._push_style)
        scene.looks_changed.disconnect(self._take_looks)
        scene.basemap_changed.disconnect(self._push_basemap)
        scene.overlays_changed.disconnect(self._push_overlays)
        scene.view_wanted.disconnect(self.show_bounds)
        self._core.session.closed.disconnect(self._await_next)
        self._core.tools.changed.disconnect(self._push_tool)
        self._core.tools.taken.disconnect(self._take_keys)
        self._settle.stop()
        self.view.hide()
        for part in (self._page, self._profile):
            if shiboken6.isValid(part):
                shiboken6.delete(part)

    def _tie(self) -> None:
        """Tie page, its little web and its view together."""
        self._profile.setUrlRequestInterceptor(self._guard)
        self._profile.installUrlSchemeHandler(SCHEME, self._server)
        channel = QWebChannel(self._page)
        channel.registerObject("bridge", self._bridge)
        self._page.setWebChannel(channel)
        self._show_paper()
        self.view.setPage(self._page)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.view.setAcceptDrops(False)  # files dropped on the map are the window's, not the page's

    def _listen(self) -> None:
        self._bridge.said.connect(self._hear)
        self._page.loadFinished.connect(self._on_loaded)
        self._page.renderProcessTerminated.connect(lambda status, _code: self.failed.emit(str(status)))
        self._painted.renewed.connect(self._take_tiles)
        scene = self._core.scene
        scene.content_changed.connect(self._take_content)
        scene.style_changed.connect(self._push_style)
        scene.looks_changed.connect(self._take_looks)
        scene.basemap_changed.connect(self._push_basemap)
        scene.overlays_changed.connect(self._push_overlays)
        scene.view_wanted.connect(self.show_bounds)
        self._core.session.closed.connect(self._await_next)
        self._core.tools.changed.connect(self._push_tool)
        self._core.tools.taken.connect(self._take_keys)

    def _show_paper(self) -> None:
        """Let the page be of the theme's paper while nothing is on it."""
        self._page.setBackgroundColor(QColor(map_style(Theme(current_tokens().name)).background))

    def _show_theme(self) -> None:
        """Tell the page the theme, if it shows another."""
        wish = current_tokens().name
        if self._is_ready and self._page_theme != wish:
            self._page_theme = wish
            self._send("theme", theme=wish)

    def _fit(self) -> None:
        if self._bounds is not None:
            self._fitted_px = self.height()
            self._send("fit", bounds=list(self._bounds), animate=False)

    def _load(self, html: str, query: str) -> None:
        self._server.page = html
        self._page.load(QUrl(f"{ORIGIN}/map.html?{query}"))

    def _begin(self, frame: SpatialFrame, bounds: tuple[float, float, float, float]) -> None:
        self._projector = Projector(frame)
        self._core.jobs.expect(urgent=True)
        self._is_untouched = True
        self._bounds = self._projector.bounds_to_page(bounds)
        self._loader.fit(is_plane=frame.is_planar)
        for sets, layers in TILE_GROUPS:
            self._show_tiles(sets, layers)

    def _show_tiles(self, sets: tuple[str, ...], names: frozenset[str]) -> None:
        content = self._core.scene.content
        layers = {name: getattr(content, name) for name in names if getattr(content, name) is not None}
        self._painted.show(sets, layers, self._core.session.project.frame)

    def _take_tiles(self, painted: Painted, boxes: NDArray[np.float64] | None) -> None:
        self._server.tiles.update(dict.fromkeys(painted.sets, painted.tiles))
        self._ask_tiles(painted, boxes)
        self._start_page()

    def _ask_tiles(self, painted: Painted, boxes: NDArray[np.float64] | None) -> None:
        """Let the page ask anew for tiles of some sets, within some boxes in metres or everywhere."""
        projector = self._projector
        if projector is None or (boxes is not None and not len(boxes)):
            return
        places = None if boxes is None else [projector.bounds_to_page(tuple(box)) for box in boxes.tolist()]
        self._send("tiles", sets=painted.sets, version=str(painted.version), boxes=places)

    def _start_page(self) -> None:
        """Let the page make its map, as soon as it is up and there are streets to show."""
        versions = self._painted.versions
        if not self._loader.is_up or self._begun_with is not None or "streets" not in versions or self._bounds is None:
            return
        self._begun_with = versions
        self._page_theme = current_tokens().name
        self._bridge.command.emit(json.dumps(page_setup(self._bounds, self._page_theme, versions)))

    def _take_content(self, names: frozenset[str]) -> None:
        if self._projector is None:
            return
        for sets, layers in TILE_GROUPS:
            if names & layers:
                self._show_tiles(sets, layers)
        for name in VECTORS:
            if name in names:
                self._push_layer(name)

    def _push_all(self) -> None:
        if self._core.board.looks.layers:
            self._send("styles", styles=page_styles(self._core.board.looks))
        for name in VECTORS:
            self._push_layer(name)
        self._push_style()
        self._push_overlays()
        if self._core.scene.basemap is not None:
            self._push_basemap()

    def _push_layer(self, name: str) -> None:
        rows = self._core.scene.rows(name)
        if self._is_ready and rows is not None:
            self._hand.push_layer(name, rows)

    def _push_style(self) -> None:
        for row in self._core.board.rows.values():
            page_name = PAGE_NAMES.get(row.name, row.name)
            self._send("showLayer", name=page_name, visible=row.visible)
            self._send("setOpacity", name=page_name, opacity=self._core.scene.opacity(row.name))
        self._send("order", order=[PAGE_NAMES.get(name, name) for name in self._core.board.rows])

    def _push_overlays(self) -> None:
        if not self._is_ready or self._projector is None:
            return
        self._hand.push_overlays(self._projector)

    def _push_tool(self) -> None:
        """Tell the page whether a tool is in hand, and where its handles are."""
        tool, projector = self._core.tools.tool, self._projector
        if projector is None:
            return
        handles = [] if tool is None else [projector.to_page(x, y) for x, y in tool.handles]
        told = {"active": tool is not None, "handles": handles, "drags": self._core.tools.takes_drag}
        if told != self._told_tool:
            # Not at every move of the pointer: a handle in the user's hand would be laid anew.
            self._told_tool = told
            self._send("tool", **told)

    def _take_keys(self) -> None:
        """Let the keys be the page's, while a tool is in hand."""
        self._send("focus")

    def _hear_tool(self, event: dict[str, Any], projector: Projector) -> None:
        spot = projector.to_metric(event["lon"], event["lat"]) if "lon" in event else (0.0, 0.0)
        take_tool_event(self._core.tools, event, spot, self)

    def _send(self, what: str, **values: Any) -> None:
        if self._is_ready:
            self._bridge.command.emit(json.dumps({"do": what, **values}))

    def _hear(self, text: str) -> None:
        event = json.loads(text)
        kind = event["event"]
        if kind == "up":
            self._loader.hear(event["page"])
            self._start_page()
        elif kind == "problem":
            if self._loader.is_up:  # a page that goes away cannot fetch what it had asked for
                self._core.notices.report(RuntimeError(f"map page: {event.get('text')}"))
        elif self._loader.is_up and self._projector is not None:
            # What a page still says of a project that was closed is not heard.
            self._hear_map(kind, event, self._projector)

    def _hear_map(self, kind: str, event: dict[str, Any], projector: Projector) -> None:
        if kind == "ready":
            self._be_ready()
        elif kind == "painted":
            self._core.jobs.expect(urgent=False)
        elif kind == "view":
            self._metres_per_px = float(event["metres_per_pixel"])
            west, south, east, north = (float(value) for value in event["bounds"])
            self._seen = (west, south, east, north)
            self.scaled.emit(float(event["denominator"]))
        elif kind == "hover":
            self._is_untouched = False
            self.pointed.emit(*projector.to_metric(event["lon"], event["lat"]))
        elif kind == "click":
            adds = bool(event.get("shift") or event.get("ctrl"))
            self.picked.emit(*projector.to_metric(event["lon"], event["lat"]), self.tolerance_m, adds)
        elif kind == "dblclick":
            self.finished.emit()
        elif kind == "tool":
            self._hear_tool(event, projector)

    def _be_ready(self) -> None:
        self._is_ready = True
        self._fit()
        self._send("units", m=tr("m"), km=tr("km"))
        self._show_theme()
        begun_with = self._begun_with or {}
        for painted in self._painted:
            if str(painted.version) != begun_with.get(painted.sets[0]):
                # More streets came while the page was on its way.
                self._ask_tiles(painted, None)
        self._push_all()
        self.ready.emit()

    def _on_loaded(self, succeeded: bool) -> None:  # noqa: FBT001 - Qt's signal
        if not succeeded and self._projector is not None:
            self.failed.emit("load")

    def _forget(self) -> None:
        self._projector = None
        self._told_tool = {}
        self._is_ready = False
        self._begun_with = None
        self._loader.drop()
        self._painted.forget()
        self._core.jobs.expect(urgent=False)
        self._server.tiles = {}

    def _await_next(self) -> None:
        """Empty the page, and have it ready for the next project."""
        self._forget()
        self._loader.start()
