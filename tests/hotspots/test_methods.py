from __future__ import annotations

import numpy as np
import pytest
import shapely

from patrolmap.errors import InputError
from patrolmap.hotspots.grid import StudyGrid
from patrolmap.hotspots.lixels import cut_lixels
from patrolmap.hotspots.methods import FAMILIES, candidates, family_of, forecaster
from patrolmap.hotspots.place_risk import place_features
from tests.helpers.city import city_graph

GRID = StudyGrid.over(shapely.box(0, 0, 4000, 4000), 100.0)
PLACES = place_features(GRID, {"key_site": np.array([[500.0, 500], [2500, 900], [3100, 3300]])})


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_forecaster_whose_name_begins_with_it(family: str) -> None:
    """What a back-test names can be asked for."""
    lixels = cut_lixels(city_graph(3, 3))
    assert family_of(forecaster(family, lixels=lixels, places=PLACES).name) == family
    assert {family_of(one.name) for one in candidates([family], GRID, 2000, lixels, PLACES)} == {family}


def test_density_along_streets_needs_streets() -> None:
    """Without streets `nkde` is refused with what to do."""
    with pytest.raises(InputError, match="Import streets"):
        forecaster("nkde")
    with pytest.raises(InputError, match="Import streets"):
        candidates(["nkde"], GRID, 400)


def test_risk_from_places_needs_sites() -> None:
    """Without sites `risk` is refused with what to do."""
    with pytest.raises(InputError, match="Import checkpoints"):
        forecaster("risk")
    with pytest.raises(InputError, match="Import checkpoints"):
        candidates(["risk"], GRID, 400)


def test_an_unknown_family_is_refused_with_those_there_are() -> None:
    """The message lists what can be asked for."""
    with pytest.raises(InputError, match="auto, kde, gi"):
        forecaster("tea leaves")
    with pytest.raises(InputError, match="tea leaves"):
        candidates(["kde", "tea leaves"], GRID, 400)


def test_memories_longer_than_the_data_are_tried_once() -> None:
    """With 200 days of incidents, 365 and 1095 days are the same: one of them is tried."""
    assert {one.memory_days for one in candidates(["kde"], GRID, 200)} == {90, 365}
    assert {one.memory_days for one in candidates(["kde"], GRID, 2000)} == {90, 365, 1095}


def test_no_reach_is_shorter_than_a_cell() -> None:
    """In cells of 250 m no kernel of 100 to 200 m is tried; in huge cells twice the cell is."""
    names = [one.name for one in candidates(["kde"], StudyGrid.over(GRID.area, 250.0), 2000)]
    assert not any("h=200" in name for name in names)
    huge = [one.name for one in candidates(["kde", "gi"], StudyGrid.over(GRID.area, 1000.0), 2000)]
    assert all("2000 m" in name for name in huge)


def test_names_are_unique() -> None:
    """No candidate stands twice, even if a family is asked for twice."""
    names = [one.name for one in candidates([*FAMILIES, "kde"], GRID, 2000, cut_lixels(city_graph(3, 3)), PLACES)]
    assert len(names) == len(set(names))
