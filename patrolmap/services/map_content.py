"""The layers of a project, ready for painting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.maps.content import MapContent

if TYPE_CHECKING:
    import geopandas as gpd

    from patrolmap.project.store import ProjectStore

__all__ = ["map_content"]

_LAYERS: Final = ("streets", "barriers", "boundary", "rings", "hotspots", "sites")


def map_content(project: ProjectStore) -> MapContent:
    """
    Read what maps and sheets show.

    Parameters
    ----------
    project : ProjectStore
        An open project with a frame.

    Returns
    -------
    MapContent
        Streets, barriers, boundary, rings, hotspots and sites, metric CRS; those without rows are left out. Incidents
        and grid cells are left out too: they hide the streets.
    """
    frames: dict[str, gpd.GeoDataFrame] = {name: project.metric_layer(name) for name in _LAYERS if project.count(name)}
    return MapContent(**frames)
