"""The file that says what a batch does: which projects, which commands, where the answers go."""

from __future__ import annotations

import json
import shlex
import string
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from patrolmap.errors import InputError
from patrolmap.messages import N_

__all__ = ["Batch", "BatchProject", "read_batch"]

_FIELDS: Final = frozenset({"project", "name", "out"})
_KEYS: Final = frozenset({"projects", "steps", "out", "retries", "timeout_s"})
_NOT_IN_A_BATCH: Final = frozenset({"batch", "demo"})
_DEFAULT_RETRIES: Final = 2
_DEFAULT_TIMEOUT_S: Final = 3600.0


@dataclass(frozen=True)
class BatchProject:
    """
    One project of a batch.

    Parameters
    ----------
    name : str
        Its file's stem; with a number where two files share it.
    path : Path
        The project file, absolute.
    out : Path
        Folder of its own for the answers and for what the steps write.
    """

    name: str
    path: Path
    out: Path


@dataclass(frozen=True)
class Batch:
    """
    What a batch does.

    Parameters
    ----------
    projects : tuple of BatchProject
        In the order of their names.
    steps : tuple of tuple of str
        The commands that each project goes through in turn: words of the command line, with the fields ``{project}``,
        ``{name}`` and ``{out}``.
    out : Path
        Folder of all answers and of the summary.
    retries : int
        How often a step that broke down is tried again. A step whose input is at fault is not.
    timeout_s : float
        After how long a step counts as broken down.
    """

    projects: tuple[BatchProject, ...]
    steps: tuple[tuple[str, ...], ...]
    out: Path
    retries: int = _DEFAULT_RETRIES
    timeout_s: float = _DEFAULT_TIMEOUT_S

    def words(self, step: int, project: BatchProject) -> tuple[str, ...]:
        """
        Fill in a step for a project.

        Parameters
        ----------
        step : int
            Which step, from 0.
        project : BatchProject
            The project.

        Returns
        -------
        tuple of str
            Words of the command line.
        """
        values = {"project": str(project.path), "name": project.name, "out": str(project.out)}
        return tuple(word.format_map(values) for word in self.steps[step])


def read_batch(file: Path, *, out: Path | None = None) -> Batch:
    """
    Read a batch file, TOML or JSON.

    Parameters
    ----------
    file : Path
        With ``projects`` (paths or patterns such as ``districts/*.gpkg``), ``steps`` (commands, each a text or a list of
        words), and if wished ``out``, ``retries`` and ``timeout_s``. Paths are relative to the file.
    out : Path or None
        Folder for the answers; None takes that of the file, or ``<name of the file>-results`` beside it.

    Returns
    -------
    Batch
        What to do.

    Raises
    ------
    InputError
        If the file cannot be read, says something that is not understood, or names no project.
    """
    content = _content(file)
    unknown = sorted(set(content) - _KEYS)
    if unknown:
        raise _fault(file, N_("“{key}” is not a known entry."), key=unknown[0])
    said = content.get("out", f"{file.stem}-results")
    if not isinstance(said, str):
        raise _fault(file, N_("“{key}” must be a text."), key="out")
    folder = (out or file.parent / said).absolute()
    steps = _steps(file, content.get("steps"))
    retries = _number(file, content, "retries", _DEFAULT_RETRIES, least=0)
    timeout_s = _number(file, content, "timeout_s", _DEFAULT_TIMEOUT_S, least=1)
    return Batch(_projects(file, content.get("projects"), folder), steps, folder, int(retries), timeout_s)


def _content(file: Path) -> dict[str, Any]:
    try:
        text = file.read_bytes().decode("utf-8-sig")
        content = json.loads(text) if file.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise _fault(file, N_("The system says: {cause}."), cause=str(error.strerror)) from error
    except ValueError as error:  # not UTF-8, not TOML, not JSON
        raise _fault(file, N_("It is neither TOML nor JSON: {cause}."), cause=str(error)) from error
    if not isinstance(content, dict):
        raise _fault(file, N_("It must hold entries such as projects and steps."))
    return content


def _projects(file: Path, patterns: Any, folder: Path) -> tuple[BatchProject, ...]:
    if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns) or not patterns:
        raise _fault(file, N_("“{key}” must be a list of texts."), key="projects")
    paths: dict[Path, None] = {}
    for pattern in patterns:
        found = _matches(file.absolute().parent, pattern)
        if not found:
            raise _fault(file, N_("No project is found under “{pattern}”."), pattern=pattern)
        paths.update(dict.fromkeys(found))
    projects: list[BatchProject] = []
    taken: dict[str, int] = {}
    for path in sorted(paths, key=lambda path: (path.stem, str(path))):
        count = taken[path.stem.casefold()] = taken.get(path.stem.casefold(), 0) + 1
        name = path.stem if count == 1 else f"{path.stem}-{count}"
        projects.append(BatchProject(name, path, folder / name))
    return tuple(projects)


def _matches(folder: Path, pattern: str) -> list[Path]:
    path = folder / pattern
    if path.is_file():
        return [path.absolute()]
    wild = Path(pattern)
    start, parts = (Path(wild.anchor), wild.parts[1:]) if wild.is_absolute() else (folder, wild.parts)
    return [found.absolute() for found in start.glob(str(Path(*parts)))] if parts else []


def _steps(file: Path, steps: Any) -> tuple[tuple[str, ...], ...]:
    if not isinstance(steps, list) or not steps:
        raise _fault(file, N_("“{key}” must be a list of commands."), key="steps")
    return tuple(_step(file, step) for step in steps)


def _step(file: Path, step: Any) -> tuple[str, ...]:
    try:
        words = shlex.split(step) if isinstance(step, str) else step
    except ValueError as error:
        raise _fault(file, N_("The step “{step}” is not closed by a quotation mark."), step=step) from error
    if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
        raise _fault(file, N_("The step “{step}” is neither a text nor a list of words."), step=str(step))
    if words[0] == "patrolmap":
        words = words[1:]
    if not words or words[0] in _NOT_IN_A_BATCH:
        raise _fault(file, N_("The step “{step}” cannot be part of a batch."), step=str(step))
    for word in words:
        _check_fields(file, word)
    return tuple(words)


def _check_fields(file: Path, word: str) -> None:
    try:
        fields = {name for _, name, _, _ in string.Formatter().parse(word) if name is not None}
    except ValueError as error:
        raise _fault(file, N_("“{word}” has a brace without its fellow."), word=word) from error
    for name in sorted(fields - _FIELDS):
        raise _fault(file, N_("“{field}” is not a known field; there are {known}."), field=name, known=_known())


def _known() -> str:
    return " ".join(f"{{{name}}}" for name in sorted(_FIELDS))


def _number(file: Path, content: dict[str, Any], key: str, default: float, *, least: float) -> float:
    value = content.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < float("inf"):
        raise _fault(file, N_("“{key}” must be a number of at least {least}."), key=key, least=least)
    return float(value)


def _fault(file: Path, why: str, **values: Any) -> InputError:
    return InputError(
        N_("The batch file {file} cannot be used."),
        why=why,
        remedy=N_("The guide's page on batches has an example."),
        file=str(file),
        **values,
    )
