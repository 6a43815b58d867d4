"""The types of events: the program's own and those of the office."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.i18n import tr, translations
from patrolmap.messages import N_, Message
from patrolmap.model.edits import SetSetting
from patrolmap.model.events import DEFAULT_TYPES, EventType
from patrolmap.services.event_words import refuse_persons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from patrolmap.project.store import ProjectStore

__all__ = ["event_types", "set_event_type", "type_key", "type_named", "type_title"]

_SETTING: Final = "event_types"
_LONGEST_HOURS: Final = 24.0 * 365


def event_types(project: ProjectStore) -> dict[str, EventType]:
    """
    List the types of events that a project knows.

    Parameters
    ----------
    project : ProjectStore
        An open project.

    Returns
    -------
    dict of str to EventType
        By key; the office's own come last, and its hours replace those of the program.
    """
    types = dict(DEFAULT_TYPES)
    for key, hours in (project.setting(_SETTING) or {}).items():
        known = types.get(key)
        types[key] = replace(known, due_hours=float(hours)) if known else EventType(key, key, float(hours))
    return types


def set_event_type(project: ProjectStore, name: str, due_hours: float) -> EventType:
    """
    Add a type of events, or change the hours of one.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    name : str
        Key or name of a known type, or the name of a new one.
    due_hours : float
        Hours from receiving to the latest moment of handling; above 0, at most a year.

    Returns
    -------
    EventType
        The type. Events that are there keep their due times.

    Raises
    ------
    InputError
        If the hours are out of range, or the name is empty or looks like a person's number.
    """
    if not 0 < due_hours <= _LONGEST_HOURS:
        raise InputError(N_("The hours to handle an event must be above 0, and at most a year."))
    refuse_persons(name)
    types = event_types(project)
    key = type_key(types, name) or name.strip()
    if not key:
        raise InputError(N_("A type of events needs a name."))
    own = {**(project.setting(_SETTING) or {}), key: due_hours}
    project.apply(SetSetting(_SETTING, own), Message(N_("Event type {type} set"), {"type": key}))
    return event_types(project)[key]


def type_title(types: Mapping[str, EventType], key: str) -> str:
    """
    Name a type to the user.

    Parameters
    ----------
    types : mapping of str to EventType
        From `event_types`.
    key : str
        The type of an event; one that the project no longer knows is its own name.

    Returns
    -------
    str
        In the current language.
    """
    return tr(types[key].title) if key in types else key


def type_named(project: ProjectStore, name: str) -> EventType:
    """
    Find a type by its key or its name in any language.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    name : str
        Key or name.

    Returns
    -------
    EventType
        The type.

    Raises
    ------
    InputError
        If there is none.
    """
    types = event_types(project)
    key = type_key(types, name)
    if key is None:
        raise InputError(
            N_("There is no event type “{name}”."),
            remedy=N_("Choose from: {types}. Or add it first."),
            name=name,
            types=[tr(one.title) for one in types.values()],
        )
    return types[key]


def type_key(types: Mapping[str, EventType], name: str) -> str | None:
    """
    Find the key of a type.

    Parameters
    ----------
    types : mapping of str to EventType
        From `event_types`.
    name : str
        Key or name in any language, in any case of letters.

    Returns
    -------
    str or None
        The key; None if there is no such type.
    """
    wanted = name.strip().casefold()
    for key, one in types.items():
        if wanted in {key.casefold(), *(text.casefold() for text in translations(one.title))}:
            return key
    return None
