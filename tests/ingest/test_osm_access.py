"""Tags of access and barriers on streets, as the street graph respects them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from patrolmap.ingest.osm_access import access_by_tags
from patrolmap.model.kinds import TravelMode
from patrolmap.services.importing import import_file
from patrolmap.streets.build import build_graph
from patrolmap.streets.travel import edge_travel_s
from tests.ingest.making import write_osm

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore

NODES = ((1, 113.70, 34.75), (2, 113.701, 34.75), (3, 113.702, 34.75), (4, 113.70, 34.76))
WALK, EBIKE, CAR = TravelMode.WALK, TravelMode.EBIKE, TravelMode.CAR


@pytest.mark.parametrize(
    ("tags", "access"),
    [
        ({}, ""),
        ({"access": "private"}, "private"),
        ({"access": "no"}, "no"),
        ({"access": "destination"}, "destination"),
        ({"motor_vehicle": "no"}, "bicycle"),
        ({"motor_vehicle": "private"}, "private"),
        ({"vehicle": "no"}, "foot"),
        ({"vehicle": "no", "bicycle": "yes"}, "bicycle"),
        ({"access": "no", "foot": "yes"}, "foot"),
        ({"access": "no", "bicycle": "yes", "foot": "designated"}, "bicycle"),
        ({"access": "private", "motor_vehicle": "yes"}, ""),
        ({"access": "no", "motorcar": "yes"}, ""),
        ({"access": "no", "foot": "12.5"}, "no"),
        ({"motor_vehicle": "agricultural"}, "bicycle"),
    ],
)
def test_access(tags: dict[str, str], access: str) -> None:
    """The more special tag goes before the more general one; words that are no access say nothing."""
    assert access_by_tags(pd.DataFrame([tags], dtype=object).reset_index(drop=True)).tolist() == [access]


def _passes(project: ProjectStore, path: Path) -> dict[TravelMode, bool]:
    """Tell which modes get from the west end of the street to its east end."""
    import_file(project, path, "streets")
    streets = project.layer("streets").to_crs(32649)
    graph = build_graph(streets).graph
    return {mode: bool(np.isfinite(edge_travel_s(graph, mode)[:, 0]).all()) for mode in (WALK, EBIKE, CAR)}


@pytest.mark.parametrize("suffix", ["osm", "pbf"])
@pytest.mark.parametrize(
    ("tags", "open_to"),
    [
        ({"barrier": "bollard"}, {WALK, EBIKE}),
        ({"barrier": "gate"}, {WALK, EBIKE, CAR}),
        ({"barrier": "gate", "access": "private"}, {WALK, EBIKE}),
        ({"barrier": "gate", "locked": "yes"}, {WALK, EBIKE}),
        ({"barrier": "lift_gate", "motor_vehicle": "no"}, {WALK, EBIKE}),
        ({"barrier": "stile"}, {WALK}),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, {WALK, EBIKE, CAR}),
        ({"barrier": "toll_booth"}, {WALK, EBIKE, CAR}),
        ({"highway": "traffic_signals"}, {WALK, EBIKE, CAR}),
    ],
)
def test_barriers_on_a_street(
    project: ProjectStore, tmp_path: Path, suffix: str, tags: dict[str, str], open_to: set[TravelMode]
) -> None:
    """A barrier in the middle of a street cuts it for those who cannot pass, and for no one else."""
    ways = [(11, (1, 2, 3), {"highway": "residential", "name": "一街"})]
    passes = _passes(project, write_osm(tmp_path / f"m.{suffix}", NODES, ways, {2: tags}))
    assert {mode for mode, can in passes.items() if can} == open_to


@pytest.mark.parametrize("suffix", ["osm", "pbf"])
def test_a_barrier_bars_one_place_only(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """Two metres about the barrier are closed to cars; the street is as long as before, and a crossing street open."""
    ways = [(11, (1, 2, 3), {"highway": "residential"}), (12, (1, 4), {"highway": "residential"})]
    import_file(project, write_osm(tmp_path / f"m.{suffix}", NODES, ways, {2: {"barrier": "block"}}), "streets")
    streets = project.layer("streets").to_crs(32649)
    lengths = streets.geometry.length
    barred = streets["access"] == "bicycle"
    assert lengths[barred].tolist() == pytest.approx([2.0], rel=0.01)
    assert lengths[streets["source_id"] == "way/11"].sum() == pytest.approx(183.2, rel=0.01)  # 0.002° at 34.75° N
    assert int(barred.sum()) == 1


@pytest.mark.parametrize("suffix", ["osm", "pbf"])
def test_streets_closed_to_cars(project: ProjectStore, tmp_path: Path, suffix: str) -> None:
    """motor_vehicle=no and access=private keep cars out, and patrols on foot in."""
    ways = [
        (11, (1, 2), {"highway": "residential", "motor_vehicle": "no"}),
        (12, (2, 3), {"highway": "service", "access": "private"}),
    ]
    import_file(project, write_osm(tmp_path / f"m.{suffix}", NODES, ways), "streets")
    graph = build_graph(project.layer("streets").to_crs(32649)).graph
    assert not np.isfinite(edge_travel_s(graph, CAR)).any()
    assert np.isfinite(edge_travel_s(graph, WALK)).all()
