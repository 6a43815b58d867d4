"""Libraries for Windows are read as their linkers wrote them, and stand-ins offer what was asked for."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pip
import pytest

from tools.pack import lighten
from tools.pack.lighten import share_openssl, share_with_gdal, stand_in_for
from tools.pack.portable_executable import GIVES_ZERO, STOPS, exported, forwarder, imported, stand_in

LAUNCHER = Path(pip.__file__).parent / "_vendor" / "distlib" / "t64.exe"


def test_what_a_real_program_asks_of_windows_is_read() -> None:
    """The launcher that pip puts before scripts starts Python as a process of its own."""
    if not LAUNCHER.exists():
        pytest.skip("this pip has no launchers for Windows")
    asked = imported(LAUNCHER)
    assert {"CreateProcessW", "GetExitCodeProcess"} <= set(asked["kernel32.dll"])


def test_what_is_no_library_is_told(tmp_path) -> None:
    (tmp_path / "a.dll").write_bytes(b"text")
    with pytest.raises(ValueError, match="no library for Windows"):
        imported(tmp_path / "a.dll")


def test_a_stand_in_offers_just_what_was_asked_for_and_asks_nothing(tmp_path) -> None:
    names = [f"f{number}" for number in range(300)] + ["?run@Highs@@QEAA?AW4HighsStatus@@XZ"]
    made = tmp_path / "a.dll"
    made.write_bytes(stand_in("a.dll", names, STOPS))
    assert exported(made) == set(names)
    assert imported(made) == {}


def test_other_tools_read_a_stand_in(tmp_path) -> None:
    program = shutil.which("x86_64-w64-mingw32-objdump")
    if program is None:
        pytest.skip("objdump for Windows is missing (Debian: binutils-mingw-w64-x86-64)")
    (tmp_path / "a.dll").write_bytes(stand_in("a.dll", ["beta", "alpha"], GIVES_ZERO))
    words = [program, "--private-headers", "--disassemble", str(tmp_path / "a.dll")]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    assert told.index("alpha") < told.index("beta")
    assert "xor    %eax,%eax" in told
    assert "ret" in told


def test_a_forwarder_leads_to_another_library(tmp_path) -> None:
    program = shutil.which("x86_64-w64-mingw32-objdump")
    if program is None:
        pytest.skip("objdump for Windows is missing (Debian: binutils-mingw-w64-x86-64)")
    (tmp_path / "a.dll").write_bytes(forwarder("a.dll", {"New": "advapi32.Old"}))
    told = subprocess.run([program, "-p", str(tmp_path / "a.dll")], capture_output=True, text=True, check=True).stdout
    assert "Forwarder RVA -- advapi32.Old" in told
    assert exported(tmp_path / "a.dll") == {"New"}


def library(folder: Path, name: str, content: bytes) -> tuple[str, str, str]:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return (name, str(file), "BINARY")


def tell_by_contents(monkeypatch) -> None:
    """Let a library's contents tell what it asks for, behind a bar, and what it offers, before it."""

    def asked(file: Path) -> dict[str, list[str]]:
        words = [word.decode() for word in file.read_bytes().split(b"|")[1].split(b"\0") if word]
        return dict(zip(words[::2], ([word] for word in words[1::2]), strict=True))

    monkeypatch.setattr(lighten, "imported", lambda file: asked(file) if b"|" in file.read_bytes() else {})
    monkeypatch.setattr(lighten, "exported", lambda file: set(file.read_bytes().split(b"|")[0].decode().split()))


@pytest.fixture
def openssl(tmp_path, monkeypatch):
    """Three of them, and a user of each."""
    tell_by_contents(monkeypatch)
    old, new = "libcrypto-3-x64-" + "a" * 32 + ".dll", "libcrypto-3-x64-" + "b" * 32 + ".dll"
    return [
        library(tmp_path, "libcrypto-3.dll", b"open OpenSSL 3.0.13 |"),
        library(tmp_path, "libssl-3.dll", b"|libcrypto-3.dll\0open"),
        library(tmp_path, f"gdal.libs/{old}", b"open OpenSSL 3.6.2 |"),
        library(tmp_path, "gdal.libs/gdal.dll", b"|" + old.encode() + b"\0open\0"),
        library(tmp_path, f"pq.libs/{new}", b"open newer OpenSSL 3.10.1 |"),
        library(tmp_path, f"pq.libs/libssl-3-x64-{'c' * 32}.dll", b"|" + new.encode() + b"\0newer\0"),
        library(tmp_path, "pq.libs/libpq.dll", b"|" + new.encode() + b"\0newer\0"),
    ]


