"""A month worked out by hand in docs/golden_month.md, from landing to the marts, to the cent.

Every expected number below stands on that page with its arithmetic; none was read from the warehouse first.
"""

from __future__ import annotations

import csv
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from warehouse import PROJECT, build, query

from scripts.home import Home
from scripts.ingest import ensure_folders, ingest
from scripts.raw import write_empty

ARRIVED = datetime(2026, 5, 20)
DAYS = "range(timestamp '2026-04-01', timestamp '2026-05-01', interval 1 day) as days (day)"


def key_of(rule: str) -> str:
    """API key of an ownership rule of the project's seed."""
    with (PROJECT / "seeds" / "org" / "ownership_rules.csv").open(newline="", encoding="utf-8") as handle:
        return next(row["api_key_id"] for row in csv.DictReader(handle) if row["rule_id"] == rule)


def requests(name: str, key: str, per_day: int, output_tokens: int) -> str:
    return f"""
        select
            '{name}-' || day_of || '-' || number as request_id,
            day + interval 9 hour + to_seconds(number) as started_at,
            'openai' as provider,
            'gpt-5-pro' as model,
            'golden-openai' as billing_account_id,
            '{key}' as gateway_key_id,
            1000000 as input_uncached_tokens,
            {output_tokens} as output_tokens,
            'success' as status
        from (select day, strftime(day, '%m%d') as day_of from {DAYS}) as days
        cross join range(1, {per_day + 1}) as numbers (number)
    """


def charges() -> str:
    usage = "day::date as charge_date, 'openai' as provider, 'golden-openai' as billing_account_id"
    return f"""
        select 'input-' || strftime(day, '%m%d') as charge_id, {usage}, 'gpt-5-pro' as model,
            'input_uncached_tokens' as meter, 312500000 as quantity, 3750.00::decimal(28,12) as billed_cost
        from {DAYS}
        union all
        select 'output-' || strftime(day, '%m%d'), {usage}, 'gpt-5-pro', 'output_tokens', 25000000, 2400.00 from {DAYS}
        union all
        select 'support-fee', date '2026-04-01', 'gateway_vendor', 'acme-gateway-support', null, null, null, 21000.00
    """


def outcomes() -> str:
    return """
        select
            'ticket-' || number as outcome_id,
            'ticket_resolved' as outcome_type,
            'support_assistant' as use_case,
            timestamp '2026-04-01 08:00' + to_minutes((number % 42000)::bigint) as occurred_at,
            case
                when number <= 1080000 then 'succeeded'
                when number <= 1180000 then 'failed'
                when number <= 1200000 then 'reverted'
                when number <= 1250000 then 'succeeded'
                else 'open'
            end as status,
            case when number between 1200001 and 1250000 then 'human' else 'ai' end as handled_by
        from range(1, 1250011) as numbers (number)
    """


def links() -> str:
    """Two requests of the first day to each of tickets 1 to 50, and ten to an open ticket."""
    return """
        select
            case when number <= 100 then 'ticket-' || ((number + 1) // 2) else 'ticket-1250001' end as outcome_id,
            'support-0401-' || number as request_id
        from range(1, 111) as numbers (number)
    """


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("golden")
    home = Home(folder / "home")
    ensure_folders(home)
    write_empty(home)
    usage = " union all ".join(
        [
            requests("support", key_of("key-gw-support-prod"), 150, 100_000),
            requests("docs", key_of("key-gw-docs-prod"), 50, 100_000),
            requests("shared", key_of("key-gw-platform-shared"), 50, 37_500),
        ]
    )
    exports = {
        "usage": usage,
        "charges": f"select *, 'USD' as currency from ({charges()})",
        "outcomes": outcomes(),
        "links": links(),
    }
    for stream, sql in exports.items():
        path: Path = folder / f"{stream}.parquet"
        duckdb.sql(sql).write_parquet(str(path))
        report = ingest(home, "custom", stream, [path], {}, ARRIVED)
        assert not report.refused and not report.quarantined
    build(home.root)
    return home


def test_cost_per_interaction_of_the_worked_example(home: Home) -> None:
    rows = query(
        home.root,
        """select attempted_count, loaded_cost_usd, cost_per_attempt_usd, successful_count, loaded_cost_per_outcome_usd,
            reverted_count, is_mature
        from marts.cost_per_outcome_monthly
        where use_case = 'support_assistant' and usage_month = date '2026-04-01'""",
    )
    assert rows == [
        (1_200_000, Decimal(120_000), Decimal("0.10"), 1_080_000, Decimal("0.111111111111"), 20_000, False)
    ]


def test_linked_cost_and_work_in_progress(home: Home) -> None:
    rows = query(
        home.root,
        """select linked_cost_usd, linked_cost_per_outcome_usd, wip_cost_usd from marts.cost_per_outcome_monthly
        where use_case = 'support_assistant' and usage_month = date '2026-04-01'""",
    )
    assert rows == [(Decimal(2160), Decimal("43.20"), Decimal(216))]


def test_showback_of_the_month(home: Home) -> None:
    rows = query(
        home.root,
        """select team, sum(direct_cost_usd), sum(shared_cost_usd), sum(total_cost_usd)
        from marts.showback_monthly where usage_month = date '2026-04-01' group by team order by team""",
    )
    assert rows == [
        ("__unattributed__", Decimal(31_500), Decimal(0), Decimal(31_500)),
        ("engineering", Decimal(0), Decimal(5_250), Decimal(5_250)),
        ("knowledge", Decimal(32_400), Decimal(11_100), Decimal(43_500)),
        ("sales", Decimal(0), Decimal(5_250), Decimal(5_250)),
        ("support", Decimal(97_200), Decimal(22_800), Decimal(120_000)),
    ]


def test_each_day_closes_and_shows_what_no_request_explains(home: Home) -> None:
    days = query(
        home.root,
        """select usage_date, sum(effective_cost_usd), sum(case when is_unobserved then effective_cost_usd end)
        from core.fct_attributed_costs where provider = 'openai' group by usage_date""",
    )
    assert len(days) == 30
    assert {(cost, unobserved) for _, cost, unobserved in days} == {(Decimal(6_150), Decimal(1_050))}


def test_list_and_billed_cost_of_the_month(home: Home) -> None:
    rows = query(
        home.root,
        """select sum(list_cost_usd), sum(billed_cost_usd), sum(effective_cost_usd) from marts.spend_daily
        where usage_date between date '2026-04-01' and date '2026-04-30' and provider = 'openai'""",
    )
    assert rows == [(Decimal(191_250), Decimal(184_500), Decimal(184_500))]
    assert query(home.root, "select sum(BilledCost) from focus.focus_cost_and_usage") == [(Decimal(205_500),)]
