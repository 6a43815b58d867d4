"""Grid cells nest without gaps and have the usual number of households."""

from __future__ import annotations

import pytest


def test_three_levels_by_number(grid_cells):
    """Every cell's number begins with that of the cell it is part of."""
    plain = grid_cells[grid_cells["专属类型"].isna()]
    assert set(plain["层级"]) == {"街道", "社区", "基础网格"}
    assert plain["网格编码"].is_unique
    below = plain[plain["层级"] != "街道"]
    assert set(below["上级编码"]) <= set(plain["网格编码"])
    assert all(row.网格编码.startswith(row.上级编码) for row in below.itertuples())


@pytest.mark.parametrize("level", ["街道", "社区", "基础网格"])
def test_each_level_covers_the_district_once(grid_cells, boundary, level):
    """The areas add up to the district's, to a tenth of a per cent."""
    cells = grid_cells[(grid_cells["层级"] == level) & grid_cells["专属类型"].isna()]
    assert cells.is_valid.all()
    assert cells.area.sum() == pytest.approx(boundary.area.sum(), rel=1e-3)
    assert cells.union_all().area == pytest.approx(boundary.area.sum(), rel=1e-3)


def test_basic_cells_in_town_have_300_to_500_households_as_a_rule(grid_cells, rings):
    """Never above 500; half of those in the core ring between 250 and 500."""
    cells = grid_cells[(grid_cells["层级"] == "基础网格") & grid_cells["专属类型"].isna()]
    assert cells["户数"].max() <= 500
    town = cells[cells.representative_point().within(rings.geometry["core"])]
    assert town["户数"].between(250, 500).mean() > 0.5


def test_households_add_up(grid_cells, truth):
    """The sums of the three levels agree to one per cent."""
    plain = grid_cells[grid_cells["专属类型"].isna()]
    for level in ("街道", "社区", "基础网格"):
        assert plain.loc[plain["层级"] == level, "户数"].sum() == pytest.approx(truth["households"], rel=0.01)


def test_special_cells_lie_over_the_others(grid_cells):
    """River, railway and campus."""
    special = grid_cells[grid_cells["专属类型"].notna()]
    assert set(special["专属类型"]) == {"河道", "铁路", "校园"}
