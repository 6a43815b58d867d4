"""Edits as values. Applying one to a project gives its inverse, which is an edit too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

__all__ = ["JSON", "Compound", "DeleteRows", "Edit", "InsertRows", "SetSetting", "UpdateRows", "flattened", "summary"]

JSON: TypeAlias = bool | int | float | str | list["JSON"] | dict[str, "JSON"] | None


@dataclass(frozen=True, eq=False)
class InsertRows:
    """
    Add rows to a layer or table.

    Parameters
    ----------
    layer : str
        Name of the layer.
    rows : pandas.DataFrame or geopandas.GeoDataFrame
        The new rows; columns that are left out become empty. In the project's stored CRS, or in any declared one.
        Fids are assigned by the project, in the order of the rows; the index counts for nothing, unless it is named
        ``fid``, and then it gives the fids, which must be free: that is how a deletion is undone.
    """

    layer: str
    rows: pd.DataFrame


@dataclass(frozen=True, eq=False)
class DeleteRows:
    """
    Take rows out of a layer or table.

    Parameters
    ----------
    layer : str
        Name of the layer.
    fids : tuple of int
        The rows; each must be there.
    """

    layer: str
    fids: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class UpdateRows:
    """
    Change values of rows.

    Parameters
    ----------
    layer : str
        Name of the layer.
    rows : pandas.DataFrame or geopandas.GeoDataFrame
        The new values, indexed by fid, with only the columns that change (``geometry`` too if it changes).
    """

    layer: str
    rows: pd.DataFrame


@dataclass(frozen=True)
class SetSetting:
    """
    Change a setting of the project.

    Parameters
    ----------
    key : str
        Name of the setting.
    value : JSON
        Its new value; None takes the setting away.
    """

    key: str
    value: JSON


@dataclass(frozen=True, eq=False)
class Compound:
    """
    Several edits that are one step to the user: all of them or none.

    Parameters
    ----------
    edits : tuple of Edit
        In the order in which they are applied.
    """

    edits: tuple[Edit, ...]


Edit: TypeAlias = InsertRows | DeleteRows | UpdateRows | SetSetting | Compound


def flattened(edit: Edit) -> Iterator[InsertRows | DeleteRows | UpdateRows | SetSetting]:
    """
    Unfold compounds.

    Parameters
    ----------
    edit : Edit
        Any edit.

    Yields
    ------
    InsertRows, DeleteRows, UpdateRows or SetSetting
        The single edits in the order in which they are applied.
    """
    if isinstance(edit, Compound):
        for part in edit.edits:
            yield from flattened(part)
    else:
        yield edit


def summary(edit: Edit) -> list[JSON]:
    """
    Describe an edit for the journal, without the values of any row.

    Parameters
    ----------
    edit : Edit
        Any edit.

    Returns
    -------
    list of JSON
        For each single edit what it does, to which layer or setting, and to how many rows.
    """
    lines: list[JSON] = []
    for part in flattened(edit):
        if isinstance(part, SetSetting):
            lines.append({"do": "set", "key": part.key})
        elif isinstance(part, DeleteRows):
            lines.append({"do": "delete", "layer": part.layer, "rows": len(part.fids)})
        elif isinstance(part, InsertRows):
            lines.append({"do": "insert", "layer": part.layer, "rows": len(part.rows)})
        else:
            columns: list[JSON] = [str(column) for column in part.rows.columns]
            lines.append({"do": "update", "layer": part.layer, "rows": len(part.rows), "columns": columns})
    return lines
