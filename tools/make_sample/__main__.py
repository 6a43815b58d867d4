"""Command line of the generator."""

from __future__ import annotations

import argparse
from pathlib import Path

from tools.make_sample.district import SEED, make_district, write_district

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Make the sample and write it; with another folder or seed the truth goes beside the layers."""
    parser = argparse.ArgumentParser(prog="python -m tools.make_sample", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=SEED, help="source of chance (default: the seed of the shipped sample)"
    )
    parser.add_argument("--out", type=Path, default=None, help="folder (default: sample_layers/district)")
    asked = parser.parse_args()
    folder = asked.out or ROOT / "sample_layers" / "district"
    truth = ROOT / "tests" / "reference" / "sample_truth.json" if asked.out is None else folder / "sample_truth.json"
    district = make_district(asked.seed)
    write_district(district, folder, truth)
    for path in [*sorted(folder.iterdir()), truth]:
        print(f"{path.stat().st_size:>10,} {path}")


if __name__ == "__main__":
    main()
