"""Set up patrolmap on a bare machine and run it: ``python run.py demo`` or ``python run.py test``.

Needs only Python 3.11 to 3.13. Everything else goes into ``.venv`` beside this file, in the locked versions. On
Debian and Ubuntu the system packages come by apt when this runs as root; otherwise it names those that miss.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

VENV_PACKAGES = ("python3-venv",)
QT_PACKAGES = (
    "libegl1",
    "libgl1",
    "libxkbcommon0",
    "libdbus-1-3",
    "libfontconfig1",
    "libglib2.0-0",
    "libnss3",
    "libasound2",
    "libxcomposite1",
    "libxdamage1",
    "libxrandr2",
    "libxtst6",
    "libxkbfile1",
    "libgbm1",
    "libxcb-dri3-0",
    "libudev1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
)
TEST_PACKAGES = ("poppler-utils", "zbar-tools", "xvfb", "git", "strace", "binutils", "fonts-noto-cjk")
SYSTEM_PYTHON_PACKAGES = (f"libpython3.{sys.version_info.minor}",)  # what freezing needs of Debian's own Python


def main() -> int:
    """
    Set up and run one of the two jobs.

    Returns
    -------
    int
        Exit status of the job.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    jobs = parser.add_subparsers(dest="job", required=True)
    demo = jobs.add_parser("demo", help="open the window on the sample; without a screen write its results to a folder")
    demo.add_argument("--out", default="demo-output", help="folder for the results (default: demo-output)")
    demo.add_argument("--no-window", action="store_true", help="write the results even if there is a screen")
    test = jobs.add_parser("test", help="run all tests; words after -- go to pytest")
    test.add_argument("words", nargs="*")
    wanted = parser.parse_args()
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        print(f"patrolmap needs Python 3.11 to 3.13; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    if wanted.job == "demo":
        _set_up(QT_PACKAGES, "runtime.txt")
        options = ["--out", wanted.out, *(["--no-window"] if wanted.no_window else [])]
        return _call(PYTHON, "-m", "patrolmap", "demo", *options)
    shared_python = SYSTEM_PYTHON_PACKAGES if sys.base_prefix == "/usr" else ()
    _set_up((*QT_PACKAGES, *TEST_PACKAGES, *shared_python), "dev.txt")
    return _call(PYTHON, "-m", "pytest", *wanted.words)


def _set_up(system_packages: Sequence[str], lock: str) -> None:
    _install_system_packages(system_packages)
    wanted = hashlib.sha256((ROOT / "requirements" / lock).read_bytes()).hexdigest()
    stamp = VENV / f"installed-{lock}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    if not PYTHON.exists():
        _require(_call(sys.executable, "-m", "venv", VENV), "python -m venv .venv")
    pip = (PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    print("Installing the locked packages into .venv (some hundred megabytes, once) ...", flush=True)
    _require(_call(*pip, "--require-hashes", "-r", ROOT / "requirements" / lock), "pip install")
    stamp.write_text(wanted)


def _install_system_packages(packages: Sequence[str]) -> None:
    if not sys.platform.startswith("linux") or shutil.which("dpkg-query") is None:
        return
    missing = [name for name in (*VENV_PACKAGES, *packages) if not _is_installed(name)]
    if _can_make_environments() and "python3-venv" in missing:
        missing.remove("python3-venv")
    if not missing:
        return
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        print("Installing system packages:", " ".join(missing), flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        quiet = ("apt-get", "-qq", "-o", "Dpkg::Use-Pty=0")
        _require(_call(*quiet, "update", env=environment), "apt-get update")
        install = (*quiet, "install", "-y", "--no-install-recommends", *missing)
        _require(_call(*install, env=environment), "apt-get install")
        return
    print("System packages are missing. As root, run:\n  apt-get install -y " + " ".join(missing), file=sys.stderr)
    sys.exit(2)


def _is_installed(package: str) -> bool:
    query = ("dpkg-query", "-W", "-f", "${Status}", package)
    found = subprocess.run(query, capture_output=True, text=True, check=False)
    return "install ok installed" in found.stdout


def _can_make_environments() -> bool:
    probe = (sys.executable, "-c", "import ensurepip, venv")
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


def _call(*words: object, env: dict[str, str] | None = None) -> int:
    return subprocess.run([str(word) for word in words], cwd=ROOT, env=env, check=False).returncode


def _require(status: int, what: str) -> None:
    if status != 0:
        print(f"{what} failed with exit status {status}; its own message is above.", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    sys.exit(main())
