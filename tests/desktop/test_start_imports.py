"""What the program loads before it is asked for anything: each large library costs the start a fifth of a second or more."""

import subprocess
import sys

import pytest

_LATE = {
    "cryptography", "docx", "folium", "geopandas", "networkx", "numba", "openpyxl", "ortools", "pandas", "psycopg",
    "pyogrio", "pyproj", "pyvrp", "scipy", "sklearn", "xlrd",
}  # fmt: skip
_COMMAND = """
import sys
sys.argv = ["patrolmap", "--version"]
from patrolmap.cli import main
try:
    main()
except SystemExit:
    pass
"""
_WINDOW = """
import sys
from patrolmap.desktop.app import make_application
from patrolmap.services.workspace import Preferences
app = make_application(Preferences(language="en", plain_map=True))
from patrolmap.desktop.core import Core
from patrolmap.desktop.window import MainWindow
window = MainWindow(Core())
window.show()
window.grab()
"""
_TELL = "\nprint('loaded:', *sorted({name.partition('.')[0] for name in sys.modules}))"


def _loaded(script: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", script + _TELL], capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("loaded:")[2].split())


@pytest.mark.parametrize("script", [_COMMAND, _WINDOW], ids=["command", "window"])
def test_starting_loads_no_large_library_that_it_does_not_need(script: str) -> None:
    loaded = _loaded(script)
    assert "patrolmap" in loaded
    assert loaded & _LATE == set()
