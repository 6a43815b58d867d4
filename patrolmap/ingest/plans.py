"""Plans that this program wrote as GPX or KML, back from their files."""

from __future__ import annotations

import json
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

import numpy as np

from patrolmap.errors import InputError
from patrolmap.ingest.archives import unpack_zip
from patrolmap.ingest.limits import check_file
from patrolmap.ingest.xmlguard import refuse_entities
from patrolmap.messages import N_
from patrolmap.model.plan_facts import FACTS_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["FACTS_KEY", "RouteInFile", "read_plan_file"]

FACTS_KEY: Final = "patrolmap"
_GPX: Final = "{http://www.topografix.com/GPX/1/1}"
_KML: Final = "{http://www.opengis.net/kml/2.2}"
_CHINA_S: Final = 8 * 3600
_FACTS: Final = f"{{{FACTS_NAMESPACE}}}facts"


@dataclass(frozen=True, eq=False)
class RouteInFile:
    """
    A route as a file has it.

    Parameters
    ----------
    facts : dict
        Of the route.
    stops : tuple of dict
        Facts of each stop, in order.
    points : ndarray of float64, shape (n, 2)
        Lon, lat of each stop.
    legs : tuple of ndarray of float64, shape (m, 2)
        Lon, lat along the way to each stop, and the way home if there is one.
    """

    facts: dict[str, Any]
    stops: tuple[dict[str, Any], ...]
    points: NDArray[np.float64]
    legs: tuple[NDArray[np.float64], ...]


def read_plan_file(path: Path) -> tuple[RouteInFile, ...]:
    """
    Read the routes in a GPX, KML or KMZ file of this program.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    tuple of RouteInFile
        In the order of the file.

    Raises
    ------
    InputError
        If it is no such file, or was changed so that the routes do not hold together.
    """
    check_file(path)
    if not zipfile.is_zipfile(path):
        return _routes_in(path, path.name)
    with tempfile.TemporaryDirectory(prefix="patrolmap-") as folder:
        documents = [one.path for one in unpack_zip(path, Path(folder), name=path.name)]
        if len(documents) != 1:
            raise _no_plan(path.name)
        return _routes_in(documents[0], path.name)


def _routes_in(path: Path, name: str) -> tuple[RouteInFile, ...]:
    with path.open("rb") as stream:
        refuse_entities(stream, name)
    try:
        root = ET.parse(path).getroot()  # noqa: S314 - documents with declarations are refused above
        routes = tuple(_gpx_routes(root) if root.tag == f"{_GPX}gpx" else _kml_routes(root))
    except (ET.ParseError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise _no_plan(name) from error
    if not routes:
        raise _no_plan(name)
    return routes


def _gpx_routes(root: ET.Element) -> Iterator[RouteInFile]:
    for route, track in zip(root.findall(f"{_GPX}rte"), root.findall(f"{_GPX}trk"), strict=True):
        facts = _gpx_facts(route)
        stops = route.findall(f"{_GPX}rtept")
        moments = track.iterfind(f".//{_GPX}trkpt")
        xy, seconds = _gpx_track(list(moments), str(facts["shift"][2]))
        known = tuple(_gpx_facts(stop) for stop in stops)
        ends = [int(np.searchsorted(seconds, fact["times_s"][0], side="right")) for fact in known]
        ends += [len(xy)] if facts["home"] else []
        legs = tuple(_fresh(xy[max(start - 1, 0) : end]) for start, end in zip([0, *ends[:-1]], ends, strict=True))
        yield RouteInFile(facts, known, np.array([_lonlat(stop) for stop in stops]), legs)


def _gpx_facts(element: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(element.findtext(f"{_GPX}extensions/{_FACTS}") or "")
    return found


def _lonlat(element: ET.Element) -> tuple[float, float]:
    return float(element.attrib["lon"]), float(element.attrib["lat"])


def _gpx_track(moments: list[ET.Element], date: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    xy = np.array([_lonlat(moment) for moment in moments])
    texts = [(moment.findtext(f"{_GPX}time") or "").removesuffix("Z") for moment in moments]
    since_s = np.array(texts, dtype="datetime64[s]").astype(np.int64) - np.datetime64(date, "s").astype(np.int64)
    return xy, np.asarray(since_s + _CHINA_S, dtype=np.float64)


def _fresh(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Drop points that repeat the one before."""
    keep = np.ones(len(xy), dtype=np.bool_)
    keep[1:] = (np.diff(xy, axis=0) != 0).any(axis=1)
    return np.asarray(xy[keep], dtype=np.float64)


def _kml_routes(root: ET.Element) -> Iterator[RouteInFile]:
    for folder in root.iter(f"{_KML}Folder"):
        marks = [(_kml_facts(mark), mark) for mark in folder.findall(f"{_KML}Placemark")]
        known = [(facts, mark) for facts, mark in marks if facts is not None]
        if not known:
            continue
        (facts, line), *stops = known
        xy = _kml_xy(line)
        counts = [stop["leg"][2] for stop, _ in stops] + ([facts["home"][2]] if facts["home"] else [])
        ends = np.cumsum(counts)
        if ends[-1] != len(xy):
            raise ValueError(facts["team_id"])
        legs = tuple(np.split(xy, ends[:-1]))
        yield RouteInFile(facts, tuple(stop for stop, _ in stops), np.array([_kml_xy(m)[0] for _, m in stops]), legs)


def _kml_facts(mark: ET.Element) -> dict[str, Any] | None:
    for data in mark.iterfind(f"{_KML}ExtendedData/{_KML}Data"):
        if data.get("name") == FACTS_KEY:
            found: dict[str, Any] = json.loads(data.findtext(f"{_KML}value") or "")
            return found
    return None


def _kml_xy(mark: ET.Element) -> NDArray[np.float64]:
    text = mark.findtext(f".//{_KML}coordinates") or ""
    return np.array([[float(part) for part in place.split(",")[:2]] for place in text.split()])


def _no_plan(name: str) -> InputError:
    return InputError(
        N_("“{name}” is no plan that this program wrote."),
        why=N_("Its facts of teams, stops and times are missing, or do not hold together."),
        remedy=N_("Export the plan again as GPX or KML, and import that file."),
        name=name,
    )
