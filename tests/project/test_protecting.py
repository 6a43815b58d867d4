"""A protected project: only its password opens it, no change goes unseen, and no crash costs both files."""

from __future__ import annotations

import io
import os
import secrets
import stat
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from patrolmap.errors import DamagedProjectError, InputError, PatrolmapError
from patrolmap.messages import Message
from patrolmap.model.edits import SetSetting
from patrolmap.progress import CancelledError
from patrolmap.project import protecting, sealing
from patrolmap.project.protecting import protect_file, protected_name, unprotect_file
from patrolmap.project.sealing import seal, unseal
from patrolmap.project.store import ProjectStore
from patrolmap.services.projects import check_project
from patrolmap.services.protection import protect_project

PASSWORD = "正确的 马 电池 钉书针"  # noqa: S105 - of made-up projects
EDIT = Message("Edit")
HEAD = 116
CHUNK = 1000


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Guess fast and cut small, so that the tests are quick; the layout is the same."""
    monkeypatch.setattr(sealing, "_COST", (4, 8, 1))
    monkeypatch.setattr(sealing, "_CHUNK_BYTES", CHUNK)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "城关.gpkg"
    with ProjectStore.create(path, name="城关", frame=None) as made:
        made.apply(SetSetting("turn", 1), EDIT)
    return path


def sealed(content: bytes, password: str = PASSWORD) -> bytes:
    target = io.BytesIO()
    seal(io.BytesIO(content), target, password, size_bytes=len(content), journal_hash="ab" * 32)
    return target.getvalue()


def opened(container: bytes, password: str = PASSWORD) -> bytes:
    target = io.BytesIO()
    unseal(io.BytesIO(container), Path("x.gpkg.protected"), password, target)
    return target.getvalue()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7])
def test_what_is_sealed_comes_out(size: int) -> None:
    content = secrets.token_bytes(size)
    assert opened(sealed(content)) == content


def test_the_layout_is_the_documented_one() -> None:
    """A reader written from the description alone, without our code, reads a container of two chunks."""
    content = secrets.token_bytes(CHUNK + 5)
    box = sealed(content)
    assert box[:16] == b"PATROLMAPSECRET\x01"
    key = Scrypt(salt=box[20:36], length=64, n=1 << box[16], r=box[17], p=box[18]).derive(PASSWORD.encode())[:32]
    cut = HEAD + CHUNK + 16
    first = AESGCM(key).decrypt(box[36:43] + b"\0\0\0\0\0", box[HEAD:cut], box[:HEAD])
    last = AESGCM(key).decrypt(box[36:43] + b"\0\0\0\1\1", box[cut:], box[:HEAD])
    assert first + last == content


def test_two_sealings_share_nothing() -> None:
    """Salt, key and nonce are new each time: equal projects cannot be told."""
    content = bytes(3 * CHUNK)
    one, two = sealed(content), sealed(content)
    assert one[HEAD:] != two[HEAD:]
    assert one[20:43] != two[20:43]


def test_another_password_is_refused_and_the_two_ways_to_write_an_accent_are_one() -> None:
    box = sealed(b"x", "caf\u00e9 caf\u00e9")
    assert opened(box, "cafe\u0301 cafe\u0301") == b"x"
    for wrong in ("", "cafe cafe", "caf\u00e9 caf\u00e9 "):
        with pytest.raises(InputError, match="cannot be opened with this password"):
            opened(box, wrong)


def test_a_flipped_bit_is_seen_in_every_chunk_and_in_every_byte_of_the_head() -> None:
    content = secrets.token_bytes(4 * CHUNK + 30)
    box = sealed(content)
    places = [*range(HEAD), *(HEAD + chunk * (CHUNK + 16) + at for chunk in range(5) for at in (0, 17, 29, 45))]
    for place in places:
        changed = bytearray(box)
        changed[place] ^= 0x10
        with pytest.raises(InputError if place < HEAD else DamagedProjectError):
            opened(bytes(changed))


def test_chunks_cannot_be_exchanged_repeated_left_out_or_taken_from_another_file() -> None:
    content = secrets.token_bytes(4 * CHUNK)
    box, other = sealed(content), sealed(content)
    size = CHUNK + 16
    head, parts = box[:HEAD], [box[HEAD + n * size : HEAD + (n + 1) * size] for n in range(4)]
    attempts = [
        [parts[1], parts[0], parts[2], parts[3]],
        [parts[0], parts[0], parts[2], parts[3]],
        [parts[0], parts[2], parts[3]],
        [parts[0], parts[1], parts[2], parts[2]],
        [*parts, parts[3]],
        [parts[0], other[HEAD + size : HEAD + 2 * size], parts[2], parts[3]],
    ]
    for attempt in attempts:
        with pytest.raises(DamagedProjectError, match="changed or cut off"):
            opened(head + b"".join(attempt))


def test_every_truncation_and_every_addition_is_seen() -> None:
    box = sealed(secrets.token_bytes(2 * CHUNK + 10))
    for length in [*range(0, len(box), 97), HEAD, HEAD + CHUNK + 16, HEAD + 2 * (CHUNK + 16), len(box) - 1]:
        with pytest.raises(PatrolmapError):
            opened(box[:length])
    with pytest.raises(DamagedProjectError):
        opened(box + b"x")


@pytest.mark.parametrize("cost", [b"\x3f\x08\x01", b"\x04\xff\x01", b"\x04\x08\xff", b"\x00\x08\x01"])
def test_a_hostile_head_cannot_make_the_program_take_all_memory(cost: bytes) -> None:
    box = sealed(b"x")
    with pytest.raises(InputError):
        opened(box[:16] + cost + box[19:])


def test_a_project_goes_under_a_password_and_comes_back(project: Path) -> None:
    before = project.read_bytes()
    container = protect_file(project, PASSWORD)
    assert container == protected_name(project)
    assert [file.name for file in project.parent.iterdir()] == ["城关.gpkg.protected"]
    assert b"SQLite" not in container.read_bytes()
    assert "城关".encode() not in container.read_bytes()
    assert unprotect_file(container, PASSWORD) == project
    assert [file.name for file in project.parent.iterdir()] == ["城关.gpkg"]
    assert project.read_bytes() == before
    assert check_project(project).is_sound


@pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")
def test_what_comes_out_is_for_this_account_alone(project: Path) -> None:
    unprotect_file(protect_file(project, PASSWORD), PASSWORD)
    assert stat.S_IMODE(project.stat().st_mode) == 0o600


def test_a_short_password_and_an_open_project_are_refused(project: Path) -> None:
    with pytest.raises(InputError, match="too short"):
        protect_file(project, "1234567")
    with ProjectStore.open(project), pytest.raises(InputError, match="open in another program"):
        protect_file(project, PASSWORD)
    assert [file.name for file in project.parent.iterdir()] == ["城关.gpkg"]


def test_a_wrong_password_and_a_tampered_container_write_nothing(project: Path) -> None:
    container = protect_file(project, PASSWORD)
    with pytest.raises(InputError, match="password"):
        unprotect_file(container, "something else")
    content = bytearray(container.read_bytes())
    content[-20] ^= 1
    container.write_bytes(content)
    with pytest.raises(DamagedProjectError):
        unprotect_file(container, PASSWORD)
    assert [file.name for file in project.parent.iterdir()] == ["城关.gpkg.protected"]


def test_another_file_of_that_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.gpkg.protected").write_bytes(b"x" * 500)
    with pytest.raises(InputError, match="not a protected project"):
        unprotect_file(tmp_path / "a.gpkg.protected", PASSWORD)
    with pytest.raises(InputError, match="cannot be read"):
        unprotect_file(tmp_path / "b.gpkg.protected", PASSWORD)


def test_after_a_crash_the_open_project_is_taken_up_again(project: Path) -> None:
    """The container was kept, the project was edited, the machine stopped: the edits are what counts."""
    container = protect_file(project, PASSWORD)
    unprotect_file(container, PASSWORD, keep=True)
    with ProjectStore.open(project) as opened_project:
        opened_project.apply(SetSetting("turn", 2), EDIT)
    unprotect_file(container, PASSWORD, keep=True)
    protect_file(project, "another password")
    unprotect_file(container, "another password")
    with ProjectStore.open(project) as opened_project:
        assert opened_project.setting("turn") == 2


def test_a_container_of_another_state_is_neither_replaced_nor_passed_over(project: Path) -> None:
    old = project.read_bytes()
    with ProjectStore.open(project) as opened_project:
        opened_project.apply(SetSetting("turn", 2), EDIT)
    container = protect_file(project, PASSWORD)
    kept = container.read_bytes()
    project.write_bytes(old)
    with pytest.raises(InputError, match="another state"):
        protect_file(project, PASSWORD)
    with pytest.raises(InputError, match="another state"):
        unprotect_file(container, PASSWORD)
    assert (container.read_bytes(), project.read_bytes()) == (kept, old)


def _calls(action: Any) -> int:
    """Count the moments at which the machine can stop: each look at the cancel sign and each call to the system."""
    seen = 0

    def count(*_: object, **__: object) -> None:
        nonlocal seen
        seen += 1

    _with_hooks(count, action)
    return seen


def _with_hooks(hook: Any, action: Any) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (sealing, "raise_if_cancelled")):
            real = getattr(owner, name)

            def called(*args: Any, _real: Any = real, **kwargs: Any) -> Any:
                hook()
                return _real(*args, **kwargs)

            patch.setattr(owner, name, called)
        action()


@pytest.mark.skipif(sys.platform == "win32", reason="locks of a process that died")
@pytest.mark.parametrize("way", ["protect", "unprotect"])
def test_a_stop_at_any_moment_never_costs_both(project: Path, way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped before each step in turn: one of the two files always gives the confirmed state, and a second try ends well."""
    monkeypatch.setattr(sealing, "_CHUNK_BYTES", project.stat().st_size // 2)
    content, container = project.read_bytes(), protected_name(project)
    protect_file(project, PASSWORD)
    locked = container.read_bytes()

    def reset() -> None:
        for file in project.parent.iterdir():
            file.unlink()
        (project if way == "protect" else container).write_bytes(content if way == "protect" else locked)

    def act() -> None:
        if way == "protect":
            protect_file(project, PASSWORD)
        else:
            unprotect_file(container, PASSWORD)

    reset()
    moments = _calls(act)
    assert moments > 5
    for moment in range(moments):
        reset()
        child = os.fork()
        if child == 0:
            left = moment

            def stop() -> None:
                nonlocal left
                if left == 0:
                    os._exit(9)  # as a kill: nothing is cleaned up
                left -= 1

            _with_hooks(stop, act)
            os._exit(0)
        assert os.waitpid(child, 0)[1] != 0
        whole = project.exists() and project.read_bytes() == content
        assert whole or opened(container.read_bytes()) == content
        if container.exists():
            unprotect_file(container, PASSWORD)
        protect_file(project, PASSWORD)
        assert [file.name for file in project.parent.iterdir()] == [container.name]
        assert opened(container.read_bytes()) == content


def test_a_cancel_changes_nothing(project: Path) -> None:
    before = project.read_bytes()
    with pytest.raises(CancelledError):
        protect_file(project, PASSWORD, cancel=lambda: True)
    assert [(file.name, file.read_bytes()) for file in project.parent.iterdir()] == [("城关.gpkg", before)]


def test_a_write_by_another_program_meanwhile_is_noticed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = protecting.seal

    def disturbed(*args: Any, **kwargs: Any) -> str:
        read = real(*args, **kwargs)
        with project.open("r+b") as file:
            file.seek(200)
            file.write(b"\x07")
        os.utime(project, (1, 1))
        return read

    monkeypatch.setattr(protecting, "seal", disturbed)
    with pytest.raises(InputError, match="another program meanwhile"):
        protect_file(project, PASSWORD)
    assert [file.name for file in project.parent.iterdir()] == ["城关.gpkg"]


def test_a_full_disk_leaves_the_project(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_number: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(protecting.os, "fsync", full)
    with pytest.raises(PatrolmapError, match="No space left"):
        protect_file(project, PASSWORD)
    assert [file.name for file in project.parent.iterdir()] == ["城关.gpkg"]


def test_backups_that_are_still_readable_are_named(project: Path) -> None:
    copy = project.with_name("城关.format-3.backup.gpkg")
    copy.write_bytes(b"old")
    project.with_name("另一个.format-3.backup.gpkg").write_bytes(b"old")
    assert protect_project(project, PASSWORD).open_copies == (copy,)


@pytest.mark.parametrize("way", ["protect", "unprotect"])
def test_a_file_that_cannot_be_removed_is_named_and_both_stay_whole(
    project: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows, where a file that another program reads stays."""
    container = protected_name(project)
    if way == "unprotect":
        protect_file(project, PASSWORD)
    stuck, unlink = (project if way == "protect" else container), Path.unlink

    def fail(path: Path, *, missing_ok: bool = False) -> None:
        if path == stuck:
            raise PermissionError(13, "in use")
        unlink(path, missing_ok=missing_ok)

    act, on = (protect_file, project) if way == "protect" else (unprotect_file, container)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", fail)
        with pytest.raises(PatrolmapError, match="could not be removed"):
            act(on, PASSWORD)
    assert project.exists()
    assert container.exists()
    assert unprotect_file(container, PASSWORD) == project
    assert not container.exists()
