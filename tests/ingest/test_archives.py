"""Archives from outside stay inside and within a size."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

import pytest

from patrolmap.errors import InputError
from patrolmap.ingest.archives import unpack_gzip, unpack_zip

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "member",
    ["../evil.csv", "a/../../evil.csv", "/etc/evil.csv", "C:\\evil.csv", "..\\evil.csv", "\\\\host\\share\\evil.csv"],
)
def test_path_walk(tmp_path: Path, member: str) -> None:
    """A member that would leave its folder makes the whole archive refused."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(member), "a,b\n1,2\n")
    with pytest.raises(InputError, match="outside its folder"):
        unpack_zip(path, tmp_path / "out", name="a.zip")
    assert not (tmp_path / "evil.csv").exists()


def test_zip_bomb(tmp_path: Path) -> None:
    """A member that unpacks to a thousand times its size is refused after a few blocks, and little of it is written."""
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", bytes(64 * 1024**2))
    with pytest.raises(InputError, match="grows far beyond"):
        unpack_zip(path, tmp_path / "out", name="bomb.zip")
    assert sum(file.stat().st_size for file in (tmp_path / "out").rglob("*") if file.is_file()) < 32 * 1024**2


def test_gzip_bomb(tmp_path: Path) -> None:
    """The same for GZIP, whose size cannot be known beforehand."""
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(bytes(64 * 1024**2)))
    with pytest.raises(InputError, match="grows far beyond"):
        unpack_gzip(path, tmp_path, name="bomb.csv.gz")


def test_chinese_member_names(tmp_path: Path) -> None:
    """Names that Chinese Windows writes in GBK are read as such."""
    path = tmp_path / "a.zip"
    stand_in, named = b"abcdefg.csv", "卡口表.csv".encode("gbk") + b""
    stand_in = b"x" * (len(named) - 4) + b".csv"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(stand_in.decode(), "a\n1\n")
    path.write_bytes(path.read_bytes().replace(stand_in, named))
    assert [data.title for data in unpack_zip(path, tmp_path / "out", name="a.zip")] == ["卡口表.csv"]


def test_many_members(tmp_path: Path) -> None:
    """Tens of thousands of members are a bomb too."""
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(6000):
            archive.writestr(f"{number}.csv", "")
    with pytest.raises(InputError, match="grows far beyond"):
        unpack_zip(path, tmp_path / "out", name="many.zip")


@pytest.mark.parametrize(
    "member", ["CON.csv", "nul.csv", "Com1.csv", "aux/sites.csv", "lpt9 .csv", "sites.txt:hidden.csv"]
)
def test_no_member_is_written_to_a_device_of_windows(tmp_path: Path, member: str) -> None:
    """There, a file of such a name is a device whatever its ending, and a colon leads into another file."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(member), "a,b\n1,2\n")
    (data,) = unpack_zip(path, tmp_path / "out", name="a.zip")
    parts = data.path.relative_to(tmp_path / "out").parts
    assert not any(PureWindowsPath(part).is_reserved() or ":" in part for part in parts)
    assert data.title == member
    assert data.path.read_text(encoding="utf-8") == "a,b\n1,2\n"
