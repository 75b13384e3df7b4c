"""Public request traces (Mooncake, Azure 2023) through the stream custom usage, with the published totals from core."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from exports import write_jsonl
from sourcehelp import gaps
from warehouse import SHARED, query

from scripts.home import Home
from scripts.ingest import ingest

MOONCAKE = SHARED / "data" / "mooncake"
AZURE = SHARED / "data" / "azure_llm_2023"
BLOCK = 512
START = datetime(2023, 11, 17, 10)
ARRIVED = datetime(2023, 11, 20)

needs_mooncake = pytest.mark.skipif(not MOONCAKE.exists(), reason=f"real data not at hand: {MOONCAKE.name}")
needs_azure = pytest.mark.skipif(not AZURE.exists(), reason=f"real data not at hand: {AZURE.name}")
pytestmark = pytest.mark.skipif(not (MOONCAKE.exists() or AZURE.exists()), reason="no public traces at hand")


def usage(number: int, account: str, started_at: str, **tokens: int) -> dict[str, Any]:
    return {
        "request_id": f"{account}-{number}",
        "started_at": started_at,
        "provider": "made-up",
        "model": "made-up-1",
        "billing_account_id": account,
        **tokens,
    }


def mooncake(name: str) -> Iterator[dict[str, Any]]:
    """Requests of a trace; leading blocks that an earlier request had are read from an unlimited cache."""
    seen: set[int] = set()
    with gzip.open(MOONCAKE / f"{name}_trace.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            request = json.loads(line)
            blocks = request["hash_ids"]
            known = next((index for index, block in enumerate(blocks) if block not in seen), len(blocks))
            seen.update(blocks)
            cached = min(known * BLOCK, request["input_length"])
            yield usage(
                number,
                f"mooncake-{name}",
                (START + timedelta(milliseconds=request["timestamp"])).isoformat() + "Z",
                input_uncached_tokens=request["input_length"] - cached,
                input_cache_read_tokens=cached,
                output_tokens=request["output_length"],
            )


def azure(name: str) -> Iterator[dict[str, Any]]:
    """Requests of a service; the time has seven decimals and no zone."""
    with (AZURE / f"AzureLLMInferenceTrace_{name}.csv").open(newline="", encoding="utf-8") as handle:
        for number, row in enumerate(csv.DictReader(handle)):
            yield usage(
                number,
                f"azure-{name}",
                row["TIMESTAMP"].replace(" ", "T")[:26] + "Z",
                input_uncached_tokens=int(row["ContextTokens"]),
                output_tokens=int(row["GeneratedTokens"]),
            )


def expected(folder: Path) -> dict[str, dict[str, Any]]:
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def land_exports(home: Home) -> None:
    for data, convert in ((MOONCAKE, mooncake), (AZURE, azure)):
        for name in expected(data) if data.exists() else ():
            path = write_jsonl(home.root.parent / f"{data.name}_{name}.jsonl", list(convert(name)))
            ingest(home, "custom", "usage", [path], {}, ARRIVED)


@needs_mooncake
@pytest.mark.parametrize("name", ["conversation", "synthetic"])
def test_mooncake_totals_and_cached_share(home: Home, name: str) -> None:
    wanted = expected(MOONCAKE)[name]
    [row] = query(
        home.root,
        f"""select count(*), sum(input_uncached_tokens + input_cache_read_tokens), sum(output_tokens),
            sum(input_cache_read_tokens), max(started_at)
        from core.fct_ai_requests where billing_account_id = 'mooncake-{name}'""",
    )
    count, total, output, cached, last = row
    assert (count, total, output, cached) == (
        wanted["requests"],
        wanted["input_tokens"],
        wanted["output_tokens"],
        wanted["cached_input_tokens"],
    )
    assert round(cached / total, 6) == wanted["cached_share"]
    assert last == START + timedelta(milliseconds=wanted["last_timestamp_ms"])


@needs_azure
@pytest.mark.parametrize("name", ["code", "conv"])
def test_azure_totals_and_distribution(home: Home, name: str) -> None:
    wanted = expected(AZURE)[name]
    [row] = query(
        home.root,
        f"""select count(*), sum(input_uncached_tokens), sum(output_tokens), median(input_uncached_tokens),
            median(output_tokens), quantile_disc(input_uncached_tokens, 0.95), min(started_at), max(started_at)
        from core.fct_ai_requests where billing_account_id = 'azure-{name}'""",
    )
    *numbers, first, last = row
    assert [int(number) for number in numbers] == [
        wanted[key]
        for key in (
            "requests",
            "context_tokens",
            "generated_tokens",
            "median_context_tokens",
            "median_generated_tokens",
            "p95_context_tokens",
        )
    ]
    assert [first.isoformat(" "), last.isoformat(" ")] == [wanted["first_at"][:26], wanted["last_at"][:26]]


def test_nothing_is_lost_and_nothing_is_priced(home: Home) -> None:
    assert gaps(home) == []
    rows = query(
        home.root,
        """select is_priced, sum(effective_cost_usd) from core.fct_ai_requests where provider = 'made-up' group by 1""",
    )
    assert rows == [(False, 0)]
    unpriced = query(home.root, "select distinct model from ops.unpriced_usage where provider = 'made-up'")
    assert unpriced == [("made-up-1",)]
