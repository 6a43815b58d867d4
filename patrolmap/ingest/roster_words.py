"""What offices write on rosters, in Chinese and English: heads of columns, roles, presence, lists of names."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from patrolmap.model.roster import Role

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["GROUP_LEAD_WORDS", "LEAD_COLUMNS", "ROLE_WORDS", "ROSTER_COLUMNS", "names_in", "presence_of"]

ROSTER_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "team": ("team", "team name", "team id", "patrol team", "队伍", "队伍名称", "队名", "巡逻队", "巡逻队名称", "队伍编号", "所属队伍",
                 "所在队伍", "小队", "中队", "队号"),
        "name": ("name", "member name", "person", "姓名", "队员姓名", "人员姓名", "成员姓名", "名字"),
        "role": ("role", "position", "duty", "职务", "角色", "岗位", "身份", "职责", "岗位职责"),
        "group": ("group", "sub group", "subgroup", "squad", "组别", "小组", "分组", "班组", "组号", "组"),
        "phone": ("phone", "mobile", "telephone", "tel", "联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "队长电话"),
        "present": ("present", "attendance", "on duty", "is present", "是否到岗", "到岗", "到岗情况", "是否在岗", "在岗", "出勤", "是否出勤",
                    "是否到位", "到位", "是否参加", "参加"),
        "leader": ("leader", "team leader", "captain", "队长", "队长姓名", "领队", "带队人", "负责人"),
        "area_lead": ("area lead", "area leader", "片长", "片长姓名", "片区负责人", "片区长"),
        "point_lead": ("point lead", "point leader", "点长", "点长姓名", "点位负责人"),
        "members": ("members", "member", "member list", "成员", "队员", "组员", "成员名单", "队员名单", "人员名单", "人员", "巡逻人员"),
    }
)  # fmt: skip
"""Fields of a roster with the heads of their columns; the first are the usual ones."""

LEAD_COLUMNS: Final = (Role.AREA_LEAD, Role.POINT_LEAD, Role.LEADER)
"""Roles that may have a column of their own, called as the role."""

ROLE_WORDS: Final[Mapping[str, Role]] = MappingProxyType(
    {
        **dict.fromkeys(("片长", "片区长", "片区负责人", "area lead", "area leader", "area_lead"), Role.AREA_LEAD),
        **dict.fromkeys(("点长", "点位负责人", "point lead", "point leader", "point_lead"), Role.POINT_LEAD),
        **dict.fromkeys(("队长", "领队", "带队人", "负责人", "leader", "team leader", "captain"), Role.LEADER),
        **dict.fromkeys(("队员", "成员", "组员", "副队长", "副组长", "志愿者", "巡逻员", "member", ""), Role.MEMBER),
    }
)
GROUP_LEAD_WORDS: Final = frozenset({"组长", "班长", "group leader", "squad leader"})
"""They lead a team that has no leader, and are members of one that has."""

_PRESENT: Final = frozenset(
    {
        "是",
        "到",
        "到岗",
        "在岗",
        "已到",
        "到位",
        "出勤",
        "参加",
        "√",
        "✓",
        "✔",
        "1",
        "y",
        "yes",
        "true",
        "t",
        "present",
        "here",
    }
)
_ABSENT: Final = frozenset(
    {"否", "未到", "不到", "未到岗", "缺", "缺席", "缺勤", "缺岗", "请假", "病假", "事假", "休", "休息", "轮休", "不参加", "×", "✗", "0",
     "n", "no", "false", "f", "absent", "away", "leave"}
)  # fmt: skip
_PARTING: Final = re.compile("[、,\uff0c;\uff1b/\n]+")
_BLANKS: Final = re.compile(r"\s+")
_CJK: Final = re.compile("[\u3400-\u9fff]")
_BRACKET: Final = re.compile("^(.*?)\\s*[(\uff08]([^()\uff08\uff09]*)[)\uff09]\\s*$")


def presence_of(text: str) -> bool | None:
    """
    Read whether somebody comes.

    Parameters
    ----------
    text : str
        A cell such as 是, √, 请假 or ``no``.

    Returns
    -------
    bool or None
        None if the cell is empty.

    Raises
    ------
    ValueError
        If the word is not known.
    """
    word = text.strip().lower()
    if not word:
        return None
    if word in _PRESENT:
        return True
    if word in _ABSENT:
        return False
    raise ValueError(text)


def names_in(text: str) -> list[tuple[str, bool | None]]:
    """
    Read a list of names.

    Parameters
    ----------
    text : str
        Names parted by 、, comma, semicolon or stroke, Chinese ones also by blanks; a word in brackets behind a name may
        tell its presence, such as (请假). A number alone is a headcount and no name.

    Returns
    -------
    list of (str, bool or None)
        Names with their presence, None where nothing is said. Other words in brackets stay with the name.
    """
    found: list[tuple[str, bool | None]] = []
    for piece in _PARTING.split(text):
        parts = _BLANKS.split(piece.strip()) if _CJK.search(piece) else [piece.strip()]
        found += [_name(part) for part in parts if part and not part.rstrip("人名").isdecimal()]
    return found


def _name(text: str) -> tuple[str, bool | None]:
    match = _BRACKET.match(text)
    if match and match[1]:
        try:
            said = presence_of(match[2])
        except ValueError:
            said = None
        if said is not None:
            return match[1], said
    return text, None
