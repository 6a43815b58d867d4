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

__all__ = [
    "holds_person",
    "is_identity_number",
    "personal_content",
    "personal_name",
    "persons_by_value",
    "stray_numbers",
    "without_persons",
]

_SAMPLE_ROWS: Final = 2_000
_ID_SHARE: Final = 0.2
_PHONE_SHARE: Final = 0.6
_IDENTITY: Final = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")
_MOBILE: Final = re.compile(r"(?<!\d)(?:\+?86[-\s]?)?1[3-9]\d(?:[-\s·]?\d{4}){2}(?!\d)")
_OLD_IDENTITY: Final = re.compile(r"(?<!\d)[1-9]\d{5}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?!\d)")
_MANY_DIGITS: Final = re.compile(r"(?:\d\D{0,2}){10}")
_CARD: Final = re.compile(r"(?<!\d)(?:62|4\d|5[1-5])\d{14,17}(?!\d)")
_PLATE: Final = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Z][·\s-]?(?=(?:[A-Z]*\d){3})"
    r"(?:[DF][A-HJ-NP-Z0-9]\d{4}|\d{5}[DF]|[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳])(?![A-Za-z0-9])"
)
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
    "违法人", "违法行为人", "出警人", "处警人", "接警人", "接警员", "值班人", "网格员", "网格长", "嫌犯", "犯罪人", "监护人", "侵害人", "伤者", "死者",
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
_VALID_SHARE: Final = 0.5
_PLATE_SHARE: Final = 0.5
_FEWEST_NAMES: Final = 5
_NAME: Final = rf"(?:[{_SURNAMES}]|欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐)[\u4e00-\u9fff]{{1,2}}"
_ROLE_AND_NAME: Final = re.compile(
    rf"(联系人|联络人|报警人|报案人|当事人|受害人|被害人|嫌疑人|事主|失主|户主|证人|责任人|负责人)([::\s]*(?:姓名)?[::\s]*)({_NAME})"
)
_NAME_AND_PHONE: Final = re.compile(rf"(?<![\u4e00-\u9fff])({_NAME})(?=[\s,:;、(]*…)")
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
    Tell from a column's values whether it holds identity or telephone numbers, plates or cards.

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
    if _holds_identities(values):
        return Message(N_("numbers of identity documents"))
    if _holds_traces(values):
        return Message(N_("traces of persons (plates, accounts, devices)"))
    phones = sum(bool(_MOBILE.search(text) or _LANDLINE.match(text)) for text in values)
    is_number_of_things = any(word in column.lower() for word in _NUMBERS_OF_THINGS)
    if phones >= _PHONE_SHARE * len(values) and not is_number_of_things and not _is_series(values):
        return Message(N_("telephone numbers"))
    return None


def holds_person(text: str) -> bool:
    """
    Tell whether one text that somebody typed holds what belongs to a person.

    Parameters
    ----------
    text : str
        A note or a place in words.

    Returns
    -------
    bool
        True for identity and telephone numbers, plates and cards, for an identity number that is mistyped but dated as a
        birth or named as one, and for a name right after the person's part, as in ``联系人：王小明``.
    """
    if personal_content(np.array([text], dtype=object)) is not None or without_persons(text) != text:
        return True
    plain = unicodedata.normalize("NFKC", text).lower()
    shaped = _IDENTITY.findall(plain)
    return any(found[:2] in _PROVINCES and _is_day(found[6:14]) for found in shaped) or (
        bool(shaped) and any(word in plain for word in _IDENTITY_WORDS)
    )


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


def stray_numbers(texts: NDArray[np.object_]) -> NDArray[np.bool_]:
    """
    Find identity and telephone numbers that got into a column of ids.

    Parameters
    ----------
    texts : (n,) object array of str or None
        Ids.

    Returns
    -------
    (n,) bool array
        True for numbers of a form that under a fifth of the ids have: where most look so, they are numbers of cases.
    """
    plain = ["" if text is None else unicodedata.normalize("NFKC", text) for text in texts]
    shaped = np.array([bool(_IDENTITY.search(text) or _MOBILE.search(text)) for text in plain], dtype=bool)
    if not shaped.any() or shaped.mean() >= _ID_SHARE:
        return np.zeros(len(texts), dtype=bool)
    stray: NDArray[np.bool_] = shaped & np.array([without_persons(text) != text for text in plain], dtype=bool)
    return stray


