"""What the document of a plan may hold: whoever reads one later counts on texts, numbers and times of a possible size."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeAlias

    _Test: TypeAlias = Callable[[Any], bool]

__all__ = ["require_plan"]

_MOST: Final = 10**12
"""No length, coordinate or time of a patrol comes near it, and what is computed with it stays a number."""

_UNENDING: Final = frozenset({"inf", "-inf", "nan"})


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _truth(value: Any) -> bool:
    return isinstance(value, bool)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -_MOST <= value <= _MOST


def _seed(value: Any) -> bool:
    return isinstance(value, int)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -_MOST <= value <= _MOST


def _any_number(value: Any) -> bool:
    return _number(value) or (isinstance(value, str) and value in _UNENDING)


def _place(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_number, value))


def _line(value: Any) -> bool:
    return isinstance(value, list) and all(map(_place, value))


def _window(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_whole, value))


def _turn(value: Any) -> bool:
    is_one = isinstance(value, list) and len(value) == 4
    return is_one and all(map(_text, value[:2])) and all(map(_any_number, value[2:]))


def _message(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("values"), dict)


def _settled(value: Any) -> bool:
    return isinstance(value, dict)


def _inputs(value: Any) -> bool:
    return isinstance(value, dict) and all(map(_text, value.values()))


def _list_of(test: _Test) -> _Test:
    return lambda value: isinstance(value, list) and all(map(test, value))


def _or_none(test: _Test) -> _Test:
    return lambda value: value is None or test(value)


def _record(**fields: _Test) -> _Test:
    """Give a test of an object; fields that it has not are for the reader to miss or to fill in."""
    tests: Mapping[str, _Test] = MappingProxyType(fields)

    def is_one(value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        for name, test in tests.items():
            if name in value and not test(value[name]):
                raise ValueError(f"{name}: {value[name]!r:.60}")
        return True

    return is_one


_VISIT: Final = _record(
    **dict.fromkeys(("visit_id", "place_id", "kind", "name", "zone"), _text),
    **dict.fromkeys(("dwell_s", "min_members"), _whole),
    point=_place,
    windows=_list_of(_window),
    required=_truth,
    prize=_any_number,
)
_LEG: Final = _record(geometry=_line, length_m=_any_number, travel_s=_any_number, turns=_list_of(_turn))
_STOP: Final = _record(
    **dict.fromkeys(("arrive_s", "start_s", "leave_s"), _whole),
    **dict.fromkeys(("locked", "done"), _truth),
    visit=_VISIT,
    leg=_LEG,
)
_ROUTE: Final = _record(
    **dict.fromkeys(("team_id", "team_name", "leader", "phone", "mode", "zone", "area_lead", "point_lead"), _text),
    **dict.fromkeys(("members", "depart_s", "end_s", "break_s"), _whole),
    **dict.fromkeys(("start_point", "end_point"), _place),
    stops=_list_of(_STOP),
    way_home=_or_none(_LEG),
    break_start_s=_or_none(_whole),
)
_UNMET: Final = _record(
    visit=_VISIT, reason=_message, remedy=_or_none(_message), code=_text, missing_s=_or_none(_any_number)
)
_SHIFT: Final = _record(
    **dict.fromkeys(("shift_id", "name", "date", "mode"), _text), **dict.fromkeys(("start_s", "end_s"), _whole)
)
_PROVENANCE: Final = _record(
    **dict.fromkeys(("program_version", "computed_at", "method"), _text),
    parameters=_settled,
    seed=_seed,
    inputs=_inputs,
)
_PLAN: Final = _record(
    **dict.fromkeys(("plan_id", "district"), _text),
    complete=_truth,
    shift=_SHIFT,
    provenance=_PROVENANCE,
    routes=_list_of(_ROUTE),
    unmet=_list_of(_UNMET),
    notices=_list_of(_message),
)


def require_plan(document: Any) -> None:
    """
    Refuse a document in which a value is of another kind, or beyond all measure.

    Parameters
    ----------
    document : Any
        What was read as JSON.

    Raises
    ------
    ValueError
        If so; it names the field and the value.
    """
    if not _PLAN(document):
        raise ValueError(f"no plan: {document!r:.60}")
