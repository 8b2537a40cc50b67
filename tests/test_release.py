"""What is released is whole, of one version, and only from a tree that has what belongs to it."""

import gzip
import re
import subprocess
import tarfile
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import pytest
import yaml

from starter.cli.app import _run
from starter.dev import release
from starter.dev.release import NotReleasable, check, committed, distributions, write_sums
from starter.dev.sbom import NAME, closure, licences

ROOT: Final = Path(__file__).resolve().parents[1]
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
VERSION: Final[str] = PROJECT["project"]["version"]
MOMENT: Final = 1_796_169_600
MADE: Final = {".pyc", ".p7s", ".pdf"}
"""What Python and `ugyfelkapu dev sign` leave in the folders of the wheel."""

COMPATIBLE: Final = re.compile(
    r"(3-Clause )?BSD( License|-[23]-Clause)?|MIT( License|-0)?|Apache(-| )2\.0|ISC( License)?|PSF-2\.0|Unlicense"
    r"|MPL-2\.0|LGPL"
)
"""Licences whose works may be part of one under EUPL-1.2: permissive ones, and two of its appendix for works that ours
only imports."""


def test_every_place_that_names_the_version_has_that_of_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    """Elsewhere the API and its document (`test_api_doors.py`), and the bill of materials (`test_image.py`)."""
    assert version(NAME) == VERSION
    assert _run(["--version"]) == 0
    assert capsys.readouterr().out == f"{NAME} {VERSION}\n"
    for chart in (ROOT / "deploy").rglob("Chart.yaml"):
        assert yaml.safe_load(chart.read_text(encoding="utf-8")).get("appVersion") in {None, VERSION}


def test_what_runs_has_licences_that_go_with_ours() -> None:
    stated = {name: re.split(r" AND | OR ", " AND ".join(licences(name))) for name in closure() if name != NAME}
    unknown = {name: texts for name, texts in stated.items() if not all(map(COMPATIBLE.fullmatch, texts))}
    assert unknown == {}
    assert licences(NAME) == ["EUPL-1.2"]


def test_wheel_and_sdist_are_whole_and_always_the_same(tmp_path: Path) -> None:
    """Built from the unpacked sdist both have the bytes of those of the tree. The wheel has what its packages have."""
    first, second, unpacked = (tmp_path / name for name in ("first", "second", "unpacked"))
    distributions(ROOT, first, MOMENT)
    with tarfile.open(first / f"{NAME}-{VERSION}.tar.gz") as sdist:
        sdist.extractall(unpacked, filter="data")
    (unpacked / f"{NAME}-{VERSION}" / "PKG-INFO").unlink()  # made for the sdist, and no file of the tree
    distributions(unpacked / f"{NAME}-{VERSION}", second, MOMENT)
    assert write_sums(first) == write_sums(second)

    with ZipFile(first / f"{NAME}-{VERSION}-py3-none-any.whl") as wheel:
        packed = {name for name in wheel.namelist() if not name.startswith(f"{NAME}-{VERSION}.dist-info/")}
        assert wheel.read(f"{NAME}-{VERSION}.dist-info/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    wanted = [ROOT / name for name in PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]]
    files = {file for path in wanted for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file()}
    names = {file.relative_to(ROOT).as_posix() for file in files if file.suffix not in MADE}
    in_wheel = {re.sub(r"^examples/", "starter/dev/examples/", name) for name in names}
    assert packed == in_wheel  # with schema, migrations, queries, letters, pages, catalogue


def test_a_file_that_only_this_machine_ignores_is_in_no_release(tmp_path: Path) -> None:
    """Git calls such a tree clean, and hatchling would pack the file."""
    (tmp_path / "worker.py").write_text("", encoding="utf-8")
    _git(tmp_path, "init", "--quiet")
    _commit(tmp_path)
    (tmp_path / ".git" / "info").mkdir(exist_ok=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("*.key\n", encoding="utf-8")
    (tmp_path / "my.key").write_text("secret", encoding="utf-8")
    with committed(tmp_path) as source:
        assert [file.name for file in source.iterdir()] == ["worker.py"]


def test_an_image_that_cannot_be_saved_ends_the_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the engine's own sentence, or once the time has passed in which it should have answered."""
    docker = tmp_path / "docker"
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def saved(script: str) -> Path:
        docker.write_text(f"#!/bin/sh\n[ $1 = build ] && exit\n{script}\n", encoding="utf-8")
        docker.chmod(0o755)
        release._build_image(tmp_path, tmp_path, "1.0.0", "a-revision", str(MOMENT))
        return tmp_path / f"{NAME}-1.0.0.image.tar.gz"

    assert gzip.decompress(saved('printf layers > "$3"').read_bytes()) == b"layers"
    with pytest.raises(NotReleasable, match=r"^docker save --output has failed: no space$"):
        saved("echo no space >&2; exit 1")
    monkeypatch.setattr(release, "_BUILD_SECONDS", 1)
    with pytest.raises(NotReleasable, match=r"^docker (build|save) \S+ has not ended within 1 seconds\.$"):
        saved("exec sleep 600")


def _forget(*path: str) -> Callable[[Path], None]:
    return lambda root: root.joinpath(*path).unlink()


def _write_draft(root: Path) -> None:
    (root / "draft.md").write_text("Not committed.\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("break_it", "is_committed", "sentence"),
    [
        (_write_draft, False, "The tree is not clean: commit or remove draft.md and whatever else git status shows."),
        (
            lambda root: (root / "CHANGELOG.md").write_text("## [Unreleased]\n## [10.0.0] - 2026-12-02\n"),
            True,
            "CHANGELOG.md has no section [1.0.0] with a date: say there what its users see of it.",
        ),
        (
            _forget("tests", "replay", "1.0.0", "online-1.json"),
            True,
            "tests/replay/1.0.0 has no histories: record them with `make histories`, and commit them.",
        ),
    ],
)
def test_a_version_is_released_from_a_clean_tree_with_its_changes_and_histories(
    break_it: Callable[[Path], object], is_committed: bool, sentence: str, tmp_path: Path
) -> None:
    histories = tmp_path / "tests" / "replay" / "1.0.0"
    histories.mkdir(parents=True)
    (histories / "online-1.json").write_text("{}\n", encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text("# Changes\n\n## [1.0.0] - 2026-12-02\n", encoding="utf-8")
    _git(tmp_path, "init", "--quiet")
    _commit(tmp_path)
    check(tmp_path, "1.0.0")
    break_it(tmp_path)
    if is_committed:
        _commit(tmp_path)
    with pytest.raises(NotReleasable, match=rf"^{re.escape(sentence)}$"):
        check(tmp_path, "1.0.0")


def _commit(root: Path) -> None:
    _git(root, "add", "--all")
    author = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.hu", "-c", "commit.gpgsign=false")
    _git(root, *author, "commit", "--quiet", "--message", "A state")


def _git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, timeout=60)
