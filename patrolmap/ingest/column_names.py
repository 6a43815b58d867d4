"""What offices call the columns, in Chinese and English, layer by layer.

Names are compared without case, blanks, signs and brackets. The first names of a field are its usual ones.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COORDINATE_FIELDS", "EDGE_FIELDS", "FIELD_NAMES", "LAYER_WORDS", "NODE_FIELDS", "TIME_HELPERS"]

_Names = dict[str, tuple[str, ...]]

_PLACE: Final[_Names] = {
    "x": ("lon", "lng", "long", "longitude", "x", "经度", "东经", "经度e", "x坐标", "横坐标", "坐标x", "横坐标x", "point x", "x coord",
          "经度坐标", "lon wgs84", "lon gcj02", "lng gcj02", "gcj02 lng", "gcj02 lon", "bd09 lng", "lng bd09", "jd", "jingdu", "xpos"),
    "y": ("lat", "latitude", "y", "纬度", "北纬", "纬度n", "y坐标", "纵坐标", "坐标y", "纵坐标y", "point y", "y coord",
          "纬度坐标", "lat wgs84", "lat gcj02", "gcj02 lat", "bd09 lat", "lat bd09", "wd", "weidu", "ypos"),
    "xy": ("经纬度", "坐标", "经纬度坐标", "地理坐标", "位置坐标", "coordinates", "lonlat", "lnglat", "latlon", "latlng", "location"),
    "wkt": ("wkt", "geometry", "geom", "the geom", "shape wkt", "几何", "空间数据"),
}  # fmt: skip

COORDINATE_FIELDS: Final = tuple(_PLACE)
"""Fields that no layer stores: they become the geometry."""

TIME_HELPERS: Final = ("time", "date", "clock")
"""Fields that no layer stores: they become ``time_from``."""

_STREETS: Final[_Names] = {
    "name": ("name", "street name", "road name", "full name", "道路名称", "道路名", "路名", "街道名称", "街路名称", "名称", "路段名称", "nom"),
    "ref": ("ref", "road number", "route number", "道路编号", "路线编号", "国省道编号", "线路编号"),
    "highway": ("highway", "fclass", "class", "road class", "road type", "street type", "functional class", "道路等级", "道路类型",
                "道路类别", "等级", "类型", "技术等级", "clsrte", "type", "kind"),
    "oneway": ("oneway", "one way", "单行", "单行道", "是否单行", "单行线", "通行方向", "方向", "direction"),
    "level": ("layer", "level", "z level", "层", "层级", "层次"),
    "bridge": ("bridge", "is bridge", "桥", "桥梁", "是否桥梁"),
    "tunnel": ("tunnel", "is tunnel", "隧道", "是否隧道", "地道"),
    "maxspeed_kph": ("maxspeed", "max speed", "speed limit", "speed", "maxspeed kph", "限速", "设计速度", "限速值", "设计时速"),
    "access": ("access", "通行", "准入", "通行限制"),
    "source_id": ("osm id", "id", "source id", "gid", "fid", "objectid", "路段编号", "道路id", "编号", "uuid"),
    "from_node": ("from node", "from", "fnode", "source", "start node", "u", "起点", "起点标号", "起点编号", "起始节点", "起节点",
                  "路线起点", "起点节点", "起始点"),
    "to_node": ("to node", "to", "tnode", "target", "end node", "v", "终点", "终点标号", "终点编号", "终止节点", "终节点", "止点",
                "路线终点", "终点节点", "终止点"),
    "length_m": ("length m", "length", "distance", "len", "shape length", "长度", "路长", "距离", "里程", "路段长度", "长度米"),
    "travel_s": ("travel s", "travel time", "seconds", "duration", "cost time", "行程时间", "通行时间", "用时", "耗时", "行驶时间"),
}  # fmt: skip

_NODES: Final[_Names] = {
    "node_id": ("node id", "id", "node", "nodeid", "junction", "vertex", "节点编号", "节点标号", "节点", "编号", "路口编号", "路口标号",
                "交叉口编号", "全市路口节点标号", "标号", "点号", "节点号", "路口节点标号"),
    "name": ("name", "node name", "名称", "路口名称", "节点名称", "交叉口名称", "路口"),
    "demand": ("demand", "weight", "incidents", "cases", "crime", "发案率", "案发率", "发案数", "案件数", "需求", "需求量", "警情数", "权重", "次数"),
}  # fmt: skip

_SITES: Final[_Names] = {
    "site_id": ("site id", "id", "code", "编号", "点位编号", "部位编号", "卡口编号", "站点编号", "编码", "代码", "点位编码", "设备编号", "no"),
    "name": ("name", "site name", "title", "名称", "点位名称", "卡口名称", "点位", "部位", "地点", "地点名称", "单位名称", "部位名称", "路口名称",
             "站点名称", "场所名称", "学校名称", "place"),
    "kind": ("kind", "type", "category", "site type", "class", "类型", "类别", "点位类型", "种类", "性质", "部位类型", "点位类别", "点位性质"),
    "level": ("level", "grade", "priority", "级别", "等级", "勤务等级", "卡口等级", "防控等级", "重要程度"),
    "hours": ("hours", "opening hours", "duty hours", "time window", "勤务时间", "值守时间", "值勤时间", "执勤时间", "时段", "开放时间",
              "值班时间", "巡逻时段", "时间"),
    "owner": ("owner", "unit", "agency", "department", "operator", "责任单位", "主管单位", "管理单位", "所属单位", "归属单位", "单位",
              "派出所", "管辖单位", "辖区派出所", "所属派出所"),
    "ring": ("ring", "环", "防控圈", "圈层", "所属圈层", "所在圈层", "环圈"),
    "zone": ("zone", "beat", "sector", "district", "area", "责任区", "片区", "巡区", "警务区", "所属片区", "辖区", "所属区域"),
}  # fmt: skip

_INCIDENTS: Final[_Names] = {
    "incident_id": ("incident id", "id", "uid", "case number", "case id", "event id", "警情编号", "案件编号", "接警编号", "接警单号",
                    "警单号", "编号", "案号", "案件号", "警情号", "事件编号", "报警编号", "接处警编号"),
    "category": ("category", "offense type", "offence type", "crime type", "offense", "incident type", "type", "primary type",
                 "警情类别", "警情类型", "案件类别", "案件类型", "案由", "类别", "类型", "案别", "事件类型", "报警类别", "性质", "案件性质", "kind"),
    "time_from": ("time from", "from", "date start", "start", "start time", "begin", "from time", "发案时间上限", "案发时间上限",
                  "发案时间起", "案发时间起", "起始时间", "开始时间", "发案开始时间", "案发开始时间", "发案起始时间", "时间起", "上限时间"),
    "time_to": ("time to", "to", "date end", "end", "end time", "to time", "until", "发案时间下限", "案发时间下限", "发案时间止",
                "案发时间止", "截止时间", "结束时间", "终止时间", "发案结束时间", "案发结束时间", "发案终止时间", "时间止", "下限时间"),
    "time": ("date time", "datetime", "time", "occurred", "occurred at", "date single", "timestamp", "incident date", "happened", "happened at", "发案时间", "案发时间",
             "报警时间", "接警时间", "发生时间", "警情时间", "时间", "事发时间", "when"),
    "date": ("date", "day", "发案日期", "案发日期", "报警日期", "接警日期", "发生日期", "日期"),
    "clock": ("clock", "hour", "time of day", "时刻", "钟点", "时点"),
}  # fmt: skip

_TEAMS: Final[_Names] = {
    "team_id": ("team id", "id", "code", "编号", "队伍编号", "巡逻队编号", "队号", "编码", "小组编号"),
    "name": ("name", "team", "team name", "队名", "队伍名称", "巡逻队名称", "巡逻队", "名称", "小组名称", "队伍", "组名"),
    "leader": ("leader", "captain", "contact", "team leader", "队长", "负责人", "组长", "带队人", "联系人", "领队", "带班领导", "队长姓名", "责任人"),
    "phone": ("phone", "mobile", "telephone", "tel", "联系电话", "电话", "手机", "手机号", "手机号码", "联系方式", "队长电话"),
    "members": ("members", "size", "people", "headcount", "人数", "队员数", "队员人数", "成员数", "人员数", "队员", "队伍人数"),
    "mode": ("mode", "travel mode", "vehicle", "travels by", "巡逻方式", "出行方式", "方式", "交通工具", "交通方式", "巡防方式"),
    "speed_kph": ("speed kph", "speed", "速度", "时速", "巡逻速度"),
    "hours": ("hours", "shift", "time window", "班次时间", "巡逻时间", "工作时间", "时段", "勤务时间", "值勤时间", "执勤时间", "班次", "时间"),
    "break_minutes": ("break minutes", "break", "rest", "休息", "休息时间", "休息分钟", "休息时长"),
    "zone": ("zone", "beat", "sector", "area", "责任区", "片区", "巡区", "巡逻区域", "警务区", "辖区", "所属片区"),
    "ring": ("ring", "defence ring", "环", "防控圈", "圈层", "所属圈层", "所在圈层", "巡逻圈层", "环圈"),
}  # fmt: skip

_GRID_CELLS: Final[_Names] = {
    "cell_id": ("cell id", "id", "code", "grid id", "网格编号", "网格编码", "网格代码", "编号", "编码", "代码", "gridcode"),
    "name": ("name", "cell name", "grid name", "网格名称", "名称", "社区名称", "小区名称"),
    "level": ("level", "grade", "网格级别", "网格等级", "级别", "层级", "网格类型", "类型", "类别"),
    "parent_id": ("parent id", "parent", "part of", "上级编号", "上级网格", "上级编码", "所属网格", "父级编号", "上级"),
    "households": ("households", "homes", "户数", "住户数", "总户数", "户籍户数", "常住户数"),
    "special": ("special", "special purpose", "专属网格", "专属类型", "特殊用途", "专项"),
}  # fmt: skip

_RINGS: Final[_Names] = {
    "kind": ("kind", "ring", "type", "level", "环", "圈层", "类型", "类别", "圈", "环圈", "级别"),
    "name": ("name", "名称", "圈名", "环名", "圈层名称"),
}

_BARRIERS: Final[_Names] = {
    "kind": ("kind", "type", "class", "fclass", "类型", "类别", "性质"),
    "name": ("name", "名称", "河名", "线路名称"),
}

_BOUNDARY: Final[_Names] = {
    "name": ("name", "district", "名称", "区划名称", "行政区名称", "行政区", "县区名称", "辖区名称", "name county")
}

FIELD_NAMES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = MappingProxyType(
    {
        "streets": {**_STREETS, "wkt": _PLACE["wkt"]},
        "nodes": {**_NODES, **_PLACE},
        "sites": {**_SITES, **_PLACE},
        "incidents": {**_INCIDENTS, **_PLACE},
        "teams": {**_TEAMS, **_PLACE},
        "grid_cells": {**_GRID_CELLS, "wkt": _PLACE["wkt"]},
        "rings": {**_RINGS, "wkt": _PLACE["wkt"]},
        "barriers": {**_BARRIERS, "wkt": _PLACE["wkt"]},
        "boundary": {**_BOUNDARY, "wkt": _PLACE["wkt"]},
    }
)
"""For each importable layer its fields, helpers and coordinate fields, with their names."""

NODE_FIELDS: Final = ("node_id", "x", "y", "name", "demand")
EDGE_FIELDS: Final = ("from_node", "to_node", "length_m", "travel_s", "name", "highway", "oneway", "wkt")

LAYER_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "streets": ("street", "road", "highway", "edge", "link", "道路", "街路", "路网", "路线", "路段"),
        "nodes": ("node", "junction", "节点", "路口"),
        "sites": ("site", "checkpoint", "poi", "卡口", "点位", "重点部位", "岗位"),
        "incidents": ("incident", "crime", "case", "警情", "案件", "发案"),
        "teams": ("team", "roster", "巡逻队", "队伍", "花名册"),
        "grid_cells": ("grid", "cell", "网格"),
        "rings": ("ring", "圈", "环"),
        "barriers": ("barrier", "river", "water", "rail", "河流", "水系", "铁路"),
        "boundary": ("boundary", "district", "边界", "辖区", "行政区"),
    }
)
"""Words in the name of a sheet or file that speak for a layer."""
