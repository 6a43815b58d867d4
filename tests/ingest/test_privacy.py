"""What looks personal stays outside; look-alikes do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import openpyxl
import pytest

from patrolmap.errors import InputError
from patrolmap.ingest.privacy import (
    is_identity_number,
    personal_content,
    personal_name,
    persons_by_value,
    without_persons,
)
from patrolmap.services.import_columns import propose_columns
from patrolmap.services.importing import import_file

if TYPE_CHECKING:
    from pathlib import Path

    from patrolmap.project.store import ProjectStore

_IDENTITY = "11010519491231002X"


def _column(*texts: str) -> np.ndarray:
    return np.array(texts, dtype=object)


def test_identity_number_of_the_standard() -> None:
    """The example of GB 11643-1999, 11010519491231002X, passes; one digit off it does not."""
    assert is_identity_number("11010519491231002X")
    assert is_identity_number("11010519491231002x")
    assert not is_identity_number("110105194912310021")


@pytest.mark.parametrize(
    "text", ["110105194913310029", "990105194912310023", "202611020305000123", "11010519491231002", ""]
)
def test_look_alikes(text: str) -> None:
    """A thirteenth month, a province 99, a time stamp and a short number are no identity numbers."""
    assert not is_identity_number(text)


def test_identity_column() -> None:
    """A column of identity numbers is known by its content, also inside longer texts."""
    assert personal_content(_column("证号:11010519491231002X", "x", "y")) is not None
    assert personal_content(_column(*[f"{20261102030500 + i}0123" for i in range(500)])) is None


def _with_check_sign(first: str) -> str:
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    return first + "10X98765432"[sum(w * int(d) for w, d in zip(weights, first, strict=True)) % 11]


def test_case_numbers_like_identity_numbers() -> None:
    """Area, day and running number make 18 digits of which one in eleven has a right check sign: they are of cases."""
    numbers = [f"4101052026{1 + day % 12:02d}{1 + day % 28:02d}{day:04d}" for day in range(400)]
    assert sum(is_identity_number(number) for number in numbers) > 20
    assert personal_content(_column(*numbers)) is None
    mixed = [*numbers, _with_check_sign("11010519491231002")]
    assert personal_content(_column(*mixed)) is None


def test_identity_numbers_with_wrong_check_signs() -> None:
    """Made-up or mistyped numbers of persons of all ages are known without their check signs."""
    numbers = [f"410105{1950 + 3 * at % 55}0{1 + at % 9}1{at % 10}{at:03d}0" for at in range(40)]
    assert sum(is_identity_number(number) for number in numbers) < 12
    assert personal_content(_column(*numbers)) is not None


def test_plates_and_cards() -> None:
    """Columns of plates or of bank cards are known whatever they are called; numbers of orders are not."""
    assert personal_content(_column("豫A12345", "豫A·8K273", "京AD12345")) is not None
    cards = ["6222021234567890128", "6222020200112233441", "6228480402564890018"]
    valid = [card[:-1] + str(-sum(_doubled(card[:-1])) % 10) for card in cards]
    assert personal_content(_column(*valid)) is not None
    assert personal_content(_column(*[f"62220212345678901{at:02d}" for at in range(60)])) is None


def _doubled(digits: str) -> list[int]:
    pairs = [(int(digit), place) for place, digit in enumerate(reversed(digits))]
    return [sum(map(int, str(digit * (2 if place % 2 == 0 else 1)))) for digit, place in pairs]


def test_phone_column() -> None:
    """Mobile numbers are known; serial numbers that only have their length are not."""
    scattered = [str(13_000_000_000 + (i * 7_919_999_983) % 6_999_999_999) for i in range(40)]
    assert personal_content(_column(*scattered)) is not None
    assert personal_content(_column(*[str(13_800_000_000 + i) for i in range(40)])) is None


@pytest.mark.parametrize(
    "column", ["受害人姓名", "身份证号", "联系电话", "家庭住址", "Victim name", "phone_number", "车牌号", "简要案情"]
)
def test_personal_names(column: str) -> None:
    """Column names that speak of persons are known."""
    assert personal_name(column) is not None


@pytest.mark.parametrize("column", ["名称", "name", "编号", "警情类别", "发案时间", "lon", "道路名称", "社区"])
def test_harmless_names(column: str) -> None:
    """Column names of places and matters are not."""
    assert personal_name(column) is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("联系人王建国 13812345678", "联系人… …"),
        ("咨询电话：0371-66881234。", "咨询电话:…。"),
        ("身份证11010519491231002X,男", "身份证…,男"),
        ("设备编号410100000001", "设备编号410100000001"),
        ("工单110105194912310021号", "工单110105194912310021号"),
        ("13 处，38 米", "13 处，38 米"),
        ("老号码110105491231002", "老号码…"),
        ("编号201105499931002", "编号201105499931002"),
        ("报警人：李娜，称电动车被盗", "报警人:…,称电动车被盗"),
        ("事主王楼村委会", "事主王楼村委会"),
        ("白色轿车豫A·12345逃逸", "白色轿车…逃逸"),
        ("新能源车粤BD12345", "新能源车…"),
        ("沪C高速出口，京A座", "沪C高速出口，京A座"),
        ("张伟 138 1234 5678", "… …"),
        ("金水路 13812345678", "金水路 …"),
        ("way/1234567890", "way/1234567890"),
    ],
)
def test_personal_numbers_are_taken_out_of_a_text(text: str, left: str) -> None:
    """Telephones, identity numbers, plates and names beside them go; orders, devices, streets and villages stay."""
    assert without_persons(text) == left


@pytest.mark.parametrize(
    "texts",
    [
        ("王建国", "李强", "张伟", "欧阳娜", "赵敏", "陈晓东"),
        ("王某某", "李**", "张某", "刘某", "陈×", "杨某某"),
    ],
)
def test_names_of_persons_are_known_by_themselves(texts: tuple[str, ...]) -> None:
    """Under whatever heading: plain or masked."""
    assert persons_by_value(_column(*texts)) is not None


@pytest.mark.parametrize(
    "texts",
    [
        ("金水路", "石林路", "林荫路", "马寨街", "高新路", "关虎屯"),
        ("张庄", "李村", "王楼", "赵寨", "陈店", "马营"),
        ("盗窃", "抢劫", "抢夺", "诈骗", "盗窃", "入室盗窃"),
        ("高新区", "金水区", "管城区", "江南区", "郭镇", "宁乡"),
        ("华为公司", "安踏专卖店", "康师傅超市", "万达广场", "海底捞", "常青藤幼儿园"),
        ("王建国", "王建国", "王建国", "王建国", "王建国"),
    ],
)
def test_what_only_looks_like_names_stays(texts: tuple[str, ...]) -> None:
    """Streets, villages, kinds of incidents, districts, firms, and one word for all rows are no persons."""
    assert persons_by_value(_column(*texts)) is None


@pytest.mark.parametrize("heading", ["電話", "身分證字號", "報案人", "聯絡人姓名", "事主", "嫌犯"])
def test_personal_headings_in_traditional_characters(heading: str) -> None:
    """A Big5 file is guarded as well as any."""
    assert personal_name(heading) is not None


def _incidents(folder: Path, *rows: str, head: str = "类别,时间,经度,纬度") -> Path:
    path = folder / "i.csv"
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def test_numbers_in_single_cells(project: ProjectStore, tmp_path: Path) -> None:
    """A telephone number in one category of many is left out, and said; the rest of the words stays."""
    rows = [f"盗窃,2026-03-05 20:{minute:02d},113.7,34.7" for minute in range(30)]
    path = _incidents(tmp_path, *rows, "诈骗 13812345678,2026-03-05 21:00,113.7,34.7")
    report = import_file(project, path, "incidents")
    assert project.layer("incidents")["category"].iloc[-1] == "诈骗 …"
    assert [note.row for note in report.repaired] == [31]


def test_report_of_rejected_rows(project: ProjectStore, tmp_path: Path) -> None:
    """An identity number in the wrong column stands neither in the report nor in the file of rejected rows."""
    rows = [f"盗窃,2026-03-05 20:{minute:02d},113.7,34.7" for minute in range(60)]
    path = _incidents(tmp_path, *rows, f"盗窃,{_IDENTITY},113.7,34.7")
    out = tmp_path / "r.xlsx"
    report = import_file(project, path, "incidents", rejected_to=out)
    cells = [cell for row in openpyxl.load_workbook(out).active.iter_rows(values_only=True) for cell in row]
    told = [str(report.rejected), *map(str, cells)]
    assert len(report.rejected) == 1
    assert not any(_IDENTITY in text for text in told)


def test_case_numbers_like_telephones(project: ProjectStore, tmp_path: Path) -> None:
    """Numbers of cases that look like telephones are numbers of cases by their head."""
    numbers = ["13987654321", "13512349876", "18611223344", "13700998877", "15012344321", "13398761234"]
    rows = [f"盗窃,2026-03-05 20:00,113.7,34.7,{number}" for number in numbers]
    import_file(project, _incidents(tmp_path, *rows, head="类别,时间,经度,纬度,案件编号"), "incidents")
    assert project.layer("incidents")["incident_id"].tolist() == numbers


def test_time_of_a_report_is_no_person(project: ProjectStore, tmp_path: Path) -> None:
    """报警人报警时间 holds moments; a day of birth is a person's."""
    rows = [f"盗窃,2026-03-05 20:{minute:02d},1990-01-{1 + minute % 28:02d},113.7,34.7" for minute in range(9)]
    report = import_file(
        project, _incidents(tmp_path, *rows, head="类别,报警人报警时间,受害人出生日期,经度,纬度"), "incidents"
    )
    assert report.mapping["time"] == "报警人报警时间"
    assert any("受害人出生日期" in str(choice) and "left out" in str(choice) for choice in report.choices)


