"""
``python -m tools.torture [--kills 500] [--seed 1] [--json]``: what projects go through, with figures.

Programs are killed (SIGKILL) at random moments amid imports, edits, undo, plans, migrations and rescues; then disks fill
up, folders turn read-only or vanish, two programs want one file, and the clock runs backwards. The status is 1 if
anything that was confirmed is lost. For Linux; a kill is not a power cut: what the system had taken over is on the disk.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from dataclasses import asdict

from tools.torture.faults import FAULTS, Fault
from tools.torture.kills import Tally, kill_many


def main() -> int:
    """Run everything and print figures."""
    parser = argparse.ArgumentParser(prog="python -m tools.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="figures for programs")
    wish = parser.parse_args()
    begin = time.monotonic()
    tallies = kill_many(wish.kills, wish.seed, lambda words: print(words, file=sys.stderr, flush=True))
    faults = [fault() for fault in FAULTS]
    print(_document(wish.seed, tallies, faults) if wish.json else _figures(tallies, faults, time.monotonic() - begin))
    return int(any(tally.faults for tally in tallies.values()) or any(fault.outcome == "lost" for fault in faults))


def _document(seed: int, tallies: dict[str, Tally], faults: list[Fault]) -> str:
    kills = {kind: asdict(tally) for kind, tally in tallies.items()}
    return json.dumps({"seed": seed, "kills": kills, "faults": [asdict(fault) for fault in faults]}, ensure_ascii=False)


def _figures(tallies: dict[str, Tally], faults: list[Fault], took_s: float) -> str:
    lines = [f"{'amid':<10}{'kills':>7}{'confirmed':>11}{'in a transaction':>18}{'done, not yet told':>20}{'lost':>6}"]
    lines += [
        f"{kind:<10}{t.kills:>7}{t.confirmed:>11}{t.in_transaction:>18}{t.ahead:>20}{len(t.faults):>6}"
        for kind, t in tallies.items()
    ]
    lines += [fault for tally in tallies.values() for fault in tally.faults]
    lines += ["", *(f"{fault.outcome:<10}{fault.name}: {fault.words}" for fault in faults)]
    kills, lost = sum(t.kills for t in tallies.values()), sum(len(t.faults) for t in tallies.values())
    return "\n".join((*lines, "", f"{kills} kills, {lost} with a loss; {took_s:.0f} s"))


if __name__ == "__main__":
    raise SystemExit(main())
