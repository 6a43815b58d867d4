"""The command `profiles`: the import profiles of a project and of its user."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from patrolmap.cli.console import Answer
from patrolmap.i18n import tr
from patrolmap.model.layers import LAYERS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from patrolmap.cli.console import Console
    from patrolmap.ingest.profiles import MappingProfile

__all__ = ["add_commands"]


def add_commands(add: Callable[..., argparse.ArgumentParser], group: Callable[..., Any]) -> None:  # noqa: ARG001 - the signature of all rooms
    """
    Add `profiles`.

    Parameters
    ----------
    add : Callable
        Adds a command.
    group : Callable
        Adds a group of commands; not needed here.
    """
    parser = add("profiles", tr("list, share, write or delete import profiles"), _profiles)
    parser.add_argument("project", type=Path, metavar="PROJECT", help=tr("the project file"))
    parser.add_argument("--share", metavar="NAME", help=tr("keep this profile for all projects of this user"))
    parser.add_argument("--write", type=Path, metavar="P.json", help=tr("write the project's profiles to a file"))
    parser.add_argument("--read", type=Path, metavar="P.json", help=tr("take profiles from a file into the project"))
    parser.add_argument("--drop", metavar="NAME", help=tr("delete this profile from the project"))


def _profiles(args: argparse.Namespace, console: Console) -> Answer:  # noqa: ARG001 - the signature of all commands
    from patrolmap.services import import_profiles as service
    from patrolmap.services.projects import open_project

    with open_project(args.project) as project:
        if args.read is not None:
            for profile in service.read_profiles(args.read).values():
                service.keep_profile(project, profile)
        if args.drop is not None:
            service.drop_profile(project, args.drop)
        if args.share is not None:
            service.share_profile(service.find_profile(project, args.share))
        kept = service.project_profiles(project)
    if args.write is not None:
        service.write_profiles(args.write, kept)
    shared = service.shared_profiles()
    data = {
        "project": [profile.document() for profile in kept.values()],
        "shared": [profile.document() for profile in shared.values()],
    }
    lines = [_line(profile) for profile in kept.values()]
    lines += [_line(profile) + " " + tr("(for all projects)") for name, profile in shared.items() if name not in kept]
    return Answer(data, tuple(lines) or (tr("No import profile is saved."),))


def _line(profile: MappingProfile) -> str:
    pairs = "; ".join(f"{field} ← {source}" for field, source in profile.mapping.items() if source)
    return f"{profile.name} ({tr(LAYERS[profile.layer].title)}): {pairs}"
