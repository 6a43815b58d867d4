"""Record stops from the form of the patrol log that an exported workbook holds, filled in by hand."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from patrolmap.errors import InputError
from patrolmap.exchange.plan_tables import LOG_CHOICES, LOG_COLUMNS, LOG_TITLE
from patrolmap.exchange.workbook import restored_text
from patrolmap.i18n import translations
from patrolmap.ingest.choosing import Wanted
from patrolmap.ingest.name_matching import plain_name
from patrolmap.ingest.readers import read_source
from patrolmap.messages import N_, Message
from patrolmap.model.patrol_log import LogEntry, LogState
from patrolmap.progress import NO_CANCEL, Cancel, raise_if_cancelled
from patrolmap.services.events_of_log import events_of_log
from patrolmap.services.patrol_log import LogResult, SaidOfStop, checked_entry, stops_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from patrolmap.ingest.source import Source
    from patrolmap.model.events import Event
    from patrolmap.model.plan import PatrolPlan, Route, Stop
    from patrolmap.project.store import ProjectStore

__all__ = ["record_form"]

_FILLED: Final = ("state", "arrived", "left", "reason", "event", "note")
_MERGED: Final = ("plan_id", "team_id")
"""Columns whose empty cells mean the cell above: offices merge cells that say the same."""
_NEEDED: Final = ("plan_id", "visit_id")
_OTHER_WORDS: Final = {
    LogState.DONE: frozenset((
        "完成", "完成了", "是", "到位", "已到位", "已到", "到", "到了", "已巡", "已巡逻", "已巡查", "巡逻完成", "已做", "已执行", "正常",
        "√", "✓", "✔", "☑", "对", "v", "y", "yes", "ok", "1", "true", "1.0",
    )),
    LogState.SKIPPED: frozenset((
        "否", "未到", "未到位", "没到", "没去", "未去", "未巡", "未巡逻", "未巡查", "未做", "未执行", "没完成", "跳过", "缺", "取消",
        "×", "✗", "✘", "☒", "x", "n", "no", "0", "false", "0.0", "skip", "missed", "not done",
    )),
}  # fmt: skip
_OTHER_HEADS: Final = {
    "plan_id": ("方案号", "方案"),
    "team_id": ("队伍号",),
    "visit_id": ("任务号",),
    "state": ("完成", "是否完成", "执行情况", "状态", "Done", "Status"),
    "arrived": ("到达时间", "到达", "实到"),
    "left": ("离开时间", "离开"),
    "reason": ("原因", "未完成的原因", "Reason"),
    "event": ("事件类型", "发现事件"),
    "note": ("说明", "Remark", "Remarks", "Notes"),
}
"""What offices call the columns when they type the form anew."""

_Found = tuple["PatrolPlan", dict[str, tuple["Route", "Stop"]]]


def record_form(project: ProjectStore, path: Path, *, cancel: Cancel = NO_CANCEL) -> LogResult:
    """
    Record what a filled form says.

    Parameters
    ----------
    project : ProjectStore
        An open project.
    path : Path
        The workbook, or the sheet saved as CSV; heads in any of the program's languages.
    cancel : Cancel, optional
        The user's wish to stop; then nothing is recorded.

    Returns
    -------
    LogResult
        Rows in which nothing was entered are left alone; an empty cell of plan or team means the one above, as in merged cells. A row that cannot be recorded is refused with its reason; all
        others are recorded in one step of undo.

    Raises
    ------
    InputError
        If the file cannot be read or is not the form.
    CancelledError
        If the user cancelled.
    """
    source = _read(path, cancel)
    columns = _columns(source)
    plans: dict[str, _Found | None] = {}
    entries: dict[tuple[str, str], LogEntry] = {}
    refused: list[tuple[int, Message]] = []
    above = dict.fromkeys(_MERGED, "")
    for number, row in zip(source.row_numbers.tolist(), source.table.to_dict("records"), strict=True):
        raise_if_cancelled(cancel)
        said = {name: restored_text(row[column]).strip() for name, column in columns.items()}
        above = {name: said.get(name) or value for name, value in above.items()}
        if not any(said.get(name) for name in _FILLED):
            continue
        said |= above
        try:
            _refuse_second(said, entries)
            entry = _entry(project, said, plans)
        except InputError as error:
            refused.append((number, error.what))
        else:
            entries[entry.plan_id, entry.visit_id] = entry
    kept = tuple(entries.values())
    if kept:
        events: list[Event] = []
        for found in plans.values():
            events += events_of_log(project, found[0], kept, events) if found else ()
        project.save_log(
            kept, label=Message(N_("{count} {count:stop|stops} logged"), {"count": len(kept)}), events=events
        )
    return LogResult(tuple(dict.fromkeys(entry.plan_id for entry in kept)), kept, tuple(refused))


def _read(path: Path, cancel: Cancel) -> Source:
    """Read the sheet of the form; it has another name in each language, none in a CSV, and any that somebody gave it."""
    for title in translations(LOG_TITLE):
        try:
            return read_source(path, Wanted("stops", sheet=title), cancel=cancel)
        except InputError:
            continue
    heads = tuple(_heads(name) for name in (*_NEEDED, "state"))
    return read_source(path, Wanted("stops", heads=heads), cancel=cancel)


def _heads(name: str) -> frozenset[str]:
    """Give what a column may be called, in any language, as `plain_name` writes it."""
    return frozenset(plain_name(word) for word in (*translations(LOG_COLUMNS[name]), *_OTHER_HEADS.get(name, ())))


def _columns(source: Source) -> dict[str, str]:
    heads = {plain_name(restored_text(column)): column for column in reversed(source.columns)}
    found = {}
    for name, title in LOG_COLUMNS.items():
        exact = [plain_name(word) for word in translations(title)]
        column = next((heads[word] for word in (*exact, *sorted(_heads(name))) if word in heads), None)
        if column is not None:
            found[name] = column
    if any(name not in found for name in (*_NEEDED, "state")):
        raise InputError(
            N_("“{name}” is not the form of the patrol log."),
            remedy=N_("Export the plan as Excel and fill in its last sheet."),
            name=source.name,
        )
    return found


def _refuse_second(said: dict[str, str], entries: Mapping[tuple[str, str], LogEntry]) -> None:
    if (said["plan_id"], said["visit_id"]) in entries:
        raise InputError(N_("The form has the stop {visit} twice."), visit=said["visit_id"])


def _entry(project: ProjectStore, said: dict[str, str], plans: dict[str, _Found | None]) -> LogEntry:
    plan_id = said["plan_id"]
    if plan_id not in plans:
        plan = project.plan(plan_id) if plan_id in project.plan_ids() else None
        plans[plan_id] = None if plan is None else (plan, stops_of(plan))
    known = plans[plan_id]
    if known is None:
        raise InputError(N_("There is no plan {plan}."), plan=plan_id)
    plan, stops = known
    if said["visit_id"] not in stops:
        raise InputError(N_("The plan no longer has {visit}."), visit=said["visit_id"])
    what = SaidOfStop(_state(said), *(said.get(name, "") for name in ("arrived", "left", "reason", "event", "note")))
    return checked_entry(plan, *stops[said["visit_id"]], what, source="form", team_id=said.get("team_id", ""))


def _state(said: dict[str, str]) -> LogState:
    word = unicodedata.normalize("NFKC", said["state"]).casefold().strip(" 。.!,，、")
    if not word:
        return _state_unsaid(said)
    for state in LogState:
        if word in _OTHER_WORDS[state] or word in translations(LOG_CHOICES[state]):
            return state
    raise InputError(N_("“{word}” is neither done nor skipped."), word=said["state"])


def _state_unsaid(said: dict[str, str]) -> LogState:
    """Take a time or a finding for being there, and a reason alone for being skipped; a remark can mean either."""
    if said.get("arrived") or said.get("left") or said.get("event"):
        return LogState.DONE
    if said.get("reason"):
        return LogState.SKIPPED
    raise InputError(
        N_("Nothing says whether the stop {visit} was done or skipped."),
        remedy=N_("Fill in the column of done or skipped."),
        visit=said["visit_id"],
    )
