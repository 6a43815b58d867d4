"""Look at the columns of a file before it is imported: the guessed mapping with samples and evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from patrolmap.i18n import tr
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.column_names import EDGE_FIELDS, FIELD_NAMES, NODE_FIELDS
from patrolmap.ingest.columns import LEFT_OUT, field_called
from patrolmap.ingest.proposals import propose
from patrolmap.ingest.readers import read_source
from patrolmap.model.layers import LAYERS
from patrolmap.progress import NO_CANCEL, NO_PROGRESS, Cancel, Progress
from patrolmap.services.import_profiles import ImportWish
from patrolmap.services.importing import import_file, require_importable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from patrolmap.ingest.database_address import DatabaseTable
    from patrolmap.ingest.profiles import MappingProfile
    from patrolmap.ingest.proposals import ColumnProposal, MappingProposal
    from patrolmap.model.report import ImportReport
    from patrolmap.project.store import ProjectStore
    from patrolmap.streets.topology import TopologySettings

__all__ = ["import_with", "proposal_document", "proposal_lines", "propose_columns", "propose_network"]


def propose_columns(
    source: Path | DatabaseTable,
    layer: str,
    *,
    mapping: Mapping[str, str] | None = None,
    encoding: str = "auto",
    sheet: str | None = None,
    profile: MappingProfile | None = None,
    cancel: Cancel = NO_CANCEL,
) -> MappingProposal:
    """
    Guess which column of a file becomes which field, and say why. Nothing is imported.

    Parameters
    ----------
    source : Path or DatabaseTable
        The file, or the table of a database.
    layer : str
        One of `patrolmap.services.importing.IMPORTABLE`.
    mapping : mapping of str to str or None, default None
        What the user corrected so far: field to column, to ``=value``, or to an empty text for no source.
    encoding : str, default "auto"
        Encoding of the texts; ``auto`` detects it.
    sheet : str or None, default None
        Sheet, layer or member; None chooses.
    profile : MappingProfile or None, default None
        A named mapping: nothing is guessed then.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    MappingProposal
        Columns with samples, fields with their sources. Its `mapping`, corrected, is what `import_with` takes.

    Raises
    ------
    InputError
        If the file cannot be read, or a field, column or heading of the profile does not exist.
    """
    require_importable(layer)
    wish = ImportWish(layer, mapping or {}, encoding=encoding, sheet=sheet).with_profile(profile)
    read = read_source(source, Wanted(layer, sheet=wish.sheet, encoding=wish.encoding), cancel=cancel)
    return propose(read, layer, wish.mapping_for(read))


def propose_network(
    nodes: Path, edges: Path, *, encoding: str = "auto", cancel: Cancel = NO_CANCEL
) -> tuple[MappingProposal, MappingProposal]:
    """
    Guess the columns of a network that is given as two tables. Nothing is imported.

    Parameters
    ----------
    nodes, edges : Path
        As in `patrolmap.services.importing.import_network`.
    encoding : str, default "auto"
        Encoding of the texts; ``auto`` detects it.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    tuple of MappingProposal
        Of the junctions, and of the streets.

    Raises
    ------
    InputError
        If a table cannot be read.
    """
    read = [
        read_source(path, Wanted(layer, fields, encoding=encoding), cancel=cancel)
        for path, layer, fields in ((nodes, "nodes", NODE_FIELDS), (edges, "streets", EDGE_FIELDS))
    ]
    return propose(read[0], "nodes", {}, NODE_FIELDS), propose(read[1], "streets", {}, EDGE_FIELDS)


def import_with(
    project: ProjectStore,
    source: Path | DatabaseTable,
    layer: str,
    mapping: Mapping[str, str],
    *,
    crs: str = "auto",
    encoding: str = "auto",
    sheet: str | None = None,
    save_profile: str = "",
    rejected_to: Path | None = None,
    mend: TopologySettings | None = None,
    progress: Progress = NO_PROGRESS,
    cancel: Cancel = NO_CANCEL,
) -> ImportReport:
    """
    Import a file by a mapping that the user has seen: what it does not name has no source, and nothing is guessed.

    Parameters
    ----------
    project : ProjectStore
        The project.
    source : Path or DatabaseTable
        The file, or the table of a database.
    layer : str
        One of `patrolmap.services.importing.IMPORTABLE`.
    mapping : mapping of str to str
        Field to column, to ``=value``, or to an empty text.
    crs : str, default "auto"
        As in `patrolmap.services.importing.import_file`.
    encoding : str, default "auto"
        As there.
    sheet : str or None, default None
        As there.
    save_profile : str, default ""
        Name under which the project keeps the mapping; empty to keep none.
    rejected_to : Path or None, default None
        Where to write rejected rows as Excel; None for nowhere.
    mend : TopologySettings or None, default None
        As in `patrolmap.services.importing.import_file`.
    progress : Progress, default NO_PROGRESS
        Receives how far the work is.
    cancel : Cancel, default NO_CANCEL
        The user's wish to stop.

    Returns
    -------
    ImportReport
        What was taken and what was not.

    Raises
    ------
    InputError
        If the file cannot be imported.
    """
    require_importable(layer)
    whole = dict.fromkeys(FIELD_NAMES[layer], LEFT_OUT)
    whole |= {field_called(given): target for given, target in mapping.items()}
    return import_file(
        project,
        source,
        layer,
        mapping=whole,
        crs=crs,
        encoding=encoding,
        sheet=sheet,
        save_profile=save_profile,
        rejected_to=rejected_to,
        mend=mend,
        progress=progress,
        cancel=cancel,
    )


def proposal_document(proposal: MappingProposal) -> dict[str, Any]:
    """
    Write a proposal as a JSON document in the user's language.

    Parameters
    ----------
    proposal : MappingProposal
        The proposal.

    Returns
    -------
    dict of str to Any
        Columns with samples and evidence, fields with their sources.
    """
    return {
        "source": proposal.source,
        "layer": proposal.layer,
        "rows": proposal.rows,
        "has_geometry": proposal.has_geometry,
        "columns": [
            {
                "column": one.column,
                "field": one.field,
                "why": None if one.why is None else tr(one.why),
                "samples": list(one.samples),
                "filled": one.filled,
                "alternatives": list(one.alternatives),
                "personal": one.is_personal,
            }
            for one in proposal.columns
        ],
        "fields": [
            {"field": one.field, "title": tr(one.title), "required": one.required, "source": one.source}
            for one in proposal.fields
        ],
        "mapping": {field: source for field, source in proposal.mapping.items() if source},
        "missing": list(proposal.missing),
        "choices": [tr(choice) for choice in proposal.choices],
    }


def proposal_lines(proposal: MappingProposal) -> tuple[str, ...]:
    """
    Write a proposal for people, in their language.

    Parameters
    ----------
    proposal : MappingProposal
        The proposal.

    Returns
    -------
    tuple of str
        One line a column, then the fields without a source.
    """
    title = tr(LAYERS[proposal.layer].title)
    head = tr("{source} → {layer}, {rows} {rows:row|rows}", source=proposal.source, layer=title, rows=proposal.rows)
    lines = [head, *(_column_line(one) for one in proposal.columns)]
    unset = [f"{one.field} ({tr(one.title)})" for one in proposal.fields if not one.source]
    if unset:
        lines.append(tr("Fields without a column: {fields}.", fields=unset))
    lines.append(tr("Correct with --column FIELD=HEADING, FIELD==VALUE or FIELD= (none)."))
    return tuple(lines)


def _column_line(one: ColumnProposal) -> str:
    if one.is_personal and one.why is not None:
        return "  " + tr("{column}: left out, looks like {what}", column=one.column, what=tr(one.why))
    samples = " | ".join(one.samples)
    if one.field is None or one.why is None:
        return "  " + tr("{column}: no field takes it. {samples}", column=one.column, samples=samples)
    return "  " + tr(
        "{column} → {field} ({why}). {samples}", column=one.column, field=one.field, why=tr(one.why), samples=samples
    )
