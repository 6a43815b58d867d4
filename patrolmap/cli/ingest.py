"""The command `import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer, to_json
from patrolmap.cli.topology import add_tolerances
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.ingest.database_address import DatabaseTable, is_database_address
from patrolmap.messages import N_
from patrolmap.whole_files import write_files

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from patrolmap.cli.console import Console
    from patrolmap.model.report import ImportReport
    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.topology import TopologySettings

__all__ = ["add_commands", "read_mapping"]

_ROWS_IN_JSON = 100


def add_commands(add: Callable[..., argparse.ArgumentParser], group: Callable[..., Any]) -> None:  # noqa: ARG001 - the signature of all rooms
    """
    Add `import`.

    Parameters
    ----------
    add : Callable
        Adds a command.
    group : Callable
        Adds a group of commands; not needed here.
    """
    parser = add("import", tr("bring a file into a project"), _import)
    parser.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    parser.add_argument(
        "file", type=_file_or_table, nargs="?", metavar="FILE", help=tr("the file to import, or postgresql://…")
    )
    parser.add_argument("--as", dest="layer", required=True, metavar="LAYER", help=tr("the layer to fill"))
    parser.add_argument(
        "--map",
        "--column",
        nargs="+",
        action="extend",
        default=[],
        metavar="FIELD=COLUMN",
        help=tr("columns of fields; FIELD==VALUE for all rows, FIELD= for none"),
    )
    parser.add_argument("--crs", default="auto", metavar="CRS", help=tr("EPSG:n, wgs84, gcj02, bd09 or auto"))
    parser.add_argument("--encoding", default="auto", metavar="E", help=tr("encoding of texts, or auto"))
    parser.add_argument(
        "--sheet",
        metavar="S",
        help=tr("sheet of a workbook, layer of a GeoPackage, member of an archive, table of a database"),
    )
    parser.add_argument(
        "--topology",
        choices=("off", "report", "repair"),
        default="off",
        help=tr("look at the lines of streets, or mend them"),
    )
    add_tolerances(parser)
    parser.add_argument("--show-columns", action="store_true", help=tr("show the guessed columns and import nothing"))
    parser.add_argument("--profile", metavar="NAME", help=tr("take the columns from a profile that was saved"))
    parser.add_argument("--save-profile", default="", metavar="NAME", help=tr("save the columns used under a name"))
    parser.add_argument("--report", type=Path, metavar="R.json", help=tr("write the whole report here"))
    parser.add_argument(
        "--rejected", type=Path, metavar="R.xlsx", help=tr("write rejected rows here, to correct and import again")
    )
    parser.add_argument("--nodes", type=Path, metavar="N", help=tr("table of junctions, for a network given as tables"))
    parser.add_argument("--edges", type=Path, metavar="E", help=tr("table of streets, for a network given as tables"))
    parser.add_argument("--planar", action="store_true", help=tr("coordinates are bare numbers on a plane"))
    parser.add_argument(
        "--metres-per-unit", type=float, default=1.0, metavar="M", help=tr("length of one unit of the plane")
    )


def _import_plan(args: argparse.Namespace) -> Answer:
    from patrolmap.services.plan_import import import_plan
    from patrolmap.services.projects import open_project

    if not isinstance(args.file, Path):
        raise InputError(
            N_("Nothing says which plan to import."), remedy=N_("Name a GPX or KML file, or a folder of GPX files.")
        )
    files = sorted(args.file.glob("*.gpx")) if args.file.is_dir() else [args.file]
    with open_project(args.project) as project:
        plan = import_plan(project, files)
    stops = sum(len(route.stops) for route in plan.routes)
    data = {"plan_id": plan.plan_id, "teams": len(plan.routes), "stops": stops}
    return Answer(
        data, (tr("Plan {plan}: {teams} teams, {stops} stops", plan=plan.plan_id, teams=len(plan.routes), stops=stops),)
    )


def _import(args: argparse.Namespace, console: Console) -> Answer:
    if args.layer == "plan":
        return _import_plan(args)
    from patrolmap.services.import_reports import report_document, report_lines
    from patrolmap.services.import_topology import MendedImportReport
    from patrolmap.services.importing import NothingImportedError
    from patrolmap.services.projects import open_project
    from patrolmap.services.topology import examine_topology

    _check_usage(args)
    with open_project(args.project) as project:
        if args.show_columns:
            return _show_columns(project, args, console)
        tolerances = _tolerances(project, args)  # before anything is imported, lest a wrong one leaves half a job
        try:
            report = _run_import(project, args, tolerances, console)
        except NothingImportedError as error:
            _write_report(args.report, report_document(error.report))
            raise
        topology = report.topology if isinstance(report, MendedImportReport) else None
        if args.topology == "report":
            topology = examine_topology(project, tolerances, progress=console.progress, cancel=console.cancel)
    document, lines = report_document(report), report_lines(report)
    if topology is not None:
        from patrolmap.services.topology_views import topology_document, topology_lines

        document["topology"] = topology_document(topology)
        lines = (*lines, *topology_lines(topology))
    _write_report(args.report, document)
    return Answer(_cut(document), lines)


def _file_or_table(text: str) -> Path | str:
    """Keep the address of a database as it is: a path would lose a slash."""
    return text if is_database_address(text) else Path(text)


def _source(given: Path | str) -> Path | DatabaseTable:
    return DatabaseTable.at(given) if isinstance(given, str) else given


def _show_columns(project: ProjectStore, args: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.import_columns import proposal_document, proposal_lines, propose_columns
    from patrolmap.services.import_profiles import find_profile, project_profiles, shared_profiles

    proposal = propose_columns(
        _source(args.file),
        args.layer,
        mapping=read_mapping(args.map),
        encoding=args.encoding,
        sheet=args.sheet,
        profile=None if args.profile is None else find_profile(project, args.profile),
        cancel=console.cancel,
    )
    profiles = list({**shared_profiles(), **project_profiles(project)})
    lines = proposal_lines(proposal)
    if profiles:
        lines = (*lines, tr("Saved profiles: {names}.", names=list(profiles)))
    return Answer({**proposal_document(proposal), "profiles": profiles}, lines)


def _run_import(
    project: ProjectStore, args: argparse.Namespace, tolerances: TopologySettings, console: Console
) -> ImportReport:
    from patrolmap.services.import_profiles import find_profile
    from patrolmap.services.importing import import_file, import_network
    from patrolmap.services.network_tables import NetworkTables

    mapping = read_mapping(args.map)
    if args.nodes is not None:
        tables = NetworkTables(
            args.nodes, args.edges, args.planar, args.metres_per_unit, mapping, args.crs, args.encoding
        )
        return import_network(project, tables, progress=console.progress, cancel=console.cancel)
    return import_file(
        project,
        _source(args.file),
        args.layer,
        mapping=mapping,
        crs=args.crs,
        encoding=args.encoding,
        sheet=args.sheet,
        profile=None if args.profile is None else find_profile(project, args.profile),
        save_profile=args.save_profile,
        rejected_to=args.rejected,
        mend=tolerances if args.topology == "repair" else None,
        progress=console.progress,
        cancel=console.cancel,
    )


def _check_usage(args: argparse.Namespace) -> None:
    if (args.nodes is None) != (args.edges is None):
        raise InputError(N_("A network needs both tables."), remedy=N_("Give --nodes and --edges."))
    if (args.file is None) == (args.nodes is None):
        raise InputError(
            N_("There is no file to import, or one too many."), remedy=N_("Give either FILE, or --nodes and --edges.")
        )
    if args.nodes is not None and args.layer != "streets":
        raise InputError(N_("Tables of junctions and streets make streets."), remedy=N_("Give --as streets."))
    if args.nodes is not None and (args.show_columns or args.profile is not None or args.save_profile):
        raise InputError(
            N_("Profiles are for single files, not for networks given as tables."),
            remedy=N_("Give --map nodes.FIELD=COLUMN and edges.FIELD=COLUMN."),
        )
    if args.topology != "off" and (args.layer != "streets" or args.nodes is not None):
        raise InputError(N_("Only lines of streets have a topology to look at."), remedy=N_("Leave --topology out."))
    if args.planar and args.nodes is None:
        raise InputError(
            N_("Only a network given as tables can be planar."),
            remedy=N_("Give --nodes and --edges, or leave --planar out."),
        )


def read_mapping(words: list[str]) -> dict[str, str]:
    """
    Read what follows --map.

    Parameters
    ----------
    words : list of str
        Such as ``x=经度``, ``kind==post``, or ``owner=`` for a field that is to stay empty.

    Returns
    -------
    dict of str to str
        Field to column, to ``=value``, or to an empty text.

    Raises
    ------
    InputError
        If a word is no mapping.
    """
    mapping = {}
    for word in words:
        field, sign, column = word.partition("=")
        if not (sign and field.strip()):
            raise InputError(
                N_("“{word}” is no mapping."),
                remedy=N_(
                    "Write field=column, field==value for a value that holds for all rows, or field= to leave the field empty."
                ),
                word=word,
            )
        mapping[field.strip()] = column.strip()
    return mapping


def _cut(document: dict[str, Any]) -> dict[str, Any]:
    """Keep the first of long lists: the whole ones stand in the report file."""
    cut = {**document, **{key: document[key][:_ROWS_IN_JSON] for key in ("rejected_rows", "repaired_rows")}}
    if "topology" in cut:
        cut["topology"] = {**cut["topology"], "findings": cut["topology"]["findings"][:_ROWS_IN_JSON]}
    return cut


def _tolerances(project: ProjectStore, args: argparse.Namespace) -> TopologySettings:
    from patrolmap.services.topology import topology_settings

    return topology_settings(project, snap_m=args.snap_m, dangle_m=args.dangle_m, component_m=args.component_m)


def _write_report(path: Path | None, document: dict[str, Any]) -> None:
    if path is not None:
        write_files({path: f"{to_json(document)}\n".encode()})
