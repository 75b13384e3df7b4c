"""Real and published bills (FOCUS 1.0 to the 1.5 draft, Azure EA) through their own streams: totals as in the files."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from sourcehelp import gaps
from warehouse import SHARED, query

from scripts.home import Home
from scripts.ingest import ingest

FOCUS = SHARED / "focus"
EA = SHARED / "data" / "azure_ea_exports"
ARRIVED = datetime(2026, 12, 1)
SAMPLE_1_0 = FOCUS / "focus_1_0_sample_1000.csv"
DIGIT = Decimal("1e-12")
IMPOSSIBLE_HOUR = "T30:00:00Z"
# Of two pulls that tell the same account and day one counts: these say what another of the files says, or stand for it.
CONTENDED = (FOCUS / "handmade_ai" / "ai.parquet", FOCUS / "ai_examples_1_5_draft" / "csp_served_third_party_model.csv")
# The specification's examples leave columns out; what a file does not say, its owner says as tags of the batch.
EXAMPLES = [
    *sorted((FOCUS / "spec_1_2_examples").glob("*.csv")),
    *sorted((FOCUS / "ai_examples_1_5_draft").glob("*.csv")),
    FOCUS / "handmade_ai" / "ai14.csv",
    FOCUS / "handmade_ai" / "ai.parquet",
    *sorted((FOCUS / "generated_1_4_synthetic").glob("*_cost_and_usage.csv")),
]

needs_focus = pytest.mark.skipif(not FOCUS.exists(), reason=f"real data not at hand: {FOCUS.name}")
needs_ea = pytest.mark.skipif(not EA.exists(), reason=f"real data not at hand: {EA.name}")


def account_of(path: Path) -> str:
    return f"real-{path.stem}"


def land_exports(home: Home) -> None:
    if FOCUS.exists():
        ingest(home, "focus", "cost_and_usage", [SAMPLE_1_0], {"account": account_of(SAMPLE_1_0)}, ARRIVED)
        for path in EXAMPLES:
            ingest(
                home, "focus", "cost_and_usage", [path], {"account": account_of(path), "currency": "USD"}, ARRIVED
            )
    if EA.exists():
        ingest(home, "azure", "actual_cost", [EA / "EA_ActualCost_Small.csv"], {}, ARRIVED)
        ingest(home, "azure", "amortized_cost", [EA / "EA_AmortizedCost_Small.csv"], {}, ARRIVED)


def lines(path: Path) -> list[dict[str, str]]:
    with path.with_suffix(".csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def money(text: str | None) -> Decimal:
    plain = (text or "").replace("$", "").replace(",", "").strip()
    return (Decimal(0) if plain in ("", "NULL", "null") else Decimal(plain)).quantize(DIGIT, ROUND_HALF_UP)


def in_files(paths: list[Path]) -> dict[str, tuple[Decimal, Decimal]]:
    """Billed and effective cost by billing account, as the files say them, each line to the warehouse's 12 decimals."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for path in paths:
        for line in lines(path):
            if line.get("ChargePeriodEnd", "").endswith(IMPOSSIBLE_HOUR):
                continue
            account = line.get("BillingAccountId") or account_of(path)
            sums[account][0] += money(line.get("BilledCost"))
            sums[account][1] += money(line.get("EffectiveCost"))
    return {account: (billed, effective) for account, (billed, effective) in sums.items()}


def in_warehouse(home: Home, accounts: set[str]) -> dict[str, tuple[Decimal, Decimal]]:
    """The same from core and from what is no AI service."""
    rows = query(
        home.root,
        """select billing_account_id, sum(billed_cost), sum(effective_cost) from (
            select billing_account_id, billed_cost, effective_cost from core.fct_ai_charges
            where source = 'focus'
            union all
            select billing_account_id, billed_cost, effective_cost from ops.out_of_scope_charges
            where source = 'focus'
        ) group by 1""",
    )
    return {account: (billed, effective) for account, billed, effective in rows if account in accounts}


@needs_focus
def test_the_focus_1_0_sample_loads_to_the_last_digit(home: Home) -> None:
    expected = in_files([SAMPLE_1_0])
    assert sum((billed for billed, _ in expected.values()), Decimal(0)) == Decimal("20.520226728990")
    assert in_warehouse(home, set(expected)) == expected


@needs_focus
def test_known_defects_of_the_focus_1_0_sample_are_flagged(home: Home) -> None:
    rows = query(
        home.root,
        f"select finding, sum(charge_count) from ops.charge_findings where source_file = '{SAMPLE_1_0.name}'"
        " group by 1 order by 1",
    )
    assert {finding: int(count) for finding, count in rows} == {
        "contracted_cost_missing": 7,
        "contracted_cost_not_price_times_quantity": 17,
        "list_cost_not_price_times_quantity": 25,
        "quantity_negative": 12,
        "sku_missing": 5,
    }


@needs_focus
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_are_staged_with_their_totals(home: Home, path: Path) -> None:
    expected = in_files([path])
    [staged] = query(
        home.root,
        "select sum(billed_cost), sum(effective_cost) from staging.stg_focus__cost_and_usage"
        f" where _source_file = '{path.name}'",
    )
    assert staged == tuple(sum(costs, Decimal(0)) for costs in zip(*expected.values(), strict=True))


@needs_focus
def test_examples_reach_core_once(home: Home) -> None:
    expected = in_files([path for path in EXAMPLES if path not in CONTENDED])
    assert in_warehouse(home, set(expected)) == expected


@needs_focus
def test_impossible_times_are_held_back(home: Home) -> None:
    impossible = sorted(
        path.name
        for path in EXAMPLES
        for line in lines(path)
        if line.get("ChargePeriodEnd", "").endswith(IMPOSSIBLE_HOUR)
    )
    held_back = query(
        home.root,
        "select source_file from ops.quarantine where source = 'focus' and field = 'charge_period_end' order by all",
    )
    assert held_back == [(name,) for name in impossible] != []


@needs_focus
def test_the_draft_of_focus_1_5_tells_cached_tokens(home: Home) -> None:
    path = FOCUS / "ai_examples_1_5_draft" / "ai_prompt_caching_a.csv"
    rows = query(
        home.root,
        f"""select meter, sum(charges.effective_cost) from core.fct_ai_charges as charges
        where billing_account_id = '{lines(path)[0].get("BillingAccountId") or account_of(path)}' group by 1""",
    )
    assert {"input_cache_read_tokens", "input_uncached_tokens", "output_tokens"} <= {meter for meter, _ in rows}


@needs_ea
def test_actual_and_amortised_azure_cost_are_two_views_of_one_spend(home: Home) -> None:
    for stream, name, column in (
        ("actual_cost", "EA_ActualCost_Small.csv", "billed_cost"),
        ("amortized_cost", "EA_AmortizedCost_Small.csv", "effective_cost"),
    ):
        expected = sum((money(line["Cost"]) for line in lines(EA / name)), Decimal(0))
        [(staged,)] = query(
            home.root, f"select sum({column}) from staging.stg_azure__{stream} where _source_file = '{name}'"
        )
        [(shown,)] = query(
            home.root,
            f"select sum({column}) from ops.out_of_scope_charges"
            f" where stream = '{stream}' and usage_month = '2023-09-01'",
        )
        assert staged == shown == expected


@needs_focus
@needs_ea
def test_real_bills_conserve(home: Home) -> None:
    assert gaps(home) == []
