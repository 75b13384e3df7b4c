"""Files of object stores and other file systems, by URL: fetched into a private folder to be landed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from scripts.errors import ConfigError
from scripts.home import Home


def is_url(path: str) -> bool:
    """True for s3://bucket/exports/ and the like."""
    return "://" in path


@contextmanager
def fetched(home: Home, urls: list[str]) -> Iterator[list[Path]]:
    """Copies of the files that URLs name, while the context lasts; readable by the owner only.

    A URL names a file, a folder (all files below it) or a pattern with *. Credentials are those that the store's own
    tools find (environment, profile, role). Raises ConfigError where a driver is missing or nothing is found.
    """
    home.landing.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fetched-", dir=home.landing) as folder:
        paths: list[Path] = []
        for number, url in enumerate(urls):
            paths += _fetch(url, Path(folder) / str(number))
        yield paths


def _fetch(url: str, folder: Path) -> list[Path]:
    try:
        import fsspec
    except ModuleNotFoundError as error:
        raise ConfigError(f"{url}: reading it needs packages: run 'make install-object-stores'") from error
    scheme = url.split("://", 1)[0]
    try:
        system, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise ConfigError(f"{url}: no driver for {scheme}://; run 'make install-object-stores'") from error
    try:
        names = _files(system, root)
        copies = []
        for name in names:
            copy = folder / _below(name, root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            system.get_file(name, str(copy))
            copies.append(copy)
    except Exception as error:  # each store has errors of its own; their texts may hold signed addresses
        raise ConfigError(f"{url}: {scheme} store: {type(error).__name__}") from error
    if not copies:
        raise ConfigError(f"no such file or folder: {url}")
    return copies


def _files(system: object, root: str) -> list[str]:
    """Names of the files that a path or pattern stands for; hidden and partial (*.part) ones are left out."""
    found = system.glob(root) if "*" in root else [root]  # type: ignore[attr-defined]
    names: list[str] = []
    for name in found:
        if system.exists(name):  # type: ignore[attr-defined]
            names += system.find(name) if system.isdir(name) else [name]  # type: ignore[attr-defined]
    return sorted(n for n in set(names) if not PurePosixPath(n).name.startswith(".") and not n.endswith(".part"))


def _below(name: str, root: str) -> str:
    """A name for the copy that no other file has: the path below the folder that was named."""
    before = root.split("*", 1)[0]
    stem = before if before.endswith("/") or name != root else before.rsplit("/", 1)[0] + "/"
    return name.removeprefix(stem).lstrip("/") or PurePosixPath(name).name
