"""Readers that query serve/ without pause while it is published several times: none fails, none sees two runs."""

from __future__ import annotations

import multiprocessing
import time
from pathlib import Path

import duckdb
from warehouses import make_warehouse

from scripts.home import Home
from scripts.publish import current_parquet, publish, published_file

PUBLICATIONS = 6


def read_file(path: str, stop, results) -> None:
    markers, failures = [], []
    while not stop.is_set():
        try:
            with duckdb.connect(path, read_only=True) as connection:
                first = connection.execute("select min(marker), max(marker) from spend_daily").fetchone()
                time.sleep(0.002)  # room for a swap between the two queries
                second = connection.execute("select min(marker), max(marker) from ops.conservation").fetchone()
            markers.append({*first, *second})
        except Exception as error:
            failures.append(repr(error))
    results.put((markers, failures))


def read_parquet(path: str, stop, results) -> None:
    markers, failures = [], []
    while not stop.is_set():
        try:
            run = Path(path).resolve()
            first = duckdb.sql(f"select min(marker), max(marker) from '{run}/marts/spend_daily.parquet'").fetchone()
            time.sleep(0.002)
            second = duckdb.sql(f"select min(marker), max(marker) from '{run}/ops/conservation.parquet'").fetchone()
            markers.append({*first, *second})
        except Exception as error:
            failures.append(repr(error))
    results.put((markers, failures))


def test_readers_never_fail_and_never_see_two_runs(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    make_warehouse(home, 0)
    publish(home)
    context = multiprocessing.get_context("spawn")
    stop, results = context.Event(), context.Queue()
    readers = [
        context.Process(target=read_file, args=(str(published_file(home)), stop, results)),
        context.Process(target=read_parquet, args=(str(current_parquet(home)), stop, results)),
    ]
    for reader in readers:
        reader.start()
    for marker in range(1, PUBLICATIONS + 1):
        make_warehouse(home, marker)
        time.sleep(0.3)
        publish(home)
    time.sleep(0.3)
    stop.set()
    outcomes = [results.get(timeout=60) for _ in readers]
    for reader in readers:
        reader.join(timeout=60)
    for markers, failures in outcomes:
        assert failures == []
        assert len(markers) > PUBLICATIONS
        assert all(len(seen) == 1 for seen in markers), "a reader saw tables of two runs"
        assert len({next(iter(seen)) for seen in markers}) > 2, "the readers did not run through several publications"
