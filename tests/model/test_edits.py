"""Edits are values: what they unfold to, and what the journal says of them."""

from __future__ import annotations

import pandas as pd

from patrolmap.model.edits import Compound, DeleteRows, InsertRows, SetSetting, UpdateRows, flattened, summary


def test_nested_compounds_unfold_in_order() -> None:
    """Single edits come in the order in which they are applied, however deep they lie."""
    first, second, third = SetSetting("a", 1), SetSetting("b", 2), SetSetting("c", 3)
    assert list(flattened(Compound((first, Compound((Compound(()), second)), third)))) == [first, second, third]
    assert list(flattened(first)) == [first]


def test_the_summary_holds_no_values() -> None:
    """Layers, columns and numbers of rows are told; what stood in the rows is not."""
    rows = pd.DataFrame({"leader": ["组长01", "组长02"]}, index=pd.Index([4, 9], name="fid"))
    edit = Compound(
        (InsertRows("teams", rows), UpdateRows("teams", rows), DeleteRows("sites", (1, 2, 3)), SetSetting("k", "v"))
    )
    assert summary(edit) == [
        {"do": "insert", "layer": "teams", "rows": 2},
        {"do": "update", "layer": "teams", "rows": 2, "columns": ["leader"]},
        {"do": "delete", "layer": "sites", "rows": 3},
        {"do": "set", "key": "k"},
    ]
