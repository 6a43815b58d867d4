"""From the answers of the rings service to what the panel lists."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import shapely

from patrolmap.desktop.features.rings.presenter import Finding, RingReport
from patrolmap.messages import N_, Message
from patrolmap.progress import SubProgress, raise_if_cancelled
from patrolmap.rings.closure import ClosureParams
from patrolmap.services.ring_closure_views import closure_lines, crossings_table, depth_table
from patrolmap.services.ring_gap_views import closures_table, places_tables
from patrolmap.services.ring_views import site_names
from patrolmap.services.rings import RingAnswer, ring_closure, ring_depth
from patrolmap.services.rings_between import ring_to_ring

if TYPE_CHECKING:
    from patrolmap.model.schedule import Shift
    from patrolmap.progress import Cancel, Progress
    from patrolmap.project.store import ProjectStore
    from patrolmap.rings.crossings import Crossing
    from patrolmap.rings.leaks import Leak
    from patrolmap.rings.posts import PostPlace

__all__ = ["check_rings", "report_of"]


def check_rings(
    project: ProjectStore, *, duty: Shift | None = None, progress: Progress, cancel: Cancel
) -> tuple[RingReport, ...]:
    """
    Check all rings of a project.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    duty : Shift or None
        Only who is on duty during all of it counts; None for everybody.
    progress : Progress
        Where to report.
    cancel : Cancel
        The user's wish to stop.

    Returns
    -------
    tuple of RingReport
        From the outer ring inwards; the first has the tables of all.
    """
    names, params = site_names(project), ClosureParams(duty=duty)
    answers = ring_closure(project, params=params, progress=SubProgress(progress, 0.0, 0.5), cancel=cancel)
    gaps = ring_to_ring(project, params, progress=SubProgress(progress, 0.5, 0.8), cancel=cancel)
    reports = [report_of(answer, names) for answer in answers]
    progress(0.8, Message(N_("Depth of defence")))
    raise_if_cancelled(cancel)
    tables = (
        closures_table(answers, gaps),
        *places_tables(answers, gaps),
        crossings_table(answers, names),
        depth_table(project, ring_depth(project, params=params)),
    )
    return (replace(reports[0], tables=tables), *reports[1:])


def report_of(answer: RingAnswer, names: dict[str, str]) -> RingReport:
    """
    Write down one ring.

    Parameters
    ----------
    answer : RingAnswer
        The service's answer.
    names : dict of str to str
        Names of sites by id.

    Returns
    -------
    RingReport
        The same for the panel.
    """
    ring, crossings, closure = answer.line.ring, answer.line.crossings, answer.closure
    places = closure.posts.today.places if not closure.closed else ()
    findings = [
        *(_leak(ring, number, leak) for number, leak in enumerate(closure.leaks, 1)),
        *(_gap(crossing) for crossing in crossings if not crossing.controlled),
        *(_post(ring, number, place) for number, place in enumerate(places, 1)),
        *(_controlled(crossing, names) for crossing in crossings if crossing.controlled),
    ]
    controlled = sum(crossing.controlled for crossing in crossings)
    lines, off = closure_lines(closure, names, crossings=len(crossings)), len(answer.off_duty_site_ids)
    if off:
        lines = (
            *lines,
            Message(
                N_("{count} {count:checkpoint is|checkpoints are} not on duty then and {count:does|do} not count."),
                {"count": off},
            ),
        )
    return RingReport(ring, len(crossings), controlled, len(closure.leaks), len(places), tuple(findings), lines)


def _leak(ring: str, number: int, leak: Leak) -> Finding:
    streets = " › ".join(leak.streets) or "–"
    title = Message(N_("{number}. {streets}"), {"number": number, "streets": streets})
    detail = Message(N_("{metres} m along the streets"), {"metres": round(leak.length_m)})
    return Finding(f"{ring}-leak-{number}", "leak", title, detail, leak.geometry)


def _gap(crossing: Crossing) -> Finding:
    title = Message("{name}", {"name": _named(crossing.name, crossing.crossing_id)})
    return Finding(crossing.crossing_id, "gap", title, None, shapely.Point(crossing.xy))


def _controlled(crossing: Crossing, names: dict[str, str]) -> Finding:
    nearest = crossing.guards[0]
    values = {
        "street": _named(crossing.name, crossing.crossing_id),
        "site": names.get(nearest.site_id, nearest.site_id),
        "metres": round(nearest.distance_m),
    }
    title = Message(N_("{street}: {site}, {metres} m"), values)
    return Finding(crossing.crossing_id, "controlled", title, None, shapely.Point(crossing.xy))


def _post(ring: str, number: int, place: PostPlace) -> Finding:
    template = N_("Junction {name}") if place.stands_on == "junction" else N_("On {name}")
    title = Message(template, {"name": _named(place.name, str(number))})
    return Finding(f"{ring}-post-{number}", "closure", title, None, shapely.Point(place.xy))


def _named(name: str, instead: str) -> str:
    return name or instead
