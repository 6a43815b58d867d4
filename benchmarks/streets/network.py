"""A made-up street network of a wanted size, with dead ends, bends, one-way streets and classes, from a seed."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

_SPACING_M = 120.0
_KEPT_SHARE = 0.62


def made_up_streets(edges: int, seed: int = 1) -> gpd.GeoDataFrame:
    """
    Draw streets on a shaken lattice: a spanning tree, and enough of the other steps.

    Parameters
    ----------
    edges : int
        About how many edges the street graph will have.
    seed : int, default 1
        Seed of every random choice.

    Returns
    -------
    geopandas.GeoDataFrame
        One street a step, metres, with name, class and one-way.
    """
    rng = np.random.default_rng(seed)
    side = int(np.ceil(np.sqrt(edges / 1.37)))
    i, j = np.meshgrid(np.arange(side), np.arange(side), indexing="ij")
    place = np.column_stack([i.ravel(), j.ravel()]) * _SPACING_M + rng.uniform(-45, 45, (side * side, 2))
    node = (i * side + j).astype(np.int64)
    steps = np.vstack(
        [
            np.column_stack([node[:-1].ravel(), node[1:].ravel()]),
            np.column_stack([node[:, :-1].ravel(), node[:, 1:].ravel()]),
        ]
    )
    weight = rng.random(len(steps)) + 1e-3
    tree = minimum_spanning_tree(coo_array((weight, (steps[:, 0], steps[:, 1])), shape=(side * side, side * side)))
    in_tree = np.isin(steps[:, 0] * side * side + steps[:, 1], _keys(tree, side * side))
    steps = steps[in_tree | (rng.random(len(steps)) < _KEPT_SHARE - 0.25)]
    a, b = place[steps[:, 0]], place[steps[:, 1]]
    bend = (a + b) / 2 + rng.uniform(-12, 12, a.shape)
    main = (steps[:, 0] // side % 8 == 0) & (steps[:, 1] // side % 8 == 0)
    return gpd.GeoDataFrame(
        {
            "name": [f"S{number}" for number in range(len(steps))],
            "highway": np.where(main, "secondary", rng.choice(["residential", "tertiary"], len(steps))),
            "oneway": np.where(rng.random(len(steps)) < 0.1, "yes", "no"),
        },
        geometry=shapely.linestrings(np.stack([a, bend, b], axis=1)),
        crs="EPSG:32649",
    )


def _keys(tree: coo_array, size: int) -> np.ndarray:
    found = coo_array(tree)
    return found.coords[0].astype(np.int64) * size + found.coords[1]
