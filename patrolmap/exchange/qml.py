"""Looks of layers in the format of QGIS 3 (QML): widths that follow the scale, colours of teams, names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from patrolmap.exchange.markup import Element, child, xml_bytes
from patrolmap.exchange.symbols import Area, Marker, Stroke
from patrolmap.model.style import map_style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from patrolmap.exchange.symbols import Label, LayerSymbols, Rule, Test
    from patrolmap.model.style_types import WidthTable

__all__ = ["qml_document", "quoted_field", "quoted_text"]

_DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>"
_VERSION: Final = "3.28.0-Firenze"
_PLACEMENTS: Final = {"over": "1", "beside": "6", "along": "3", "inside": "1"}


def qml_document(symbols: LayerSymbols, teams: Sequence[str] = ()) -> str:
    """
    Write the look of a layer for QGIS.

    Parameters
    ----------
    symbols : LayerSymbols
        The look.
    teams : sequence of str, default ()
        Ids of the teams in the order of the plan, which decides their colours.

    Returns
    -------
    str
        A QML document.
    """
    root = Element("qgis", {"version": _VERSION, "styleCategories": "Symbology|Labeling", "labelsEnabled": "0"})
    has_levels = any(isinstance(part, Stroke) and part.level for rule in symbols.rules for part in rule.parts)
    renderer = child(
        root, "renderer-v2", type="RuleRenderer", symbollevels=int(has_levels), enableorderby=0, forceraster=0
    )
    rules = child(renderer, "rules", key="patrolmap")
    shapes = child(renderer, "symbols")
    for number, rule in enumerate(symbols.rules):
        _rule(rules, rule, number)
        shape = child(shapes, "symbol", name=number, type=symbols.geometry, alpha=1, clip_to_extent=1, force_rhr=0)
        for part in rule.parts:
            _part(shape, part, symbols.geometry, teams)
    if symbols.label is not None:
        root.set("labelsEnabled", "1")
        _labeling(root, symbols.label)
    return xml_bytes(root, doctype=_DOCTYPE).decode()


def quoted_text(text: str) -> str:
    """
    Write a text in QGIS's language of expressions.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        In single quotes, with what would end it escaped.
    """
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def quoted_field(name: str) -> str:
    """
    Write the name of a field in QGIS's language of expressions.

    Parameters
    ----------
    name : str
        Name of the field.

    Returns
    -------
    str
        In double quotes.
    """
    return '"' + name.replace('"', '""') + '"'


def _rule(rules: Element, rule: Rule, number: int) -> None:
    attributes: dict[str, Any] = {"key": f"rule-{number}", "symbol": number, "label": rule.title}
    if rule.tests:
        attributes["filter"] = " AND ".join(_condition(test) for test in rule.tests)
    if rule.max_denominator:
        attributes |= {"scalemindenom": 1, "scalemaxdenom": round(rule.max_denominator)}
    child(rules, "rule", **attributes)


def _condition(test: Test) -> str:
    field = quoted_field(test.field)
    values = [quoted_text(value) if isinstance(value, str) else str(value) for value in test.values]
    if test.kind == "between":
        return f"{field} BETWEEN {values[0]} AND {values[1]}"
    if test.kind == "not_in":
        return f"({field} IS NULL OR {field} NOT IN ({', '.join(values)}))"
    return f"{field} IN ({', '.join(values)})"


def _part(symbol: Element, part: Stroke | Area | Marker, geometry: str, teams: Sequence[str]) -> None:
    by_team = _team_colour(teams)
    if isinstance(part, Stroke):
        width = part.widths.width_mm(10_000) + part.width_mm if part.widths else part.width_mm
        options: dict[str, Any] = {
            "line_color": _colour(part.colour, part.opacity),
            "line_width": f"{width:g}",
            "line_width_unit": "MM",
            "line_style": "solid",
            "capstyle": "flat" if geometry == "fill" or part.dash_mm else "round",
            "joinstyle": "round",
            "use_custom_dash": int(bool(part.dash_mm)),
            "customdash": ";".join(f"{length:g}" for length in part.dash_mm) or "5;2",
            "customdash_unit": "MM",
        }
        changing = {"outlineWidth": _width_expression(part.widths, part.width_mm)} if part.widths else {}
        if part.by_team and teams:
            changing["outlineColor"] = by_team
        _layer(symbol, "SimpleLine", options, changing, part.level)
    elif isinstance(part, Area):
        options = {"color": _colour(part.colour, part.opacity), "style": "solid", "outline_style": "no"}
        _layer(symbol, "SimpleFill", options, {})
    else:
        options = {
            "name": part.shape,
            "color": _colour(part.fill),
            "outline_color": _colour(part.colour),
            "outline_style": "solid",
            "outline_width": f"{part.outline_mm:g}",
            "outline_width_unit": "MM",
            "size": f"{part.size_mm:g}",
            "size_unit": "MM",
            "joinstyle": "miter",
        }
        _layer(symbol, "SimpleMarker", options, {"fillColor": by_team} if part.by_team and teams else {})


def _layer(symbol: Element, kind: str, options: Mapping[str, Any], changing: Mapping[str, str], level: int = 0) -> None:
    layer = child(symbol, "layer", **{"class": kind, "enabled": 1, "locked": 0, "pass": level})
    values = child(layer, "Option", type="Map")
    for name, value in options.items():
        child(values, "Option", name=name, type="QString", value=value)
    if changing:
        outer = child(child(layer, "data_defined_properties"), "Option", type="Map")
        child(outer, "Option", name="name", type="QString", value="")
        properties = child(outer, "Option", name="properties", type="Map")
        for name, expression in changing.items():
            made = child(properties, "Option", name=name, type="Map")
            child(made, "Option", name="active", type="bool", value="true")
            child(made, "Option", name="expression", type="QString", value=expression)
            child(made, "Option", name="type", type="int", value=3)
        child(outer, "Option", name="type", type="QString", value="collection")


def _width_expression(widths: WidthTable, added_mm: float) -> str:
    """Write `WidthTable.width_mm` as an expression of the map's scale: even steps on logarithmic axes."""
    first = widths.steps[0]
    cases = [f"WHEN @map_scale <= {first[0]:g} THEN {first[1]:g}"]
    for (near, near_mm), (far, far_mm) in zip(widths.steps, widths.steps[1:], strict=False):
        power = math.log(far_mm / near_mm) / math.log(far / near)
        cases.append(f"WHEN @map_scale <= {far:g} THEN {near_mm:g} * (@map_scale / {near:g}) ^ {power:.6f}")
    return f"{added_mm:g} + CASE {' '.join(cases)} ELSE {widths.steps[-1][1]:g} END"