def test_the_newest_openssl_serves_all(openssl, tmp_path) -> None:
    left = {name: Path(file) for name, file, _ in share_openssl(openssl, tmp_path / "made")}
    assert set(left) == {"gdal.libs/gdal.dll", "pq.libs/libpq.dll", "libcrypto-3.dll", "libssl-3.dll"}
    assert b"3.10.1" in left["libcrypto-3.dll"].read_bytes()
    for name, before, _ in openssl:
        if name in {"gdal.libs/gdal.dll", "pq.libs/libpq.dll"}:
            content = left[name].read_bytes()
            assert content.startswith(b"|libcrypto-3.dll\0")
            assert len(content) == len(Path(before).read_bytes())


def test_nothing_is_shared_if_the_newest_lacks_what_one_asks_for(openssl, tmp_path) -> None:
    openssl.append(library(tmp_path, "odd.dll", b"|libcrypto-3.dll\0removed\0"))
    assert share_openssl(openssl, tmp_path / "made") == openssl


@pytest.fixture
def projections(tmp_path, monkeypatch):
    """PROJ with GDAL, and with pyproj, which brings a network library along for it; both need the compiler's library."""
    tell_by_contents(monkeypatch)
    theirs, ours = f"proj_9-{'a' * 32}.dll", f"proj_9-{'b' * 32}.dll"
    return [
        library(tmp_path, f"pyogrio.libs/{theirs}", b"create newer |msvcp140.dll\0string\0"),
        library(tmp_path, "pyogrio.libs/gdal.dll", b"|" + theirs.encode() + b"\0create\0"),
        library(tmp_path, f"pyproj.libs/{ours}", b"create |curl.dll\0get\0msvcp140.dll\0string\0"),
        library(tmp_path, "pyproj.libs/curl.dll", b"get |"),
        library(tmp_path, "pyproj/_crs.pyd", b"|" + ours.encode() + b"\0create\0"),
        library(tmp_path, "msvcp140.dll", b"string |"),
    ]


def test_pyproj_uses_the_proj_of_gdal_and_its_own_goes_with_all_that_it_needed(projections, tmp_path) -> None:
    left = {name: Path(file) for name, file, _ in share_with_gdal(projections, tmp_path / "made")}
    theirs = projections[0][0]
    assert set(left) == {theirs, "pyogrio.libs/gdal.dll", "pyproj/_crs.pyd", "msvcp140.dll"}
    assert left["pyproj/_crs.pyd"].read_bytes() == b"|" + Path(theirs).name.encode() + b"\0create\0"


def test_pyproj_keeps_its_own_if_that_of_gdal_lacks_what_it_asks_for(projections, tmp_path) -> None:
    own = Path(projections[2][0]).name.encode()
    projections.append(library(tmp_path, "pyproj/_sync.pyd", b"|" + own + b"\0removed\0"))
    assert share_with_gdal(projections, tmp_path / "made") == projections


def test_a_solver_that_is_never_called_is_replaced_by_a_small_library(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(lighten, "imported", lambda file: {"solver.dll": ["run"]} if file.name == "user.dll" else {})
    big = tmp_path / "x" / "solver.dll"
    big.parent.mkdir()
    big.write_bytes(stand_in("solver.dll", ["run", "other"], STOPS) + bytes(100_000))
    entries = [("x/solver.dll", str(big), "BINARY"), library(tmp_path, "user.dll", b"")]
    (name, file, kind), user = stand_in_for(["x/solver.dll"], entries, tmp_path / "made")
    assert (name, kind, user) == ("x/solver.dll", "BINARY", entries[1])
    assert exported(Path(file)) == {"run"}
    assert Path(file).stat().st_size < 5_000


def test_a_stand_in_for_the_wrong_library_is_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(lighten, "imported", lambda file: {"solver.dll": ["gone"]} if file.name == "user.dll" else {})
    (tmp_path / "solver.dll").write_bytes(stand_in("solver.dll", ["run"], STOPS))
    entries = [("solver.dll", str(tmp_path / "solver.dll"), "BINARY"), library(tmp_path, "user.dll", b"")]
    with pytest.raises(ValueError, match="gone"):
        stand_in_for(["solver.dll"], entries, tmp_path / "made")
