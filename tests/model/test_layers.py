"""The table of layers is one that a file and an import can follow."""

from __future__ import annotations

import pytest
import shapely

from patrolmap.model.layers import LAYERS, empty_layer


def test_names_are_safe_and_keys_are_fields() -> None:
    """Names need no quoting in SQL, nothing is called as the file's own columns, and each key is a field."""
    for name, spec in LAYERS.items():
        fields = [field.name for field in spec.fields]
        assert name == spec.name
        assert all(word.isidentifier() and word.islower() for word in (name, *fields))
        assert len(set(fields)) == len(fields)
        assert not {"fid", "geom", "geometry"} & set(fields)
        assert spec.key is None or spec.key in fields
        assert {kind.upper() for kind in spec.geometry} <= {shape.name for shape in shapely.GeometryType}


def test_only_the_roster_knows_people() -> None:
    """Leader and phone of a team are the only personal fields of a project."""
    personal = [(name, field.name) for name, spec in LAYERS.items() for field in spec.fields if field.personal]
    assert personal == [("teams", "leader"), ("teams", "phone")]


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", None])
def test_an_empty_layer_has_its_columns_and_types(crs: str | None) -> None:
    """Types allow missing values; the index is the fid."""
    layer = empty_layer("streets", crs)
    assert layer.crs == crs
    assert layer.index.name == "fid"
    assert len(layer) == 0
    types = {name: str(layer[name].dtype) for name in ("name", "level", "bridge", "length_m")}
    assert types == {"name": "object", "level": "Int64", "bridge": "boolean", "length_m": "float64"}


def test_a_field_is_found_by_name() -> None:
    """An unknown one is a KeyError."""
    assert LAYERS["sites"].field("level").type == "integer"
    with pytest.raises(KeyError):
        LAYERS["sites"].field("colour")