def without_persons(text: str) -> str:
    """
    Take identity and telephone numbers, plates, and names of persons beside such or after their part, out of a text.

    Parameters
    ----------
    text : str
        Anything.

    Returns
    -------
    str
        The text with “…” in their place; numbers of other kinds, such as those of orders and devices, and names without such
        a neighbour stay.
    """
    if text.isascii() and not _MANY_DIGITS.search(text):
        return text
    plain = unicodedata.normalize("NFKC", text)
    known = _IDENTITY.sub(lambda found: "…" if is_identity_number(found[0]) else found[0], plain)
    known = _OLD_IDENTITY.sub(lambda found: "…" if found[0][:2] in _PROVINCES else found[0], known)
    cleaned = _PLATE.sub("…", _LANDLINE_WITHIN.sub("…", _MOBILE.sub("…", known)))
    cleaned = _NAME_AND_PHONE.sub(_unless_a_place, _ROLE_AND_NAME.sub(_without_name, cleaned))
    return text if cleaned == plain else cleaned


def _without_name(found: re.Match[str]) -> str:
    return found[0] if found[3][-1] in _NO_NAME_ENDS else f"{found[1]}{found[2]}…"


def _unless_a_place(found: re.Match[str]) -> str:
    return found[0] if found[1][-1] in _NO_NAME_ENDS else "…"


def _holds_identities(values: NDArray[np.object_]) -> bool:
    """Tell numbers of identity documents, valid ones or made-up ones, from those of orders that look like them."""
    shaped = [found for text in values for found in _IDENTITY.findall(text)]
    valid = sum(any(is_identity_number(found) for found in _IDENTITY.findall(text)) for text in values)
    enough = valid >= max(1.0, _ID_SHARE * len(values)) or valid >= 3
    if enough and valid >= _VALID_SHARE * len(shaped):  # of other numbers one in eleven passes by chance
        return True
    born = [int(found[6:10]) for found in shaped if found[:2] in _PROVINCES and _is_day(found[6:14])]
    is_plausible = len(shaped) >= 5 and len(born) >= 0.9 * len(shaped)
    if is_plausible and len(set(born)) >= max(4.0, min(15.0, len(born) / 3)):  # cases are of few years, persons of many
        return True
    old = [found for text in values for found in _OLD_IDENTITY.findall(text)]
    return len(old) >= 3 and sum(found[:2] in _PROVINCES for found in old) >= max(
        0.9 * len(old), _ID_SHARE * len(values)
    )


def _holds_traces(values: NDArray[np.object_]) -> bool:
    if sum(bool(_PLATE.search(text)) for text in values) >= _PLATE_SHARE * len(values):
        return True
    cards = [found for text in values for found in _CARD.findall(text)]
    return len(cards) >= max(3.0, _PLATE_SHARE * len(values)) and sum(map(_passes_luhn, cards)) > _VALID_SHARE * len(
        cards
    )


def _is_day(digits: str) -> bool:
    try:
        born = dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= 1900 and born <= dt.datetime.now(tz=dt.UTC).date()


def _passes_luhn(digits: str) -> bool:
    """Check by ISO/IEC 7812-1 annex B."""
    doubled = [int(digit) * (1 + at % 2) for at, digit in enumerate(reversed(digits))]
    return sum(one - 9 * (one > 9) for one in doubled) % 10 == 0


def _is_series(values: NDArray[np.object_]) -> bool:
    """Numbers that mostly count up by small steps are serial numbers, not telephones."""
    digits = [int(text) for text in values if text.isdigit()]
    if len(digits) < 5:
        return False
    steps = np.diff(np.array(digits, dtype=np.float64))
    return bool(np.mean((steps > 0) & (steps < 1000)) > 0.8)
