"""Words for the closed lists of the vocabulary, in Chinese and English."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.ingest.name_matching import plain_name
from patrolmap.messages import N_, Message
from patrolmap.model.kinds import BarrierKind, CellLevel, RingKind, SiteKind, TravelMode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["CLOSED_LISTS", "OPEN_LISTS", "guess_site_kinds", "oneway_code", "parse_booleans", "read_words"]

_Words = dict[str, tuple[str, ...]]

_RINGS: Final[_Words] = {
    RingKind.CITY: ("city", "outer", "环市圈", "环市", "市圈", "外圈", "市域圈", "第一圈", "一圈"),
    RingKind.TOWN: ("town", "middle", "环城圈", "环城", "城圈", "中圈", "城区圈", "第二圈", "二圈"),
    RingKind.CORE: ("core", "inner", "主城区内层圈", "内层圈", "核心圈", "主城区", "主城", "内圈", "核心区", "第三圈", "三圈"),
}  # fmt: skip

_SITES: Final[_Words] = {
    SiteKind.CHECKPOINT: ("checkpoint", "check point", "卡口", "检查站", "检查卡", "治安卡口", "公安检查站", "关卡", "卡点", "检查点", "出入口"),
    SiteKind.INTERSECTION: ("intersection", "junction", "crossroad", "crossroads", "crossing", "路口", "交叉口", "重点路口", "十字路口", "丁字路口",
                            "关键路口"),
    SiteKind.KEY_SITE: ("key site", "keysite", "key place", "重点部位", "重点单位", "要害部位", "重要部位", "重点场所", "重点目标", "部位", "学校", "幼儿园", "医院", "车站", "银行", "加油站", "党政机关", "水厂", "电厂", "商场", "广场", "景区", "school", "hospital", "station", "bank", "mall", "government"),
    SiteKind.POST: ("post", "police post", "岗位", "岗亭", "警务站", "执勤点", "值守点", "巡逻点", "必到点", "驻点", "岗哨", "警务室"),
}  # fmt: skip

_MODES: Final[_Words] = {
    TravelMode.WALK: ("walk", "walking", "foot", "on foot", "步行", "徒步", "步巡", "走路"),
    TravelMode.EBIKE: ("ebike", "e bike", "electric bike", "scooter", "bike", "bicycle", "电动车", "电瓶车", "电动自行车", "两轮电动车", "骑行",
                       "自行车", "摩托车", "骑巡"),
    TravelMode.CAR: ("car", "vehicle", "driving", "patrol car", "汽车", "机动车", "巡逻车", "警车", "车巡", "驾车", "四轮车", "电动巡逻车"),
}  # fmt: skip

_CELLS: Final[_Words] = {
    CellLevel.DISTRICT: ("district", "county", "区", "县", "区县", "区级", "县区", "区县级"),
    CellLevel.STREET: ("street", "township", "town", "街道", "乡镇", "镇", "乡", "街镇", "街道级", "乡镇街道"),
    CellLevel.COMMUNITY: ("community", "village", "社区", "村", "行政村", "社区村", "村社区"),
    CellLevel.BASIC: ("basic", "cell", "grid", "网格", "基础网格", "基本网格", "单元网格"),
    CellLevel.SUBCELL: ("subcell", "sub cell", "micro", "微网格", "子网格", "楼栋", "小网格"),
}

_BARRIERS: Final[_Words] = {
    BarrierKind.RIVER: ("river", "stream", "canal", "waterway", "河流", "河", "江", "运河", "渠", "河道", "水渠"),
    BarrierKind.WATER: (
        "water",
        "lake",
        "reservoir",
        "pond",
        "riverbank",
        "水域",
        "湖",
        "湖泊",
        "水库",
        "水面",
        "池塘",
    ),
    BarrierKind.RAILWAY: ("railway", "rail", "light rail", "narrow gauge", "railroad", "铁路", "铁道", "高铁", "轻轨"),
    BarrierKind.GREEN: ("green", "park", "forest", "wood", "绿地", "公园", "林地", "山体", "绿化"),
}

_SITE_LEVELS: Final[_Words] = {
    "1": ("1", "1级", "一级", "一", "甲", "甲级", "level 1", "i", "i级", "ⅰ级", "高", "重点"),
    "2": ("2", "2级", "二级", "二", "乙", "乙级", "level 2", "ii", "ii级", "ⅱ级", "中"),
    "3": ("3", "3级", "三级", "三", "丙", "丙级", "level 3", "iii", "iii级", "ⅲ级", "低", "一般"),
}

_HIGHWAYS: Final[_Words] = {
    "motorway": ("高速公路", "高速", "高速路"),
    "trunk": ("快速路", "城市快速路", "国道", "快速"),
    "primary": ("主干路", "主干道", "城市主干路", "城市主干道", "省道", "主路"),
    "secondary": ("次干路", "次干道", "城市次干路", "城市次干道", "县道"),
    "tertiary": ("支路", "城市支路", "支道", "乡道", "支线"),
    "unclassified": ("村道", "农村道路", "其他道路", "其他", "乡村道路"),
    "residential": ("街巷", "巷道", "小区路", "居住区道路", "里弄", "胡同", "小路", "内部道路", "背街小巷"),
    "pedestrian": ("步行街", "步行道路"),
    "footway": ("人行道", "步道", "人行路"),
    "cycleway": ("自行车道", "非机动车道"),
    "service": ("辅路", "匝道路", "服务道路", "便道"),
}

_ONEWAYS: Final[_Words] = {
    "yes": ("yes", "y", "true", "1", "f", "ft", "是", "单行", "单向", "单行道", "单行线", "正向", "顺向"),
    "no": ("no", "n", "false", "0", "b", "both", "否", "双向", "双行", "双向通行"),
    "-1": ("-1", "reverse", "t", "tf", "反向", "逆向"),
}

_ONEWAY_CODES: Final = (
    (
        frozenset("tfyn01"), frozenset("tf"), {"t": "yes", "y": "yes", "1": "yes", "f": "no", "n": "no", "0": "no"},
        N_("One-way: T and F stand for true and false, since no street is B (both)."),
    ),
    (
        frozenset("0123"), frozenset("23"), {"0": "no", "1": "no", "2": "yes", "3": "-1"},
        N_("One-way: 1 is both ways, 2 along the line, 3 against it, as in navigation data; 0 is not surveyed, so both."),
    ),
)  # fmt: skip
"""Codes that only the whole column explains: all its letters, of which some occur, what they mean, how it is told."""

CLOSED_LISTS: Final[Mapping[tuple[str, str], _Words]] = MappingProxyType(
    {
        ("rings", "kind"): _RINGS,
        ("sites", "kind"): _SITES,
        ("sites", "level"): _SITE_LEVELS,
        ("sites", "ring"): _RINGS,
        ("teams", "ring"): _RINGS,
        ("teams", "mode"): _MODES,
        ("grid_cells", "level"): _CELLS,
        ("barriers", "kind"): _BARRIERS,
        ("streets", "oneway"): _ONEWAYS,
    }
)
"""For each field with a closed list its canonical values and the words for them."""

OPEN_LISTS: Final[Mapping[tuple[str, str], _Words]] = MappingProxyType({("streets", "highway"): _HIGHWAYS})
"""Fields whose known words are translated and whose other words are kept."""

_TRUE: Final = frozenset(
    {
        "yes",
        "true",
        "t",
        "1",
        "y",
        "是",
        "有",
        "√",
        "viaduct",
        "aqueduct",
        "culvert",
        "building_passage",
        "桥",
        "桥梁",
        "隧道",
        "movable",
        "cantilever",
        "covered",
        "boardwalk",
    }
)
_FALSE: Final = frozenset({"no", "false", "f", "0", "n", "否", "无", "×"})


def read_words(texts: NDArray[np.object_], layer: str, field: str) -> NDArray[np.object_]:
    """
    Turn the words of a column into the canonical values of a closed or open list.

    Parameters
    ----------
    texts : (n,) object array of str
        Cells; blank ones too.
    layer : str
        Name of the layer.
    field : str
        Name of the field, one of `CLOSED_LISTS` or `OPEN_LISTS`.

    Returns
    -------
    (n,) object array
        Canonical values; None where a word of a closed list is unknown or the cell is blank. In an open list unknown
        words stay as they are.
    """
    closed = (layer, field) in CLOSED_LISTS
    words = CLOSED_LISTS[layer, field] if closed else OPEN_LISTS[layer, field]
    known = {_plain(word): value for value, all_words in words.items() for word in (value, *all_words)}
    if (layer, field) == ("streets", "oneway"):
        known |= oneway_code(texts)[0]
    return _mapped(texts, lambda text: known.get(_plain(text), None if closed else text))


def oneway_code(texts: NDArray[np.object_]) -> tuple[dict[str, str], tuple[Message, ...]]:
    """
    Recognise codes of one-way streets that mean one thing in one file and another in the next.

    Parameters
    ----------
    texts : (n,) object array of str
        Cells; blank ones too.

    Returns
    -------
    words : dict of str to str
        Code to canonical value; empty if the words of the column mean the same everywhere.
    choices : tuple of Message
        How the codes were read.
    """
    found = {_plain(text) for text in set(texts) if text.strip()}
    for letters, telling, meaning, said in _ONEWAY_CODES:
        if found & telling and found <= letters:
            return dict(meaning), (Message(said),)
    return {}, ()


def guess_site_kinds(names: NDArray[np.object_]) -> NDArray[np.object_]:
    """
    Guess the kind of sites from their names.

    Parameters
    ----------
    names : (n,) object array of str
        Names such as 中州大道卡口 or ``A St & B Ave``.

    Returns
    -------
    (n,) object array
        Values of `SiteKind`; None where the name does not say.
    """
    hints = [(word, kind) for kind, words in _SITES.items() for word in words if not word.isascii() and word != "部位"]
    hints += [("检查", SiteKind.CHECKPOINT), ("交叉", SiteKind.INTERSECTION), ("checkpoint", SiteKind.CHECKPOINT)]

    def guess(name: str) -> str | None:
        lowered = name.lower()
        for word, kind in hints:
            if word in lowered:
                return str(kind)
        return str(SiteKind.INTERSECTION) if " & " in name else None

    return _mapped(names, guess)


def parse_booleans(texts: NDArray[np.object_]) -> NDArray[np.object_]:
    """
    Read yes and no.

    Parameters
    ----------
    texts : (n,) object array of str
        Cells; blank ones too.

    Returns
    -------
    (n,) object array
        True, False, or None where it is neither.
    """

    def read(text: str) -> bool | None:
        lowered = text.strip().lower()
        return True if lowered in _TRUE else (False if lowered in _FALSE else None)

    return _mapped(texts, read)


def _plain(text: str) -> str:
    stripped = text.strip().lower()
    return stripped if stripped == "-1" else plain_name(stripped.replace("_", " ")) or stripped


def _mapped(texts: NDArray[np.object_], read: Callable[[str], object]) -> NDArray[np.object_]:
    known = {text: read(text) for text in set(texts)}
    values = np.empty(len(texts), dtype=object)
    values[:] = [known[text] for text in texts]
    return values
