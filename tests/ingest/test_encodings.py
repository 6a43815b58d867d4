"""Encodings are told by evidence."""

from __future__ import annotations

import pytest

from patrolmap.errors import InputError
from patrolmap.ingest.encodings import decode, detect_encoding, known_encoding

_SIMPLIFIED = "编号,名称,类别\n1,郑州东站卡口,卡口\n2,航海路与中州大道交叉口,路口\n3,第一中学,重点部位\n"
_TRADITIONAL = "編號,名稱,類別\n1,臺北車站檢查點,檢查點\n2,忠孝東路與復興南路口,路口\n3,國立圖書館,重點\n"


@pytest.mark.parametrize(
    ("text", "written", "found"),
    [
        (_SIMPLIFIED, "utf-8", "utf-8"),
        (_SIMPLIFIED, "utf-8-sig", "utf-8-sig"),
        (_SIMPLIFIED, "gbk", "gb18030"),
        (_SIMPLIFIED, "gb18030", "gb18030"),
        (_SIMPLIFIED, "utf-16", "utf-16"),
        (_SIMPLIFIED, "utf-16-le", "utf-16-le"),
        (_SIMPLIFIED, "utf-16-be", "utf-16-be"),
        (_TRADITIONAL, "big5", "big5hkscs"),
        (_TRADITIONAL, "gbk", "gb18030"),
        (_TRADITIONAL, "utf-8", "utf-8"),
        ("name,city\nMüller Straße,Café\nÅngström,Señor\n", "cp1252", "cp1252"),
        ("a,b\n1,2\n", "ascii", "utf-8"),
    ],
)
def test_detection(text: str, written: str, found: str) -> None:
    """A short table in each encoding is told right, and reads back as it was."""
    data = text.encode(written)
    assert detect_encoding(data).codec == found
    assert decode(data, "t.csv").text == text


def test_evidence_is_named() -> None:
    """The report names the share of common characters, and that of the rival."""
    said = str(decode(_SIMPLIFIED.encode("gbk"), "t.csv").choices[0])
    assert "GB18030 (GBK)" in said
    assert "100 %" in said
    assert "Big5" in said


def test_one_broken_byte_in_a_long_text() -> None:
    """A single broken byte does not turn UTF-8 into something else; it is counted."""
    data = (_SIMPLIFIED * 50).encode("utf-8")
    decoded = decode(data[:-8] + data[-7:], "t.csv")
    assert decoded.text.startswith("编号")
    assert "could not be read" in str(decoded.choices[-1])


def test_wrong_encoding_given() -> None:
    """A given encoding that does not fit is refused with the line, and what it looks like."""
    with pytest.raises(InputError, match=r"line 2 .*GB18030"):
        decode(("id,name\n" + _SIMPLIFIED).encode("gbk"), "t.csv", "utf-8")


@pytest.mark.parametrize("name", ["klingon", "base64", "rot13", "", "utf-8\x00"])
def test_no_encoding(name: str) -> None:
    """What is no text encoding is refused by name."""
    with pytest.raises(InputError, match="no known encoding"):
        known_encoding(name)


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("GBK", "gb18030"),
        ("gb2312", "gb18030"),
        ("ANSI 936", "gb18030"),
        ("CP936", "gb18030"),
        ("UTF8", "utf-8"),
        ("Big5", "big5hkscs"),
    ],
)
def test_names_people_use(name: str, codec: str) -> None:
    """The names in .cpg files and on command lines lead to the right codec."""
    assert known_encoding(name) == codec
