"""The sample that `make run` shows: the story of the gateway beside a small export of every other source."""

from __future__ import annotations

import pytest
from warehouse import build, query

from scripts.declarations import load_streams
from scripts.home import Home
from scripts.sample import company
from scripts.sample.every_source import files_of_every_source
from scripts.sample.generate import generate
from scripts.sample.landing import write_sample

DAYS = 62
# The day of the newest arrival: its reports were pulled while it went on.
OPEN_DAY = company.AS_OF.date()


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A built home with a small sample of everything."""
    home = Home(tmp_path_factory.mktemp("every-source"))
    further = files_of_every_source([*company.window(DAYS), OPEN_DAY], company.DEFAULT_SEED)
    write_sample(home, generate(requests=1_500, days=DAYS), further)
    build(home.root)
    return home


def test_every_stream_has_a_sample_that_passes_the_gate(sampled: Home) -> None:
    rows = query(
        sampled.root,
        "select source, stream, sum(raw_count), sum(quarantined_count) from ops.load_audit group by all",
    )
    assert {(source, stream) for source, stream, raw, _ in rows if raw} == set(load_streams())
    assert sum(quarantined for *_, quarantined in rows) == 0


def test_nothing_is_lost_and_every_line_is_read(sampled: Home) -> None:
    assert query(sampled.root, "select distinct gap from ops.conservation") == [(0,)]
    assert query(sampled.root, "select count(*) from ops.unmapped_meters") == [(0,)]


def test_every_mart_is_ready_and_filled(sampled: Home) -> None:
    assert query(sampled.root, "select distinct is_mart_ready, is_met from ops.mart_readiness") == [(True, True)]
    marts = query(sampled.root, "select table_name from duckdb_tables() where schema_name = 'marts'")
    for (mart,) in marts:
        [(rows,)] = query(sampled.root, f"select count(*) from marts.{mart}")
        assert rows or mart.startswith("spend_anomal"), mart


@pytest.mark.parametrize(("kind", "table"), [("usage", "fct_ai_usage"), ("charges", "fct_ai_charges")])
def test_reports_of_a_day_that_goes_on_are_kept_and_open(sampled: Home, kind: str, table: str) -> None:
    rows = query(
        sampled.root,
        f"select source || '.' || stream, usage_date, is_open from core.{table} group by all order by all",
    )
    assert {day for _, day, is_open in rows if is_open} == {OPEN_DAY}
    # the reports of the story end with the day before; requests or a better bill tell of the open day of the others
    elsewhere = {"openai.costs", "anthropic.cost_report", "anthropic.usage_messages", "aws.cur2", "gcp.billing_export"}
    elsewhere |= {f"openai.{stream}" for source, stream in load_streams() if source == "openai"}
    pulled = {f"{s.source}.{s.stream}" for s in load_streams().values() if s.kind == kind and s.load == "window"}
    sampled_here = {"vllm.metrics"} if kind == "usage" else set()
    assert {stream for stream, _, is_open in rows if is_open} == (pulled - elsewhere) | sampled_here


def test_its_accounts_have_owners(sampled: Home) -> None:
    unowned = query(
        sampled.root,
        """select provider, billing_account_id from core.fct_attributed_costs
        where team = '__unattributed__' group by all having sum(effective_cost_usd) > 1 order by all""",
    )
    assert [account for _, account in unowned if account not in ("acme-openai", "acme-anthropic")] == []


def test_each_tool_that_tells_outcomes_has_a_cost_per_outcome(sampled: Home) -> None:
    rows = dict(
        query(
            sampled.root,
            """select use_case, min(loaded_cost_per_outcome_usd) > 0 from marts.cost_per_outcome_monthly
            where successful_count > 0 group by 1""",
        )
    )
    told = ("it_helpdesk", "bug_triage", "deal_desk", "support_assistant", "contract_review", "document_summaries")
    assert all(rows[use_case] for use_case in told)


