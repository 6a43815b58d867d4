"""Commands on protected projects: put one under a password, take it out again."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from patrolmap.cli.console import Answer
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    import argparse

    from patrolmap.cli.console import Console

__all__ = ["add_commands"]

_VARIABLE: Final = "PATROLMAP_PASSWORD"


def add_commands(add: Any, _group: Any) -> None:
    """
    Add this room's commands.

    Parameters
    ----------
    add : function
        Adds a command, as in `patrolmap.cli.app`.
    _group : function
        Adds a group of commands.
    """
    protect = add("protect", tr("Put a project under a password"), _protect)
    protect.add_argument("project", type=Path, metavar=tr("PROJECT"), help=tr("the project file"))
    unprotect = add("unprotect", tr("Take a project out of its protection"), _unprotect)
    unprotect.add_argument("file", type=Path, metavar=tr("FILE"), help=tr("the file that ends in .protected"))
    unprotect.add_argument("--keep", action="store_true", help=tr("leave the protected file beside the project"))


def _protect(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.protection import protect_project

    password = _password(new=True)
    made = protect_project(arguments.project, password, progress=console.progress, cancel=console.cancel)
    data = {"protected": str(made.container), "open_copies": [str(copy) for copy in made.open_copies]}
    lines = [
        tr("{path} is protected; {project} is gone.", path=made.container, project=arguments.project),
        tr("Keep the password safe: without it nobody can read the project again."),
        *(tr("Still readable without a password: {path}", path=copy) for copy in made.open_copies),
    ]
    return Answer(data, tuple(lines))


def _unprotect(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.services.protection import unprotect_project

    path = unprotect_project(
        arguments.file,
        _password(new=False),
        keep=arguments.keep,
        progress=console.progress,
        cancel=console.cancel,
    )
    return Answer({"project": str(path)}, (tr("The project is in {path}, readable without a password.", path=path),))


def _password(*, new: bool) -> str:
    """Never from the command line, which other accounts and the shell's history see."""
    found = os.environ.get(_VARIABLE, "")
    if found:
        return found
    if not sys.stdin.isatty():
        raise InputError(
            N_("There is no password."),
            why=N_("Nobody can be asked for it here."),
            remedy=N_("Run the command in a terminal, or put the password into the variable {variable}."),
            variable=_VARIABLE,
        )
    words = getpass.getpass(tr("Password: "))
    if new and getpass.getpass(tr("The same password again: ")) != words:
        raise InputError(N_("The two passwords differ."), remedy=N_("Run the command again."))
    return words
