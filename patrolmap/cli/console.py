"""What every command shares: the answer it gives, progress on standard error, and Ctrl+C as a polite cancel."""

from __future__ import annotations

import json
import math
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from patrolmap.i18n import tr

if TYPE_CHECKING:
    from types import FrameType

    from patrolmap.messages import Message

__all__ = ["Answer", "Console", "to_json"]


@dataclass(frozen=True)
class Answer:
    """
    What a command found.

    Parameters
    ----------
    data : dict of str to Any
        The JSON document of ``--json``: snake_case keys with units.
    lines : tuple of str, default ()
        The same for people, in their language; printed without ``--json``.
    """

    data: dict[str, Any]
    lines: tuple[str, ...] = field(default=())


class Console:
    """
    The user at a terminal or a script.

    Parameters
    ----------
    quiet : bool
        Whether to keep progress to oneself.
    as_json : bool
        Whether the answer is printed as JSON.
    seed : int
        Seed of every random choice.
    out, err : TextIO or None
        Where to print; None for the process's own streams.
    """

    def __init__(
        self, *, quiet: bool, as_json: bool, seed: int, out: TextIO | None = None, err: TextIO | None = None
    ) -> None:
        self.quiet = quiet
        self.as_json = as_json
        self.seed = seed
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self._cancelled = False
        self._last_text = ""
        self._last_report_s = -math.inf

    def progress(self, fraction: float, text: Message | None = None) -> None:
        """
        Report on standard error: a line for each new text, at most ten lines a second.

        Parameters
        ----------
        fraction : float
            Done share, 0 to 1.
        text : Message or None
            What is being done; None keeps the last text.
        """
        if self.quiet or text is None:
            return
        words, now_s = tr(text), time.monotonic()
        if words != self._last_text and now_s - self._last_report_s >= 0.1:
            self._last_text, self._last_report_s = words, now_s
            print(f"[{fraction:4.0%}] {words}", file=self._err, flush=True)

    def cancel(self) -> bool:
        """Return True once Ctrl+C was pressed."""
        return self._cancelled

    def listen_for_interrupt(self) -> None:
        """Turn the first Ctrl+C into a cancel; a second one stops at once."""

        def on_interrupt(_signal: int, _frame: FrameType | None) -> None:
            if self._cancelled:
                raise KeyboardInterrupt
            self._cancelled = True

        signal.signal(signal.SIGINT, on_interrupt)

    def give(self, answer: Answer) -> None:
        """
        Print an answer.

        Parameters
        ----------
        answer : Answer
            What the command found.
        """
        if self.as_json:
            print(to_json(answer.data), file=self._out, flush=True)
        else:
            for line in answer.lines:
                print(line, file=self._out, flush=True)

    def complain(self, text: str) -> None:
        """
        Print an error.

        Parameters
        ----------
        text : str
            In the user's language.
        """
        print(text, file=self._err, flush=True)


def to_json(data: Any) -> str:
    """
    Write a JSON document that every reader accepts.

    Parameters
    ----------
    data : Any
        Mappings, sequences, numpy scalars and arrays, numbers, texts. NaN and infinities become null.

    Returns
    -------
    str
        Indented JSON, non-ASCII kept.
    """
    return json.dumps(_plain(data), ensure_ascii=False, indent=2, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
