"""The program asks nothing of any network, whatever is done with it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from tests.helpers.network_watch import asked_of_the_network, needs_strace

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow

PROBE = """
import socket, subprocess, sys
def ask(family, place):
    try:
        socket.socket(family, socket.SOCK_DGRAM).connect((place, 4711))
    except OSError:
        pass
if sys.argv[1] == "parent":
    ask(socket.AF_INET, "127.0.0.1")
    ask(socket.AF_INET, "192.0.2.1")
    subprocess.run([sys.executable, "-S", __file__, "child"], check=True)
else:
    ask(socket.AF_INET6, "2001:db8::1")
"""


@pytest.fixture(autouse=True)
def _strace() -> None:
    needs_strace()


def test_the_watch_sees_what_a_program_and_its_children_ask(tmp_path: Path) -> None:
    probe = tmp_path / "probe.py"
    probe.write_text(PROBE, encoding="utf-8")
    asked = asked_of_the_network([sys.executable, "-S", str(probe), "parent"], tmp_path / "calls.log")
    assert asked == ["connect 192.0.2.1 4711", "connect 2001:db8::1 4711"]


def test_the_main_job_by_the_command_line_asks_nobody(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "patrolmap", "demo", "--no-window", "--out", str(tmp_path / "out")]
    assert asked_of_the_network([*words, "--time-limit-s", "2"], tmp_path / "calls.log") == []


# Of the office store, the dialog whose server is this machine: it asks no name service either.
@pytest.mark.parametrize(
    "tests",
    [
        "test_evening.py",
        "test_web_map.py",
        "test_background.py",
        "test_online_background.py",
        "test_office.py::test_a_refusal_is_said_in_the_dialog",
    ],
)
def test_an_evening_in_the_window_the_web_map_and_the_dialogs_ask_nobody(tmp_path: Path, tests: str) -> None:
    words = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-p", "no:xdist"]
    words += [f"tests/desktop/{tests}", f"--basetemp={tmp_path / 'inner'}"]
    asked = asked_of_the_network(words, tmp_path / "calls.log", environment={"QT_QPA_PLATFORM": "offscreen"})
    assert asked == []
