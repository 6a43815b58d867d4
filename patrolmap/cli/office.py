"""Commands on the office store: set it up, publish, check out, synchronise, and who may do what."""

from __future__ import annotations

import getpass
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from patrolmap.cli.console import Answer
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

    from patrolmap.cli.console import Console
    from patrolmap.services.office import ConflictRow, OfficeAddress, SyncResult, TableChange

__all__ = ["add_commands", "verify_in_office"]

T = TypeVar("T")


def add_commands(_add: Any, group: Any) -> None:
    """
    Add this room's commands.

    Parameters
    ----------
    _add : function
        Adds a command, as in `patrolmap.cli.app`.
    group : function
        Adds a group of commands.
    """
    office = group("office", tr("The office store: one project for several people"))

    def command(name: str, summary: str, run: Any, *words: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = _add(name, summary, run, under=office)
        for word in words:
            made.add_argument(word.lower(), metavar=tr(word), help=tr(_HELP[word]))
        return made

    command("init", tr("Set an office store up, or bring it up to date (administrator of the server)"), _init, "URL")
    put = command("put", tr("Publish a project in the office store"), _put, "PROJECT", "URL")
    put.add_argument("--name", default="", help=tr("name of the project in the store; without it the district's"))
    command("get", tr("Check a project out of the office store"), _get, "URL", "PROJECT")
    sync = command("sync", tr("Bring in what others changed, and send what was changed here"), _sync, "PROJECT")
    _sync_options(sync)
    status = command("status", tr("What a synchronisation would do; changes nothing"), _status, "PROJECT")
    status.add_argument("--url", default="", metavar=tr("URL"), help=tr("another address of the same store"))
    command("leave", tr("Separate a project from the office store; its rows stay"), _leave, "PROJECT")
    command("users", tr("Who may use the office store"), _users, "URL")
    grant = command("grant", tr("Give somebody a role in the office store"), _grant, "URL", "USER")
    grant.add_argument("role", choices=("viewer", "planner", "admin"), help=tr("what the user may do"))
    grant.add_argument("--create", action="store_true", help=tr("make the database user and ask for the password"))
    command("revoke", tr("Take all roles in the office store away from somebody"), _revoke, "URL", "USER")


def verify_in_office(address: str) -> tuple[int, str, int | None]:
    """
    Check the journal of an office project, asking for the password if need be.

    Parameters
    ----------
    address : str
        Of the store, with the project if there are several.

    Returns
    -------
    tuple of (int, str, int or None)
        As `patrolmap.office.office_journal.verify_office_journal`.
    """
    from patrolmap.services.office import verify_office_journal

    return _asking(address, verify_office_journal)


_HELP = {
    "URL": N_("postgresql://user@host:port/database, with ?project=NAME if there are several"),
    "PROJECT": N_("the project file"),
    "USER": N_("name of the database user"),
}


def _sync_options(sync: argparse.ArgumentParser) -> None:
    sync.add_argument("--url", default="", metavar=tr("URL"), help=tr("another address of the same store"))
    sync.add_argument("--preview", action="store_true", help=tr("only tell what would happen"))
    sync.add_argument("--only-take", action="store_true", help=tr("own changes stay here"))
    sync.add_argument("--take", choices=("mine", "theirs"), help=tr("whose values hold in all conflicts"))
    words = tr("whose values hold in one conflict: ID=mine or ID=theirs; may be repeated")
    sync.add_argument("--choose", action="append", default=[], metavar="ID=mine", help=words)
    words = tr("compare all rows anew, after a backup of the office store was put back")
    sync.add_argument("--after-restore", action="store_true", help=words)


def _init(arguments: argparse.Namespace, _console: Console) -> Answer:
    from patrolmap.services.office import init_store

    renewed = _asking(arguments.url, init_store)
    lines = [tr("The office store is ready.")]
    lines += [tr("Brought up to date: {name}", name=name) for name in renewed]
    lines.append(tr("Next: give users a role with “patrolmap office grant”."))
    return Answer({"ready": True, "renewed": list(renewed)}, tuple(lines))


def _put(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.office import publish
    from patrolmap.services.projects import open_project

    with open_project(Path(arguments.project)) as project:
        result = _asking(
            arguments.url,
            lambda place: publish(
                project, place, name=arguments.name, progress=console.progress, cancel=console.cancel
            ),
        )
    return _told(result, tr("Published in the office store as {name}.", name=result.project.name))


def _get(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.office import check_out

    path = Path(arguments.project)
    result = _asking(
        arguments.url, lambda place: check_out(place, path, progress=console.progress, cancel=console.cancel)
    )
    return _told(result, tr("{path} is a copy of the office project {name}.", path=path, name=result.project.name))


def _sync(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.office import SyncWishes, synchronise_after_restore
    from patrolmap.services.projects import open_project

    wishes = SyncWishes(_choices(arguments.choose), arguments.take, arguments.preview, arguments.only_take)
    with open_project(Path(arguments.project), read_only=arguments.preview) as project:
        if arguments.after_restore and not arguments.preview:
            synchronise_after_restore(project)
        result = _synchronised(project, arguments.url, wishes, console)
    if result.done:
        return _told(result, tr("Synchronised with the office project {name}.", name=result.project.name))
    answer = _told(result, tr("Nothing was changed: this is a preview."))
    if not result.conflicts or arguments.preview:
        return answer
    console.give(_told(result))
    raise InputError(
        N_(
            "{count} {count:conflict: a row that was|conflicts: rows that were} changed here and in the office. Nothing was changed."
        ),
        remedy=N_("Decide with --choose ID=mine or ID=theirs, or on all of them with --take mine or --take theirs."),
        count=len(result.conflicts),
    )


def _status(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.office import SyncWishes
    from patrolmap.services.projects import open_project

    with open_project(Path(arguments.project), read_only=True) as project:
        result = _synchronised(project, arguments.url, SyncWishes(preview=True), console)
    return _told(result, tr("Office project {name}; your role: {role}.", name=result.project.name, role=result.role))


def _synchronised(project: Any, url: str, wishes: Any, console: Console) -> SyncResult:
    from patrolmap.services.office import address_of, synchronise

    text = url or address_of("", project.office_link).text
    return _asking(
        text,
        lambda place: synchronise(project, place, wishes, progress=console.progress, cancel=console.cancel),
    )


def _leave(arguments: argparse.Namespace, _console: Console) -> Answer:
    from patrolmap.services.office import leave_office
    from patrolmap.services.projects import open_project

    with open_project(Path(arguments.project)) as project:
        name = leave_office(project)
    line = (
        tr("Separated from the office project {name}.", name=name) if name else tr("It belonged to no office project.")
    )
    return Answer({"left": name}, (line,))


def _users(arguments: argparse.Namespace, _console: Console) -> Answer:
    from patrolmap.services.office import list_users

    users = _asking(arguments.url, list_users)
    return Answer({"users": [asdict(user) for user in users]}, tuple(f"{user.name}  {user.role}" for user in users))


def _grant(arguments: argparse.Namespace, _console: Console) -> Answer:
    from patrolmap.services.office import grant_role

    password = _typed(tr("Password of {user}: ", user=arguments.user)) if arguments.create else None
    user, role = arguments.user, arguments.role
    _asking(arguments.url, lambda place: grant_role(place, user, role, password=password))
    return Answer({"user": user, "role": role}, (tr("{user} is now {role}.", user=user, role=role),))


def _revoke(arguments: argparse.Namespace, _console: Console) -> Answer:
    from patrolmap.services.office import revoke_roles

    _asking(arguments.url, lambda place: revoke_roles(place, arguments.user))
    return Answer({"user": arguments.user, "role": None}, (tr("{user} has no role any more.", user=arguments.user),))


def _asking(text: str, work: Callable[[OfficeAddress], T]) -> T:
    """Do work with an address; ask for the password if the server wants one and somebody can be asked."""
    from patrolmap.services.office import PasswordNeededError, address_of

    place = address_of(text)
    try:
        return work(place)
    except PasswordNeededError:
        if not sys.stdin.isatty():
            raise
    return work(place.with_password(_typed(tr("Password: "))))


def _typed(question: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(question)
    words = sys.stdin.readline().rstrip("\r\n")
    if not words:
        raise InputError(
            N_("There is no password."), remedy=N_("Run the command in a terminal, or send the password on its input.")
        )
    return words


def _choices(words: Iterable[str]) -> dict[str, Any]:
    chosen = {}
    for word in words:
        name, _, side = word.partition("=")
        if side not in {"mine", "theirs"}:
            raise InputError(N_("“{word}” is no choice."), remedy=N_("Write ID=mine or ID=theirs."), word=word)
        chosen[name] = side
    return chosen


def _told(result: SyncResult, *lines: str) -> Answer:
    from patrolmap.services.office import conflict_rows

    rows = conflict_rows(result.conflicts)
    data = {
        "office_project": result.project.name,
        "role": result.role,
        "done": result.done,
        "incoming": [asdict(change) for change in result.incoming],
        "outgoing": [asdict(change) for change in result.outgoing],
        "conflicts": [asdict(row) for row in rows],
    }
    changes = [
        *(_change(tr("From the office"), change) for change in result.incoming),
        *(_change(tr("To the office"), change) for change in result.outgoing),
    ]
    if not changes and not rows:
        changes = [tr("Nothing differs.")]
    return Answer(data, (*lines, *changes, *(line for row in rows for line in _conflict(row))))


def _change(side: str, change: TableChange) -> str:
    from patrolmap.services.office import table_title

    return tr(
        "{side}: {table}: {added} added, {changed} changed, {deleted} deleted",
        side=side, table=table_title(change.table), added=change.added, changed=change.changed, deleted=change.deleted,
    )  # fmt: skip


def _conflict(row: ConflictRow) -> list[str]:
    from patrolmap.services.office import column_title, table_title

    lines = [tr("Conflict {id}: {table}, {row}", id=row.conflict_id, table=table_title(row.table), row=row.row)]
    if "absent" in {row.mine, row.theirs}:
        mine = row.theirs == "absent"
        return [*lines, "  " + (tr("here, but not in the office") if mine else tr("in the office, but not here"))]
    for field in row.fields:
        title = tr(column_title(row.table, field.column))
        lines.append(
            "  " + tr("{column}: mine {mine}, theirs {theirs}", column=title, mine=field.mine, theirs=field.theirs)
        )
    return lines
