"""Which column of the file becomes which field: told by the user, by names, by values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.errors import InputError
from patrolmap.ingest.column_names import COORDINATE_FIELDS, FIELD_NAMES
from patrolmap.ingest.field_titles import field_title, listed
from patrolmap.ingest.name_matching import RECOGNISED, name_scores, plain_name
from patrolmap.ingest.numbers import is_blank
from patrolmap.ingest.privacy import personal_content, personal_name, persons_by_value
from patrolmap.ingest.value_evidence import fits, guess_by_content, guess_category, guess_coordinates
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from patrolmap.ingest.source import Source

__all__ = ["LEFT_OUT", "ColumnMap", "field_called", "find_column", "left_out_for", "map_columns", "personal_columns"]

LEFT_OUT: Final = ""
"""What a mapping says of a field that is to have no source, whatever the columns are called."""

_TOLD: Final = N_("as told")
_BY_NAME: Final = N_("name {percent} % alike, and the values fit")

_SAMPLE_ROWS: Final = 400
_ALIASES: Final = {"lon": "x", "lng": "x", "longitude": "x", "lat": "y", "latitude": "y", "geometry": "wkt"}
_GUARDED: Final = frozenset({"incidents", "sites", "nodes", "teams"})
_ROSTER_FIELDS: Final = frozenset({"leader", "phone"})
_ADDRESS_IS_A_PLACE: Final = frozenset({"sites", "teams", "nodes"})
_MOMENT_ENDS: Final = ("时间", "日期", "时刻", "time", "date", "datetime")
_BIRTH_WORDS: Final = ("出生", "生日", "birth", "dob")


@dataclass(frozen=True)
class ColumnMap:
    """
    Where the values of each field come from.

    Parameters
    ----------
    columns : dict of str to str
        Field to column.
    constants : dict of str to str, default {}
        Field to a value that holds for all rows.
    left_over : tuple of str, default ()
        Columns that no field takes and that are not personal.
    choices : tuple of Message, default ()
        The mapping and what was left out, for the report.
    reasons : dict of str to Message, default {}
        For each mapped field why it takes its column or value.
    personal : dict of str to Message, default {}
        Columns left out because they look personal, and what they look like.
    """

    columns: dict[str, str]
    constants: dict[str, str] = field(default_factory=dict)
    left_over: tuple[str, ...] = ()
    choices: tuple[Message, ...] = ()
    reasons: dict[str, Message] = field(default_factory=dict)
    personal: dict[str, Message] = field(default_factory=dict)

    def __contains__(self, field_name: str) -> bool:
        """Tell whether a field has a source."""
        return field_name in self.columns or field_name in self.constants

    @property
    def mapping(self) -> dict[str, str]:
        """Field to column, or to ``=value``, as `map_columns` takes it."""
        return {**self.columns, **{name: f"={value}" for name, value in self.constants.items()}}

    def texts(self, source: Source, field_name: str) -> NDArray[np.object_] | None:
        """
        Return the cells of a field.

        Parameters
        ----------
        source : Source
            The rows.
        field_name : str
            Name of the field.

        Returns
        -------
        (n,) object array of str or None
            One text a row; None if nothing maps to the field.
        """
        if field_name in self.constants:
            return np.full(len(source.table), self.constants[field_name], dtype=object)
        if field_name in self.columns:
            cells: NDArray[np.object_] = source.table[self.columns[field_name]].to_numpy(dtype=object)
            return cells
        return None

    def title(self, field_name: str) -> str:
        """
        Name the column of a field, for a row's note.

        Parameters
        ----------
        field_name : str
            Name of the field.

        Returns
        -------
        str
            The column; the field itself if it has none.
        """
        return self.columns.get(field_name, field_name)


def field_called(name: str) -> str:
    """
    Turn what a user calls a field into its name.

    Parameters
    ----------
    name : str
        Such as ``lon``.

    Returns
    -------
    str
        Such as ``x``; other names as they are.
    """
    return _ALIASES.get(name.lower(), name)


def map_columns(
    source: Source, layer: str, told: Mapping[str, str], *, fields: tuple[str, ...] | None = None
) -> ColumnMap:
    """
    Map columns to the fields of a layer.

    Parameters
    ----------
    source : Source
        The rows.
    layer : str
        Name of the layer.
    told : mapping of str to str
        What the user said: field to column, to ``=value`` for a value that holds for all rows, or to an empty text to
        leave the field without a source.
    fields : tuple of str or None, default None
        The fields that may be mapped; None for all of the layer and its helpers.

    Returns
    -------
    ColumnMap
        The mapping. Columns that look personal are not mapped by themselves.

    Raises
    ------
    InputError
        If the user named a field or column that does not exist, or a column of identity numbers; for incidents also one of
        persons' names or telephones.
    """
    names = {key: known for key, known in FIELD_NAMES[layer].items() if fields is None or key in fields}
    if source.geometry is not None:
        names = {key: known for key, known in names.items() if key not in COORDINATE_FIELDS}
    told_by_field = {field_called(given): target for given, target in told.items()}
    columns, constants = _told_columns(source, layer, told, names)
    names = {key: known for key, known in names.items() if told_by_field.get(key) != LEFT_OUT}
    personal = personal_columns(source, layer, frozenset(columns.values()))
    reasons = {name: Message(_TOLD) for name in (*columns, *constants)}
    draft = _Draft(source, layer, names, columns, constants, personal, reasons)
    draft.assign_by_names()
    guessed = draft.guess_by_values()
    left_over = tuple(draft.free_columns())
    return ColumnMap(columns, constants, left_over, (*draft.choices(), *guessed), reasons, personal)


@dataclass
class _Draft:
    """A mapping in the making."""

    source: Source
    layer: str
    names: Mapping[str, tuple[str, ...]]
    columns: dict[str, str]
    constants: dict[str, str]
    personal: dict[str, Message]
    reasons: dict[str, Message]

    def free_columns(self) -> list[str]:
        taken = set(self.columns.values())
        return [column for column in self.source.columns if column not in taken and column not in self.personal]

    def lacks(self, name: str) -> bool:
        return name in self.names and name not in self.columns and name not in self.constants

    def assign_by_names(self) -> None:
        """Give each field the free column whose name fits best, if its values fit too."""
        scores = name_scores(self.source.columns, self.names)
        samples: dict[str, NDArray[np.object_]] = {}
        for (name, column), score in sorted(scores.items(), key=lambda item: -item[1]):
            if score < RECOGNISED or not self.lacks(name) or column in self.columns.values():
                continue
            if column in self.personal and not self._for_roster(name, column):
                continue
            if column not in samples:
                samples[column] = _sample(self.source.table[column].to_numpy(dtype=object))
            if fits(samples[column], self.layer, name):
                self.columns[name] = column
                self.personal.pop(column, None)
                self.reasons[name] = Message(_BY_NAME, {"percent": round(100 * score)})

    def guess_by_values(self) -> tuple[Message, ...]:
        choices = [*self._guess_drawn()]
        if self.layer == "incidents" and self.lacks("category"):
            column = guess_category(self.source.table, self.free_columns())
            if column is not None:
                self.columns["category"] = column
                self.reasons["category"] = Message(N_("for its few repeated words"))
                choices.append(
                    Message(
                        N_("Column “{column}” was taken as category, for its few repeated words."), {"column": column}
                    )
                )
        if "x" in self.names and not {"x", "y", "xy", "wkt"} & set(self.columns):
            pair = guess_coordinates(self.source.table, self.free_columns())
            if pair is not None:
                self.columns["x"], self.columns["y"] = pair
                self.reasons |= dict.fromkeys(("x", "y"), Message(N_("for its values, which are degrees in China")))
                values = {"x": pair[0], "y": pair[1]}
                choices.append(
                    Message(N_("Columns “{x}” and “{y}” were taken as coordinates, for their values."), values)
                )
        return tuple(choices)

    def _guess_drawn(self) -> Iterator[Message]:
        """Take a column of shapes, of coordinate pairs or of moments for what it is, whatever it is called."""
        placed = {"x", "y", "xy", "wkt"} & set(self.columns)
        times = {"time", "time_from", "date"}
        wanted = [name for name in ("wkt", "xy") if name in self.names and not placed]
        wanted += ["time"] if "time" in self.names and not times & {*self.columns, *self.constants} else []
        for name in wanted:
            column = guess_by_content(self.source.table, self.free_columns(), self.layer, name)
            if column is None or (name == "xy" and "wkt" in self.columns):
                continue
            self.columns[name] = column
            self.reasons[name] = Message(N_("for its values"))
            values = {"column": column, "field": Message(field_title(self.layer, name))}
            yield Message(N_("Column “{column}” was taken as {field}, for its values."), values)

    def choices(self) -> tuple[Message, ...]:
        titles = {name: Message(field_title(self.layer, name)) for name in (*self.columns, *self.constants)}
        pairs = [
            Message(N_("{field} ← {column}"), {"field": titles[name], "column": column})
            for name, column in self.columns.items()
        ]
        pairs += [
            Message(N_("{field} = {value}"), {"field": titles[name], "value": value})
            for name, value in self.constants.items()
        ]
        said = [Message(N_("Fields: {pairs}."), {"pairs": listed(pairs)})] if pairs else []
        left_over = self.free_columns()
        if left_over and self.layer != "nodes":
            said.append(Message(N_("Columns that no field takes: {columns}."), {"columns": list(left_over[:40])}))
        for column, what in self.personal.items():
            values = {"column": column, "what": what}
            said.append(Message(N_("Column “{column}” was left out: it looks like {what}."), values))
        return tuple(said)

    def _for_roster(self, name: str, column: str) -> bool:
        return self.layer == "teams" and name in _ROSTER_FIELDS and "identity" not in self.personal[column].template


def _told_columns(
    source: Source, layer: str, told: Mapping[str, str], names: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, str], dict[str, str]]:
    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    for given, target in told.items():
        name = field_called(given)
        if name not in FIELD_NAMES[layer]:
            raise InputError(
                N_("There is no field “{field}” in {layer}."),
                remedy=N_("Its fields are: {fields}."),
                field=given,
                layer=Message(LAYERS[layer].title),
                fields=list(FIELD_NAMES[layer]),
            )
        if name not in names or target == LEFT_OUT:
            continue
        if target.startswith("="):
            constants[name] = target[1:]
        else:
            columns[name] = _told_column(source, target)
            _refuse_persons(source, layer, columns[name])
    return columns, constants


def find_column(source: Source, target: str) -> str | None:
    """
    Find a column by what a user or a profile calls it.

    Parameters
    ----------
    source : Source
        The rows.
    target : str
        Its name, perhaps in another case, with other blanks or signs.

    Returns
    -------
    str or None
        The column; None if there is none, or more than one that is alike.
    """
    if target in source.columns:
        return target
    alike = [column for column in source.columns if plain_name(column) == plain_name(target) and plain_name(target)]
    return alike[0] if len(alike) == 1 else None


def _told_column(source: Source, target: str) -> str:
    found = find_column(source, target)
    if found is not None:
        return found
    raise InputError(
        N_("“{name}” has no column “{column}”."),
        remedy=N_("Its columns are: {columns}."),
        name=source.name,
        column=target,
        columns=list(source.columns[:40]),
    )


def _refuse_persons(source: Source, layer: str, column: str) -> None:
    """Refuse what a user's word cannot make harmless: identity numbers anywhere, and persons beside incidents."""
    what = personal_content(source.table[column].to_numpy(dtype=object), column)
    by_name = personal_name(column)
    if layer == "incidents":
        what = by_name if by_name is not None and by_name.template == "names of persons" else what
    elif what is not None and "identity" not in what.template:
        what = None
    if what is not None:
        raise InputError(
            N_("Column “{column}” cannot be imported: it holds {content}."),
            why=N_("The program holds places, counts and teams, and no persons."),
            remedy=N_("Choose another column."),
            column=column,
            content=what,
        )


