"""Visit rounds by a list: addresses of a file, placed on the project's streets and kept for the next weeks."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

import shapely

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.edits import JSON, SetSetting
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress
from patrolmap.services.geocoding import geocode_file
from patrolmap.services.place_search import PlaceFinder
from patrolmap.services.roster import team_names

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from patrolmap.ingest.places.answers import PlaceAnswer
    from patrolmap.project.store import ProjectStore

__all__ = ["VISIT_ROUNDS_KEY", "ListedPlace", "RoundList", "listed_places", "read_visit_rounds"]

VISIT_ROUNDS_KEY: Final = "visit_rounds"
_APART: Final = re.compile(r"[\s;；,，、|]+")


@dataclass(frozen=True)
class ListedPlace:
    """
    A place that is visited once in a period.

    Parameters
    ----------
    place_id : str
        ``L`` with the row of the file.
    name : str
        The description in the file.
    lon, lat : float
        Where it is, WGS 84 degrees, or the plane's own units.
    team_id : str, default ""
        Its own team, if the file names one.
    """

    place_id: str
    name: str
    lon: float
    lat: float
    team_id: str = ""


@dataclass(frozen=True)
class RoundList:
    """
    What became of a list.

    Parameters
    ----------
    source : str
        Name of the file.
    places : tuple of ListedPlace
        What was placed, in the order of the file; the same place named twice stands once.
    left_out : tuple of (int, str, Message)
        Rows that were not placed, with their description and why.
    """

    source: str
    places: tuple[ListedPlace, ...]
    left_out: tuple[tuple[int, str, Message], ...]


def read_visit_rounds(
    project: ProjectStore,
    path: Path,
    *,
    unsure: bool = False,
    encoding: str = "auto",
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> RoundList:
    """
    Place the addresses of a file and keep them as the project's visit rounds, in the place of the list before.

    Parameters
    ----------
    project : ProjectStore
        With streets; its teams may be named in the file.
    path : Path
        Excel, CSV, Word or a text with one address a line: a street or junction, or a place that the project has by that
        name. A cell beside the address that is the id or the name of a team makes it the team of that place. Columns that
        look personal are not read.
    unsure : bool, default False
        Whether places are taken that the geocoder wants to be looked at, such as a street without its house number.
    encoding : str, default "auto"
        Encoding of texts.
    progress : Progress, optional
        Receives the done share.
    cancel : Cancel, optional
        The user's wish to stop; then nothing is changed.

    Returns
    -------
    RoundList
        What was placed and what was not; one step of undo.

    Raises
    ------
    InputError
        If the file cannot be read, or none of its rows could be placed.
    CancelledError
        If the user cancelled.
    """
    teams = {word: key for key, name in team_names(project).items() for word in (key, name)}
    found = geocode_file(project, path, encoding=encoding, each_line=True, progress=progress, cancel=cancel)
    frame, names = project.frame, PlaceFinder(project)
    places: dict[tuple[str, float, float], ListedPlace] = {}
    left_out: list[tuple[int, str, Message]] = []
    for one in found.rows:
        row, spot = one.row, _spot(one.answer, names.named_point(one.row.place), unsure=unsure)
        if spot is None:
            usual = Message(N_("The place is not certain."))
            left_out.append((row.line, row.place, one.answer.reasons[0] if one.answer.reasons else usual))
            continue
        point = frame.metric_to_wgs84(spot)
        lon, lat = round(point.x, 7), round(point.y, 7)
        listed = ListedPlace(f"L{row.line}", row.place, lon, lat, _team(row.recorded, teams))
        places.setdefault((row.place, lon, lat), listed)
    if not places:
        first = left_out[0] if left_out else (0, "", Message(N_("It holds no rows.")))
        raise InputError(
            N_("None of the places of “{name}” was found on the streets."),
            why=N_("Row {row}: {reason}"),
            remedy=N_("Write places as streets and junctions, or take uncertain ones too with --unsure."),
            name=path.name,
            row=first[0],
            reason=first[2],
        )
    answer = RoundList(path.name, tuple(places.values()), tuple(left_out))
    kept: JSON = {"source": path.name, "places": [asdict(place) for place in answer.places]}
    project.apply(
        SetSetting(VISIT_ROUNDS_KEY, kept), Message(N_("List of {count} visit rounds"), {"count": len(answer.places)})
    )
    return answer


def _spot(answer: PlaceAnswer, named: shapely.Point | None, *, unsure: bool) -> shapely.Point | None:
    """Choose where an entry lies: at the place of the project that is called so, else where its streets say."""
    place = answer.place
    if named is not None:
        return named
    return None if place is None or (answer.needs_review and not unsure) else shapely.Point(place.x_m, place.y_m)


def listed_places(project: ProjectStore) -> tuple[ListedPlace, ...]:
    """
    Read the list that the project keeps.

    Parameters
    ----------
    project : ProjectStore
        The project.

    Returns
    -------
    tuple of ListedPlace
        Empty if there is none.
    """
    kept: dict[str, Any] = project.setting(VISIT_ROUNDS_KEY) or {}
    return tuple(ListedPlace(**place) for place in kept.get("places", ()))


def _team(recorded: str, teams: Mapping[str, str]) -> str:
    words = [recorded.strip(), *_APART.split(recorded)]
    return next((teams[word] for word in words if word in teams), "")
