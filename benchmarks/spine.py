"""The sample district from files to sheets: seconds a step and peak memory.

Run ``python -m benchmarks.spine [--time-limit-s 20]``.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import psutil

from patrolmap.services.demo import DemoResult, run_demo

_BOUNDS_S = {"import": 20.0, "plan": 60.0, "sheets": 10.0}
_BOUND_MB = 1536.0


def main() -> None:
    """Run the main job once and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--time-limit-s", type=float, default=20.0, help="for the search of the plan")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        done = run_demo(Path(folder), time_limit_s=options.time_limit_s)
        _print(done)


def _print(done: DemoResult) -> None:
    for name, seconds in done.seconds.items():
        bound = f"   (wanted: under {_BOUNDS_S[name]:.0f} s)" if name in _BOUNDS_S else ""
        print(f"{name:>10} {seconds:8.2f} s{bound}")
    print(f"{'total':>10} {sum(done.seconds.values()):8.2f} s")
    print(f"{'memory':>10} {_peak_mb():8.0f} MB  (wanted: under {_BOUND_MB:.0f} MB; workers included)")
    print(
        f"{len(done.sheets)} sheets, {done.figures['plan']['stops']} stops, {done.figures['plan']['unmet']} not served"
    )


def _peak_mb() -> float:
    try:
        import resource
    except ImportError:
        return psutil.Process().memory_info().peak_wset / 1e6
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return (own + workers) * 1024 / 1e6


if __name__ == "__main__":
    main()
