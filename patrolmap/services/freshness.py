"""Whether what was computed still fits what it was computed from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from patrolmap.i18n import tr
from patrolmap.messages import N_, Message
from patrolmap.model.layers import LAYERS
from patrolmap.services.plan_making import PLAN_INPUTS
from patrolmap.services.settings_mark import settings_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from patrolmap.model.plan import PatrolPlan
    from patrolmap.project.store import ProjectStore

__all__ = [
    "Outdated",
    "layer_names",
    "outdated_document",
    "outdated_hotspots",
    "outdated_lines",
    "outdated_message",
    "outdated_plan",
]

_SETTINGS = "project_settings"
_TABLES = {"roster": N_("Roster"), "attendance": N_("Attendance"), _SETTINGS: N_("Planning settings")}


@dataclass(frozen=True)
class Outdated:
    """
    Something that was computed before its data changed.

    Parameters
    ----------
    what : str
        ``hotspots`` or ``plan``.
    layers : tuple of str
        Layers and tables whose rows are others now.
    computed_at : str
        ISO 8601 with offset; empty if it was not recorded.
    """

    what: str
    layers: tuple[str, ...]
    computed_at: str


def outdated_hotspots(project: ProjectStore) -> Outdated | None:
    """
    Compare the hotspots with the incidents they were found in.

    Parameters
    ----------
    project : ProjectStore
        The project.

    Returns
    -------
    Outdated or None
        None if they fit, if there are none, or if they were not found by this program.

    Notes
    -----
    Contents are compared by hash, so that a change that was undone is none. O(rows) after a change, else O(1).
    """
    texts = project.layer("hotspots")["provenance"].dropna().tolist()
    record = _record(str(texts[0])) if texts else {}
    changed = _changed(project, record.get("inputs") or {}, ())
    return Outdated("hotspots", changed, str(record.get("computed_at", ""))) if changed else None


def outdated_plan(project: ProjectStore, plan: PatrolPlan) -> Outdated | None:
    """
    Compare a plan with the layers it was made from, and with the project's planning settings of then.

    Parameters
    ----------
    project : ProjectStore
        The project.
    plan : PatrolPlan
        One of its plans.

    Returns
    -------
    Outdated or None
        None if it fits, or if it says nothing about its inputs.
    """
    changed = _changed(project, plan.provenance.inputs, PLAN_INPUTS)
    known = plan.provenance.parameters.get(_SETTINGS)
    if known is not None and known != settings_mark(project):
        changed = (*changed, _SETTINGS)
    return Outdated("plan", changed, plan.provenance.computed_at) if changed else None


def layer_names(layers: Iterable[str]) -> list[Message]:
    """
    Name layers and tables to the user.

    Parameters
    ----------
    layers : iterable of str
        Their names.

    Returns
    -------
    list of Message
        Their titles.
    """
    return [Message(LAYERS[name].title if name in LAYERS else _TABLES.get(name, name)) for name in layers]


def outdated_document(found: Iterable[Outdated]) -> dict[str, Any]:
    """
    Write what is out of date as a JSON document.

    Parameters
    ----------
    found : iterable of Outdated
        What is.

    Returns
    -------
    dict of str to Any
        ``outdated``: what, the layers that changed, and when it was computed.
    """
    return {
        "outdated": [
            {"what": one.what, "changed_layers": list(one.layers), "computed_at": one.computed_at} for one in found
        ]
    }


def outdated_lines(found: Iterable[Outdated]) -> tuple[str, ...]:
    """
    Write what is out of date for people, in their language.

    Parameters
    ----------
    found : iterable of Outdated
        What is.

    Returns
    -------
    tuple of str
        A line each; one that says so if nothing is.
    """
    lines = tuple(tr(outdated_message(one)) for one in found)
    return lines or (tr("Everything that was computed fits the data."),)


def outdated_message(one: Outdated) -> Message:
    """
    Say what is out of date and why.

    Parameters
    ----------
    one : Outdated
        What is.

    Returns
    -------
    Message
        One sentence.
    """
    words = {
        "hotspots": N_("Out of date: {layers} changed after these hotspots were found."),
        "plan": N_("Out of date: {layers} changed after this plan was made."),
    }
    return Message(words[one.what], {"layers": layer_names(one.layers)})


def _changed(project: ProjectStore, inputs: Mapping[str, str], all_layers: Iterable[str]) -> tuple[str, ...]:
    if not inputs:
        return ()
    other = [name for name, known in inputs.items() if project.content_hash(name) != known]
    new = [name for name in all_layers if name not in inputs and project.count(name)]
    return (*other, *new)


def _record(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}  # hotspots of another program have words of their own there
    return found if isinstance(found, dict) else {}
