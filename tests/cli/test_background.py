"""`patrolmap background`: what a file of map tiles holds, or why it is refused."""

from __future__ import annotations

import json

import pytest

from patrolmap.cli.app import main
from tests.helpers.tile_files import picture, write_pmtiles

pytest.importorskip("PySide6.QtGui")  # pictures of tiles are read by Qt


def test_a_file_of_tiles_is_described(tmp_path, capsys):
    """Name, source without markup, and zooms, as one JSON document."""
    said = {"name": "Town", "attribution": "<a href='x'>© Office</a>"}
    path = write_pmtiles(tmp_path / "town.pmtiles", {0: picture((1, 2, 3))}, zooms=(0, 0), metadata=said)
    assert main(["background", str(path), "--json", "--quiet"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["name"], answer["attribution"]) == ("Town", "© Office")
    assert (answer["min_zoom"], answer["max_zoom"]) == (0, 0)


def test_a_wrong_file_is_the_users_matter(tmp_path):
    """Exit status 2."""
    path = tmp_path / "town.mbtiles"
    path.write_text("no tiles", encoding="utf-8")
    assert main(["background", str(path), "--json", "--quiet"]) == 2
