"""Three-way comparison of a copy, the office, and what both agreed on last. Pure: knows neither file nor database.

A unit is what is decided as a whole: one row, or rows that belong together because they have the same key or are of the
same plan. A unit that one side changed goes to the other; one that both changed differently is a conflict.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from patrolmap.project.replica_rows import SETTINGS, Brought, KnownRow, StoredRow, Values, columns_shared
from patrolmap.project.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from patrolmap.project.replica import ReplicaView

__all__ = ["Choice", "Conflict", "Merge", "OfficeRow", "RowPair", "Sent", "adopt", "interesting", "merge"]

Choice: TypeAlias = Literal["mine", "theirs"]
_OF_PLAN: Final = frozenset({"plans", "routes", "stops"})


@dataclass(frozen=True)
class OfficeRow:
    """
    A row of the office store.

    Parameters
    ----------
    uid : str
        Its id.
    version : int
        Its version, never used twice.
    cells : tuple
        What it holds.
    digest : str
        As `patrolmap.project.replica_rows.digest_of`.
    """

    uid: str
    version: int
    cells: Values
    digest: str


@dataclass(frozen=True)
class RowPair:
    """
    One row on both sides.

    Parameters
    ----------
    known : KnownRow
        What was agreed on last.
    mine : StoredRow or None
        Here; None if it is not here.
    theirs : OfficeRow or None
        In the office; None if it is not there.
    """

    known: KnownRow
    mine: StoredRow | None
    theirs: OfficeRow | None

    @property
    def i_changed(self) -> bool:
        """Whether this copy changed it."""
        return (self.mine.digest if self.mine else None) != self.known.digest

    @property
    def they_changed(self) -> bool:
        """Whether the office changed it."""
        return (self.theirs.digest if self.theirs else None) != self.known.digest

    @property
    def is_same(self) -> bool:
        """Whether both sides hold the same."""
        return (self.mine.digest if self.mine else None) == (self.theirs.digest if self.theirs else None)

    def differing(self) -> tuple[str, ...]:
        """List the columns in which the two sides differ; all of them if one side has no such row."""
        columns = columns_shared(self.known.table)
        if self.mine is None or self.theirs is None:
            return columns
        pairs = zip(columns, self.mine.cells, self.theirs.cells, strict=True)
        return tuple(column for column, mine, theirs in pairs if mine != theirs)


@dataclass(frozen=True)
class Conflict:
    """
    What both sides changed differently.

    Parameters
    ----------
    conflict_id : str
        Names it and the two states that were compared: after another change it is another.
    pairs : tuple of RowPair
        The rows that differ.
    """

    conflict_id: str
    pairs: tuple[RowPair, ...]


@dataclass(frozen=True)
class Sent:
    """
    A row that goes to the office.

    Parameters
    ----------
    known : KnownRow
        What was known of it before.
    mine : StoredRow or None
        What it holds; None if it is taken away there.
    is_there : bool
        Whether the office has it.
    """

    known: KnownRow
    mine: StoredRow | None
    is_there: bool


@dataclass(frozen=True)
class Merge:
    """
    What is to be done so that both sides hold the same.

    Parameters
    ----------
    brought : tuple of Brought
        Changes here.
    sent : tuple of Sent
        Changes in the office.
    noted : tuple of KnownRow
        Agreed on without a change of rows.
    forgotten : tuple of KnownRow
        On neither side any more.
    conflicts : tuple of Conflict
        Not decided; nothing may be done while there are any.
    """

    brought: tuple[Brought, ...]
    sent: tuple[Sent, ...]
    noted: tuple[KnownRow, ...]
    forgotten: tuple[KnownRow, ...]
    conflicts: tuple[Conflict, ...]


def interesting(view: ReplicaView, table: str, there: Mapping[str, int]) -> set[str]:
    """
    List the rows whose values in the office are needed.

    Parameters
    ----------
    view : ReplicaView
        The copy.
    table : str
        One of its tables.
    there : mapping of str to int
        Versions of all rows of the office by uid.

    Returns
    -------
    set of str
        uids of rows in the office that either side changed.
    """
    known, rows = view.known[table], view.rows[table]
    return {
        uid
        for uid, version in there.items()
        if uid not in known
        or known[uid].version != version
        or (rows[uid].digest if uid in rows else None) != known[uid].digest
    }


def adopt(view: ReplicaView, table: str, theirs: Mapping[str, OfficeRow]) -> None:
    """
    Take rows for one that were added on both sides under the same key.

    Parameters
    ----------
    view : ReplicaView
        The copy; changed in place: such rows get the uid of the office.
    table : str
        One of its tables.
    theirs : mapping of str to OfficeRow
        The interesting rows of the office.
    """
    known, rows = view.known[table], view.rows[table]
    foreign = {
        key: uid for uid, row in theirs.items() if uid not in known and (key := _key_of(table, row.cells)) is not None
    }
    if not foreign:
        return
    for uid in [uid for uid, row in known.items() if row.digest is None and uid in rows and uid not in theirs]:
        other = foreign.pop(_key_of(table, rows[uid].cells) or "", None)
        if other is not None:
            rows[other] = rows.pop(uid)
            known[other] = replace(known.pop(uid), uid=other)


def merge(
    view: ReplicaView,
    there: Mapping[str, Mapping[str, int]],
    theirs: Mapping[str, Mapping[str, OfficeRow]],
    *,
    choices: Mapping[str, Choice],
    otherwise: Choice | None = None,
) -> Merge:
    """
    Find what is to be done.

    Parameters
    ----------
    view : ReplicaView
        The copy, after `adopt`.
    there : mapping of str to mapping of str to int
        For each table the versions of all rows of the office by uid.
    theirs : mapping of str to mapping of str to OfficeRow
        For each table the `interesting` rows of the office.
    choices : mapping of str to Choice
        The user's decisions by the ids of conflicts.
    otherwise : Choice or None
        The decision on all other conflicts; None leaves them undecided.

    Returns
    -------
    Merge
        Linear in the number of rows.
    """
    gathered = _Gathered()
    for table in view.rows:
        for pair in _changed_pairs(view, table, there[table], theirs[table], gathered):
            gathered.pairs.append(pair)
    for unit in _units(gathered.pairs):
        _decide(unit, choices, otherwise, gathered)
    return Merge(
        tuple(gathered.brought),
        tuple(gathered.sent),
        tuple(gathered.noted),
        tuple(gathered.forgotten),
        tuple(gathered.conflicts),
    )


class _Gathered:
    def __init__(self) -> None:
        self.pairs: list[RowPair] = []
        self.brought: list[Brought] = []
        self.sent: list[Sent] = []
        self.noted: list[KnownRow] = []
        self.forgotten: list[KnownRow] = []
        self.conflicts: list[Conflict] = []


def _changed_pairs(
    view: ReplicaView,
    table: str,
    there: Mapping[str, int],
    theirs: Mapping[str, OfficeRow],
    gathered: _Gathered,
) -> Iterator[RowPair]:
    """Yield the rows on which the sides differ; those on which they agree are noted at once."""
    known, rows = view.known[table], view.rows[table]
    for uid in dict.fromkeys((*known, *theirs)):
        row = known.get(uid) or KnownRow(table, uid, 0)
        if uid in there and uid not in theirs:
            continue  # the same on both sides as it was
        pair = RowPair(row, rows.get(uid), theirs.get(uid))
        if not pair.is_same:
            yield pair
        elif pair.theirs is None:
            gathered.forgotten.append(row)
        elif (row.version, row.digest) != (pair.theirs.version, pair.theirs.digest):
            gathered.noted.append(_agreed(pair))


def _units(pairs: list[RowPair]) -> list[list[RowPair]]:
    """Join rows that share a key or a plan: a union of sets by path halving."""
    parents = list(range(len(pairs)))

    def root(place: int) -> int:
        while parents[place] != place:
            parents[place] = parents[parents[place]]
            place = parents[place]
        return place

    first: dict[tuple[str, str, Any], int] = {}
    for place, pair in enumerate(pairs):
        for token in _tokens(pair):
            other = first.setdefault(token, place)
            parents[root(place)] = root(other)
    units: dict[int, list[RowPair]] = {}
    for place, pair in enumerate(pairs):
        units.setdefault(root(place), []).append(pair)
    return list(units.values())


def _tokens(pair: RowPair) -> Iterator[tuple[str, str, Any]]:
    table = pair.known.table
    for side in (pair.mine, pair.theirs):
        if side is None:
            continue
        key = _key_of(table, side.cells)
        if key is not None:
            yield "key", table, key
        if table in _OF_PLAN:
            yield "plan", "", side.cells[columns_shared(table).index("plan_id")]


def _decide(unit: list[RowPair], choices: Mapping[str, Choice], otherwise: Choice | None, gathered: _Gathered) -> None:
    mine, theirs = any(pair.i_changed for pair in unit), any(pair.they_changed for pair in unit)
    choice: Choice | None = "mine" if mine and not theirs else "theirs" if theirs and not mine else None
    if choice is None:
        name = _conflict_id(unit)
        choice = choices.get(name, otherwise)
        if choice is None:
            gathered.conflicts.append(Conflict(name, tuple(unit)))
            return
    for pair in unit:
        if choice == "mine":
            gathered.sent.append(Sent(pair.known, pair.mine, pair.theirs is not None))
        else:
            gathered.brought.append(_brought(pair))


def _brought(pair: RowPair) -> Brought:
    if pair.theirs is None:
        return Brought(pair.known, None)
    table = pair.known.table
    old = _key_of(table, pair.mine.cells) if pair.mine else None
    fid = pair.mine.fid if pair.mine else 0
    moved = pair.mine is not None and old != _key_of(table, pair.theirs.cells)
    return Brought(replace(_agreed(pair), fid=fid), pair.theirs.cells, moved)


def _agreed(pair: RowPair) -> KnownRow:
    if pair.theirs is None:
        raise ValueError(pair.known.uid)
    return replace(pair.known, version=pair.theirs.version, digest=pair.theirs.digest)


def _key_of(table: str, values: Values) -> str | None:
    key = "key" if table == SETTINGS else TABLES[table].key
    return (values[columns_shared(table).index(key)] or None) if key else None


def _conflict_id(unit: list[RowPair]) -> str:
    words = sorted(
        f"{pair.known.table}/{pair.known.uid}/{pair.mine.digest if pair.mine else ''}/"
        f"{pair.theirs.version if pair.theirs else 0}"
        for pair in unit
    )
    return blake2b("\n".join(words).encode(), digest_size=5).hexdigest()
