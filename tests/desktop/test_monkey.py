"""Twenty seconds of clicking at random break nothing; `python -m tools.monkey --minutes 30` is the long run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.desktop.tiny import make_project
from tools.monkey.watch import Watch

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("seed", [11])
def test_random_clicks_break_nothing(tmp_path, seed):
    """No exception, no warning of Qt."""
    project = make_project(tmp_path / "tiny.gpkg")
    command = [
        sys.executable,
        "-m",
        "tools.monkey",
        "--minutes",
        "0.33",
        "--seed",
        str(seed),
        "--project",
        str(project),
    ]
    # Twenty seconds of a cold start load libraries; growth is judged by the long run.
    command += ["--growth-mb", "4000"]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-2000:]
    figures = json.loads(done.stdout)
    assert figures["deeds"] > 20
    assert figures["deeds"] == sum(figures["reached"].values())
    assert {"MainWindow", "PlainMap", "actions"} <= set(figures["reached"])


def test_the_monkey_notices_what_breaks(capsys):
    """One defect is noted once, with what was done before it."""
    watch = Watch()
    watch.did("click Save")
    for _ in range(2):
        watch.defect(ValueError("broken"))
    assert len(watch.defects) == 1
    assert "click Save" in watch.defects[0]
    assert "broken" in capsys.readouterr().err


def test_growth_is_the_end_less_the_time_after_the_warm_up():
    """Loading of libraries in the warm-up does not count; what comes after it does."""
    watch = Watch()
    watch.memory_mb = [(second, 100.0 if second < 10 else 500.0 + second) for second in range(110)]
    assert watch.growth_mb(10.0) == pytest.approx(80.0)
