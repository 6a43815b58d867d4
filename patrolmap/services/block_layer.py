"""Blocks as a layer of the project: kept in one step of undo, exported, and shown on maps without computing them again."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from patrolmap import __version__
from patrolmap.messages import N_, Message
from patrolmap.model.edits import Compound, DeleteRows, InsertRows
from patrolmap.model.layers import BLOCK_STATES, empty_layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from patrolmap.project.store import ProjectStore
    from patrolmap.services.rings_blocks import RingBlock

__all__ = ["save_blocks"]

_INPUTS = ("streets", "rings", "sites", "barriers", "incidents")


def save_blocks(
    project: ProjectStore, blocks: Sequence[RingBlock], *, ring: str | None = None, asked: dict[str, Any] | None = None
) -> int:
    """
    Keep blocks in the project, in place of older ones of the same rings.

    Parameters
    ----------
    project : ProjectStore
        An open project, writable.
    blocks : sequence of RingBlock
        From `patrolmap.services.rings_blocks.ring_blocks`.
    ring : str or None
        The ring they are of: only its older blocks are replaced; None for all rings.
    asked : dict of str to Any or None
        What they were computed with, for their provenance.

    Returns
    -------
    int
        How many are kept.
    """
    old = project.layer("blocks")
    gone = old if ring is None else old[old["ring"] == ring]
    record = {
        "program_version": __version__,
        "computed_at": dt.datetime.now().astimezone().isoformat(timespec="seconds"),
        "parameters": asked or {},
        "inputs": {name: project.content_hash(name) for name in _INPUTS if project.count(name)},
    }
    edits: list[DeleteRows | InsertRows] = []
    if len(gone):
        edits.append(DeleteRows("blocks", tuple(int(fid) for fid in gone.index)))
    if blocks:
        edits.append(InsertRows("blocks", project.frame.to_stored(_rows(project, blocks, record))))
    if edits:
        project.apply(Compound(tuple(edits)), Message(N_("Keep {count} {count:block|blocks}"), {"count": len(blocks)}))
    return len(blocks)


def _rows(project: ProjectStore, blocks: Sequence[RingBlock], record: dict[str, Any]) -> gpd.GeoDataFrame:
    provenance = json.dumps(record, ensure_ascii=False)
    rows = [
        {
            "block_id": one.block.block_id,
            "ring": one.ring,
            "held": BLOCK_STATES[one.block.rank],
            "entrances": len(one.block.entrances),
            "controlled_entrances": one.block.controlled_entrances,
            "controlled_share": one.block.controlled_share,
            "sites": len(one.site_ids),
            "site_ids": ", ".join(one.site_ids),
            "incidents": one.incidents,
            "area_m2": round(one.block.area_m2, 1),
            "provenance": provenance,
            "geometry": one.block.area,
        }
        for one in blocks
    ]
    columns = list(empty_layer("blocks", None).columns)
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=project.frame.metric_crs)
