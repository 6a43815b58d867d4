"""Rows of a layer changed by hand: typed, pasted or all at once, by the rules that an import has, one undo step each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.ingest.enumerations import CLOSED_LISTS
from patrolmap.ingest.fields import read_cells, typed
from patrolmap.messages import N_, Message
from patrolmap.model.edits import Compound, DeleteRows, UpdateRows
from patrolmap.model.kinds import BarrierKind, CellLevel, RingKind, SiteKind, TravelMode, ring_title
from patrolmap.model.layers import LAYERS
from patrolmap.progress import NO_CANCEL, NO_PROGRESS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from patrolmap.model.edits import Edit
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore

__all__ = ["change_cells", "choice_title", "choices", "delete_rows", "is_editable"]

_RINGS: Final = {kind.value: ring_title(kind.value).template for kind in RingKind}
_TITLES: Final[dict[tuple[str, str], dict[str, str]]] = {
    ("sites", "kind"): {
        SiteKind.CHECKPOINT: N_("Checkpoint"),
        SiteKind.INTERSECTION: N_("Controlled intersection"),
        SiteKind.KEY_SITE: N_("Key site"),
        SiteKind.POST: N_("Post"),
    },
    ("rings", "kind"): _RINGS,
    ("sites", "ring"): _RINGS,
    ("teams", "ring"): _RINGS,
    ("teams", "mode"): {TravelMode.WALK: N_("On foot"), TravelMode.EBIKE: N_("E-bike"), TravelMode.CAR: N_("By car")},
    ("barriers", "kind"): {
        BarrierKind.RIVER: N_("River"),
        BarrierKind.WATER: N_("Water"),
        BarrierKind.RAILWAY: N_("Railway"),
        BarrierKind.GREEN: N_("Green"),
    },
    ("grid_cells", "level"): {
        CellLevel.DISTRICT: N_("District level"),
        CellLevel.STREET: N_("Street office level"),
        CellLevel.COMMUNITY: N_("Community level"),
        CellLevel.BASIC: N_("Basic cell"),
        CellLevel.SUBCELL: N_("Sub-cell"),
    },
    ("streets", "oneway"): {
        "yes": N_("One-way as drawn"),
        "no": N_("Two-way"),
        "-1": N_("One-way against the drawing"),
    },
}
_FREED: Final = "\x1fkey-"
_EDITABLE_ELSEWHERE: Final = frozenset({("hotspots", "name")})


def is_editable(layer: str, field: str) -> bool:
    """
    Tell whether a field can be changed by hand.

    Parameters
    ----------
    layer : str
        Name of the layer.
    field : str
        Name of the field.

    Returns
    -------
    bool
        True for what the office brings; of what the program computes only the name of a hotspot.
    """
    return LAYERS[layer].importable or (layer, field) in _EDITABLE_ELSEWHERE


def choices(layer: str, field: str) -> tuple[str, ...]:
    """
    List the values that a field can have.

    Parameters
    ----------
    layer : str
        Name of the layer.
    field : str
        Name of the field.

    Returns
    -------
    tuple of str
        As they are stored; empty for a field without a closed list.
    """
    return tuple(str(value) for value in CLOSED_LISTS.get((layer, field), ()))


def choice_title(layer: str, field: str, value: object) -> str:
    """
    Name a value of a closed list in the user's language.

    Parameters
    ----------
    layer : str
        Name of the layer.
    field : str
        Name of the field.
    value : object
        As it is stored.

    Returns
    -------
    str
        Its title; the value itself if it has none.
    """
    title = _TITLES.get((layer, field), {}).get(str(value))
    return str(value) if title is None else tr(title)


def change_cells(
    project: ProjectStore,
    layer: str,
    fids: Sequence[int],
    columns: Mapping[str, Sequence[str]],
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> int:
    """
    Change a block of cells, all of it or nothing, as one step of undo.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    layer : str
        Name of the layer.
    fids : sequence of int
        Its rows.
    columns : mapping of str to sequence of str
        For each field that changes the new texts, one for each row; a blank one empties the cell. Words of closed lists
        are understood in Chinese and English.
    progress : Progress
        Told of the share that is done.
    cancel : Cancel
        Asked every 2,000 rows; a change that is stopped leaves nothing behind.

    Returns
    -------
    int
        Number of rows that changed.

    Raises
    ------
    InputError
        If a field cannot be changed, a value is not understood or missing where there must be one, or a key would be
        used twice; it names the first such value. Nothing is changed then.
    """
    import pandas as pd

    if not fids or not columns:
        return 0
    values = {field: _checked(layer, field, list(texts)) for field, texts in columns.items()}
    key = LAYERS[layer].key
    if key in values and layer != "rings":
        _require_unique(project, layer, key, fids, values[key])
    series = {field: typed(read, LAYERS[layer].field(field).type).to_numpy(object) for field, read in values.items()}
    rows = pd.DataFrame(series, index=pd.Index([int(fid) for fid in fids], name="fid"))
    edit: Edit = UpdateRows(layer, rows)
    if key is not None and key in values and layer != "rings" and _passes_keys_on(project, layer, key, rows):
        # One row after the other is written: keys that change places are freed first.
        freed = rows[[key]].assign(**{key: [f"{_FREED}{place}" for place in range(len(rows))]})
        edit = Compound((UpdateRows(layer, freed), edit))
    project.apply(edit, _label(layer, list(columns), len(fids)), progress=progress, cancel=cancel)
    return len(fids)


def delete_rows(
    project: ProjectStore,
    layer: str,
    fids: Sequence[int],
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> None:
    """
    Delete rows, as one step of undo.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    layer : str
        Name of the layer, one that the office brings.
    fids : sequence of int
        Its rows; none does nothing.
    progress : Progress
        As in `change_cells`.
    cancel : Cancel
        As in `change_cells`.

    Raises
    ------
    InputError
        If the layer is computed, so that its rows come and go with its panel.
    """
    if not LAYERS[layer].importable:
        raise InputError(
            N_("Rows of “{layer}” cannot be deleted here."),
            why=N_("They were computed."),
            remedy=N_("Compute them again in their panel, or undo."),
            layer=Message(LAYERS[layer].title),
        )
    if fids:
        values = {"count": len(fids), "layer": Message(LAYERS[layer].title)}
        project.apply(
            DeleteRows(layer, tuple(int(fid) for fid in fids)),
            Message(N_("{count} {count:row|rows} of {layer} deleted"), values),
            progress=progress,
            cancel=cancel,
        )


def _checked(layer: str, field: str, texts: list[str]) -> np.ndarray:
    """Read texts into values; the first that is wrong is told."""
    spec = LAYERS[layer].field(field)
    if not is_editable(layer, field):
        raise InputError(
            N_("“{field}” cannot be changed."),
            why=N_("It is computed."),
            remedy=N_("Change what it is computed from."),
            field=Message(spec.title),
        )
    column = np.empty(len(texts), dtype=object)
    column[:] = [_stored_word(layer, field, text) for text in texts]
    values, wrong = read_cells(column, layer, field)
    if wrong.any():
        place = int(np.argmax(wrong))
        text = texts[place]
        listed = [choice_title(layer, field, value) for value in choices(layer, field)]
        remedy = N_("Give one of: {choices}.") if listed else N_("Give a value of this kind: {kind}.")
        raise InputError(
            N_("“{value}” cannot be the value of “{field}”."),
            why=N_("It stands in row {row} of {rows}; nothing was changed.") if len(set(texts)) > 1 else "",
            remedy=remedy,
            row=place + 1,
            rows=len(texts),
            value=text,
            field=Message(spec.title),
            choices=listed,
            kind=Message(_KINDS[spec.type]),
        )
    if spec.required and any(value is None for value in values):
        raise InputError(
            N_("“{field}” must not be empty."), remedy=N_("Give a value, or delete the row."), field=Message(spec.title)
        )
    return values


_KINDS: Final = {
    "text": N_("text"),
    "integer": N_("a whole number"),
    "real": N_("a number"),
    "boolean": N_("yes or no"),
    "datetime": N_("date and time"),
}


def _stored_word(layer: str, field: str, text: str) -> str:
    """Take a title as the window shows it for the value it stands for."""
    wanted = text.strip()
    return next((value for value in choices(layer, field) if choice_title(layer, field, value) == wanted), wanted)


def _require_unique(project: ProjectStore, layer: str, key: str, fids: Sequence[int], values: np.ndarray) -> None:
    given = [str(value) for value in values if value is not None]
    stored = project.layer(layer)[key]
    others = set(stored[~stored.index.isin(list(fids))].dropna().astype(str))
    twice = next((one for place, one in enumerate(given) if one in others or one in given[:place]), None)
    if twice is not None:
        raise InputError(
            N_("“{value}” is used twice in “{field}”."),
            why=N_("It tells the rows apart."),
            remedy=N_("Give another one."),
            value=twice,
            field=Message(LAYERS[layer].field(key).title),
        )


def _passes_keys_on(project: ProjectStore, layer: str, key: str, rows: pd.DataFrame) -> bool:
    """Tell whether a row gets the key that another of the same rows has now."""
    now = project.layer(layer)[key].reindex(rows.index).astype(str)
    owners = {one: fid for fid, one in now.items()}
    return any(owners.get(str(new), fid) != fid for fid, new in rows[key].items())


def _label(layer: str, fields: Sequence[str], count: int) -> Message:
    values: dict[str, Any] = {"count": count, "layer": Message(LAYERS[layer].title)}
    if len(fields) > 1:
        return Message(N_("{count} {count:row|rows} of {layer} changed"), values)
    values["field"] = Message(LAYERS[layer].field(fields[0]).title)
    return Message(N_("{field} of {count} {count:row|rows} of {layer} changed"), values)
