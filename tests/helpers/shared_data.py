"""Real layers that are not part of the project; tests that need them skip when they are absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(os.environ.get("PATROLMAP_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


def shared_file(relative: str) -> Path:
    """
    Find a real layer beside the checkout, or skip the test.

    Parameters
    ----------
    relative : str
        Path below the data folder.

    Returns
    -------
    Path
        An existing file.
    """
    path = _ROOT / relative
    if not path.exists():
        pytest.skip(f"real layer {relative} is not here; set PATROLMAP_SHARED_DATA to the folder that holds it")
    return path