def personal_columns(source: Source, layer: str, told: frozenset[str] = frozenset()) -> dict[str, Message]:
    """
    Find the columns that look personal.

    Parameters
    ----------
    source : Source
        The rows.
    layer : str
        The layer to fill.
    told : frozenset of str, default frozenset()
        Columns that the user named, which are not judged here.

    Returns
    -------
    dict of str to Message
        Column to what it looks like.
    """
    found: dict[str, Message] = {}
    for column in source.columns:
        if column in told:
            continue
        what = personal_name(column) if layer in _GUARDED else None
        if what is not None and what.template == "addresses" and layer in _ADDRESS_IS_A_PLACE:
            what = None
        cells = source.table[column].to_numpy(dtype=object)
        if what is not None and _holds_moments(column, cells):
            what = None
        what = what or personal_content(cells, column) or (persons_by_value(cells) if layer == "incidents" else None)
        if what is not None:
            found[column] = what
    return found


def left_out_for(columns: ColumnMap, layer: str, fields: tuple[str, ...]) -> tuple[str, Message] | None:
    """
    Find a column that would have been a field's, had it not looked personal.

    Parameters
    ----------
    columns : ColumnMap
        The mapping.
    layer : str
        Name of the layer.
    fields : tuple of str
        The fields that lack a source.

    Returns
    -------
    (str, Message) or None
        The column whose name fits best, and what it looks like; None if no such column was left out.
    """
    names = {name: FIELD_NAMES[layer][name] for name in fields if name in FIELD_NAMES[layer]}
    scores = name_scores(tuple(columns.personal), names)
    known = [(score, column) for (_, column), score in scores.items() if score >= RECOGNISED]
    return (max(known)[1], columns.personal[max(known)[1]]) if known else None


def _holds_moments(column: str, cells: NDArray[np.object_]) -> bool:
    """Tell the time of a report, 报警人报警时间, from what its name says of persons; a day of birth is a person's."""
    plain = plain_name(column)
    if not plain.endswith(_MOMENT_ENDS) or any(word in plain for word in _BIRTH_WORDS):
        return False
    return fits(_sample(cells), "incidents", "date")


def _sample(cells: NDArray[np.object_]) -> NDArray[np.object_]:
    head = cells[: 20 * _SAMPLE_ROWS]
    return head[~is_blank(head)][:_SAMPLE_ROWS]
