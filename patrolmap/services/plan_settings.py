"""What the office decides about planning, kept in the project."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.edits import SetSetting
from patrolmap.planner.settings import PlanSettings
from patrolmap.services.settings_mark import SETTINGS_KEY

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore

__all__ = ["plan_settings", "read_plan_settings", "save_plan_settings"]


_EXAMPLE: Final = '{"heightened_factor": 2, "fixed_pairs": {"Z016": ["T05"]}}'


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


def read_plan_settings(path: Path, base: PlanSettings) -> PlanSettings:
    """
    Read settings from a JSON file.

    Parameters
    ----------
    path : Path
        An object with any of the fields of `PlanSettings`.
    base : PlanSettings
        What holds where the file is silent.

    Returns
    -------
    PlanSettings
        The settings.

    Raises
    ------
    InputError
        If the file cannot be read, is no JSON object, or names what does not exist.
    """
    try:
        given = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InputError(
            N_("The planning settings in “{name}” cannot be read: {detail}"),
            remedy=N_("Write a JSON object such as {example}."),
            name=path.name,
            detail=str(error),
            example=_EXAMPLE,
        ) from error
    if not isinstance(given, dict):
        raise InputError(
            N_("“{name}” holds no JSON object."),
            remedy=N_("Write a JSON object such as {example}."),
            name=path.name,
            example=_EXAMPLE,
        )
    return PlanSettings.from_json({**base.to_json(), **given})


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
