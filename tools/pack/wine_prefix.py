"""A Windows of Wine's in a folder of its own, made fit for CPython 3.11 and Qt 6."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tools.pack.portable_executable import GIVES_ZERO, forwarder, stand_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Wine", "find_wine", "make_prefix"]

# Where Debian's package wine64 alone puts it, out of the path.
_PLACES: Final = ("/usr/lib/wine/wine64",)
_SETTINGS: Final = {
    "WINEARCH": "win64",
    "WINEDEBUG": "-all",
    # Wine 8's own C library lacks what NumPy and Qt ask of it; a browser and .NET are offered at the first start otherwise.
    "WINEDLLOVERRIDES": "ucrtbase=n,b;mscoree=;mshtml=;winemenubuilder.exe=",
    "PYTHONUTF8": "1",
    # Wine keeps QT_* of the system to itself, but hands these on without their first four letters.
    "WINEQT_QPA_PLATFORM": "offscreen",
    # Qt's browser ends the window under Wine; the map that does without it does not.
    "PATROLMAP_PLAIN_MAP": "1",
    "LANG": "C.UTF-8",
}

# What Rust's libraries ask for random numbers, and Wine 8 has under an older name only.
_RANDOM: Final = {"ProcessPrng": "advapi32.SystemFunction036"}
_OF_THIS_SYSTEM: Final = frozenset({"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "DISPLAY", "QT_QPA_PLATFORM"})


@dataclass(frozen=True)
class Wine:
    """
    A Windows in a folder.

    Parameters
    ----------
    program : Path
        Wine itself.
    prefix : Path
        The folder.
    """

    program: Path
    prefix: Path

    @property
    def drive(self) -> Path:
        """
        The folder that is drive C:.

        Returns
        -------
        Path
            It exists once the prefix is made.
        """
        return self.prefix / "drive_c"

    def run(
        self, *words: str | Path, timeout_s: float, cwd: Path | None = None, log: Path | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """
        Run a program for Windows to its end.

        Parameters
        ----------
        *words : str or Path
            Program and arguments.
        timeout_s : float
            After this everything in the prefix is ended.
        cwd : Path, optional
            Folder to run in.
        log : Path, optional
            File for output and errors, which are empty in what comes back then.

        Returns
        -------
        subprocess.CompletedProcess
            Status, output and errors.

        Raises
        ------
        subprocess.TimeoutExpired
            If it took longer.
        """
        command = [str(self.program), *map(str, words)]
        common: dict[str, Any] = {"env": self._environment(), "stdin": subprocess.DEVNULL}
        if log is not None:
            # Python under Wine does not start if its output goes into a file, but does through a pipe.
            tee = subprocess.Popen(["tee", str(log)], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
            common |= {"stdout": tee.stdin, "stderr": subprocess.STDOUT}
        else:
            common |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        try:
            return subprocess.run(command, timeout=timeout_s, cwd=cwd, check=False, **common)
        except subprocess.TimeoutExpired:
            self.end()
            raise

    @contextmanager
    def started(self, *words: str | Path) -> Iterator[subprocess.Popen[bytes]]:
        """
        Start a program for Windows, and end everything in the prefix afterwards.

        Parameters
        ----------
        *words : str or Path
            Program and arguments.

        Yields
        ------
        subprocess.Popen
            The running program.
        """
        quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        running = subprocess.Popen([str(self.program), *map(str, words)], env=self._environment(), **quiet)
        try:
            yield running
        finally:
            self.end()
            running.wait(timeout=60)

    def _environment(self) -> dict[str, str]:
        ours = {name: told for name, told in os.environ.items() if name not in _OF_THIS_SYSTEM}
        return {**ours, **_SETTINGS, "WINEPREFIX": str(self.prefix)}

    def end(self, *, kill: bool = True) -> None:
        """
        Wait until nothing runs in this prefix any more.

        Parameters
        ----------
        kill : bool, optional
            Whether to end what runs.
        """
        server = next(
            (name for name in ("wineserver", "wineserver64") if (self.program.parent / name).exists()), "wineserver"
        )
        beside = self.program.parent / server
        words = [str(beside) if beside.exists() else server, "-k" if kill else "-w"]
        subprocess.run(words, env={**os.environ, "WINEPREFIX": str(self.prefix)}, check=False, timeout=120)


def find_wine() -> Path | None:
    """
    Find Wine for 64-bit programs.

    Returns
    -------
    Path or None
        The program.
    """
    for name in ("wine64", "wine"):
        if found := shutil.which(name):
            return Path(found)
    return next((Path(place) for place in _PLACES if Path(place).exists()), None)


def make_prefix(wine: Wine, c_library: Path, icu: Iterable[str]) -> None:
    """
    Make an empty Windows.

    Parameters
    ----------
    wine : Wine
        Where; an older one there is removed.
    c_library : Path
        Microsoft's ``ucrtbase.dll``.
    icu : iterable of str
        What the stand-in for ``icuuc.dll`` shall have. Each function gives 0: Qt then does without ICU's code pages.

    Raises
    ------
    RuntimeError
        If Wine did not make it.
    """
    shutil.rmtree(wine.prefix, ignore_errors=True)
    wine.prefix.mkdir(parents=True)
    wine.run("wineboot", "--init", timeout_s=300)
    system = wine.drive / "windows" / "system32"
    if not system.is_dir():
        raise RuntimeError(f"{wine.program} made no Windows in {wine.prefix}")
    wine.end(kill=False)
    (system / "ucrtbase.dll").unlink(missing_ok=True)  # a link to Wine's own, perhaps
    shutil.copy(c_library, system / "ucrtbase.dll")
    (system / "icuuc.dll").write_bytes(stand_in("icuuc.dll", icu, GIVES_ZERO))
    (system / "bcryptprimitives.dll").write_bytes(forwarder("bcryptprimitives.dll", _RANDOM))
    wine.run("winecfg", "-v", "win10", timeout_s=120)
    wine.end(kill=False)
