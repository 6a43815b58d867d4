"""A command that another process started ends with it, and can load every library meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from patrolmap.services.parent_watch import EXIT_WITH_PARENT

if TYPE_CHECKING:
    from collections.abc import Iterator

CANCELLED = 3
WATCH = "from patrolmap.services.parent_watch import end_with_parent; end_with_parent(); "


@contextmanager
def command(work: str, **asked: str) -> Iterator[subprocess.Popen[bytes]]:
    words = [sys.executable, "-c", WATCH + work]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **asked}) as child:
        try:
            yield child
        finally:
            child.kill()


def test_it_ends_when_its_standard_input_closes() -> None:
    with command("print('up', flush=True); import time; time.sleep(300)", **{EXIT_WITH_PARENT: "1"}) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdout.readline()
        child.stdin.close()
        assert child.wait(timeout=60) == CANCELLED


def test_it_loads_scipy_while_its_standard_input_stays_open() -> None:
    """On Windows OpenBLAS looks at standard input as it is loaded, and would wait for a watch that reads from it."""
    work = "import time; time.sleep(0.3); import scipy.linalg; print('loaded', flush=True)"
    with command(work, **{EXIT_WITH_PARENT: "1"}) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"loaded"


def test_it_watches_only_if_it_is_asked_to() -> None:
    with command("import time; time.sleep(0.3); raise SystemExit(7)") as child:
        assert child.stdin is not None
        child.stdin.close()
        assert child.wait(timeout=60) == 7
