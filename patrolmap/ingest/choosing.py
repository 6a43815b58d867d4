"""Which table of a file with several is meant: a sheet, a layer, a member of an archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.ingest.column_names import FIELD_NAMES, LAYER_WORDS
from patrolmap.ingest.name_matching import plain_name, recognised_fields
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Candidate", "Wanted", "choose"]

_SIMPLE: Final = {"Point": "Point", "LineString": "LineString", "Polygon": "Polygon"}


@dataclass(frozen=True)
class Wanted:
    """
    What an import is looking for.

    Parameters
    ----------
    layer : str
        The layer to fill.
    fields : tuple of str or None, default None
        The fields that matter; None for all of the layer.
    sheet : str or None, default None
        The sheet, layer or member that the user named.
    encoding : str, default "auto"
        The encoding that the user named.
    heads : tuple of frozenset of str, default ()
        Columns that the table must have: for each the names that it may have, as `plain_name` gives them.
    """

    layer: str
    fields: tuple[str, ...] | None = None
    sheet: str | None = None
    encoding: str = "auto"
    heads: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True)
class Candidate:
    """
    One table of a file.

    Parameters
    ----------
    title : str
        Name of the sheet, layer or member.
    columns : tuple of str, default ()
        Names of its columns, as far as they are known.
    geometry : str or None, default None
        Its geometry type; None if it has none or if it is unknown.
    rows : int or None, default None
        How many rows it has, if that is known.
    """

    title: str
    columns: tuple[str, ...] = ()
    geometry: str | None = None
    rows: int | None = None


def choose(name: str, candidates: Sequence[Candidate], wanted: Wanted) -> tuple[int, tuple[Message, ...]]:
    """
    Choose the table that fits best.

    Parameters
    ----------
    name : str
        File name, for messages.
    candidates : sequence of Candidate
        The tables of the file, at least one.
    wanted : Wanted
        What the import is looking for.

    Returns
    -------
    place : int
        Place of the chosen one.
    choices : tuple of Message
        What was chosen among what; empty if there is only one.

    Raises
    ------
    InputError
        If the user named one that is not there.
    """
    titles = [candidate.title for candidate in candidates]
    if wanted.sheet is not None:
        for place, title in enumerate(titles):
            if title.strip().lower() == wanted.sheet.strip().lower():
                told = {"title": title, "titles": tuple(titles)}
                return place, (Message(N_("“{title}” was read, as told."), told),)
        raise InputError(
            N_("“{name}” has no “{sheet}”."),
            remedy=N_("It has: {titles}."),
            name=name,
            sheet=wanted.sheet,
            titles=list(titles[:30]),
        )
    if len(candidates) == 1:
        return 0, ()
    scores = [_has_heads(one, wanted) if wanted.heads else _fit(one, wanted) for one in candidates]
    place = max(range(len(candidates)), key=lambda at: (scores[at], -at))
    others = [title for at, title in enumerate(titles[:30]) if at != place]
    values = {"title": titles[place], "others": others, "titles": tuple(titles)}
    return place, (Message(N_("Of several tables “{title}” was read; left alone: {others}."), values),)


def _has_heads(candidate: Candidate, wanted: Wanted) -> float:
    names = {plain_name(column) for column in candidate.columns}
    return float(sum(bool(names & head) for head in wanted.heads))


def _fit(candidate: Candidate, wanted: Wanted) -> float:
    names = FIELD_NAMES[wanted.layer]
    if wanted.fields is not None:
        names = {field: names[field] for field in wanted.fields if field in names}
    score = float(recognised_fields(candidate.columns, names)) if candidate.columns else 0.0
    title = plain_name(candidate.title)
    if plain_name(wanted.layer) == title:
        score += 5.0
    score += 2.0 * any(plain_name(word) in title for word in LAYER_WORDS[wanted.layer])
    if candidate.geometry is not None:
        simple = candidate.geometry.removeprefix("Multi").split(" ")[0]
        allowed = {kind.removeprefix("Multi") for kind in LAYERS[wanted.layer].geometry}
        score += 4.0 if simple in allowed else (0.0 if simple not in _SIMPLE else -4.0)
    return score - (10.0 if candidate.rows == 0 else 0.0)
