"""The web map: one file, nothing loaded, nothing executed that a name brings."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import geopandas as gpd
import pytest
import shapely

pytest.importorskip("PySide6.QtGui")

from patrolmap.maps.webmap import WebMapTexts, webmap_html
from patrolmap.model.frame import SpatialFrame
from patrolmap.progress import CancelledError

FRAME = SpatialFrame.around(111, 34.3)
EVIL = "</script><script>alert(1)</script><img src=http://evil.example/x onerror=alert(1)>\"'\\{{ 7*7 }}%%data%%"


class _Reader(HTMLParser):
    """Collects elements, their attributes and the content of scripts."""

    def __init__(self):
        super().__init__()
        self.tags, self.scripts, self._open = [], [], None

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "script":
            self._open = (dict(attrs), "")

    def handle_data(self, data):
        if self._open is not None:
            self._open = (self._open[0], self._open[1] + data)

    def handle_endtag(self, tag):
        if tag == "script" and self._open is not None:
            self.scripts.append(self._open)
            self._open = None


def _read(html):
    reader = _Reader()
    reader.feed(html)
    data = next(json.loads(text) for attrs, text in reader.scripts if attrs.get("id") == "pm-data")
    return reader, data


@pytest.fixture
def layers(town):
    stored = {name: FRAME.to_stored(layer) for name, layer in town.items()}
    line = stored["streets"].geometry.iloc[0]
    common = {"plan_id": ["p"], "team_id": ["T1"]}
    stored["routes"] = gpd.GeoDataFrame({**common, "team": ["一队"], "stops": [1]}, geometry=[line], crs="EPSG:4326")
    stored["stops"] = gpd.GeoDataFrame(
        {**common, "number": [1], "name": ["桥头"], "arrive": ["2026-11-20T21:30:00"]},
        geometry=[shapely.Point(line.coords[0])],
        crs="EPSG:4326",
    )
    return stored


def test_nothing_is_loaded_from_anywhere(layers):
    """No element names an address, no style an image, no script a source map."""
    html = webmap_html(layers, FRAME, WebMapTexts("示例辖区"))
    reader, _ = _read(html)
    assert not [tag for tag in reader.tags if {"src", "href", "srcset", "data", "action"} & set(tag[1])]
    assert not re.search(r"@import|sourceMappingURL|cdn|fetch\(|XMLHttpRequest|unpkg|googleapis", html)
    styles = "".join(re.findall(r"(?s)<style>(.*?)</style>", html))
    assert ".leaflet-pane" in styles
    assert "url(" not in styles
    policy = next(
        attrs["content"] for tag, attrs in reader.tags if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none';")
    # What is left are names of namespaces, which no browser loads.
    assert set(re.findall(r"https?://[^\s\"'<>)]+", html)) <= {"http://www.w3.org/2000/svg"}


def test_names_are_inert_everywhere(layers):
    """A name full of attacks is a text in the data, and makes no element of its own."""
    count = len(_read(webmap_html(layers, FRAME, WebMapTexts("示例辖区")))[0].tags)
    for name in ("streets", "rings", "hotspots", "sites", "stops"):
        layers[name]["name"] = EVIL
    layers["routes"]["team"] = EVIL
    layers["routes"]["team_id"] = layers["stops"]["team_id"] = EVIL
    reader, data = _read(webmap_html(layers, FRAME, WebMapTexts(EVIL, EVIL, EVIL)))
    assert len(reader.tags) == count
    assert data["title"] == data["subtitle"] == EVIL
    assert data["layers"]["sites"]["features"][0]["properties"]["title"] == EVIL
    assert EVIL in data["ground"]["names"]


def test_the_layers_are_all_there(layers):
    """Rings, hotspots, sites, routes and stops as features, streets and water packed."""
    _, data = _read(webmap_html(layers, FRAME, WebMapTexts("示例辖区")))
    assert {name: len(found["features"]) for name, found in data["layers"].items()} == {
        "hotspots": 1,
        "rings": 1,
        "routes": 1,
        "sites": 4,
        "stops": 1,
    }
    assert [group.get("barrier", group.get("street")) for group in data["ground"]["groups"]] == ["green", "river", 2, 5]


def test_a_published_map_has_no_routes(layers):
    """Who walks where and when is for the office only."""
    html = webmap_html(layers, FRAME, WebMapTexts("示例辖区"), publish=True)
    _, data = _read(html)
    assert not {"routes", "stops"} & set(data["layers"])
    assert "一队" not in html
    assert "桥头" not in html


def test_the_language_is_the_users(layers):
    """The page says which language it speaks, and its texts are in it."""
    _, data = _read(webmap_html(layers, FRAME, WebMapTexts("示例辖区")))
    assert data["language"] == "zh"
    assert data["texts"]["print"] == "打印"


def test_a_map_of_twelve_thousand_streets_stays_small():
    """12,000 streets of six points each make a file under 8 MB."""
    lines = [
        shapely.LineString(
            [(113 + i % 120 * 0.002 + k * 3e-4, 34 + i // 120 * 0.002 + (k % 2) * 1e-4) for k in range(6)]
        )
        for i in range(12_000)
    ]
    streets = gpd.GeoDataFrame(
        {"name": [f"路{i % 900}" for i in range(12_000)], "highway": "residential"}, geometry=lines, crs="EPSG:4326"
    )
    html = webmap_html({"streets": streets}, FRAME, WebMapTexts("大"))
    assert len(html.encode()) < 8_000_000


def test_the_work_can_be_cancelled(layers):
    """A cancelled map is no map."""
    with pytest.raises(CancelledError):
        webmap_html(layers, FRAME, WebMapTexts("示例辖区"), cancel=lambda: True)
