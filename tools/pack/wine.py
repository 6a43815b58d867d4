"""
``python -m tools.pack.wine --work FOLDER``: build the Windows program on Debian 12 under Wine, and try its installer.

1. Lays out CPython 3.11 for Windows with the libraries of ``requirements/runtime.txt``, each with its locked hash.
2. Freezes ``build.spec`` with it under Wine.
3. Packs it, and builds the installer with NSIS.
4. Installs it silently into an empty Windows, runs the self-test and the main job of what was installed, upgrades it
   in place and removes it; once for one user, once for all.

Prints what held, what did not, and by name what cannot be seen without a real Windows; ``FOLDER/report.json`` says the
same. Status 1 if something did not hold. Needs ``apt-get install wine64 nsis`` and about 6 GB.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

from patrolmap import __version__
from tools.pack.payload import make_payload
from tools.pack.portable_executable import imported
from tools.pack.windows_python import lay_out
from tools.pack.wine_prefix import Wine, find_wine, make_prefix
from tools.pack.wine_trial import Seen, size_of, try_installer

__all__ = ["main"]

ROOT: Final = Path(__file__).resolve().parents[2]
_STEPS: Final = ("python", "program", "installer", "trial")
_FREEZE_S: Final = 7200
_GOAL_INSTALLED: Final = 500e6
_GOAL_INSTALLER: Final = 160e6
_UNSEEN: Final = (
    Seen(
        "real Windows 10 and 11",
        None,
        "Wine 8 stands in for them; its C library is Microsoft's, its stand-in for ICU is empty",
    ),
    Seen("the window on a screen, drivers of graphics cards", None, "only off-screen here"),
    Seen("signature of installer and program", None, "no key here; -DSIGN= is for it"),
    Seen("virus scanners and SmartScreen", None, "none under Wine"),
    Seen("consent of an administrator (UAC)", None, "Wine's user may do everything"),
)


def main() -> int:
    """
    Build and try.

    Returns
    -------
    int
        0 if all that can be seen here holds.
    """
    parser = argparse.ArgumentParser(
        prog="python -m tools.pack.wine", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--work", type=Path, required=True, help="folder for everything that is made")
    parser.add_argument(
        "--first", choices=_STEPS, default="python", help="begin with this step, on what earlier runs left"
    )
    parser.add_argument("--last", choices=_STEPS, default="trial", help="end with this step")
    wish = parser.parse_args()
    wine_program = find_wine()
    missing = [name for name in ("makensis",) if shutil.which(name) is None]
    if wine_program is None or missing:
        needed = "apt-get install wine64 nsis"
        print(
            f"Missing: {', '.join([*missing, *([] if wine_program else ['wine64'])])}. As root: {needed}",
            file=sys.stderr,
        )
        return 2
    steps = _STEPS[_STEPS.index(wish.first) : _STEPS.index(wish.last) + 1]
    work = wish.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    seen = list(_UNSEEN) if "trial" in steps else []
    for one in _work_through(steps, work, wine_program):
        seen.append(one)
        _say(one)
    (work / "report.json").write_text(json.dumps([asdict(one) for one in seen], ensure_ascii=False, indent=1), "utf-8")
    print("\nCannot be seen here:")
    for one in seen:
        if one.holds is None:
            print(f"  {one.name}: {one.detail}")
    return int(any(one.holds is False for one in seen))


def _work_through(steps: tuple[str, ...], work: Path, wine_program: Path):  # noqa: ANN202 - an iterator of Seen
    python, c_library = lay_out(work)
    program = work / "dist" / "patrolmap"
    installer = work / "dist" / f"patrolmap-{__version__}-setup.exe"
    icu = imported(python.parent / "Lib" / "site-packages" / "PySide6" / "Qt6Core.dll")["icuuc.dll"]
    if "program" in steps:
        maker = Wine(wine_program, work / "maker")
        make_prefix(maker, c_library, icu)
        yield _freeze(maker, python, work)
    if "installer" in steps:
        yield _pack(program, installer, work)
    if "trial" in steps:
        tried = Wine(wine_program, work / "tried")
        make_prefix(tried, c_library, icu)
        yield from try_installer(tried, installer)


def _freeze(wine: Wine, python: Path, work: Path) -> Seen:
    words = ("--noconfirm", "--distpath", f"Z:{work}/dist", "--workpath", f"Z:{work}/build", f"Z:{ROOT}/build.spec")
    done = wine.run(python, "-m", "PyInstaller", *words, timeout_s=_FREEZE_S, cwd=ROOT, log=work / "freeze.log")
    wine.end(kill=False)
    program = work / "dist" / "patrolmap"
    if done.returncode or not (program / "patrolmap-cli.exe").exists():
        raise RuntimeError(f"PyInstaller ended with {done.returncode}; see {work / 'freeze.log'}")
    size = size_of(program)
    return Seen("installed under 500 MB", size < _GOAL_INSTALLED, f"{size / 1e6:.1f} MB")


def _pack(program: Path, installer: Path, work: Path) -> Seen:
    script = ROOT / "assets" / "installer" / "patrolmap.nsi"
    payload = work / "payload"
    make_payload(program, payload, work / "packed")
    defines = (f"-DVERSION={__version__}", f"-DSOURCE={payload}", f"-DOUTPUT={installer}")
    subprocess.run(["makensis", "-V2", "-INPUTCHARSET", "UTF8", *defines, str(script)], check=True)
    size = installer.stat().st_size
    return Seen("installer under 160 MB", size < _GOAL_INSTALLER, f"{size / 1e6:.1f} MB")


def _say(one: Seen) -> None:
    mark = {True: "holds", False: "FAILS", None: "unseen"}[one.holds]
    print(f"{mark:7} {one.name}: {one.detail}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
