"""What an import would make of the columns of a file: samples and evidence, to be looked at and corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.ingest.column_names import COORDINATE_FIELDS, FIELD_NAMES, TIME_HELPERS
from patrolmap.ingest.columns import LEFT_OUT, map_columns
from patrolmap.ingest.field_titles import HELPER_TITLES, field_title
from patrolmap.ingest.name_matching import RECOGNISED, name_scores
from patrolmap.ingest.numbers import is_blank
from patrolmap.ingest.privacy import personal_name, without_persons
from patrolmap.ingest.value_evidence import fits
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from patrolmap.ingest.columns import ColumnMap
    from patrolmap.ingest.source import Source
    from patrolmap.messages import Message

__all__ = ["ColumnProposal", "FieldChoice", "MappingProposal", "propose"]

_SAMPLES: Final = 5
_SAMPLE_CHARACTERS: Final = 40
_LOOKED_AT: Final = 2_000


@dataclass(frozen=True)
class ColumnProposal:
    """
    One column of the file.

    Parameters
    ----------
    column : str
        Its heading.
    samples : tuple of str
        Up to five different values, cut; none of a column that looks personal.
    filled : int
        How many of its cells are not blank.
    field : str or None
        The field that takes it; None if none does.
    why : Message or None
        Why that field takes it, or why the column is left out; None if no field knows it.
    alternatives : tuple of str, default ()
        Other fields that its name and its values would fit, the best first.
    is_personal : bool, default False
        Whether it is left out because it looks personal.
    """

    column: str
    samples: tuple[str, ...]
    filled: int
    field: str | None
    why: Message | None
    alternatives: tuple[str, ...] = ()
    is_personal: bool = False


@dataclass(frozen=True)
class FieldChoice:
    """
    One field of the layer, and where its values would come from.

    Parameters
    ----------
    field : str
        Its name.
    title : str
        English title, the key of its translation.
    required : bool
        Whether rows without it are rejected.
    source : str
        A heading, ``=value``, or empty if it would have no source.
    """

    field: str
    title: str
    required: bool
    source: str


@dataclass(frozen=True)
class MappingProposal:
    """
    The guessed mapping of a whole file.

    Parameters
    ----------
    source : str
        File name.
    layer : str
        The layer to fill.
    rows : int
        Number of rows.
    has_geometry : bool
        Whether the file has shapes of its own, so that no column is needed for the place.
    columns : tuple of ColumnProposal
        In the order of the file.
    fields : tuple of FieldChoice
        In the order of the layer, helpers last.
    choices : tuple of Message
        What was decided while reading and mapping.
    """

    source: str
    layer: str
    rows: int
    has_geometry: bool
    columns: tuple[ColumnProposal, ...]
    fields: tuple[FieldChoice, ...]
    choices: tuple[Message, ...]

    @property
    def mapping(self) -> dict[str, str]:
        """The mapping as it stands: every field to its heading, ``=value``, or an empty text for no source."""
        return {choice.field: choice.source for choice in self.fields}

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields that would have no source; the kind and the id of some layers can still be derived."""
        return tuple(choice.field for choice in self.fields if choice.required and choice.source == LEFT_OUT)


def propose(
    source: Source, layer: str, told: Mapping[str, str], fields: tuple[str, ...] | None = None
) -> MappingProposal:
    """
    Guess which column becomes which field, with the evidence.

    Parameters
    ----------
    source : Source
        The rows.
    layer : str
        Name of the layer.
    told : mapping of str to str
        What the user said already, as in `patrolmap.ingest.columns.map_columns`.
    fields : tuple of str or None, default None
        The fields to fill; None for all of the layer.

    Returns
    -------
    MappingProposal
        The mapping that an import with `told` would use.

    Raises
    ------
    InputError
        If the user named a field or column that does not exist, or a column of identity numbers.
    """
    mapped = map_columns(source, layer, told, fields=fields)
    names = {
        name: known
        for name, known in FIELD_NAMES[layer].items()
        if (fields is None or name in fields) and (source.geometry is None or name not in COORDINATE_FIELDS)
    }
    scores = name_scores(source.columns, names)
    columns = tuple(_column(source, layer, column, mapped, scores) for column in source.columns)
    filled = tuple(_field(layer, name, mapped) for name in _ordered(layer, names))
    choices = (*source.choices, *mapped.choices)
    return MappingProposal(source.name, layer, len(source.table), source.geometry is not None, columns, filled, choices)


def _column(
    source: Source, layer: str, column: str, mapped: ColumnMap, scores: Mapping[tuple[str, str], float]
) -> ColumnProposal:
    cells = source.table[column].to_numpy(dtype=object)
    filled = cells[~is_blank(cells)]
    field = next((name for name, taken in mapped.columns.items() if taken == column), None)
    if column in mapped.personal:
        return ColumnProposal(column, (), len(filled), None, mapped.personal[column], is_personal=True)
    head = filled[:_LOOKED_AT]
    alike = sorted((-score, name) for (name, other), score in scores.items() if other == column and score >= RECOGNISED)
    others = tuple(name for _, name in alike if name != field and fits(head[:400], layer, name))
    why = mapped.reasons[field] if field is not None else None
    if field is None and personal_name(column) is not None:  # such as the wardens of a grid, whom no field would take
        head = head[:0]
    if layer != "teams":  # a roster has telephones
        head = np.array([without_persons(text) for text in dict.fromkeys(head)], dtype=object)
    return ColumnProposal(column, _samples(head), len(filled), field, why, others)


def _samples(cells: NDArray[np.object_]) -> tuple[str, ...]:
    shown = dict.fromkeys(
        text if len(text) <= _SAMPLE_CHARACTERS else text[: _SAMPLE_CHARACTERS - 1] + "…"
        for text in ("".join(sign if sign.isprintable() else " " for sign in str(cell)[:200]).strip() for cell in cells)
    )
    return tuple(shown)[:_SAMPLES]


def _ordered(layer: str, names: Mapping[str, tuple[str, ...]]) -> list[str]:
    own = [spec.name for spec in LAYERS[layer].fields if spec.name in names]
    return own + [name for name in (*TIME_HELPERS, *COORDINATE_FIELDS) if name in names]


def _field(layer: str, name: str, mapped: ColumnMap) -> FieldChoice:
    source = mapped.mapping.get(name, LEFT_OUT)
    required = name not in HELPER_TITLES and LAYERS[layer].field(name).required
    return FieldChoice(name, field_title(layer, name), required, source)
