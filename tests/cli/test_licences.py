"""`patrolmap licences`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from patrolmap.cli.app import main

if TYPE_CHECKING:
    import pytest


def test_licences_are_listed_and_given_in_full(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["licences", "--json", "--texts"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {"name": "geopandas", "licence": "BSD-3-Clause"}.items() <= next(
        part for part in found["components"] if part["name"] == "geopandas"
    ).items()
    assert "Leaflet" in found["texts"]
