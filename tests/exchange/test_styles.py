"""Claims about looks for GIS: all from the style table, right at every scale, and no name breaks out of an expression."""

from __future__ import annotations

import re

import pytest

from patrolmap.exchange.qml import qml_document, quoted_text
from patrolmap.exchange.sld import sld_document
from patrolmap.exchange.symbols import layer_symbols
from patrolmap.model.kinds import RingKind, SiteKind
from patrolmap.model.layers import LAYERS
from patrolmap.model.style import map_style
from tests.exchange.conftest import parsed

LAYER_NAMES = ("streets", "boundary", "rings", "grid_cells", "hotspots", "sites", "routes", "stops")
SE = "{http://www.opengis.net/se}"
OGC = "{http://www.opengis.net/ogc}"


def option(layer, name):
    return next(found.get("value") for found in layer.find("Option") if found.get("name") == name)


def rgb(colour):
    return ",".join(str(int(colour[k : k + 2], 16)) for k in (1, 3, 5))


@pytest.mark.parametrize("name", LAYER_NAMES)
def test_each_look_is_a_whole_document(name):
    """Every rule has its symbol, every symbol its layers, and every field in a filter belongs to the layer."""
    symbols = layer_symbols(7)[name]
    root = parsed(qml_document(symbols, ("T1",)))
    rules, shapes = root.findall(".//rule"), root.findall(".//symbols/symbol")
    assert [rule.get("symbol") for rule in rules] == [shape.get("name") for shape in shapes]
    assert all(shape.findall("layer") for shape in shapes)
    assert {shape.get("type") for shape in shapes} == {symbols.geometry}
    fields = {field.name for field in LAYERS[name].fields}
    for rule in rules:
        assert set(re.findall('"([a-z_]+)"', rule.get("filter", ""))) <= fields
    described = parsed(sld_document(name, symbols))
    assert {element.text for element in described.iter(f"{OGC}PropertyName")} <= fields
    assert len(list(described.iter(f"{SE}Rule"))) >= len(symbols.rules)


def test_rings_have_the_colours_of_the_map():
    """Each ring's upper line has the colour and width of the table."""
    root = parsed(qml_document(layer_symbols()["rings"]))
    for rule, shape in zip(root.iter("rule"), root.find(".//symbols"), strict=True):
        kind = next(kind for kind in RingKind if f"'{kind}'" in rule.get("filter"))
        line = map_style().rings[kind].line
        top = shape.findall("layer")[-1]
        assert option(top, "line_color") == f"{rgb(line.colour)},255"
        assert float(option(top, "line_width")) == line.width_mm


def test_sites_of_each_kind_and_level_differ():
    """Twelve rules; an unknown level counts as 2."""
    root = parsed(qml_document(layer_symbols()["sites"]))
    looks = {(option(layer, "name"), option(layer, "color")) for layer in root.iter("layer")}
    assert len(looks) == len(list(root.iter("rule"))) == 3 * len(SiteKind)
    second = [rule.get("filter") for rule in root.iter("rule") if "IS NULL" in rule.get("filter")]
    assert len(second) == len(SiteKind)
    assert all('"level" NOT IN (1, 3)' in condition for condition in second)


def test_streets_are_as_wide_as_on_the_map():
    """The expression for QGIS gives the table's width at any scale, to the rounding of its powers."""
    root = parsed(qml_document(layer_symbols()["streets"]))
    for street, shape in zip(map_style().streets, root.find(".//symbols"), strict=True):
        top = shape.findall("layer")[-1]
        expression = top.find(".//Option[@name='outlineWidth']/Option[@name='expression']").get("value")
        for scale in (500, 2_500, 3_700, 10_000, 19_000, 49_000):
            wanted = street.widths.width_mm(scale)
            if wanted:
                assert evaluated(expression, scale) == pytest.approx(wanted, rel=1e-4)


def evaluated(expression, scale):
    """Work out the little of QGIS's language that widths need."""
    added, cases = re.fullmatch(r"([\d.]+) \+ CASE (.*) END", expression).groups()
    numbers = r"([\d.e+-]+)"
    for limit, rest in re.findall(rf"WHEN @map_scale <= {numbers} THEN (.*?)(?= WHEN| ELSE)", cases):
        if scale <= float(limit):
            power = re.fullmatch(rf"{numbers} \* \(@map_scale / {numbers}\) \^ {numbers}", rest)
            width = float(rest) if power is None else float(power[1]) * (scale / float(power[2])) ** float(power[3])
            return float(added) + width
    raise AssertionError(scale)


def test_streets_lie_above_their_edges():
    """All edges are drawn before all surfaces, so that crossings are open; unknown classes count as minor streets."""
    root = parsed(qml_document(layer_symbols()["streets"]))
    assert root.find("renderer-v2").get("symbollevels") == "1"
    pairs = [shape.findall("layer") for shape in root.find(".//symbols") if len(shape) == 2]
    assert max(int(pair[0].get("pass")) for pair in pairs) < min(int(pair[1].get("pass")) for pair in pairs)
    minor = next(rule.get("filter") for rule in root.iter("rule") if "IS NULL" in rule.get("filter"))
    assert "'motorway'" in minor
    assert "'residential'" not in minor


def test_ranks_are_spread_over_the_ramp():
    """Seven hotspots: each rank in one rule, the first in the strongest colour."""
    root = parsed(qml_document(layer_symbols(7)["hotspots"]))
    spans = [tuple(map(int, re.findall(r"\d+", rule.get("filter")))) for rule in root.iter("rule")]
    assert sorted(rank for first, last in spans for rank in range(first, last + 1)) == list(range(1, 8))
    strongest = root.find(".//symbol[@name='0']/layer")
    assert option(strongest, "color").startswith(rgb(map_style().hotspot_ramp[-1]))
    assert spans[0][0] == 1


def test_no_team_breaks_out_of_the_expression():
    """Quotes and backslashes of an id stay inside its text."""
    hostile = "T'), sleep(9) --\\"
    assert quoted_text(hostile) == "'T''), sleep(9) --\\\\'"
    root = parsed(qml_document(layer_symbols()["routes"], (hostile, "<a>")))
    expression = root.find(".//Option[@name='outlineColor']/Option[@name='expression']").get("value")
    assert quoted_text(hostile) in expression
    assert "'<a>'" in expression
