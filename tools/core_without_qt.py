"""Run the tests of the core in an environment that has no PySide6.

Run ``python -m tools.core_without_qt``. A copy of the current environment would cost a gigabyte, so an import hook
that refuses PySide6 and shiboken6 stands in for their absence, in a process of its own; it also hides the plug-in
that needs them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
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

HOOK: Final = '''
import sys


class _NoQt:
    """Refuses Qt as if it were not installed."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


sys.meta_path.insert(0, _NoQt())
'''


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
        (Path(folder) / "sitecustomize.py").write_text(HOOK, encoding="utf-8")
        path = os.pathsep.join([folder, str(ROOT), os.environ.get("PYTHONPATH", "")])
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:pytest-qt", "-n", "2", *folders]
        return subprocess.run(words, cwd=ROOT, env={**os.environ, "PYTHONPATH": path}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
