"""Great Expectations on each batch: a profile of the batch and its first 10,000 rows, as pandas frames.

Row rules have judged every record before; here the batch as a whole is judged. The SQL data source of Great
Expectations fails on DuckDB, so frames are used. Imported late: it takes seconds.
"""

from __future__ import annotations

import json
import logging
import os
import uuid
import warnings
from functools import cache
from typing import Any

from scripts.declarations import Stream
from scripts.gate.batch import GateResult

MAX_ROWS = 10_000

logger = logging.getLogger(__name__)


def default_expectations(stream: Stream) -> list[dict[str, Any]]:
    """What holds for every stream: filled keys, and a profile that is not mostly quarantine."""
    profile = [
        {
            "on": "profile",
            "expectation": "ExpectColumnValuesToBeBetween",
            "column": "quarantined_ratio",
            "kwargs": {"max_value": 0.5},
            "severity": "warn",
        }
    ]
    keys = [
        {"expectation": "ExpectColumnValuesToNotBeNull", "column": leaf.name, "severity": "warn"}
        for leaf in stream.leaves()
        if leaf.required and leaf.name in stream.key
    ]
    return [*profile, *keys]


def failed_expectations(stream: Stream, result: GateResult) -> list[dict[str, Any]]:
    """Expectations that the batch fails: name, column, severity (warn or refuse) and unexpected share.

    Columns are dotted paths of the declaration. An empty batch is not judged.
    """
    raw_count = sum(counts.raw for counts in result.counts.values())
    if not raw_count:
        return []
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _validate(stream, result, raw_count)


def _validate(stream: Stream, result: GateResult, raw_count: int) -> list[dict[str, Any]]:
    import great_expectations as gx
    import pandas as pd

    # Importing the library sets levels of its own loggers: ours must come after it.
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("great_expectations")]:
        logging.getLogger(name).setLevel(logging.ERROR)
    landed = sum(counts.landed for counts in result.counts.values())
    quarantined = sum(counts.quarantined for counts in result.counts.values())
    profile = pd.DataFrame(
        {"landed_count": [landed], "raw_count": [raw_count], "quarantined_ratio": [quarantined / landed]}
    )
    leaves = ", ".join(
        ".".join(f'"{part}"' for part in leaf.path) + f' as "{leaf.name}"' for leaf in stream.leaves()
    )
    empty = " where not _is_empty_bucket" if stream.load == "window" else ""
    rows = result.connection.sql(f"select {leaves} from checked_raw{empty} limit {MAX_ROWS}").df()

    source = _pandas_source()
    failures: list[dict[str, Any]] = []
    wanted = [*default_expectations(stream), *stream.expectations]
    for asset, frame in (("profile", profile), ("rows", rows)):
        expected = [item for item in wanted if item.get("on", "rows") == asset]
        if not expected or frame.empty:
            continue
        suite = gx.ExpectationSuite(name=asset)
        for item in expected:
            kind = getattr(gx.expectations, item["expectation"])
            suite.add_expectation(kind(column=item["column"], **item.get("kwargs", {})))
        dataframe_asset = source.add_dataframe_asset(f"{asset}-{uuid.uuid4().hex}")
        definition = dataframe_asset.add_batch_definition_whole_dataframe("all")
        outcome = definition.get_batch({"dataframe": frame}).validate(suite)
        severities = {(e["expectation"], e["column"]): e.get("severity", "warn") for e in expected}
        for check in outcome.results:
            if not check.success:
                name = type(check.expectation_config.to_domain_obj()).__name__
                column = check.expectation_config.kwargs["column"]
                failures.append(
                    {
                        "expectation": name,
                        "column": column,
                        "severity": severities.get((name, column), "warn"),
                        "unexpected_percent": check.result.get("unexpected_percent"),
                    }
                )
    return failures


@cache
def _pandas_source() -> Any:  # noqa: ANN401
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    return context.data_sources.add_pandas("batches")


def as_text(failures: list[dict[str, Any]]) -> str | None:
    """Failures as JSON text for the arrivals table; None where there are none."""
    return json.dumps(failures, sort_keys=True) if failures else None
