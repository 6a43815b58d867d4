"""What the Windows installer carries becomes the program again, byte for byte, and damage is told."""

from __future__ import annotations

import importlib.util
import io
import lzma
import marshal
import shutil
import struct
import tarfile
import zlib
from importlib.util import MAGIC_NUMBER
from pathlib import Path

import pytest

from tools.pack import payload
from tools.pack.mend import MENDED, mended
from tools.pack.payload import make_payload
from tools.pack.portable_executable import STOPS, stand_in
from tools.pack.unpack import PACKS, TABLE, recompressed, unpack

MODULES = {"one": compile("x = 1", "one.py", "exec"), "two": compile("y = 'text' * 500", "two.py", "exec")}
# Ten calls of one function, as a compiler writes them: only the distance differs.
CALLS = b"".join(b"\xe8" + struct.pack("<i", 5000 - 5 * number) for number in range(10))


def archive_of(modules) -> bytes:
    """Write an archive of modules in PyInstaller's format: head, modules, table."""
    made, table = bytearray(b"PYZ\0" + MAGIC_NUMBER + bytes(9)), [("empty", (3, 17, 0))]
    for name, code in modules.items():
        blob = zlib.compress(marshal.dumps(code), 6)
        table.append((name, (0, len(made), len(blob))))
        made += blob
    struct.pack_into("!i", made, 8, len(made))
    return bytes(made + marshal.dumps(table))


@pytest.fixture
def program(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(payload, "_ALONE_FROM", 3000)
    folder = tmp_path / "program"
    contents = {
        "patrolmap.exe": b"window",
        "patrolmap-cli.exe": b"console",
        "_internal/python311.dll": b"interpreter",
        "_internal/_lzma.pyd": b"unpacks",
        "_internal/modules.pyz": archive_of(MODULES),
        "_internal/libcrypto-3.dll": CALLS,
        "_internal/a library.pyd": stand_in("a library.pyd", ["one", "two"], CALLS + STOPS),
        "_internal/PySide6/Qt6WebEngineCore.dll": CALLS * 100,
        "_internal/PySide6/python311.dll": b"of the same name elsewhere",
        "_internal/assets/圈层.txt": "行门".encode(),
        "_internal/empty.txt": b"",
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and file.name != "modules.pyz"
    }


def read_with_pyinstaller(file: Path) -> dict[str, object]:
    """Read an archive with the code that the frozen program reads it with."""
    pytest.importorskip("PyInstaller")
    spec = importlib.util.find_spec("PyInstaller.loader.pyimod01_archive")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    reader = module.ZlibArchiveReader(str(file), check_pymagic=True)
    return {name: reader.extract(name) for name in reader.toc}


def test_what_was_packed_becomes_the_program_again(program, tmp_path) -> None:
    made = make_payload(program, tmp_path / "out")
    assert [pack.name for pack in made] == [f"packed-{name}.tar" for name in ("1-browser", "2-code", "3-data")]
    unpack(tmp_path / "out" / "_internal")
    assert files_of(tmp_path / "out") == files_of(program)


def test_what_starts_python_is_not_packed(program, tmp_path) -> None:
    make_payload(program, tmp_path / "out")
    plain = {name for name in files_of(tmp_path / "out") if not Path(name).match(PACKS)}
    assert plain == {"patrolmap.exe", "patrolmap-cli.exe", "_internal/python311.dll", "_internal/_lzma.pyd"}


def test_pyinstaller_reads_the_modules_before_and_after(program, tmp_path) -> None:
    make_payload(program, tmp_path / "out")
    modules = tmp_path / "out" / "_internal" / "modules.pyz"
    loose = modules.stat().st_size
    expected = {"empty": None, **MODULES}
    assert read_with_pyinstaller(modules) == expected
    unpack(modules.parent)
    assert read_with_pyinstaller(modules) == expected
    assert modules.stat().st_size < loose


def test_equal_files_make_equal_archives_and_are_packed_once(program, tmp_path, monkeypatch) -> None:
    first = [pack.read_bytes() for pack in make_payload(program, tmp_path / "out", tmp_path / "kept")]
    monkeypatch.setattr(lzma, "compress", None)
    again = [pack.read_bytes() for pack in make_payload(program, tmp_path / "out", tmp_path / "kept")]
    assert again == first


def test_calls_of_a_library_are_packed_by_their_address(program, tmp_path) -> None:
    pack = make_payload(program, tmp_path / "out")[1]
    with tarfile.open(pack) as archive:
        calls = archive.extractfile("calls")
        assert calls is not None
        assert lzma.decompress(calls.read()) == struct.pack(">I", 0x1000 + 5005) * 10


def cut(content: bytes) -> bytes:
    """End within the first stream, behind the table and two heads."""
    return content[: 3 * 512 + 40]


def spoil_table(content: bytes) -> bytes:
    return content.replace(b'"checksum": ', b'"checksum": 1')


def spoil_stream(content: bytes) -> bytes:
    """Change two bytes in the first stream after the table."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        place = next(member for member in archive if member.name != TABLE).offset_data + 40
    return content[:place] + b"xx" + content[place + 2 :]


@pytest.mark.parametrize("spoil", [cut, spoil_table, spoil_stream])
@pytest.mark.parametrize("which", range(3))
def test_a_damaged_archive_is_told(program, tmp_path, spoil, which) -> None:
    pack = make_payload(program, tmp_path / "out")[which]
    content = spoil(pack.read_bytes())
    assert content != pack.read_bytes()
    pack.write_bytes(content)
    with pytest.raises((lzma.LZMAError, tarfile.TarError, EOFError, ValueError)):
        unpack(pack.parent)


def test_what_is_no_archive_of_modules_is_told() -> None:
    with pytest.raises(ValueError, match="no archive"):
        recompressed(b"ZIP" + bytes(40), 9)


@pytest.mark.parametrize("name", MENDED)
def test_the_libraries_still_say_what_is_changed_in_them(name) -> None:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).read_bytes()
    compile(mended(name, source), name, "exec")
    assert mended("json", source) == source
    with pytest.raises(ValueError, match="does not say any more"):
        mended(name, mended(name, source))


def test_the_copy_of_another_build_is_replaced(program, tmp_path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "stale.dll").write_bytes(b"old")
    make_payload(program, tmp_path / "out")
    assert not (tmp_path / "out" / "stale.dll").exists()
    shutil.rmtree(program)
    assert (tmp_path / "out" / "_internal" / "_lzma.pyd").read_bytes() == b"unpacks"
