"""What people type for a team: its id, or the name that stands on its sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.errors import InputError
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from patrolmap.project.store import ProjectStore

__all__ = ["team_finder"]


def team_finder(project: ProjectStore) -> Callable[[str], str]:
    """
    Make what finds the id of a team.

    Parameters
    ----------
    project : ProjectStore
        With its teams, which are read once.

    Returns
    -------
    callable
        Gives the id for an id or a name. What is neither comes back as it is: who needs the team says that there is none. It
        raises `InputError` if several teams have the name.
    """
    from patrolmap.services.roster import team_names

    names = team_names(project)

    def find(text: str) -> str:
        called = [team_id for team_id, name in names.items() if name == text.strip()]
        if text in names or not called:
            return text
        if len(called) > 1:
            raise InputError(
                N_("{count} teams are called “{name}”."),
                remedy=N_("Give one of their ids: {ids}."),
                count=len(called),
                name=text,
                ids=called,
            )
        return called[0]

    return find
