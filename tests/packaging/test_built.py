"""The program as it is installed: a real wheel and a really frozen program find their files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

PROBE = """
from patrolmap.i18n import set_language, tr
from patrolmap.resources import asset, sample_layer, resource_roots
set_language("zh")
print(tr("Name"))
print(asset("fonts/PatrolmapSansSC-Regular.otf"))
print(sample_layer("SOURCES.md"))
"""


def check(output: str, home: Path) -> None:
    """Hold that the probe spoke Chinese and found its files under its own home, not in the source tree."""
    name, font, sources = output.splitlines()
    assert name == "名称"
    for found in (font, sources):
        assert Path(found).is_relative_to(home)


@pytest.mark.slow
def test_an_installed_wheel_finds_its_files(tmp_path: Path) -> None:
    """A wheel built from this tree and unpacked elsewhere needs nothing of the tree."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    home = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(home)
    environment = {**os.environ, "PYTHONPATH": str(home), "PYTHONUTF8": "1"}
    words = [sys.executable, "-c", PROBE]
    done = subprocess.run(words, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True)
    check(done.stdout, home)


@pytest.mark.slow
def test_pip_installs_the_wheel_and_its_command_does_the_main_job(tmp_path: Path) -> None:
    """In an environment of its own, from a folder that is not the tree; the libraries are those of this one."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    home, elsewhere = tmp_path / "environment", tmp_path / "elsewhere"
    elsewhere.mkdir()
    venv.create(home, with_pip=True)
    folder = home / ("Scripts" if os.name == "nt" else "bin")
    install = [str(folder / "python"), "-m", "pip", "install", "--no-index", "--no-deps", "--quiet", str(wheel)]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"PYTHONUTF8": "1"}
    subprocess.run(install, cwd=elsewhere, env=environment, check=True, capture_output=True)
    (package,) = home.rglob("site-packages/patrolmap")
    (package.parent / "libraries.pth").write_text(sysconfig.get_path("platlib"), encoding="utf-8")
    words = [str(folder / "patrolmap"), "demo", "--no-window", "--out", "out", "--time-limit-s", "2", "--json"]
    done = subprocess.run(words, cwd=elsewhere, env=environment, check=True, capture_output=True)
    assert (elsewhere / json.loads(done.stdout)["project"]).exists()
    assert (elsewhere / "out" / "map.html").stat().st_size > 100_000
    assert list((elsewhere / "out" / "sheets").glob("*.pdf"))
    words = [str(folder / "python"), "-c", PROBE]
    done = subprocess.run(words, cwd=elsewhere, env=environment, check=True, capture_output=True)
    check(done.stdout.decode(), home)


@pytest.mark.slow
def test_a_frozen_program_finds_its_files(tmp_path: Path) -> None:
    """PyInstaller's one-dir program carries assets and sample layers inside."""
    if sys.platform.startswith("linux") and not _has_shared_python():
        pytest.skip("PyInstaller needs a Python with a shared library (Debian: libpython3.11)")
    (tmp_path / "probe.py").write_text(PROBE, encoding="utf-8")
    data = [word for name in ("assets", "sample_layers") for word in ("--add-data", f"{ROOT / name}{os.pathsep}{name}")]
    folders = ["--distpath", "dist", "--workpath", "work", "--specpath", str(tmp_path), "--paths", str(ROOT)]
    build = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--onedir", "--log-level", "ERROR", *folders, *data]
    subprocess.run([*build, "probe.py"], cwd=tmp_path, check=True, capture_output=True)
    home = tmp_path / "dist" / "probe"
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"PYTHONUTF8": "1"}
    done = subprocess.run([home / "probe"], env=environment, check=True, capture_output=True, text=True)
    check(done.stdout, home)


def _has_shared_python() -> bool:
    library = sysconfig.get_config_var("INSTSONAME") or sysconfig.get_config_var("LDLIBRARY") or ""
    folders = [
        sysconfig.get_config_var("LIBDIR") or "",
        sysconfig.get_config_var("LIBPL") or "",
        "/usr/lib/x86_64-linux-gnu",
    ]
    return ".so" in library and any((Path(folder) / library).exists() for folder in folders if folder)
