"""Building for Windows elsewhere: the right lines of the lock, and a fair judgement of what Wine shows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.pack.windows_lock import windows_lines
from tools.pack.wine_trial import NOT_UNDER_WINE, judge_self_test
from tools.sbom.__main__ import locked

ROOT = Path(__file__).resolve().parents[2]
LOCK = """\
# made by hand
both==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
windows-only==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:cc
linux_only==3.0 ; sys_platform == 'linux' \\
    --hash=sha256:dd
split==4.0 ; python_full_version < '3.12' \\
    --hash=sha256:ee
split==5.0 ; python_full_version >= '3.12' \\
    --hash=sha256:ff
"""


def test_windows_gets_its_own_lines_with_all_their_hashes() -> None:
    assert windows_lines(LOCK) == [
        "both==1.0 --hash=sha256:aa --hash=sha256:bb",
        "windows-only==2.0 --hash=sha256:cc",
        "split==4.0 --hash=sha256:ee",
    ]


def test_some_are_chosen_by_name_and_a_name_that_is_not_there_is_told() -> None:
    assert windows_lines(LOCK, {"both"}) == ["both==1.0 --hash=sha256:aa --hash=sha256:bb"]
    with pytest.raises(ValueError, match="linux-only"):
        windows_lines(LOCK, {"both", "linux-only"})


def test_a_line_without_a_version_is_refused() -> None:
    with pytest.raises(ValueError, match="not a locked requirement"):
        windows_lines("loose>=1\n")


def test_what_is_frozen_is_what_the_bill_of_materials_lists() -> None:
    lock = ROOT / "requirements" / "runtime.txt"
    names = {line.split("==")[0].lower().replace("_", "-") for line in windows_lines(lock.read_text(encoding="utf-8"))}
    assert names == set(locked(lock))


def answer(**passed: bool) -> str:
    checks = [{"name": name, "passed": value, "detail": "told"} for name, value in passed.items()]
    return json.dumps({"passed": all(passed.values()), "checks": checks})


def test_a_failure_that_wine_explains_counts_as_unseen_and_no_other_does() -> None:
    seen = {one.name: one for one in judge_self_test(answer(numbers=True, solvers=False, web_view=False))}
    holds = {name: one.holds for name, one in seen.items()}
    assert holds == {"self-test: numbers": True, "self-test: solvers": False, "self-test: web_view": None}
    assert seen["self-test: web_view"].detail == NOT_UNDER_WINE["web_view"]


def test_a_web_view_that_does_work_under_wine_counts_as_seen() -> None:
    assert [one.holds for one in judge_self_test(answer(web_view=True))] == [True]


@pytest.mark.parametrize("text", ["", "wine: could not load", "[]", "{}"])
def test_a_program_that_does_not_answer_has_failed(text) -> None:
    assert [one.holds for one in judge_self_test(text)] == [False]
