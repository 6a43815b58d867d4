"""The looks of the map, kept in the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from patrolmap.model.edits import SetSetting
from patrolmap.model.map_looks import MapLooks

if TYPE_CHECKING:
    from patrolmap.messages import Message
    from patrolmap.project.store import ProjectStore

__all__ = ["map_looks", "save_map_looks"]

_KEY: Final = "map_looks"


def map_looks(project: ProjectStore) -> MapLooks:
    """
    Read how a project's map looks.

    Parameters
    ----------
    project : ProjectStore
        The project.

    Returns
    -------
    MapLooks
        What was chosen; the defaults where nothing was.
    """
    return MapLooks.from_json(project.setting(_KEY))


def save_map_looks(project: ProjectStore, looks: MapLooks, label: Message) -> bool:
    """
    Keep how the map looks, as one step of undo.

    Parameters
    ----------
    project : ProjectStore
        The project.
    looks : MapLooks
        What was chosen.
    label : Message
        What undo calls it.

    Returns
    -------
    bool
        Whether anything was to be kept: what is in the project already makes no step.
    """
    if map_looks(project) == looks:
        return False
    project.apply(SetSetting(_KEY, looks.to_json()), label)
    return True
