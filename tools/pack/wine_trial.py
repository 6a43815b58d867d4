"""The trial of an installer under Wine: install, self-test, upgrade in place, remove; for one user and for all."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tools.pack.wine_prefix import Wine

__all__ = ["NOT_UNDER_WINE", "Seen", "judge_self_test", "size_of", "try_installer"]

NOT_UNDER_WINE: Final = {
    "web_view": "pages of Qt's browser do not load under Wine",
}
"""Checks of the self-test whose failure under Wine tells nothing about Windows, and why."""

_KEY: Final = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\patrolmap"
_INSTALL_S: Final = 900
_SELF_TEST_S: Final = 1800
_START_S: Final = 45
_IS_RUNNING: Final = 2


@dataclass(frozen=True)
class Seen:
    """
    What one step of the trial showed.

    Parameters
    ----------
    name : str
        Of the step.
    holds : bool or None
        None if it cannot be seen here.
    detail : str
        Figures, or what went wrong.
    """

    name: str
    holds: bool | None
    detail: str = ""


def judge_self_test(answer: str) -> Iterator[Seen]:
    """
    Tell what a self-test's answer says.

    Parameters
    ----------
    answer : str
        What ``--self-test --json`` printed.

    Yields
    ------
    Seen
        One for each check; a failure that Wine explains cannot be seen here.
    """
    try:
        checks: list[dict[str, Any]] = json.loads(answer)["checks"]
    except (ValueError, KeyError, TypeError):
        yield Seen("self-test", holds=False, detail=f"no answer but: {answer[-500:]}")
        return
    for check in checks:
        holds: bool | None = bool(check["passed"])
        detail = str(check["detail"])
        if not holds and check["name"] in NOT_UNDER_WINE:
            holds, detail = None, NOT_UNDER_WINE[check["name"]]
        yield Seen(f"self-test: {check['name']}", holds, detail)


def size_of(folder: Path) -> int:
    """
    Add up the files of a folder.

    Parameters
    ----------
    folder : Path
        With folders in it.

    Returns
    -------
    int
        Bytes; a link counts nothing.
    """
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())


def try_installer(wine: Wine, installer: Path) -> Iterator[Seen]:
    """
    Try an installer in an empty Windows.

    Parameters
    ----------
    wine : Wine
        With an empty Windows.
    installer : Path
        The installer.

    Yields
    ------
    Seen
        What each step showed, as soon as it did.
    """
    folder = wine.drive / "tried patrolmap"
    yield _install(wine, installer, "/CurrentUser", folder)
    if not (folder / "patrolmap-cli.exe").exists():
        return
    yield from _look(wine, folder, "HKCU")
    yield from _self_test(wine, folder)
    yield from _main_job(wine, folder)
    yield from _upgrade(wine, installer, folder)
    yield from _refuse_while_running(wine, installer, folder)
    yield from _remove(wine, folder, "/CurrentUser", "HKCU")
    everybody = wine.drive / "Program Files" / "patrolmap"
    yield _install(wine, installer, "/AllUsers", everybody, choose=False)
    if (everybody / "patrolmap.exe").exists():
        yield from _look(wine, everybody, "HKLM")
        yield from _remove(wine, everybody, "/AllUsers", "HKLM")


def _install(wine: Wine, installer: Path, whom: str, folder: Path, *, choose: bool = True) -> Seen:
    words = f"{_outside(installer)} /S {whom}"
    if choose:
        words += f" /D={_windows(wine, folder)}"
    start_s = time.monotonic()
    done = wine.run("cmd", "/c", words, timeout_s=_INSTALL_S)
    wine.end(kill=False)
    there = (folder / "patrolmap.exe").exists() and (folder / "uninstall.exe").exists()
    size = f"{size_of(folder) / 1e6:.1f} MB, " if there else ""
    detail = f"{size}{time.monotonic() - start_s:.0f} s, status {done.returncode}"
    return Seen(f"silent installation {whom}", there, detail)


def _look(wine: Wine, folder: Path, hive: str) -> Iterator[Seen]:
    told = _registry(wine, f"{hive}\\{_KEY}")
    yield Seen(f"entry among the programs ({hive})", "DisplayVersion" in told and "EstimatedSize" in told)
    opens = _registry(wine, f"{hive}\\Software\\Classes\\patrolmap.project\\shell\\open\\command")
    yield Seen(f"project files open with it ({hive})", _windows(wine, folder) in opens and "%1" in opens)
    links = list((wine.drive).rglob("patrolmap.lnk"))
    yield Seen(f"entry in the start menu ({hive})", bool(links))


def _self_test(wine: Wine, folder: Path) -> Iterator[Seen]:
    start_s = time.monotonic()
    try:
        done = wine.run(folder / "patrolmap-cli.exe", "--self-test", "--json", timeout_s=_SELF_TEST_S)
    except subprocess.TimeoutExpired:
        yield Seen("self-test", holds=False, detail=f"no end after {_SELF_TEST_S} s")
        return
    yield from judge_self_test(done.stdout.decode("utf-8", errors="replace") or _tail(done.stderr))
    yield Seen("self-test, time", holds=True, detail=f"{time.monotonic() - start_s:.0f} s, status {done.returncode}")


def _main_job(wine: Wine, folder: Path) -> Iterator[Seen]:
    work = wine.drive / "work"
    work.mkdir(exist_ok=True)
    words = ("demo", "--no-window", "--out", "演示", "--time-limit-s", "5", "--json")
    try:
        done = wine.run(folder / "patrolmap-cli.exe", *words, timeout_s=_SELF_TEST_S, cwd=work)
    except subprocess.TimeoutExpired:
        yield Seen("patrolmap demo --no-window", holds=False, detail=f"no end after {_SELF_TEST_S} s")
        return
    made = sorted(work.rglob("*.pdf")) + sorted(work.rglob("map.html")) + sorted(work.rglob("*.gpkg"))
    holds = done.returncode == 0 and len({file.suffix for file in made}) == len({".pdf", ".html", ".gpkg"})
    detail = f"{len(made)} files" if holds else f"status {done.returncode}: {_tail(done.stderr)}"
    yield Seen("patrolmap demo --no-window, into a folder with a Chinese name", holds, detail)


def _upgrade(wine: Wine, installer: Path, folder: Path) -> Iterator[Seen]:
    stale, mine = folder / "_internal" / "of-an-older-version.dll", folder / "mine.gpkg"
    settings = wine.drive / "users" / "settings-of-the-trial.json"
    for file in (stale, mine, settings):
        file.write_text("stays unless it is the program's", encoding="utf-8")
    done = _install(wine, installer, "/CurrentUser", folder)
    kept = mine.exists() and settings.exists()
    yield Seen("upgrade in place", bool(done.holds) and not stale.exists() and kept, done.detail)


def _refuse_while_running(wine: Wine, installer: Path, folder: Path) -> Iterator[Seen]:
    mark = folder / "_internal" / "stands-while-it-runs"
    for name in ("patrolmap.exe", "patrolmap-cli.exe"):
        mark.write_text("", encoding="utf-8")
        words = ("self-test",) if name == "patrolmap-cli.exe" else ()
        with wine.started(folder / name, *words) as running:
            time.sleep(_START_S)
            is_up = running.poll() is None
            done = wine.run(installer, "/S", "/CurrentUser", timeout_s=_INSTALL_S)
        holds = done.returncode == _IS_RUNNING and mark.exists()
        detail = f"status {done.returncode}" if is_up else "the program did not stay up"
        yield Seen(f"silent installation leaves a running {name} alone", holds if is_up else None, detail)


def _remove(wine: Wine, folder: Path, whom: str, hive: str) -> Iterator[Seen]:
    mine = folder / "mine.gpkg"
    mine.write_text("a user's", encoding="utf-8")
    wine.run(folder / "uninstall.exe", whom, "/S", timeout_s=_INSTALL_S)
    wine.end(kill=False)
    gone = not (folder / "patrolmap.exe").exists() and not (folder / "_internal").exists()
    left = [file.name for file in folder.iterdir()] if folder.exists() else []
    yield Seen(f"silent removal {whom}", gone and mine.exists(), f"left in the folder: {', '.join(sorted(left))}")
    told = _registry(wine, f"{hive}\\{_KEY}")
    links = list(wine.drive.rglob("patrolmap.lnk"))
    yield Seen(f"no entry left ({hive})", "DisplayVersion" not in told and not links)


def _registry(wine: Wine, key: str) -> str:
    done = wine.run("reg", "query", key, "/s", "/reg:64", timeout_s=120)
    return done.stdout.decode("utf-8", errors="replace")


def _windows(wine: Wine, path: Path) -> str:
    return "C:\\" + str(path.relative_to(wine.drive)).replace("/", "\\")


def _outside(path: Path) -> str:
    """Name a file of this system as Wine's programs do."""
    return "Z:" + str(path).replace("/", "\\")


def _tail(content: bytes) -> str:
    return content.decode("utf-8", errors="replace").strip()[-800:]
