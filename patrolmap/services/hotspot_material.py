"""What a search for hotspots works on: cells, incidents, streets in pieces and places, from a project."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.incidents import IncidentFilter, IncidentSet
from patrolmap.hotspots.lixels import Lixels, cut_lixels
from patrolmap.hotspots.methods import DEFAULT_BANDWIDTH_M
from patrolmap.hotspots.place_risk import PlaceFeatures, place_features
from patrolmap.messages import N_, Message
from patrolmap.services.area import study_incidents
from patrolmap.services.streets import street_graph

if TYPE_CHECKING:
    import shapely

    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.network import StreetGraph

__all__ = ["DEFAULT_CELL_M", "HotspotParams", "Material", "prepare"]

DEFAULT_CELL_M: Final = 100.0
_MOST_CELLS: Final = 250_000
_PIECE_M: Final = 25.0
_MOST_PIECES: Final = 150_000


@dataclass(frozen=True)
class HotspotParams:
    """
    What to look for.

    Parameters
    ----------
    filter : IncidentFilter, optional
        Which incidents count.
    area_share : float, default 0.02
        Share of the study area that hotspots may cover, above 0, at most 0.5.
    method : str, default "auto"
        ``auto`` chooses family and parameters by back-test; a family of `hotspots.methods.FAMILIES` takes the
        parameters as given.
    methods : tuple of str, default ()
        Families that ``auto`` and the back-test consider; empty for all.
    bandwidth_m : float or None, default None
        Kernel radius, or neighbours' distance of ``gi``; None for 300 m.
    cell_m : float or None, default None
        Cell side; None for 100 m, larger in a very large district.
    memory_days : int, default 365
        How far back incidents count, unless ``auto`` chooses.
    origins : int or None, default None
        Periods of the back-test; None for twelve, or as many as the incidents reach back for.
    horizon_days : int, default 30
        Length of a period.
    time_limit_s : float, default 120
        Time for the back-test of ``auto``; when it is over the oldest periods are left out, with a notice.
    """

    filter: IncidentFilter = field(default_factory=IncidentFilter)
    area_share: float = 0.02
    method: str = "auto"
    methods: tuple[str, ...] = ()
    bandwidth_m: float | None = None
    cell_m: float | None = None
    memory_days: int = 365
    origins: int | None = None
    horizon_days: int = 30
    time_limit_s: float = 120.0


@dataclass(frozen=True)
class Material:
    """
    Cells and incidents, and what some methods need besides.

    Parameters
    ----------
    grid : StudyGrid
        The cells of the study area.
    incidents : IncidentSet
        Those of the filter that lie in it.
    outside : int
        How many lie outside and are left out.
    notices : tuple of Message
        Every automatic choice and every warning.
    lixels : Lixels or None
        Streets in pieces, where a method asks for them and there are streets.
    places : PlaceFeatures or None
        What stands near each cell, where a method asks for it and there are sites.
    """

    grid: StudyGrid
    incidents: IncidentSet
    outside: int
    notices: tuple[Message, ...]
    lixels: Lixels | None
    places: PlaceFeatures | None

    @property
    def span_days(self) -> int:
        """Days from the first incident to the last."""
        middle = self.incidents.middle
        return int((middle.max() - middle.min()) / np.timedelta64(1, "D")) + 1


def prepare(project: ProjectStore, params: HotspotParams) -> Material:
    """
    Read a project's incidents and lay cells over its study area.

    Parameters
    ----------
    project : ProjectStore
        An open project; it is only read.
    params : HotspotParams
        What to look for.

    Returns
    -------
    Material
        For search and back-test.

    Raises
    ------
    InputError
        If there are no incidents or no study area, or a parameter is out of range.
    """
    if not 0 < params.area_share <= 0.5:
        raise InputError(
            N_("An area share of {share} cannot be used."),
            remedy=N_("Give a share above 0, at most 0.5."),
            share=params.area_share,
        )
    numbers = (params.origins, params.horizon_days, params.memory_days, params.bandwidth_m, params.cell_m)
    if any(number is not None and not 0 < number < np.inf for number in numbers):
        raise InputError(N_("Periods, days, bandwidth and cell size must be above 0."))
    studied = study_incidents(project, params.filter)
    cell_m, cell_notice = _cell_size(studied.area, params)
    grid = StudyGrid.over(studied.area, cell_m)
    wanted = params.methods if params.method == "auto" else (params.method,)
    with_streets = (not wanted or "nkde" in wanted) and project.count("streets") > 0
    lixels = _pieces(street_graph(project)) if with_streets else None
    places = _places(project, grid) if not wanted or "risk" in wanted else None
    return Material(grid, studied.incidents, studied.outside, (*studied.notices, *cell_notice), lixels, places)


def _places(project: ProjectStore, grid: StudyGrid) -> PlaceFeatures | None:
    """Measure what stands near each cell: sites by kind, and junctions; None without sites."""
    if not project.count("sites"):
        return None
    sites = project.metric_layer("sites")
    xy = np.column_stack([sites.geometry.x.to_numpy(), sites.geometry.y.to_numpy()])
    kind = sites["kind"].astype(str).to_numpy()
    classes = {str(name): xy[kind == name] for name in np.unique(kind)}
    if project.count("streets"):
        graph = street_graph(project)
        classes["junction"] = graph.node_xy[graph.degree >= 3]
    features = place_features(grid, classes)
    return features if any(not name.startswith("junction") for name in features.names) else None


def _pieces(graph: StreetGraph) -> Lixels:
    return cut_lixels(graph, max(_PIECE_M, float(graph.edge_length_m.sum()) / _MOST_PIECES))


def _cell_size(area: shapely.Geometry, params: HotspotParams) -> tuple[float, list[Message]]:
    bandwidth_m = params.bandwidth_m or DEFAULT_BANDWIDTH_M
    if params.cell_m is not None:
        if bandwidth_m < params.cell_m:
            warning = N_(
                "The bandwidth of {h} m is smaller than the cells of {cell} m: the surface shows single cells."
            )
            return params.cell_m, [Message(warning, {"h": bandwidth_m, "cell": params.cell_m})]
        return params.cell_m, []
    left, bottom, right, top = area.bounds
    cell_m = max(DEFAULT_CELL_M, 10 * round(((right - left) * (top - bottom) / _MOST_CELLS) ** 0.5 / 10))
    return cell_m, [Message(N_("Cells of {cell} m were chosen."), {"cell": f"{cell_m:g}"})]
