"""Publishing a project, checking it out, and bringing both sides together in one transaction of the office.

Order of a synchronisation: look at the file; lock the project in the office; compare; write there; write here; commit
there; commit here. A program that is killed before the first commit has changed nothing; one killed between the two has
left the office with changes that the next synchronisation finds to be the same on both sides.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.message_json import message_to_json
from patrolmap.office.merge import Choice, Conflict, Merge, OfficeRow, Sent, adopt, interesting, merge
from patrolmap.office.office_journal import head_of, require_unbroken, say
from patrolmap.office.roles import own_role
from patrolmap.office.rows import read_rows, read_versions, send_rows
from patrolmap.office.server import connected
from patrolmap.office.store import Desk, OfficeProject, find_project, make_project
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress, raise_if_cancelled
from patrolmap.project.replica import OfficeLink, ProjectMovedError, ReplicaView, TakenIn
from patrolmap.project.replica_rows import OFFICE_TABLES, KnownRow, new_uid
from patrolmap.project.store import ProjectStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from patrolmap.model.edits import JSON
    from patrolmap.office.address import OfficeAddress

__all__ = ["SyncResult", "SyncWishes", "TableChange", "check_out", "publish", "synchronise"]

_TRIES: Final = 5


@dataclass(frozen=True)
class SyncWishes:
    """
    How a synchronisation is to be done.

    Parameters
    ----------
    choices : mapping of str to Choice
        Decisions by the ids of conflicts.
    otherwise : Choice or None, default None
        The decision on all other conflicts; None leaves them undecided, and then nothing is changed.
    preview : bool, default False
        Whether only to tell what would happen.
    only_take : bool, default False
        Whether own changes stay here.
    """

    choices: Mapping[str, Choice] = field(default_factory=dict)
    otherwise: Choice | None = None
    preview: bool = False
    only_take: bool = False


@dataclass(frozen=True)
class TableChange:
    """
    How many rows of a table change on one side.

    Parameters
    ----------
    table : str
        One of `patrolmap.project.replica_rows.OFFICE_TABLES`.
    added, changed, deleted : int
        Numbers of rows.
    """

    table: str
    added: int
    changed: int
    deleted: int


@dataclass(frozen=True)
class SyncResult:
    """
    What a synchronisation did, or would do.

    Parameters
    ----------
    project : OfficeProject
        The project in the office.
    role : str
        What the user may do there.
    incoming, outgoing : tuple of TableChange
        Changes here and in the office.
    conflicts : tuple of Conflict
        Not decided; while there are any nothing is changed.
    done : bool
        Whether it was done.
    """

    project: OfficeProject
    role: str
    incoming: tuple[TableChange, ...]
    outgoing: tuple[TableChange, ...]
    conflicts: tuple[Conflict, ...]
    done: bool


def publish(
    project: ProjectStore,
    address: OfficeAddress,
    *,
    name: str = "",
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> SyncResult:
    """
    Make a new project in the office of a file, which becomes the first copy of it.

    Parameters
    ----------
    project : ProjectStore
        The file, open for writing.
    address : OfficeAddress
        The store; the user must be an administrator.
    name : str, default ""
        Its name there; empty for the district's.
    progress : Progress
        Receives how far it has come.
    cancel : Cancel
        Tells whether to stop; nothing is changed then.

    Returns
    -------
    SyncResult
        What was sent.

    Raises
    ------
    InputError
        If the file is a copy of an office project already, is empty, or the name is taken.
    """
    if project.office_link is not None:
        raise InputError(
            N_("This project belongs to the office project {name} already."),
            remedy=N_("Synchronise it, or separate it first with “patrolmap office leave”."),
            name=project.office_link.name,
        )
    frame = project.frame
    with connected(address) as connection:
        view = project.office_view(keep=True, cancel=cancel)
        desk = make_project(connection, new_uid(), name or address.project or project.name, frame)
        link = _link_to(desk, address)
        return _Exchange(project, desk, view, link=link, watch=(progress, cancel)).run(SyncWishes())


def check_out(
    address: OfficeAddress,
    path: Path,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> SyncResult:
    """
    Make a file that is a copy of an office project; it appears at its place when it is whole.

    Parameters
    ----------
    address : OfficeAddress
        The store.
    path : Path
        The file to make.
    progress : Progress
        Receives how far it has come.
    cancel : Cancel
        Tells whether to stop; there is no file then.

    Returns
    -------
    SyncResult
        What was taken in.

    Raises
    ------
    InputError
        If there is such a file already, or no such project.
    """
    if path.exists():
        raise InputError(
            N_("{path} exists already."),
            remedy=N_("Choose another name, or synchronise the project that is there."),
            path=str(path),
        )
    part = path.with_name(f".{path.stem}.{os.getpid()}.office{path.suffix}")
    try:
        with connected(address) as connection:
            desk = find_project(connection, address)
            with ProjectStore.create(part, name=desk.project.name, frame=desk.project.frame) as project:
                view = project.office_view(keep=False, cancel=cancel)
                exchange = _Exchange(project, desk, view, link=_link_to(desk, address), watch=(progress, cancel))
                result = exchange.run(SyncWishes(otherwise="theirs", only_take=True))
                project.end_history()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return result


def synchronise(
    project: ProjectStore,
    address: OfficeAddress,
    wishes: SyncWishes,
    *,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> SyncResult:
    """
    Bring a file and the office together.

    Parameters
    ----------
    project : ProjectStore
        A copy of an office project, open for writing.
    address : OfficeAddress
        The store.
    wishes : SyncWishes
        How.
    progress : Progress
        Receives how far it has come.
    cancel : Cancel
        Tells whether to stop; nothing is changed then.

    Returns
    -------
    SyncResult
        What was done; with conflicts, that nothing was done.

    Raises
    ------
    InputError
        If the file is no copy, a right is lacking, or the file is changed all the time.
    PatrolmapError
        If the connection breaks.
    """
    link = project.office_link
    if link is None:
        raise InputError(
            N_("This project belongs to no office project."),
            remedy=N_("Publish it with “patrolmap office put”, or check one out with “patrolmap office get”."),
        )
    for _ in range(_TRIES):
        try:
            view = project.office_view(keep=not wishes.preview, cancel=cancel)
            with connected(address) as connection:
                desk = find_project(connection, address, link)
                return _Exchange(project, desk, view, link=link, watch=(progress, cancel)).run(wishes)
        except ProjectMovedError:
            continue
    raise InputError(
        N_("The project was changed while it was synchronised; nothing was changed."),
        remedy=N_("Wait until the work on it is done, and synchronise again."),
    )


class _Exchange:
    """One comparison, carried out or not."""

    def __init__(
        self, project: ProjectStore, desk: Desk, view: ReplicaView, *, link: OfficeLink, watch: tuple[Progress, Cancel]
    ) -> None:
        self._project, self._desk, self._view, self._link = project, desk, view, link
        self._progress, self._cancel = watch

    def run(self, wishes: SyncWishes) -> SyncResult:
        """Compare, and do what the wishes allow."""
        desk, role = self._desk, own_role(self._desk.connection)
        desk.connection.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (desk.project.schema,))
        require_unbroken(desk, self._link)
        found = self._compare(wishes)
        result = SyncResult(
            desk.project, role, _incoming(found, self._view), _outgoing(found), found.conflicts, done=False
        )
        if wishes.preview or found.conflicts:
            return result
        sent = () if wishes.only_take else found.sent
        if sent and role == "viewer":
            raise _may_only_look(desk, len(sent))
        known, forgotten = self._send(sent)
        taken = TakenIn(found.brought, (*found.noted, *known), (*found.forgotten, *forgotten))
        self._finish(taken, len(sent))
        self._progress(1.0)
        return replace(result, done=True, outgoing=result.outgoing if sent else ())

    def _compare(self, wishes: SyncWishes) -> Merge:
        there: dict[str, dict[str, int]] = {}
        theirs: dict[str, dict[str, OfficeRow]] = {}
        for place, table in enumerate(OFFICE_TABLES):
            raise_if_cancelled(self._cancel)
            self._progress(0.6 * place / len(OFFICE_TABLES), Message(N_("Comparing with the office")))
            there[table] = read_versions(self._desk, table)
            wanted = interesting(self._view, table, there[table])
            theirs[table] = read_rows(self._desk, table, wanted, self._cancel) if wanted else {}
            adopt(self._view, table, theirs[table])
        return merge(self._view, there, theirs, choices=wishes.choices, otherwise=wishes.otherwise)

    def _send(self, rows: tuple[Sent, ...]) -> tuple[list[KnownRow], list[KnownRow]]:
        known: list[KnownRow] = []
        by_table: dict[str, list[Sent]] = {}
        for row in rows:
            by_table.setdefault(row.known.table, []).append(row)
        for place, (table, mine) in enumerate(by_table.items()):
            self._progress(0.6 + 0.3 * place / len(by_table), Message(N_("Sending to the office")))
            versions = send_rows(self._desk, table, mine, self._cancel)
            known += [
                replace(row.known, fid=row.mine.fid, version=versions[row.known.uid], digest=row.mine.digest)
                for row in mine
                if row.mine is not None
            ]
        if rows:
            self._desk.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return known, [row.known for row in rows if row.mine is None]

    def _finish(self, taken: TakenIn, sent: int) -> None:
        counts: dict[str, JSON] = {"taken": len(taken.brought), "sent": sent}
        label = Message(N_("Synchronised with the office: {taken} rows taken in, {sent} sent"), dict(counts))
        if sent:
            say(self._desk, "sync", message_to_json(label), counts)
        number, head = head_of(self._desk)
        now = replace(self._link, journal_number=number, journal_hash=head)
        if now == self._link and not (sent or taken.brought or taken.noted or taken.forgotten):
            return
        self._progress(0.9, Message(N_("Writing the project")))
        raise_if_cancelled(self._cancel)
        commit = self._desk.connection.commit
        summary: JSON = {**counts, "office_journal": number}
        self._project.take_in(taken, self._view, now, label=label, summary=summary, between=commit)


def _link_to(desk: Desk, address: OfficeAddress) -> OfficeLink:
    project = desk.project
    return OfficeLink(replace(address, project=project.name).text, project.project_id, project.name)


def _may_only_look(desk: Desk, count: int) -> InputError:
    return InputError(
        N_("You may only look at the office project {name}: {count} changed rows cannot be sent."),
        remedy=N_("Ask an administrator for the role planner, or add --only-take to bring in what others changed."),
        name=desk.project.name,
        count=count,
    )


def _incoming(found: Merge, view: ReplicaView) -> tuple[TableChange, ...]:
    kinds = (
        (
            row.known.table,
            "deleted" if row.cells is None else "changed" if row.known.uid in view.rows[row.known.table] else "added",
        )
        for row in found.brought
    )
    return _counted(kinds)


def _outgoing(found: Merge) -> tuple[TableChange, ...]:
    return _counted(
        (row.known.table, "deleted" if row.mine is None else "changed" if row.is_there else "added")
        for row in found.sent
    )


def _counted(kinds: Iterable[tuple[str, str]]) -> tuple[TableChange, ...]:
    counts: dict[str, dict[str, int]] = {}
    for table, kind in kinds:
        of_table = counts.setdefault(table, {"added": 0, "changed": 0, "deleted": 0})
        of_table[kind] += 1
    return tuple(TableChange(table, **counts[table]) for table in OFFICE_TABLES if table in counts)
