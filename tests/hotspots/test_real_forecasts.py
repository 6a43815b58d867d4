"""Claims about forecasts of real incidents, on tables that are not part of the project."""

from __future__ import annotations

import pytest

from benchmarks.hotspots.forecasts import load_incidents
from patrolmap.hotspots.backtest import backtest, lead_over
from patrolmap.hotspots.choice import AUTO, with_auto
from patrolmap.hotspots.methods import candidates, forecaster
from patrolmap.hotspots.surface import kde_quartic
from tests.helpers.shared_data import shared_file

TABLES = [("chicago/chicago_aggravated_assaults.csv.gz", 32616), ("nyc/vehicle_thefts.csv.gz", 32618)]


@pytest.mark.slow
@pytest.mark.parametrize(("table", "epsg"), TABLES)
def test_the_automatic_choice_is_no_worse_than_simple_ones(table: str, epsg: int) -> None:
    """Chosen each month from the year before it, PAI at 1 and 2 % is above the default kernel's and last period's.

    Over 24 origins, and with an interval of the lead that does not reach down to 0.
    """
    grid, incidents = load_incidents(shared_file(table), epsg)
    plain = [forecaster("kde").name, "last period count"]
    listed = candidates(["kde", "blend", "last", "average"], grid, 5000)
    found = with_auto(backtest(grid, incidents, listed, origins=36), [one.name for one in listed], plain, 12)
    assert len(found.origins) == 24
    for share in (0.01, 0.02):
        for other in plain:
            assert lead_over(found, share, AUTO, other)[1] > 0


def test_a_decade_of_a_large_city_keeps_its_weight() -> None:
    """The binned density of 148,636 points integrates to their number at every bandwidth that is tried."""
    grid, incidents = load_incidents(shared_file(TABLES[0][0]), TABLES[0][1])
    for bandwidth_m in (100.0, 300.0, 800.0):
        surface = kde_quartic(grid, incidents.xy, incidents.weight, bandwidth_m)
        assert surface.sum() * grid.cell_m**2 == pytest.approx(len(incidents), rel=0.02)
