"""Which modules bring commands. Each has ``add_commands(add, group)`` and imports its service only when it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from patrolmap.cli import (
    adjusting,
    batch,
    coordinates,
    demo,
    events,
    exporting,
    freshness,
    geocoding,
    hotspots,
    import_profiles,
    ingest,
    licences,
    maps,
    office,
    patrol_log,
    place_search,
    planning,
    project,
    protection,
    report,
    rings,
    roster,
    row_editing,
    self_test,
    sheets,
    topology,
    week,
)

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["ROOMS"]

ROOMS: Final[tuple[Callable[[Any, Any], None], ...]] = (
    demo.add_commands,
    project.add_commands,
    protection.add_commands,
    ingest.add_commands,
    import_profiles.add_commands,
    topology.add_commands,
    coordinates.add_commands,
    geocoding.add_commands,
    place_search.add_commands,
    row_editing.add_commands,
    maps.add_commands,
    hotspots.add_commands,
    roster.add_commands,
    planning.add_commands,
    adjusting.add_commands,
    week.add_commands,
    freshness.add_commands,
    rings.add_commands,
    sheets.add_commands,
    exporting.add_commands,
    patrol_log.add_commands,
    events.add_commands,
    batch.add_commands,
    office.add_commands,
    self_test.add_commands,
    report.add_commands,
    licences.add_commands,
)
