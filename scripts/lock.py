"""One lock per home folder, shared by everything that writes: ingest, build, publish, run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from scripts.errors import LockHeldError
from scripts.home import Home


@contextmanager
def acquire_lock(home: Home) -> Iterator[None]:
    """Hold the home's lock. It is the operating system's, so a dead process leaves none behind.

    Raises LockHeldError at once when another process holds it. A process that holds it may take it again.
    """
    home.root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home.lock_file, is_singleton=True)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LockHeldError(f"another run holds {home.lock_file}; wait for it to end") from error
    try:
        yield
    finally:
        lock.release()


def held_descriptors(home: Home) -> tuple[int, ...]:
    """File descriptors of the lock while this process holds it.

    A child process that inherits them keeps the lock until it ends too: should a run be killed while its dbt goes on
    writing, the next run waits for that instead of running into it.
    """
    descriptor = FileLock(home.lock_file, is_singleton=True)._context.lock_file_fd
    return () if descriptor is None else (descriptor,)
