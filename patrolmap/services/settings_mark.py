"""What a project decides about planning, told from other decisions by a mark."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Final

from patrolmap.planner.settings import PlanSettings

if TYPE_CHECKING:
    from patrolmap.project.store import ProjectStore

__all__ = ["SETTINGS_KEY", "settings_mark"]

SETTINGS_KEY: Final = "planning"


def settings_mark(project: ProjectStore) -> str:
    """
    Tell a project's planning settings from others.

    Parameters
    ----------
    project : ProjectStore
        The project.

    Returns
    -------
    str
        A hash of what it decides; the same as long as nothing of it changes.
    """
    decided = json.dumps(PlanSettings.from_json(project.setting(SETTINGS_KEY)).to_json(), sort_keys=True)
    return hashlib.sha256(decided.encode()).hexdigest()[:16]
