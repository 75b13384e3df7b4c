"""What the sample company also uses: a small export of every other source, in accounts of its own."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from scripts.sample import company, sources
from scripts.sample.files import SampleFile

Maker = Callable[[list[date], int], list[SampleFile]]


def makers() -> dict[str, Maker]:
    """The function that makes the files of a source, by module of `scripts.sample.sources`."""
    modules = {item.name: importlib.import_module(f"{sources.__name__}.{item.name}") for item in _modules()}
    return {name: module.files for name, module in modules.items() if hasattr(module, "files")}


def _modules() -> list[pkgutil.ModuleInfo]:
    return sorted(pkgutil.iter_modules(sources.__path__), key=lambda item: item.name)


def files_of_every_source(window: list[date], seed: int) -> list[SampleFile]:
    """Files of all sources over the window. They arrive together at the sample's last moment, as first exports do."""
    files = [file for make in makers().values() for file in make(window, seed)]
    return [replace(file, arrived_at=company.AS_OF) for file in files]
