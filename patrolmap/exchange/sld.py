"""Looks of layers as Styled Layer Descriptors (OGC 05-078r4 with Symbology Encoding 1.1), for GIS beside QGIS.

The format has no widths that follow the scale and no colour by position: widths change in steps, one for each stretch
of the table, and all routes have one colour.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from patrolmap.exchange.markup import Element, child, xml_bytes
from patrolmap.exchange.symbols import Area, Marker, Stroke

if TYPE_CHECKING:
    from collections.abc import Iterator

    from patrolmap.exchange.symbols import LayerSymbols, Rule, Test

__all__ = ["sld_document"]

_PIXEL_MM: Final = 0.28


def sld_document(name: str, symbols: LayerSymbols) -> str:
    """
    Write the look of a layer.

    Parameters
    ----------
    name : str
        Name of the layer.
    symbols : LayerSymbols
        The look.

    Returns
    -------
    str
        An SLD document; sizes in pixels of 0.28 mm.
    """
    root = Element(
        "StyledLayerDescriptor",
        {
            "version": "1.1.0",
            "xmlns": "http://www.opengis.net/sld",
            "xmlns:se": "http://www.opengis.net/se",
            "xmlns:ogc": "http://www.opengis.net/ogc",
        },
    )
    layer = child(root, "NamedLayer")
    child(layer, "se:Name", name)
    style = child(layer, "UserStyle")
    child(style, "se:Name", name)
    levels = sorted({_level(part) for rule in symbols.rules for part in rule.parts})
    for level in levels:
        kind = child(style, "se:FeatureTypeStyle")
        for rule in symbols.rules:
            parts = tuple(part for part in rule.parts if _level(part) == level)
            if parts:
                for stretch, near, far in _stretches(replace(rule, parts=parts)):
                    _rule(kind, stretch, near, far)
    return xml_bytes(root).decode()


def _level(part: Stroke | Area | Marker) -> int:
    return part.level if isinstance(part, Stroke) else 0


def _stretches(rule: Rule) -> Iterator[tuple[Rule, float, float]]:
    """Part a rule at the steps of its widths; each stretch has the width in its logarithmic middle."""
    tables = [part.widths for part in rule.parts if isinstance(part, Stroke) and part.widths]
    if not tables:
        yield rule, 0.0, rule.max_denominator
        return
    bounds = [0.0, *(step for step, _ in tables[0].steps)]
    for near, far in itertools.pairwise(bounds):
        middle = math.sqrt(near * far) if near else far
        parts = tuple(
            replace(part, width_mm=part.width_mm + part.widths.width_mm(middle), widths=None)
            if isinstance(part, Stroke) and part.widths
            else part
            for part in rule.parts
        )
        yield replace(rule, parts=parts), near, far


def _rule(kind: Element, rule: Rule, near: float, far: float) -> None:
    made = child(kind, "se:Rule")
    child(made, "se:Name", rule.title)
    if rule.tests:
        outer = child(made, "ogc:Filter")
        inner = child(outer, "ogc:And") if len(rule.tests) > 1 else outer
        for test in rule.tests:
            _condition(inner, test)
    if near:
        child(made, "se:MinScaleDenominator", f"{near:g}")
    if far:
        child(made, "se:MaxScaleDenominator", f"{far:g}")
    for part in rule.parts:
        _part(made, part)


def _condition(parent: Element, test: Test) -> None:
    if test.kind == "between":
        made = child(parent, "ogc:PropertyIsBetween")
        child(made, "ogc:PropertyName", test.field)
        child(child(made, "ogc:LowerBoundary"), "ogc:Literal", test.values[0])
        child(child(made, "ogc:UpperBoundary"), "ogc:Literal", test.values[1])
        return
    if test.kind == "not_in":
        parent = child(parent, "ogc:Or")
        child(child(parent, "ogc:PropertyIsNull"), "ogc:PropertyName", test.field)
        parent = child(parent, "ogc:Not")
    many = child(parent, "ogc:Or") if len(test.values) > 1 else parent
    for value in test.values:
        made = child(many, "ogc:PropertyIsEqualTo")
        child(made, "ogc:PropertyName", test.field)
        child(made, "ogc:Literal", value)


def _part(rule: Element, part: Stroke | Area | Marker) -> None:
    if isinstance(part, Stroke):
        stroke = child(child(rule, "se:LineSymbolizer"), "se:Stroke")
        options: dict[str, Any] = {
            "stroke": part.colour,
            "stroke-opacity": f"{part.opacity:g}",
            "stroke-width": _pixels(part.width_mm),
            "stroke-linejoin": "round",
        }
        if part.dash_mm:
            options["stroke-dasharray"] = " ".join(_pixels(length) for length in part.dash_mm)
        _parameters(stroke, options)
    elif isinstance(part, Area):
        fill = child(child(rule, "se:PolygonSymbolizer"), "se:Fill")
        _parameters(fill, {"fill": part.colour, "fill-opacity": f"{part.opacity:g}"})
    else:
        graphic = child(child(rule, "se:PointSymbolizer"), "se:Graphic")
        mark = child(graphic, "se:Mark")
        child(mark, "se:WellKnownName", part.shape)
        _parameters(child(mark, "se:Fill"), {"fill": part.fill})
        _parameters(child(mark, "se:Stroke"), {"stroke": part.colour, "stroke-width": _pixels(part.outline_mm)})
        child(graphic, "se:Size", _pixels(part.size_mm))


def _parameters(parent: Element, values: dict[str, Any]) -> None:
    for name, value in values.items():
        child(parent, "se:SvgParameter", value, name=name)


def _pixels(length_mm: float) -> str:
    return f"{length_mm / _PIXEL_MM:.2f}"
