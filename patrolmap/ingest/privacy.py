"""Which columns look as if they were about persons. They stay outside, and the report says so."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np

from patrolmap.ingest.name_matching import plain_name
from patrolmap.ingest.numbers import half_width, is_blank
from patrolmap.messages import N_, Message

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["is_identity_number", "personal_content", "personal_name", "persons_by_value", "without_personal_numbers"]

_SAMPLE_ROWS: Final = 2_000
_ID_SHARE: Final = 0.2
_PHONE_SHARE: Final = 0.6
_IDENTITY: Final = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d(?:[- ]?\d{4}){2}(?!\d)")
_LANDLINE: Final = re.compile(r"^0\d{2,3}-\d{7,8}$")
_LANDLINE_WITHIN: Final = re.compile(r"(?<![\d-])0\d{2,3}[-—]\d{7,8}(?![\d-])")
_PROVINCES: Final = frozenset(
    str(code)
    for code in (
        *range(11, 16),
        *range(21, 24),
        *range(31, 38),
        *range(41, 47),
        *range(50, 55),
        *range(61, 66),
        71,
        81,
        82,
        83,
    )
)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_SIGNS: Final = "10X98765432"

_PERSON_WORDS: Final = (
    "姓名", "受害人", "被害人", "报警人", "报案人", "嫌疑人", "当事人", "户主", "居民", "失主", "证人", "联系人", "责任人", "负责人", "事主", "报警者", "求助人",
    "违法人", "违法行为人", "嫌犯", "犯罪人", "监护人", "侵害人", "伤者", "死者",
    "victim", "suspect", "complainant", "resident", "offender", "witness", "caller", "person name", "full name", "surname", "first name",
    "last name",
)  # fmt: skip
_IDENTITY_WORDS: Final = (
    "身份证",
    "身分证",
    "证件号",
    "公民身份",
    "护照",
    "id card",
    "identity number",
    "passport",
    "sfz",
    "sfzh",
)
_PHONE_WORDS: Final = ("电话", "手机", "联系方式", "phone", "mobile", "telephone", "cell number")
_NUMBERS_OF_THINGS: Final = (
    "案件编号", "警情编号", "案号", "案件号", "警情号", "工单", "订单", "单号", "流水号", "案件代码", "case no", "case id", "case number", "order no",
    "order id", "incident id", "incident no",
)  # fmt: skip
_ADDRESS_WORDS: Final = ("住址", "地址", "户籍", "家庭住址", "现住址", "address", "home address", "residence address")
_OTHER_WORDS: Final = (
    "车牌",
    "号牌",
    "plate",
    "license plate",
    "人脸",
    "imei",
    "imsi",
    "微信号",
    "qq号",
    "银行卡",
    "账号",
)
_SURNAMES: Final = (
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊"
    "孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向申葛柴伍覃骆关焦柳欧祝纪尚毕耿芦左季管符辛苗詹曲欧"
    "靳祁路涂兰甘裴梅童翁霍游阮尤岳柯牟滕谷舒卜成饶宁凌盛查单冉鲍华包屈房喻解蒲卫简时连车项闵邬吉党阳司费蒙席晏隋古强穆姬宫景米麦谈柏瞿艾沙鄢桂窦郁"
)
_NAMED: Final = re.compile(
    rf"^(?:[{_SURNAMES}]|欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐)(?:[\u4e00-\u9fff]{{1,2}}|[*×xX某Oo〇○]{{1,2}})$"
)
_NO_NAME_ENDS: Final = frozenset(
    "路街巷道镇村乡区县市庄寨屯沟岗店营集楼院园厂所队组站桥口湖河山坡湾铺庙堡里苑城门场局盗窃骗抢夺案警类级"
)
_NAME_SHARE: Final = 0.8
_FEWEST_NAMES: Final = 5
_NARRATIVE_WORDS: Final = ("简要案情", "案情", "警情内容", "报警内容", "narrative", "description of incident")

_BY_NAME: Final = (
    (_IDENTITY_WORDS, N_("numbers of identity documents")),
    (_PHONE_WORDS, N_("telephone numbers")),
    (_PERSON_WORDS, N_("names of persons")),
    (_ADDRESS_WORDS, N_("addresses")),
    (_OTHER_WORDS, N_("traces of persons (plates, accounts, devices)")),
    (_NARRATIVE_WORDS, N_("accounts of what happened, which name persons")),
)


def is_identity_number(text: str) -> bool:
    """
    Tell whether a text is a Chinese citizen identity number.

    Parameters
    ----------
    text : str
        Eighteen characters.

    Returns
    -------
    bool
        True if province, date of birth and check sign (GB 11643-1999, ISO 7064 MOD 11-2) all hold, so that an order
        number of the same length hardly ever passes.
    """
    if not _IDENTITY.fullmatch(text) or text[:2] not in _PROVINCES:
        return False
    try:
        born = dt.date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text, strict=False))
    return 1900 <= born.year <= 2100 and _CHECK_SIGNS[total % 11] == text[17].upper()


def personal_name(column: str) -> Message | None:
    """
    Tell from a column's name what personal matter it holds.

    Parameters
    ----------
    column : str
        Name of the column.

    Returns
    -------
    Message or None
        What it holds; None if the name says nothing of the kind.
    """
    plain = plain_name(column)
    for words, what in _BY_NAME:
        if any(plain_name(word) in plain for word in words):
            return Message(what)
    return None


def personal_content(texts: NDArray[np.object_], column: str = "") -> Message | None:
    """
    Tell from a column's values whether it holds identity or telephone numbers.

    Parameters
    ----------
    texts : (n,) object array of str
        Cells of the column; the first 2,000 that are not blank are looked at.
    column : str, default ""
        Its name: numbers of cases and orders may look like telephones, but not like identity numbers.

    Returns
    -------
    Message or None
        What it holds; None if the values look harmless.
    """
    values = half_width(texts[~is_blank(texts)][:_SAMPLE_ROWS])
    if len(values) == 0:
        return None
    identities = sum(any(is_identity_number(found) for found in _IDENTITY.findall(text)) for text in values)
    if identities >= max(1.0, _ID_SHARE * len(values)) or identities >= 3:
        return Message(N_("numbers of identity documents"))
    phones = sum(bool(_MOBILE.search(text) or _LANDLINE.match(text)) for text in values)
    is_number_of_things = any(word in column.lower() for word in _NUMBERS_OF_THINGS)
    if phones >= _PHONE_SHARE * len(values) and not is_number_of_things and not _is_series(values):
        return Message(N_("telephone numbers"))
    return None


def persons_by_value(texts: NDArray[np.object_]) -> Message | None:
    """
    Tell from a column's values whether it holds names of persons, whatever it is called.

    Parameters
    ----------
    texts : (n,) object array of str
        Cells of the column; the first 2,000 that are not blank are looked at.

    Returns
    -------
    Message or None
        What it holds; None unless 80 % are a frequent Chinese surname with one or two characters or a mask after it, of at
        least five different ones. Names of streets, villages and offices end otherwise.
    """
    values = half_width(texts[~is_blank(texts)][:_SAMPLE_ROWS])
    named = [text for text in values if _NAMED.match(text) and text[-1] not in _NO_NAME_ENDS]
    if len(set(named)) < _FEWEST_NAMES or len(named) < _NAME_SHARE * len(values):
        return None
    return Message(N_("names of persons"))


def without_personal_numbers(text: str) -> str:
    """
    Take identity and telephone numbers out of a text.

    Parameters
    ----------
    text : str
        Anything.

    Returns
    -------
    str
        The text with “…” in their place; numbers of other kinds, such as those of orders and devices, stay.
    """
    plain = unicodedata.normalize("NFKC", text)
    known = _IDENTITY.sub(lambda found: "…" if is_identity_number(found[0]) else found[0], plain)
    cleaned = _LANDLINE_WITHIN.sub("…", _MOBILE.sub("…", known))
    return text if cleaned == plain else cleaned


def _is_series(values: NDArray[np.object_]) -> bool:
    """Numbers that mostly count up by small steps are serial numbers, not telephones."""
    digits = [int(text) for text in values if text.isdigit()]
    if len(digits) < 5:
        return False
    steps = np.diff(np.array(digits, dtype=np.float64))
    return bool(np.mean((steps > 0) & (steps < 1000)) > 0.8)
