"""The self-test of an installation: it touches every library with machine code, and a part that fails hides no other."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from patrolmap.messages import Message
from patrolmap.services import self_test
from patrolmap.services.self_test import Check, run_self_test

ROOT = Path(__file__).resolve().parents[2]
MACHINE_CODE = re.compile(r"\.(so|pyd|dll|dylib)(\.|$)")
# Asked for by other libraries for what we never do; the frozen program is tried without them.
LEFT_OUT = {
    "fonttools": "fontTools",
    "kiwisolver": "kiwisolver",
    "matplotlib": "matplotlib",
    "pillow": "PIL",
    "protobuf": "google.protobuf",
}
# The window's: the check of the web view loads them in a process of its own.
OF_THE_WINDOW = {"pyside6-addons", "pyside6-essentials"}

RUN = """
import json, sys, tempfile
from dataclasses import asdict
from pathlib import Path
from patrolmap.services.self_test import run_self_test
if __name__ == "__main__":
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        found = {one.name: [one.passed, one.detail] for one in run_self_test(Path(folder))}
    files = [module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)]
    print(json.dumps([found, files]))
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, tuple[bool, str]], set[str]]:
    """Outcomes of a self-test in a fresh process, and the files of all modules that it loaded."""
    script = tmp_path_factory.mktemp("self-test") / "run.py"
    script.write_text(RUN, encoding="utf-8")
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, str(script)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found, files = json.loads(done.stdout.splitlines()[-1])
    return found, {str(Path(file).resolve()) for file in files}


def test_this_installation_works(ran) -> None:
    outcomes, _ = ran
    assert {name: detail for name, (passed, detail) in outcomes.items() if not passed} == {}
    assert len(outcomes) >= 16


def test_every_locked_library_with_machine_code_is_tried(ran) -> None:
    _, files = ran
    untried = {name for name, native in locked_with_machine_code().items() if not native & files}
    assert untried - OF_THE_WINDOW <= set(LEFT_OUT)


def test_what_the_self_test_does_not_try_is_not_in_the_frozen_program() -> None:
    recipe = (ROOT / "build.spec").read_text(encoding="utf-8")
    assert [module for module in LEFT_OUT.values() if f'"{module}"' not in recipe] == []


def locked_with_machine_code() -> dict[str, set[str]]:
    """Files with machine code of each library in the lock that has some on this system."""
    lock = (ROOT / "requirements" / "runtime.txt").read_text(encoding="utf-8")
    found = {}
    for name in sorted(set(re.findall(r"^([\w.-]+)==", lock, flags=re.MULTILINE))):
        try:
            files = distribution(name).files or []
        except PackageNotFoundError:  # of another system, or the window's on a machine without it
            continue
        native = {str(Path(str(file.locate())).resolve()) for file in files if MACHINE_CODE.search(file.name)}
        if native:
            found[name] = native
    return found


def _broken(_folder: Path) -> str:
    raise OSError("no such library")


def test_a_part_that_fails_does_not_hide_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = (Check("a", Message("A"), _broken), Check("b", Message("B"), lambda _folder: "fine"))
    monkeypatch.setattr(self_test, "_CHECKS", checks)
    first, second = run_self_test(tmp_path)
    assert (first.passed, second.passed) == (False, True)
    assert "no such library" in first.detail
