"""The self-test of an installation: a part that fails is told, and the rest is tried all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from patrolmap.messages import Message
from patrolmap.services import self_test
from patrolmap.services.self_test import Check, run_self_test

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def _broken(_folder: Path) -> str:
    raise OSError("no such library")


def test_this_installation_works(tmp_path: Path) -> None:
    outcomes = run_self_test(tmp_path)
    assert [outcome.name for outcome in outcomes if not outcome.passed] == []
    assert len(outcomes) >= 10


def test_a_part_that_fails_does_not_hide_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = (Check("a", Message("A"), _broken), Check("b", Message("B"), lambda _folder: "fine"))
    monkeypatch.setattr(self_test, "_CHECKS", checks)
    first, second = run_self_test(tmp_path)
    assert (first.passed, second.passed) == (False, True)
    assert "no such library" in first.detail
