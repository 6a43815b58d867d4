"""How the command line is written, in the user's language: the parser, its help and its complaints."""

from __future__ import annotations

import argparse
import sys
from typing import Any, Final, NoReturn

from patrolmap.i18n import LANGUAGES, tr
from patrolmap.messages import N_

__all__ = ["WRONG_INPUT", "CommandParser", "shared_options", "speak"]

WRONG_INPUT: Final = 2

_WORDS_OF_ARGPARSE: Final = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("show this help message and exit"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"),
    N_("expected one argument"),
    N_("expected at least one argument"),
    N_("expected at most one argument"),
    N_("expected %s argument"),
    N_("expected %s arguments"),
    N_("ignored explicit argument %r"),
    N_("ambiguous option: %(option)s could match %(matches)s"),
)
"""What `argparse` says itself, as in Python 3.11 to 3.13, so that the catalogues can hold it."""


class CommandParser(argparse.ArgumentParser):
    """An `argparse` parser that reports a usage error as the user's input at fault."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """
        Parse, with the project found wherever it stands.

        Parameters
        ----------
        args : sequence of str or None
            The words; None takes those of the process.
        namespace : argparse.Namespace or None
            Where to put what they say.

        Returns
        -------
        tuple of (argparse.Namespace, list of str)
            What was said, and the words that nobody takes.
        """
        words = list(sys.argv[1:] if args is None else args)
        return super().parse_known_args(self._project_first(words), namespace)

    def _project_first(self, words: list[str]) -> list[str]:
        """Free a project, and what follows it, from an option of many values, which would take them as its own."""
        greedy = {name for action in self._actions if action.nargs == "+" for name in action.option_strings}
        taking = False
        for place, word in enumerate(words):
            if word.startswith("-"):
                taking = word.partition("=")[0] in greedy
            elif taking and word.lower().endswith(".gpkg"):
                end = next((k for k, later in enumerate(words) if k > place and later.startswith("-")), len(words))
                return [*words[place:end], *words[:place], *words[end:]]
        return words

    def error(self, message: str) -> NoReturn:
        """
        Complain and end.

        Parameters
        ----------
        message : str
            What is wrong.
        """
        self.print_usage(sys.stderr)
        self.exit(WRONG_INPUT, f"{self.prog}: {message}\n")


def speak() -> None:
    """Let `argparse`, which takes its words from gettext's catalogue of the process, take them from ours."""
    vars(argparse).update(_=tr, ngettext=lambda one, many, count: tr(one if count == 1 else many))


def shared_options() -> CommandParser:
    """
    Make the options that every command takes, and that may stand before the command's name as well.

    Returns
    -------
    CommandParser
        A parent of others. It sets no defaults: those of a command would overwrite what was said before its name.
    """
    shared = CommandParser(add_help=False, argument_default=argparse.SUPPRESS)
    shared.add_argument("--json", action="store_true", help=tr("print one JSON document"))
    shared.add_argument("--lang", choices=LANGUAGES, help=tr("language of texts"))
    shared.add_argument("--quiet", action="store_true", help=tr("no progress on standard error"))
    shared.add_argument("--seed", type=int, help=tr("seed of every random choice"))
    return shared
