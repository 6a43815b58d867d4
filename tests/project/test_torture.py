"""A small run of the torture suite; the whole of it is ``python -m tools.torture``."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS = 30


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="kills by signal, mounts")
def test_kills_and_faults_lose_nothing_that_was_confirmed() -> None:
    words = [sys.executable, "-m", "tools.torture", "--kills", str(KILLS), "--seed", "20261121", "--json"]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = json.loads(ran.stdout)
    tallies = found["kills"].values()
    assert sum(tally["kills"] for tally in tallies) == KILLS
    assert [fault for tally in tallies for fault in tally["faults"]] == []
    assert sum(tally["confirmed"] for tally in tallies) > KILLS / 2
    assert sum(tally["in_transaction"] for tally in tallies) > 0
    assert {fault["name"]: fault["outcome"] for fault in found["faults"] if fault["outcome"] == "lost"} == {}
    assert sum(fault["outcome"] == "held" for fault in found["faults"]) >= 4
