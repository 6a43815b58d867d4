"""Sections of a street, as in X路(A路至B路段), and kilometre posts, as in G107 K123+400."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from patrolmap.ingest.places.offsets import halfway

if TYPE_CHECKING:
    from patrolmap.ingest.places.junctions import Junction
    from patrolmap.ingest.places.street_names import Street
    from patrolmap.streets.network import StreetGraph

__all__ = ["KilometrePost", "Section", "middle_between", "read_kilometre_post", "read_section"]

_MOST_WINDING: Final = 3.0
_GAP_M: Final = 60.0
_END: Final = r"(?:之间)?的?(?:(?<=[路街道巷线])路段|段|区间)?"
_BRACKETED: Final = re.compile(
    rf"^(?P<street>[^()]+?)上?\(从?(?P<a>[^()]+?)(?:至|到|[-—–~]|[与和](?=[^()]+之间))(?P<b>[^()]+?){_END}\)(?:路段|段)?$"
)
_AFTERWARDS: Final = re.compile(  # what a notice adds on how the section is watched
    r"(?<=[)路街道巷线段间])(?:[,,;;:、]|\(?(?:双向|单向|全线|沿线|两侧|(?:东|西|南|北)侧|区间(?=测速)|测速|抓拍|卡口|违停|"
    r"[东南西北]向[东南西北]|(?:由|自|从)[东南西北]{1,2}[向往至][东南西北]{1,2}|[东南西北]{2}双向|方向|行驶|车道|路侧|人行道|非机动车道|机动车道)\)?)+$"
)
_PLAIN: Final = re.compile(
    r"^(?P<body>[^()]{7,}?)"
    r"(?:(?P<among>之间)的?(?:路段|段|区间)?|的?(?:(?<=[路街道巷线])路段|段|区间|(?<=[路街道巷线])))$"
)
_JOINTS: Final = ("至", "到", "与", "和")
_POST: Final = re.compile(
    r"^(?P<street>.+?(?<![东西南北向往侧面]))(?:线|路段)?\s*(?:K\s?(?P<k>\d{1,4})(?:\s?\+\s?(?P<m>\d{1,3})\s?(?:米|m)?|\s?(?:公里|km))?|"
    r"(?<!\d)(?P<k2>\d{1,4})\s?(?:公里|千米|km)\s?\+?\s?(?:(?P<m2>\d{1,3})\s?(?:米|m))?)\s?(?:处|附近)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Section:
    """
    A part of a street between two others.

    Parameters
    ----------
    streets : tuple of (str, str)
        The ways in which the text may name the street and the one where the section begins.
    to : str
        The street where it ends.
    """

    streets: tuple[tuple[str, str], ...]
    to: str


@dataclass(frozen=True)
class KilometrePost:
    """
    A distance along a numbered road, counted from where its kilometres begin.

    Parameters
    ----------
    street : str
        The road.
    at_m : float
        Metres.
    """

    street: str
    at_m: float


def read_section(text: str) -> Section | None:
    """
    Read a section of a street.

    Parameters
    ----------
    text : str
        Such as ``中原路(桐柏路至嵩山路段)`` or ``中原路桐柏路至嵩山路段``.

    Returns
    -------
    Section or None
        The section; None if the text does not look like one.
    """
    plain = _AFTERWARDS.sub("", re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    if match := _BRACKETED.match(plain):
        return Section(((match["street"], match["a"]),), match["b"])
    match = _PLAIN.match(plain)
    joints = [joint for joint in _JOINTS[: 4 if match["among"] else 2] if joint in match["body"][4:-2]] if match else []
    if match is None or not joints:
        return None
    at = match["body"].index(joints[0], 4) if joints[0] != "和" else match["body"].rindex("和", 4, -2)
    both, end = match["body"][:at], match["body"][at + 1 :]
    cuts = tuple((both[:at].rstrip("从自上在"), both[at:].lstrip("从自")) for at in range(2, len(both) - 1))
    return Section(cuts, end)


def read_kilometre_post(text: str) -> KilometrePost | None:
    """
    Read a kilometre post.

    Parameters
    ----------
    text : str
        Such as ``G107 K123+400``, ``国道107线123公里400米处``.

    Returns
    -------
    KilometrePost or None
        Road and metres; None if the text does not look like one.
    """
    match = _POST.match(" ".join(unicodedata.normalize("NFKC", text).split()))
    if match is None:
        return None
    metres = 1000.0 * float(match["k"] or match["k2"]) + float(match["m"] or match["m2"] or 0)
    return KilometrePost(match["street"].strip(), metres)


def middle_between(
    graph: StreetGraph, street: Street, first: tuple[Junction, ...], second: tuple[Junction, ...]
) -> tuple[float, float, float] | None:
    """
    Find the middle of a section of a street.

    Parameters
    ----------
    graph : StreetGraph
        The streets.
    street : Street
        The street.
    first, second : tuple of Junction
        Where it meets the streets at both ends; the two that are nearest to each other count.

    Returns
    -------
    x_m, y_m, spread_m : float
        The middle of the way along the street, or where it has a gap the point nearest to the middle of both ends; and
        half the length. None without two ends, or if the street is nowhere near the middle.
    """
    ends = [(float(np.hypot(a.x_m - b.x_m, a.y_m - b.y_m)), a, b) for a in first for b in second]
    if not ends:
        return None
    apart_m, start, end = min(ends, key=lambda pair: pair[0])
    way = halfway(graph, street.edges, (start.x_m, start.y_m, start.radius_m), (end.x_m, end.y_m, end.radius_m))
    if way is not None and way[2] <= _MOST_WINDING * apart_m + _GAP_M:
        return way[0], way[1], way[2] / 2
    middle = shapely.Point((start.x_m + end.x_m) / 2, (start.y_m + end.y_m) / 2)
    lines = graph.edge_geometry[street.edges]
    away_m = shapely.distance(lines, middle)
    nearest = lines[int(np.argmin(away_m))]
    if float(away_m.min()) > _GAP_M + apart_m / 4:
        return None
    x_m, y_m = shapely.get_coordinates(nearest.interpolate(nearest.project(middle)))[0].tolist()
    return x_m, y_m, apart_m / 2
