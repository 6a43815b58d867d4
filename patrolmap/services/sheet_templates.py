"""The district's template of sheets: kept in the project, read from a file."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_, Message
from patrolmap.model.edits import SetSetting
from patrolmap.model.sheet_template import (
    LARGEST_LOGO,
    PLAIN_TEMPLATE,
    SheetTemplate,
    require_logo,
    template_from,
    template_json,
)

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore

__all__ = ["TEMPLATE_KEY", "read_logo", "read_template", "set_sheet_template", "sheet_template"]

TEMPLATE_KEY: Final = "sheet_template"
_LARGEST_FILE: Final = 4 * LARGEST_LOGO


def sheet_template(project: ProjectStore) -> SheetTemplate:
    """
    Read the template of a project.

    Parameters
    ----------
    project : ProjectStore
        An open project.

    Returns
    -------
    SheetTemplate
        The plain one if none was set.

    Raises
    ------
    InputError
        If what is kept cannot be used.
    """
    kept = project.setting(TEMPLATE_KEY)
    return PLAIN_TEMPLATE if kept is None else template_from(kept)


def set_sheet_template(project: ProjectStore, template: SheetTemplate) -> None:
    """
    Keep a template in a project, as one step to undo; nothing happens if it is the same.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    template : SheetTemplate
        The template.

    Raises
    ------
    InputError
        If it has a text or a logo that no template takes.
    """
    value = template_json(template)
    template_from(value)
    if project.setting(TEMPLATE_KEY, template_json(PLAIN_TEMPLATE)) != value:
        project.apply(SetSetting(TEMPLATE_KEY, value), Message(N_("Template of the sheets")))


def read_template(path: Path) -> SheetTemplate:
    """
    Read a template from a JSON file.

    Parameters
    ----------
    path : Path
        The file. Its ``logo`` is the name of a picture beside it.

    Returns
    -------
    SheetTemplate
        The template.

    Raises
    ------
    InputError
        If the file or the picture cannot be read, or does not fit.
    """
    try:
        document = json.loads(_bytes(path).decode("utf-8-sig"))
    except ValueError as error:
        raise InputError(
            N_("“{name}” is no JSON file."),
            why=N_("The parser says: {cause}."),
            remedy=N_("Mend it, or make the template in the window."),
            name=path.name,
            cause=str(error),
        ) from error
    logo = b""
    if isinstance(document, dict) and isinstance(document.get("logo"), str):
        name = document.pop("logo")
        logo = read_logo(path.parent / name) if name else b""
    return replace(template_from(document), logo=logo)


def read_logo(path: Path) -> bytes:
    """
    Read a picture for the head.

    Parameters
    ----------
    path : Path
        PNG or JPEG.

    Returns
    -------
    bytes
        The file.

    Raises
    ------
    InputError
        If it cannot be read, or is no such picture.
    """
    return require_logo(_bytes(path))


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_LARGEST_FILE)
    except OSError as error:
        raise InputError(
            N_("“{name}” cannot be read."),
            why=N_("The system says: {reason}."),
            remedy=N_("Choose another file."),
            name=path.name,
            reason=error.strerror or str(error),
        ) from error