def test_the_column_of_times_that_was_left_out_is_named(project: ProjectStore, tmp_path: Path) -> None:
    """Where telephones stand among the times, the refusal says that the guard took the column and what to do."""
    rows = [f"盗窃,2026-03-05 20:{minute:02d} 139{minute * 7_654_321:08d},113.7,34.7" for minute in range(12)]
    path = _incidents(tmp_path, *rows, head="类别,报警时间,经度,纬度")
    with pytest.raises(InputError, match=r"“报警时间” would be it, but was left out: it looks like telephone numbers"):
        import_file(project, path, "incidents")


def test_samples_show_no_person(tmp_path: Path) -> None:
    """The samples of a column of remarks have neither telephones nor the names beside them."""
    rows = [f"盗窃,2026-03-05 20:{minute:02d},113.7,34.7,正常{minute}" for minute in range(30)]
    path = _incidents(
        tmp_path, "盗窃,2026-03-05 20:00,113.7,34.7,联系人王建国 13812345678", *rows, head="类别,时间,经度,纬度,备注"
    )
    samples = [text for one in propose_columns(path, "incidents").columns for text in one.samples]
    assert not any("王建国" in text or "13812345678" in text for text in samples)


def test_rows_with_too_many_cells_keep_their_persons(project: ProjectStore, tmp_path: Path) -> None:
    """A row that cannot be split is named by its number alone where the file has columns of persons."""
    rows = [f"盗窃,2026-03-05 20:{minute:02d},113.7,34.7,王建国" for minute in range(9)]
    path = _incidents(tmp_path, *rows, "盗窃,2026-03-05 20:00,113.7,34.7,赵敏,多余", head="类别,时间,经度,纬度,报警人")
    out = tmp_path / "r.xlsx"
    report = import_file(project, path, "incidents", rejected_to=out)
    cells = [cell for row in openpyxl.load_workbook(out).active.iter_rows(values_only=True) for cell in row]
    assert [note.row for note in report.rejected] == [10]
    assert not any("赵敏" in text for text in [str(report.rejected), *map(str, cells)])


def test_telephone_among_the_ids(project: ProjectStore, tmp_path: Path) -> None:
    """An identity or telephone number among ids of another form is no id; the row itself counts."""
    ids = [*(f"A{number:05d}" for number in range(30)), _IDENTITY, "13812345678"]
    rows = [f"盗窃,2026-03-05 20:{minute:02d},113.7,34.7,{one}" for minute, one in enumerate(ids)]
    report = import_file(project, _incidents(tmp_path, *rows, head="类别,时间,经度,纬度,案件编号"), "incidents")
    assert report.accepted == 32
    assert project.layer("incidents")["incident_id"].tolist() == [*ids[:30], None, None]


def test_samples_of_columns_that_no_field_takes(tmp_path: Path) -> None:
    """Wardens of a grid, whom no field takes, stand in no sample."""
    path = tmp_path / "g.csv"
    path.write_text('网格编号,网格员,wkt\nG1,王建国,"POLYGON ((0 0, 1 0, 1 1, 0 0))"\n', encoding="utf-8")
    shown = {one.column: one.samples for one in propose_columns(path, "grid_cells").columns}
    assert shown["网格员"] == ()
    assert shown["网格编号"] == ("G1",)
