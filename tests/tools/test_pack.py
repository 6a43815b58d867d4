"""Pruning leaves what something needs, and the archive for Linux puts itself into the menu and out again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path

import pytest

from tools.pack.linux_archive import pack
from tools.pack.prune import is_loadable, is_wanted, orphans, strip_symbols

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="an archive and libraries for Linux")


def entry(name):
    return (name, name, "BINARY")


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/qml/QtQuick/Controls/libplugin.so",
        "PySide6\\plugins\\imageformats\\qpdf.dll",
        "PySide6/Qt/translations/qtwebengine_locales/de.pak",
        "sklearn/_isotonic.pyx",
        "pyogrio/tests/test_core.py",
        "pyproj/proj_dir/share/proj/proj.db",
        "PySide6\\QtOpenGL.pyd",
    ],
)
def test_what_only_others_need_is_left_out(name) -> None:
    assert not is_wanted(name)


@pytest.mark.parametrize(
    "name",
    [
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/platforminputcontexts/libibusplatforminputcontextplugin.so",
        "PySide6/plugins/platforms/qwindows.dll",
        "PySide6/Qt/plugins/imageformats/libqsvg.so",
        "PySide6/Qt/translations/qtwebengine_locales/zh-CN.pak",
        "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "PySide6/Qt/resources/icudtl.dat",
        "PySide6/Qt/lib/libQt6Quick.so.6",
        "PySide6\\Qt6OpenGL.dll",
        "pyogrio/proj_data/proj.db",
    ],
)
def test_what_the_window_the_map_and_chinese_input_need_stays(name) -> None:
    assert is_wanted(name)


def test_a_library_goes_with_the_last_file_that_is_linked_with_it() -> None:
    linked = {"gone": ["only", "both"], "stays": ["both"], "only": ["deep"], "both": ["base"], "deep": ["base"]}
    kept = [entry(name) for name in ("stays", "only", "both", "deep", "base", "opened_by_name")]
    assert orphans([entry("gone")], kept, lambda file: linked.get(file, [])) == {"only", "deep"}


def test_libraries_that_need_each_other_go_together() -> None:
    linked = {"gone": ["a"], "a": ["b"], "b": ["a"]}
    assert orphans([entry("gone")], [entry("a"), entry("b")], lambda file: linked.get(file, [])) == {"a", "b"}


@linux_only
def test_a_stripped_library_still_loads(tmp_path) -> None:
    if shutil.which("strip") is None:
        pytest.skip("strip is missing (Debian: binutils)")
    library = next(Path(sysconfig.get_path("platlib")).glob("shapely/lib*.so"))
    copy = tmp_path / library.name
    shutil.copy(library, copy)
    assert strip_symbols(tmp_path) >= 0
    assert is_loadable(copy)
    copy.write_bytes(b"no library")
    assert not is_loadable(copy)


@linux_only
def test_the_archive_installs_itself_for_one_user_and_takes_it_back(tmp_path) -> None:
    program, home = tmp_path / "dist" / "patrolmap", tmp_path / "家 & home"
    program.mkdir(parents=True)
    (program / "patrolmap").write_text('#!/bin/sh\necho "started with $1"\n')
    (program / "patrolmap").chmod(0o755)
    (program / "patrolmap-cli").symlink_to("patrolmap")
    home.mkdir()
    with tarfile.open(pack(program, tmp_path / "out")) as archive:
        archive.extractall(home)  # noqa: S202 - our own; older Pythons know no filter
    environment = {"HOME": str(home), "PATH": os.environ["PATH"]}
    script = str(home / "patrolmap" / "install.sh")
    subprocess.run([script], env=environment, cwd="/", check=True, capture_output=True)
    menu = (home / ".local/share/applications/patrolmap.desktop").read_text(encoding="utf-8")
    assert f'Exec="{home}/patrolmap/patrolmap" %f' in menu
    words = [str(home / ".local/bin/patrolmap-cli"), "a"]
    assert subprocess.run(words, check=True, capture_output=True, text=True).stdout == "started with a\n"
    subprocess.run([script, "--remove"], env=environment, cwd="/", check=True)
    assert [file for file in (home / ".local").rglob("*") if not file.is_dir()] == []


@linux_only
def test_the_same_program_gives_the_same_archive(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1790000000")
    program = tmp_path / "patrolmap"
    program.mkdir()
    for name in ("b", "a"):
        (program / name).write_text(name)
    first = pack(program, tmp_path / "1").read_bytes()
    os.utime(program / "a", (1, 1))
    assert pack(program, tmp_path / "2").read_bytes() == first
