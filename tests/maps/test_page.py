"""The page of the window: local addresses only, tiles by address, no way out of its folder."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("PySide6.QtGui")

from patrolmap.errors import PatrolmapError
from patrolmap.maps.page import page_html
from patrolmap.maps.page_addresses import TileRequest, asset_bytes, tile_request
from patrolmap.model.style_types import Theme


def test_every_address_is_of_the_own_scheme():
    """Scripts and styles come from patrolmap://app; no network address stands anywhere in the page."""
    html = page_html(planar=False)
    addresses = re.findall(r'(?:src|href)="([^"]*)"', html)
    assert len(addresses) >= 8
    assert all(address.startswith("patrolmap://app/assets/") for address in addresses)
    assert not re.search(r"https?:|//cdn", html)


def test_the_page_names_only_what_can_be_given():
    """Each script and style of the page can be read, but for Qt's own."""
    html = page_html(planar=False)
    for path in re.findall(r'(?:src|href)="patrolmap://app/assets/([^"]*)"', html):
        if path != "qtwebchannel/qwebchannel.js":
            content, mime = asset_bytes(path)
            assert content
            assert mime in {"text/javascript", "text/css"}


@pytest.mark.parametrize(
    "path", ["../pyproject.toml", "web/../../pyproject.toml", "/etc/passwd", "leaflet/LICENSE", "web/", "fonts/OFL.txt"]
)
def test_nothing_else_is_given(path):
    """No path leads out of the two folders."""
    with pytest.raises(PatrolmapError):
        asset_bytes(path)


def test_the_same_project_gives_the_same_page():
    """Nothing random: folium's names are fixed."""
    assert page_html(planar=False) == page_html(planar=False)


def test_a_plane_network_uses_the_plane():
    """Metres of a plane are not degrees."""
    assert "L.CRS.Simple" in page_html(planar=True)
    assert "L.CRS.EPSG3857" in page_html(planar=False)


def test_addresses_of_tiles_are_read():
    """Set, look, zoom, column, row and scale."""
    wanted = TileRequest("streets", Theme.DARK, 14.5, 13352, -3, 2)
    assert tile_request("/tiles/streets/dark/14.5/13352/-3/2.png") == wanted


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/nothing/dark/1/1/1/1.png",
        "/tiles/streets/pink/1/1/1/1.png",
        "/tiles/streets/dark/1/1/1/9.png",
        "/map.html",
    ],
)
def test_other_addresses_are_no_tiles(path):
    """What the page never asks for is refused."""
    assert tile_request(path) is None
