"""Make the sample district: a made-up Chinese city with streets, rings, checkpoints, grid cells, incidents and teams.

Run ``python -m tools.make_sample`` to write `sample_layers/district` and `tests/reference/sample_truth.json` anew.
"""

from __future__ import annotations
