"""`main()`: find the command, run it, and turn whatever happens into an exit status."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from patrolmap import __version__
from patrolmap.cli.console import Answer, Console
from patrolmap.cli.rooms import ROOMS
from patrolmap.cli.usage import WRONG_INPUT, CommandParser, shared_options, speak
from patrolmap.errors import InputError, PatrolmapError, trace_without_data
from patrolmap.i18n import LANGUAGES, set_language, system_language, tr, tr_error
from patrolmap.progress import CancelledError
from patrolmap.services.parent_watch import end_with_parent

__all__ = ["DONE", "FAILED", "STOPPED", "WRONG_INPUT", "main"]

DONE: Final = 0
FAILED: Final = 1
STOPPED: Final = 3

Command = Callable[[argparse.Namespace, Console], Answer]


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one command.

    Parameters
    ----------
    arguments : sequence of str or None
        Words of the command line; None takes those of the process.

    Returns
    -------
    int
        0 done, 1 a defect, 2 the user's input is at fault, 3 cancelled.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["--self-test"]:  # what an installer calls a program with is an option by custom
        words[0] = "self-test"
    set_language(_wanted_language(words))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        parsed = build_parser().parse_args(words, argparse.Namespace(json=False, lang=None, quiet=False, seed=0))
    except SystemExit as done:
        return int(done.code or 0)
    console = Console(quiet=parsed.quiet, as_json=parsed.json, seed=parsed.seed)
    if arguments is None:
        console.listen_for_interrupt()
        end_with_parent()
    return _run(parsed.run, parsed, console)


def build_parser() -> argparse.ArgumentParser:
    """
    Make the parser of all commands.

    Returns
    -------
    argparse.ArgumentParser
        Its namespaces hold ``run``, the command.
    """
    speak()
    shared = shared_options()
    summary = tr("Defence rings, hotspots and patrol plans for a district.")
    parser = CommandParser(prog="patrolmap", description=summary, parents=[shared])
    version = tr("show program's version number and exit")
    parser.add_argument("--version", action="version", version=f"patrolmap {__version__}", help=version)
    commands = parser.add_subparsers(metavar=tr("COMMAND"), required=True, parser_class=CommandParser)

    def add(name: str, summary: str, run: Command, *, under: Any = None) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = (under or commands).add_parser(
            name, help=summary, description=summary, parents=[shared]
        )
        made.set_defaults(run=run)
        return made

    def group(name: str, summary: str) -> Any:
        made = commands.add_parser(name, help=summary, description=summary, parents=[shared])
        return made.add_subparsers(metavar=tr("COMMAND"), required=True, parser_class=CommandParser)

    for room in ROOMS:
        room(add, group)
    return parser


def _wanted_language(words: Sequence[str]) -> str:
    for place, word in enumerate(words):
        value = word.partition("=")[2] if word.startswith("--lang=") else ""
        if word == "--lang" and place + 1 < len(words):
            value = words[place + 1]
        if value in LANGUAGES:
            return value
    chosen = os.environ.get("PATROLMAP_LANG", "")
    return chosen if chosen in LANGUAGES else system_language()


def _run(command: Command, parsed: argparse.Namespace, console: Console) -> int:
    try:
        console.give(command(parsed, console))
    except BrokenPipeError:
        # The reader of our output, such as `head`, has seen enough; Python must not complain when it closes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (CancelledError, KeyboardInterrupt):
        console.complain(tr("Cancelled; nothing was changed."))
        return STOPPED
    except InputError as error:
        console.complain(tr_error(error.parts))
        return WRONG_INPUT
    except PatrolmapError as error:
        console.complain(tr_error(error.parts))
        return FAILED
    except Exception as error:  # noqa: BLE001 - the last place that can tell the user about a defect
        console.complain(tr("patrolmap has a defect; please report what follows.") + "\n" + trace_without_data(error))
        return FAILED
    return DONE
