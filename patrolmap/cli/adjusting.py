"""``patrolmap adjust``: hand edits of a plan."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from patrolmap.cli.console import Answer
from patrolmap.cli.naming import team_finder
from patrolmap.errors import InputError
from patrolmap.i18n import tr
from patrolmap.messages import N_

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.cli.console import Console
    from patrolmap.services.plan_steps import EditStep

__all__ = ["add_commands"]

_OF_ONE_VISIT: Final = ("take_out", "lock", "free", "done")


def add_commands(add: Any, group: Any) -> None:  # noqa: ARG001 - every room is called alike
    """
    Add the commands of this room.

    Parameters
    ----------
    add : callable
        Makes a command.
    group : callable
        Makes a group of commands.
    """
    parser = add("adjust", tr("change a plan by hand: re-timed at once, with what it breaks"), _adjust)
    parser.add_argument("project", metavar="PROJECT", type=Path)
    parser.add_argument("--plan", metavar="P", help=tr("a plan of the project; without it the latest"))
    steps: Sequence[tuple[str, str, str]] = (
        ("place", "VISIT=TEAM[@N]", tr("move or add visits; as the N-th stop, else where they fit best")),
        ("take_out", "VISIT", tr("take stops out")),
        ("order", "TEAM=VISIT,…", tr("put all stops of a team into this order")),
        ("lock", "VISIT", tr("stops to keep at their team and time")),
        ("free", "VISIT", tr("locked stops to free")),
        ("done", "VISIT", tr("stops that are done, with those before them")),
    )
    for name, metavar, about in steps:
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, dest=name, nargs="+", action=_InOrder, metavar=metavar, help=about)
    parser.add_argument("--dry-run", action="store_true", help=tr("tell what would be, and keep nothing"))


class _InOrder(argparse.Action):
    """Keeps steps in the order in which they are written, whatever their kind."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002 - as argparse calls it
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,  # noqa: ARG002 - as argparse calls it
    ) -> None:
        namespace.steps = [*getattr(namespace, "steps", []), *((self.dest, text) for text in values)]


def _adjust(arguments: argparse.Namespace, console: Console) -> Answer:
    from patrolmap.cli.plan_answers import plan_answer
    from patrolmap.services.plan_quality import plan_fairness
    from patrolmap.services.plan_steps import edited_by_hand
    from patrolmap.services.projects import open_project

    steps = [_step(kind, text) for kind, text in getattr(arguments, "steps", [])]
    if not steps:
        raise InputError(
            N_("Nothing is to be changed."), remedy=N_("Give --place, --take-out, --order, --lock, --free or --done.")
        )
    with open_project(arguments.project, read_only=arguments.dry_run) as project:
        team = team_finder(project)
        done = edited_by_hand(
            project,
            arguments.plan,
            [replace(step, team_id=team(step.team_id)) for step in steps],
            keep=not arguments.dry_run,
            progress=console.progress,
            cancel=console.cancel,
        )
        told = plan_answer(done.plan, plan_fairness(project, done.plan))
    broken = [tr(one) for one in done.broken]
    return Answer({**told.data, "kept": not arguments.dry_run, "broken": broken}, (*told.lines, *broken))


def _step(kind: str, text: str) -> EditStep:
    from patrolmap.services.plan_steps import EditStep, StepKind

    if kind in _OF_ONE_VISIT:
        return EditStep(StepKind(kind), text)
    if kind == "order":
        team, _, visits = text.partition("=")
        named = tuple(name for name in visits.split(",") if name)
        if team and named:
            return EditStep(StepKind.ORDER, team_id=team, order=named)
        raise InputError(
            N_("“{text}” is no order of stops."), remedy=N_("Write TEAM=VISIT,VISIT, such as T5=S3,S1."), text=text
        )
    visit, mark, place = text.rpartition("=")
    team, at, number = place.rpartition("@")
    if at and number.isdecimal() and int(number) >= 1:
        return EditStep(StepKind.PLACE, visit, team, int(number) - 1)
    if mark and visit and place:
        return EditStep(StepKind.PLACE, visit, place)
    raise InputError(
        N_("“{text}” does not place a visit."),
        remedy=N_("Write VISIT=TEAM or VISIT=TEAM@N, such as S3=T5@2."),
        text=text,
    )
