"""Remedies that name options of the command line, said as what the window offers instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from patrolmap.messages import N_

if TYPE_CHECKING:
    from patrolmap.messages import Message

__all__ = ["WINDOW_WORDS", "in_window"]

_NAME_COLUMNS: Final = N_("Choose these columns on the second page of the step-by-step import. Columns: {columns}.")
_SAY_KIND: Final = N_(
    "Choose the column of the kind on the second page of the step-by-step import, or give one value for all rows there."
)

WINDOW_WORDS: Final = {
    "Name it with --map time=… or, for intervals, --map time_from=… time_to=…. Columns: {columns}.": _NAME_COLUMNS,
    "Name them with --map x=… y=…. Columns: {columns}.": _NAME_COLUMNS,
    "Name them with --map x=… y=… (longitude, latitude) or --map wkt=…. Columns: {columns}.": _NAME_COLUMNS,
    "This layer needs lines or areas: a column of WKT, named with --map wkt=…, or a map file. Columns: {columns}.": N_(
        "This layer needs lines or areas: a column of WKT, chosen on the second page of the step-by-step import, or a map file. Columns: {columns}."
    ),
    "Name it with --map {field}=COLUMN, or give one value for all with --map {field}==VALUE. Columns: {columns}.": N_(
        "Choose its column on the second page of the step-by-step import, or give one value for all rows there. Columns: {columns}."
    ),
    "Name it with --map {field}=COLUMN. Columns: {columns}.": _NAME_COLUMNS,
    "Take {content} out of that column or put the times into one of their own; or name another column with --map.": N_(
        "Take {content} out of that column or put the times into one of their own; or choose another column on the second page of the step-by-step import."
    ),
    "Say it for all with --map kind==checkpoint (or intersection, key_site, post), or name the column.": _SAY_KIND,
    "Say it for all with --map kind==river (or water, railway, green), or name the column.": _SAY_KIND,
    "Name the column with --map kind=…, or say it for a single ring with --map kind==city (or town, core).": _SAY_KIND,
    "Give it with --crs, for example --crs EPSG:4547 for CGCS2000, 3-degree zone around 114° E, or EPSG:32649 for UTM 49 N; the command coordinates finds out which, by the streets.": N_(
        "Choose the coordinate system on the first page of the step-by-step import; the evidence there tells which it is, by the streets."
    ),
    "Give the system with --crs, for example --crs EPSG:4547.": N_(
        "Choose the coordinate system on the first page of the step-by-step import."
    ),
    "Give --as streets or --as barriers.": N_("Choose streets, or water, railways and green, as the layer."),
    "Save the profile again with --save-profile.": N_("Save the profile again from the step-by-step import."),
    "Say where these fields stand now with --column FIELD=HEADING, and save the profile again.": N_(
        "Choose no profile, correct the columns on the second page, and keep them under the same name."
    ),
    "Look here: in {crs} half of the points would lie within {median_m} m of a street; undo, and import with --crs {option}.": N_(
        "Look here: in {crs} half of the points would lie within {median_m} m of a street; undo, and import with that coordinate system."
    ),
}
"""English text with options to English text without."""


def in_window(said: Message) -> Message:
    """
    Say a message in the words of the window.

    Parameters
    ----------
    said : Message
        Any message.

    Returns
    -------
    Message
        The same, or what the window says in its place.
    """
    words = WINDOW_WORDS.get(said.template)
    return said if words is None else replace(said, template=words)
