"""Commands on a project as a whole: make one, check one."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from patrolmap.cli.console import Answer
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import argparse

    from patrolmap.cli.console import Console
    from patrolmap.project.rescue import RescuedTable

__all__ = ["add_commands"]

_TO_THE_END: Final = 2**63 - 1
_TABLES: Final = {"shifts": N_("Shifts"), "plans": N_("Patrol plans"), "patrol_log": N_("Patrol log")}


def add_commands(add: Any, group: Any) -> None:
    """
    Add this room's commands.

    Parameters
    ----------
    add : function
        Adds a command, as in `patrolmap.cli.app`.
    group : function
        Adds a group of commands.
    """
    new = add("new", tr("Make an empty project"), _new)
    new.add_argument("project", type=Path, metavar=tr("PROJECT"), help=tr("the file to make, .gpkg"))
    new.add_argument("--name", default="", help=tr("name of the district; without it the file's name"))
    new.add_argument("--crs", default="auto", help=tr("auto, planar, EPSG:4326, EPSG:4490, or a system in metres"))
    check = add("check", tr("Check that a project is sound"), _check)
    check.add_argument("project", type=Path, metavar=tr("PROJECT"), help=tr("the project file"))
    rescue = add("rescue", tr("Save what can be read of a damaged project into a new one"), _rescue)
    rescue.add_argument("project", type=Path, metavar=tr("PROJECT"), help=tr("the damaged file"))
    rescue.add_argument("--out", type=Path, metavar=tr("PROJECT"), help=tr("the file to make, .gpkg"))
    journal = group("journal", tr("The record of all changes"))
    verify = add("verify", tr("Check that the journal was not changed"), _verify, under=journal)
    verify.add_argument(
        "project", metavar=tr("PROJECT"), help=tr("the project file, or the address of an office store")
    )
    verify.add_argument("--noted", metavar=tr("HASH"), help=tr("a last hash noted earlier: whether it is still there"))


def _new(arguments: argparse.Namespace, _console: Console) -> Answer:
    from patrolmap.services.projects import create_project

    with create_project(arguments.project, arguments.name, arguments.crs) as project:
        frame = project.frame if project.has_frame else None
        data = {
            "project": str(project.path),
            "name": project.name,
            "stored_crs": frame and frame.stored_crs,
            "metric_crs": frame and frame.metric_crs,
        }
        line = tr("Project {name} is in {path}.", name=project.name, path=project.path)
    return Answer(data, (line, tr("Next: import the streets.")))


def _check(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.projects import check_project

    report = check_project(arguments.project, progress=console.progress, cancel=console.cancel)
    data = {
        "project": str(arguments.project),
        "sound": report.is_sound,
        "rows": report.rows,
        "journal_entries": report.journal_entries,
        "journal_hash": report.journal_hash,
        "findings": [{"code": finding.code, "text": tr(finding.text)} for finding in report.findings],
    }
    counted = [f"{_layer_title(name)} {count}" for name, count in report.rows.items() if count]
    lines = (
        tr("Rows: {counted}", counted=counted),
        tr("Journal: {count} entries, last hash {hash}", count=report.journal_entries, hash=report.journal_hash),
        *(f"[{finding.code}] {tr(finding.text)}" for finding in report.findings),
    )
    if report.is_sound:
        return Answer(data, (*lines, tr("The project is sound.")))
    console.give(Answer(data, lines))
    raise InputError(
        N_("{count} {count:fault was|faults were} found in {path}."),
        remedy=N_("Keep a copy of the file, and go back to the latest backup that is sound."),
        count=len(report.findings),
        path=str(arguments.project),
    )


def _rescue(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.projects import rescue_project

    target = arguments.out or arguments.project.with_name(f"{arguments.project.stem}-rescued.gpkg")
    tables = rescue_project(arguments.project, target, progress=console.progress, cancel=console.cancel)
    data = {
        "project": str(target),
        "whole": all(table.is_whole for table in tables),
        "tables": [{**asdict(table), "whole": table.is_whole} for table in tables],
    }
    kept = [f"{_layer_title(table.name)} {table.kept}" for table in tables if table.kept]
    lines = [tr("Rescued into {path}: {kept}", path=target, kept=kept)]
    lines += [_loss(table) for table in tables if not table.is_whole]
    return Answer(data, (*lines, tr("Nothing was lost.")) if data["whole"] else tuple(lines))


def _loss(table: RescuedTable) -> str:
    name = _layer_title(table.name)
    if table.missing:
        return tr("{table}: the table itself is lost.", table=name)
    gaps = (f"{first}-{last}" if last < _TO_THE_END else f"{first}-…" for first, last in table.gaps)
    lost = [*gaps, *(str(fid) for fid in table.spoilt)]
    return tr("{table}: rows {lost} could not be saved.", table=name, lost=lost)


def _verify(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.projects import has_journal_entry, verify_journal

    is_kept: bool | None = None
    if arguments.project.startswith(("postgresql://", "postgres://")):
        from patrolmap.cli.office import verify_in_office

        if arguments.noted:
            raise InputError(
                N_("--noted is for project files."),
                remedy=N_("Synchronise: each synchronisation looks for the entry of the store that it saw last."),
            )
        entries, head, broken = verify_in_office(arguments.project)
    else:
        entries, head, broken = verify_journal(Path(arguments.project))
        is_kept = has_journal_entry(Path(arguments.project), arguments.noted) if arguments.noted else None
    data = {
        "project": str(arguments.project),
        "intact": broken is None,
        "entries": entries,
        "last_hash": head,
        "first_broken_entry": broken,
        "noted_entry_kept": is_kept,
    }
    if broken is None and is_kept is False:
        console.give(Answer(data))
        raise InputError(
            N_("The journal of {path} does not hold the entry that was noted."),
            why=N_("Its end was cut off, or it is the journal of another project, or the hash was noted wrongly."),
            remedy=N_("Compare it with a backup that is older."),
            path=str(arguments.project),
        )
    if broken is None:
        line = tr("The journal is intact: {count} entries, last hash {hash}", count=entries, hash=head)
        return Answer(data, (line,))
    console.give(Answer(data))
    raise InputError(
        N_("The journal of {path} was changed at entry {number}, or an entry before it is missing."),
        remedy=N_("Compare it with a backup that is older."),
        path=str(arguments.project),
        number=broken,
    )


def _layer_title(name: str) -> str:
    from patrolmap.model.layers import LAYERS

    return tr(LAYERS[name].title if name in LAYERS else _TABLES.get(name, name))