def _team_colour(teams: Sequence[str]) -> str:
    colours = ", ".join(quoted_text(colour) for colour in map_style().routes)
    known = ", ".join(quoted_text(team) for team in teams)
    place = f'max(array_find(array({known}), "team_id"), 0) % {len(map_style().routes)}'
    return f"array_get(array({colours}), {place})"


def _labeling(root: Element, label: Label) -> None:
    settings = child(child(root, "labeling", type="simple"), "settings", calloutType="simple")
    style = label.style
    text = child(
        settings,
        "text-style",
        fieldName=label.field,
        isExpression=0,
        fontSize=f"{style.size_pt:g}",
        fontSizeUnit="Point",
        fontWeight=75 if style.bold else 50,
        textColor=_colour(style.colour),
        textOpacity=1,
    )
    child(
        text,
        "text-buffer",
        bufferDraw=int(bool(style.halo)),
        bufferSize=f"{style.halo_mm:g}",
        bufferSizeUnits="MM",
        bufferColor=_colour(style.halo or "#ffffff"),
        bufferOpacity=1,
    )
    placement: dict[str, Any] = {"placement": _PLACEMENTS[label.place], "placementFlags": 9, "dist": 0}
    if label.place in {"over", "inside"}:
        placement |= {"quadOffset": 4}
    child(settings, "placement", **placement)
    rendering: dict[str, Any] = {"drawLabels": 1, "obstacle": 1, "displayAll": int(label.place == "over")}
    if label.max_denominator:
        rendering |= {"scaleVisibility": 1, "scaleMin": 1, "scaleMax": round(label.max_denominator)}
    child(settings, "rendering", **rendering)


def _colour(colour: str, opacity: float = 1.0) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * 255)}"
