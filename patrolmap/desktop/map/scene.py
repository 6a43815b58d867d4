"""What the map shows: layers, overlays and what lies under the pointer. Plain Python; both kinds of map draw it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely

from patrolmap.desktop.events import Event
from patrolmap.desktop.map.overlay import Overlay
from patrolmap.desktop.session import Selection
from patrolmap.maps.content import MapContent

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import geopandas as gpd

    from patrolmap.desktop.features.layers.presenter import LayerBoard
    from patrolmap.desktop.layer_cache import LayerCache
    from patrolmap.desktop.plan_desk import PlanDesk, StopRef
    from patrolmap.desktop.session import Session
    from patrolmap.maps.basemap import Basemap

__all__ = ["MapScene", "Overlay"]

_CONTENT: Final = frozenset(
    {"streets", "barriers", "boundary", "rings", "grid_cells", "hotspots", "incidents", "sites", "routes", "stops"}
)
_PICK_ORDER: Final = ("stops", "sites", "incidents", "routes", "rings", "hotspots", "grid_cells", "streets")
_FIRST: Final = ("boundary", "rings", "barriers", "streets")
"""What the first picture needs."""

_OF_PLAN: Final = frozenset({"routes", "stops"})
_OUTLINE_ONLY: Final = frozenset({"rings", "boundary"})
_QUIET: Final = 0.16  # opacity that is left of what steps back


class MapScene:
    """
    Collects what is to be drawn, and tells when it is another.

    Parameters
    ----------
    session : Session
        What is open and selected.
    cache : LayerCache
        The layers' rows.
    board : LayerBoard
        Which of them are seen.
    desk : PlanDesk
        The plan whose routes and stops are shown.

    Attributes
    ----------
    content_changed : Event
        Emitted with the names of layers whose rows are new.
    style_changed : Event
        Visibility, opacity or order is another.
    looks_changed : Event
        Emitted with the names of layers whose colours, sizes, symbols, names or classes are others.
    overlays_changed : Event
        Overlays are others.
    basemap : tuple of (Basemap, float) or None
        What lies under all layers, and its opacity.
    basemap_changed : Event
        It is another.
    view_wanted : Event
        Emitted with bounds ``(min_x, min_y, max_x, max_y)`` in metres that should be shown.
    overlay_picked : Event
        Emitted with an `Overlay` that the user clicked.
    """

    def __init__(self, session: Session, cache: LayerCache, board: LayerBoard, desk: PlanDesk) -> None:
        self._session, self._cache, self._desk = session, cache, desk
        self.board = board
        self.content = MapContent()
        self.content_changed: Event[[frozenset[str]]] = Event()
        self.style_changed: Event[[]] = Event()
        self.looks_changed: Event[[frozenset[str]]] = Event()
        self.overlays_changed: Event[[]] = Event()
        self.basemap: tuple[Basemap, float] | None = None
        self.basemap_changed: Event[[]] = Event()
        self.view_wanted: Event[[tuple[float, float, float, float]]] = Event()
        self.overlay_picked: Event[[Overlay]] = Event()
        self._overlays: dict[str, tuple[Overlay, ...]] = {}
        self._kept: dict[str, frozenset[int]] = {}
        self._quiet: frozenset[str] = frozenset()
        self._trees: dict[str, shapely.STRtree] = {}
        self._chosen: tuple[Selection, gpd.GeoDataFrame, list[shapely.Geometry]] | None = None
        self._unseen = True
        cache.loaded.connect(self._take)
        cache.sketched.connect(lambda: self._take("streets"))
        session.closed.connect(self._clear)
        board.restyled.connect(lambda _name: self._take_looks(frozenset()))
        board.reordered.connect(lambda: self._take_looks(frozenset()))
        board.relooked.connect(self._take_looks)
        session.selected.connect(lambda _selection: self.overlays_changed.emit())
        desk.changed.connect(self._take_plan)
        desk.pointed.connect(self._point)

    @property
    def overlays(self) -> tuple[Overlay, ...]:
        """All overlays, in the order in which their owners set them."""
        return tuple(overlay for group in self._overlays.values() for overlay in group)

    @property
    def parts(self) -> frozenset[str]:
        """Parts of `patrolmap.maps.painting.paint_map` that the layer list asks for."""
        visible = self.board.visible
        names = {"street_names"} if "streets" in visible else set()
        return visible | names | ({"site_names"} if "sites" in visible else set()) | {"background"}

    def set_overlays(self, owner: str, overlays: Iterable[Overlay]) -> None:
        """
        Draw overlays in place of those that an owner set before.

        Parameters
        ----------
        owner : str
            Name of the panel that owns them.
        overlays : iterable of Overlay
            Its overlays; none takes them away.
        """
        # What is set last lies on top.
        before = self._overlays.pop(owner, ())
        self._overlays[owner] = tuple(overlays)
        if before or self._overlays[owner]:
            self.overlays_changed.emit()

    def rows(self, name: str) -> gpd.GeoDataFrame | None:
        """
        Give what the map shows of a layer: of routes and stops only those of the plan on the desk.

        Parameters
        ----------
        name : str
            The layer.

        Returns
        -------
        geopandas.GeoDataFrame or None
            Metres, indexed by fid; None while it has not been read.
        """
        frame = self._cache[name]
        if frame is None and name == "streets":
            # The main streets stand for all of them until those are read.
            return self._cache.main_streets
        if frame is not None and name in self._kept:
            return frame[frame.index.isin(self._kept[name])]
        if frame is None or name not in _OF_PLAN:
            return frame
        plan_id = "" if self._desk.plan is None else self._desk.plan.plan_id
        shown = frame[frame["plan_id"] == plan_id]
        # A team without stops has a route that is a point: there is nothing to walk and nothing to draw.
        return shown if name == "stops" else shown[shown.geom_type != "Point"]

    def set_basemap(self, basemap: Basemap | None, opacity: float = 1.0) -> None:
        """
        Lay a background under all layers.

        Parameters
        ----------
        basemap : Basemap or None
            The background; None for paper.
        opacity : float, default 1.0
            0 to 1.
        """
        wanted = None if basemap is None else (basemap, opacity)
        if wanted != self.basemap:
            self.basemap = wanted
            self.basemap_changed.emit()

    @property
    def metric_crs(self) -> str:
        """System of what both maps show in metres; empty for a plane network, or without a project."""
        session = self._session
        if not session.is_open or not session.project.has_frame or session.project.frame.is_planar:
            return ""
        return str(session.project.frame.metric_crs or "")

    def set_quiet(self, names: Collection[str]) -> None:
        """
        Let layers step back behind what is in hand: they stay to be seen, but faintly.

        Parameters
        ----------
        names : collection of str
            The layers; all others are drawn as strongly as the user wants them.
        """
        if self._quiet != (wanted := frozenset(names)):
            self._quiet = wanted
            self._take_looks(frozenset())

    def opacity(self, name: str) -> float:
        """
        Tell how strongly a layer is drawn.

        Parameters
        ----------
        name : str
            The layer.

        Returns
        -------
        float
            What the user chose, or a part of it while the layer steps back; a plan of which a team is in hand does not.
        """
        steps_back = name in self._quiet and not (name in _OF_PLAN and self._desk.current.team_id)
        return self.board.looks.of(name).opacity * (_QUIET if steps_back else 1.0)

    def keep(self, name: str, fids: Iterable[int] | None) -> None:
        """
        Show only some rows of a layer, until told otherwise.

        Parameters
        ----------
        name : str
            The layer; not one of a plan's.
        fids : iterable of int or None
            Rows to show; None for all.
        """
        if fids is None:
            if self._kept.pop(name, None) is None:
                return
        else:
            self._kept[name] = frozenset(fids)
        self._trees.pop(name, None)
        self._renew({name})

    def selected_geometries(self) -> list[shapely.Geometry]:
        """
        List what is selected.

        Returns
        -------
        list of shapely.Geometry
            Metres.
        """
        selection = self._session.selection
        frame = self._cache[selection.layer] if selection.layer else None
        if frame is None:
            return []
        known = self._chosen
        if known is None or known[0] is not selection or known[1] is not frame:
            places = frame.index.get_indexer(selection.numbers)
            known = self._chosen = (selection, frame, list(frame.geometry.to_numpy()[places[places >= 0]]))
        return list(known[2])

    def show(self, geometries: Iterable[shapely.Geometry], margin_m: float = 250.0) -> None:
        """
        Move the map so that some places are seen.

        Parameters
        ----------
        geometries : iterable of shapely.Geometry
            Metres; none does nothing.
        margin_m : float, default 250.0
            Surroundings shown with them.
        """
        shapes = list(geometries)
        if not shapes:
            return
        bounds = shapely.total_bounds(shapes)
        if not any(value != value for value in bounds):  # noqa: PLR0124 - NaN is the one value unlike itself
            low_x, low_y, high_x, high_y = (float(value) for value in bounds)
            self.view_wanted.emit((low_x - margin_m, low_y - margin_m, high_x + margin_m, high_y + margin_m))

    def show_all(self) -> None:
        """Move the map so that the whole district is seen."""
        for name in ("boundary", "streets", "rings"):
            frame = self.rows(name)
            if frame is not None and not frame.empty:
                # An incident typed in with swapped digits may lie in the next province: it must not shrink the map.
                low_x, low_y, high_x, high_y = (float(value) for value in frame.total_bounds)
                self.view_wanted.emit((low_x, low_y, high_x, high_y))
                return
        self.view_wanted.emit(self.content.bounds)

    def pick(self, x: float, y: float, tolerance_m: float) -> Selection:
        """
        Find the row that lies at a place, of the topmost visible layer that has one there.

        Parameters
        ----------
        x, y : float
            The place, metres.
        tolerance_m : float
            How far off it may be.

        Returns
        -------
        Selection
            One row; empty if there is none. An overlay there is told through `overlay_picked` instead.
        """
        point = shapely.Point(x, y)
        if self._pick_overlay(point, tolerance_m, areas=False):
            return self._session.selection
        for name in _PICK_ORDER:
            if name in self.board.visible and (fid := self._nearest(name, point, tolerance_m)) is not None:
                return Selection(name, (fid,))
        return self._session.selection if self._pick_overlay(point, tolerance_m, areas=True) else Selection()

    def rows_in(self, name: str, area: shapely.Polygon) -> Selection:
        """
        Find the rows of a layer that an area touches.

        Parameters
        ----------
        name : str
            The layer.
        area : shapely.Polygon
            Metres.

        Returns
        -------
        Selection
            Rows that are shown; empty if there are none. O(log n + rows found).
        """
        frame = self.rows(name)
        if frame is None or frame.empty:
            return Selection()
        found = np.sort(frame.index.to_numpy()[frame.sindex.query(area, predicate="intersects")])
        return Selection(name, tuple(found.tolist())) if len(found) else Selection()

    def describe(self, selection: Selection) -> dict[str, Any]:
        """
        Give the fields of the first selected row.

        Parameters
        ----------
        selection : Selection
            The rows.

        Returns
        -------
        dict of str to Any
            Field values without the geometry; empty if nothing is selected.
        """
        frame = self._cache[selection.layer] if selection.layer else None
        if frame is None or not selection.fids or selection.fids[0] not in frame.index:
            return {}
        row = frame.drop(columns=frame.geometry.name).loc[selection.fids[0]]
        return {str(name): value for name, value in row.items()}

    def _pick_overlay(self, point: shapely.Point, tolerance_m: float, *, areas: bool) -> bool:
        """Tell of the topmost overlay at a place; what lies within an area goes before the area."""
        for overlay in reversed(self.overlays):
            is_area = shapely.get_dimensions(overlay.geometry) == 2
            if overlay.key and is_area == areas and shapely.dwithin(overlay.geometry, point, tolerance_m):
                self.overlay_picked.emit(overlay)
                return True
        return False

    def _nearest(self, name: str, point: shapely.Point, tolerance_m: float) -> int | None:
        frame = self.rows(name)
        if frame is None or frame.empty:
            return None
        whole = self._cache[name]
        if whole is not None and frame is whole and name not in _OUTLINE_ONLY:
            # The cache has it made in the background.
            _, near = whole.sindex.nearest(point, return_all=False, max_distance=tolerance_m)
            return None if len(near) == 0 else int(whole.index[near[0]])
        if name not in self._trees:
            shapes = frame.geometry.to_numpy()
            self._trees[name] = shapely.STRtree(shapely.boundary(shapes) if name in _OUTLINE_ONLY else shapes)
        found = self._trees[name].query_nearest(point, max_distance=tolerance_m, all_matches=False)
        return None if len(found) == 0 else int(frame.index[found[0]])

    def _take(self, name: str) -> None:
        self._trees.pop(name, None)
        if name in _CONTENT:
            self._renew({name})
        if name in _OF_PLAN:
            # What was taken in hand before its rows were there, as after an edit.
            self._select(self._desk.current)
        if self._unseen and all(self.rows(one) is not None for one in _FIRST):
            self._unseen = False
            self.show_all()

    def _take_looks(self, names: frozenset[str]) -> None:
        looks = self.board.looks
        for name in self._quiet:
            looks = looks.with_layer(name, replace(looks.of(name), opacity=self.opacity(name)))
        self.content = self.content.with_looks(looks)
        self.style_changed.emit()
        if names:
            self.looks_changed.emit(names)

    def _take_plan(self) -> None:
        # A plan that was just made is on the desk before its rows are read: until then the routes before it stay.
        stops = self._cache["stops"]
        if stops is None or self.content.stops is None or not self._desk.awaits(stops["plan_id"]):
            self._renew(_OF_PLAN)

    def _renew(self, names: Collection[str]) -> None:
        before = self.content
        changed: dict[str, Any] = {name: self.rows(name) for name in names}
        for name in _OF_PLAN.intersection(names):
            self._trees.pop(name, None)
        self.content = replace(before, **changed)
        for name, rows in changed.items():
            if rows is not None and self._cache[name] is not None:
                self.board.recount(name, len(rows))
        if "streets" not in names and "street_layer" in vars(before):
            # Streets are costly to make ready and have not changed: hand them on.
            vars(self.content)["street_layer"] = before.street_layer
        self.content_changed.emit(frozenset(names))

    def _point(self, ref: StopRef) -> None:
        if self.content.looks.of("routes").opacity != self.opacity("routes"):
            self._take_looks(frozenset())
        self.show(self._select(ref), margin_m=400.0)

    def _select(self, ref: StopRef) -> Iterable[shapely.Geometry]:
        """Select what is in hand, and give where it lies; nothing while the plan's rows have not been read."""
        stops, routes = self.rows("stops"), self.rows("routes")
        if not ref.team_id or stops is None or routes is None:
            return ()
        if ref.number:
            found = stops[(stops["team_id"] == ref.team_id) & (stops["number"] == ref.number)]
            self._session.select(Selection("stops", tuple(int(fid) for fid in found.index)))
        else:
            found = routes[routes["team_id"] == ref.team_id]
            self._session.select(Selection("routes", tuple(int(fid) for fid in found.index)))
        return list(found.geometry)

    def _clear(self) -> None:
        self.content = MapContent(looks=self.board.looks)
        self._trees.clear()
        self._chosen = None
        self._kept.clear()
        self._overlays.clear()
        self._unseen = True
        self.content_changed.emit(_CONTENT)
        self.overlays_changed.emit()
