"""What the office decides about planning, kept in the project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.messages import N_, Message
from patrolmap.model.edits import SetSetting
from patrolmap.planner.settings import PlanSettings
from patrolmap.services.planning import SETTINGS_KEY

if TYPE_CHECKING:
    from patrolmap.project.store import ProjectStore

__all__ = ["plan_settings", "save_plan_settings"]


def plan_settings(project: ProjectStore) -> PlanSettings:
    """
    Read the settings of a project.

    Parameters
    ----------
    project : ProjectStore
        The project.

    Returns
    -------
    PlanSettings
        Its own; the defaults where it has none.
    """
    return PlanSettings.from_json(project.setting(SETTINGS_KEY))


def save_plan_settings(project: ProjectStore, settings: PlanSettings) -> None:
    """
    Keep settings, as one step of undo.

    Parameters
    ----------
    project : ProjectStore
        The project; its next plans are made with them.
    settings : PlanSettings
        The settings.
    """
    project.apply(SetSetting(SETTINGS_KEY, settings.to_json()), Message(N_("Planning settings changed")))
