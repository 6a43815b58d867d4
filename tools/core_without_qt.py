"""Run the tests of the core in an environment that has no PySide6.

Run ``python -m tools.core_without_qt``. The environment is a real one, made for the run: its packages are links to those of
the present environment, all but Qt and the test plug-in that needs it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
CORE: Final = (
    "model",
    "project",
    "ingest",
    "streets",
    "rings",
    "hotspots",
    "planner",
    "exchange",
    "reports",
    "cli",
    "property",
)
QT: Final = ("PySide6", "pyside6", "shiboken6", "pytestqt", "pytest_qt")


def main() -> int:
    """
    Run the core's tests without Qt.

    Returns
    -------
    int
        Exit status of pytest.
    """
    folders = [f"tests/{room}" for room in CORE if (ROOT / "tests" / room).is_dir()]
    with tempfile.TemporaryDirectory() as folder:
        python = make_environment(Path(folder))
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        absent = subprocess.run([python, "-c", "import PySide6"], env=environment, capture_output=True, check=False)
        if absent.returncode == 0:
            print("PySide6 can still be imported: this run would prove nothing.", file=sys.stderr)
            return 1
        words = [str(python), "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", *folders]
        return subprocess.run(words, cwd=ROOT, env=environment, check=False).returncode


def make_environment(folder: Path) -> Path:
    """
    Make an environment with every package of this one but Qt.

    Parameters
    ----------
    folder : Path
        An empty folder.

    Returns
    -------
    Path
        Its Python.
    """
    venv.create(folder, symlinks=True)
    places = {"base": str(folder), "platbase": str(folder)}
    target = Path(sysconfig.get_path("purelib", "venv", vars=places))
    for source in {Path(sysconfig.get_path(kind)) for kind in ("purelib", "platlib")}:
        for package in source.iterdir():
            if not package.name.startswith(QT) and package.name != "__pycache__":
                (target / package.name).symlink_to(package)
    return Path(sysconfig.get_path("scripts", "venv", vars=places)) / "python"


if __name__ == "__main__":
    sys.exit(main())
