"""What somebody says of an event, read: a moment, a place, and no person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from patrolmap.errors import InputError
from patrolmap.ingest.places.answers import HIGH, PlaceStatus
from patrolmap.ingest.privacy import holds_person
from patrolmap.ingest.times import moment_with_offset, parse_times
from patrolmap.messages import N_
from patrolmap.services.geocoding import geocode_texts

if TYPE_CHECKING:
    import datetime as dt

    from patrolmap.project.store import ProjectStore

__all__ = ["read_moment", "read_point", "refuse_persons"]


def read_moment(text: str) -> dt.datetime:
    """
    Read a date with a time.

    Parameters
    ----------
    text : str
        Such as ``2026-11-21 21:30``; with an offset such as ``Z`` it is brought to local time.

    Returns
    -------
    datetime.datetime
        Naive local time.

    Raises
    ------
    InputError
        If it is none, or has no time of the day.
    """
    zoned = moment_with_offset(text)
    if zoned is not None:
        return zoned
    parsed = parse_times(np.array([text.strip()], dtype=object))
    if np.isnat(parsed.moments[0]) or parsed.without_clock[0]:
        raise InputError(
            N_("“{text}” is no date with a time."), remedy=N_("Write it as 2026-11-21 21:30."), text=text.strip()
        )
    moment: dt.datetime = parsed.moments[0].astype("datetime64[s]").item()
    return moment


def read_point(project: ProjectStore, place: str) -> shapely.Point:
    """
    Find a place on the streets of a project.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    place : str
        The place in words.

    Returns
    -------
    shapely.Point
        Metric CRS.

    Raises
    ------
    InputError
        If there are no words, or they are not clear.
    """
    if not place.strip():
        raise InputError(
            N_("Nothing says where it was."), remedy=N_("Give the place in words, or longitude and latitude.")
        )
    answer = geocode_texts(project, [place]).rows[0].answer
    if answer.status is not PlaceStatus.FOUND or answer.candidates[0].confidence < HIGH:
        raise InputError(
            N_("“{place}” is not clear on the streets of the project."),
            remedy=N_("Name a junction such as “A街与B路交叉口”, or give longitude and latitude."),
            place=place.strip(),
        )
    return shapely.Point(answer.candidates[0].x_m, answer.candidates[0].y_m)


def refuse_persons(text: str) -> None:
    """
    Let no person's number into an event.

    Parameters
    ----------
    text : str
        Any text of an event.

    Raises
    ------
    InputError
        If it has what looks like an identity number, a telephone number, a plate or a name.
    """
    if text and holds_person(text):
        raise InputError(
            N_("The text has what looks like a person's identity number, telephone, plate or name."),
            why=N_("Events hold no persons."),
            remedy=N_("Leave it out."),
        )
