"""Bills and logs of the clouds, and FOCUS of any version: control totals from core."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from sourcehelp import SEED, WINDOW, gaps, land, quarantined, totals
from warehouse import query

from scripts.home import Home
from scripts.ingest import ingest
from scripts.sample.sources import aws, azure, focus, gcp

ARRIVED = datetime(2026, 5, 12)
BILL = "ChargePeriodStart,ChargePeriodEnd,ChargeCategory,BilledCost,BillingCurrency\n"
FOCUS_LINES = "2026-05-04T00:00:00Z,2026-05-05T00:00:00Z,{},1,USD\n"
# One record that must be held back, and one that is good, per stream.
PLANTED = {
    ("focus", "cost_and_usage"): BILL + FOCUS_LINES.format("Usages") + FOCUS_LINES.format("Tax"),
    ("aws", "focus"): BILL + FOCUS_LINES.format("Gift") + FOCUS_LINES.format("Tax"),
    ("azure", "focus"): BILL + FOCUS_LINES.format("") + FOCUS_LINES.format("Tax"),
    ("gcp", "focus"): BILL + FOCUS_LINES.format("Usage").replace("USD", "dollars") + FOCUS_LINES.format("Tax"),
    ("aws", "cur2"): (
        "bill_billing_period_start_date,bill_payer_account_id,line_item_line_item_type,line_item_usage_start_date,"
        "line_item_unblended_cost,line_item_currency_code\n"
        "2026-05-01T00:00:00Z,planted,Tax,2026-05-04T00:00:00Z,one,USD\n"
        "2026-05-01T00:00:00Z,planted,Tax,2026-05-04T00:00:00Z,1,USD\n"
    ),
    ("azure", "actual_cost"): (
        "BillingAccountId,BillingPeriodStartDate,Date,Cost,BillingCurrency,ChargeType\n"
        "planted,05/01/2026,05/04/2026,1,USD,Gift\nplanted,05/01/2026,05/04/2026,1,USD,Tax\n"
    ),
    ("azure", "amortized_cost"): (
        "BillingAccountId,BillingPeriodStartDate,Date,Cost,BillingCurrency,ChargeType\n"
        "planted,05/01/2026,2026-04,1,USD,Usage\nplanted,05/01/2026,05/04/2026,1,USD,Usage\n"
    ),
    ("azure", "monitor_metrics"): (
        '{"value": [{"name": {"value": "GeneratedTokens"}, "timeseries": [{"metadatavalues": [], "data": '
        '[{"timeStamp": "2026-05-04T00:00:00Z", "total": -1}, {"timeStamp": "2026-05-04T00:01:00Z", "total": 1}]}]}]}'
    ),
    ("gcp", "billing_export"): (
        '{"billing_account_id": "planted", "usage_start_time": "2026-05-04T00:00:00Z",'
        ' "cost": "free", "currency": "USD"}\n'
        '{"billing_account_id": "planted", "usage_start_time": "2026-05-04T00:00:00Z",'
        ' "cost": "1", "currency": "USD"}\n'
    ),
    ("gcp", "vertex_request_logs"): (
        '{"request_id": "1", "logging_time": "2026-05-04T00:00:00Z", "full_response": {"usageMetadata": '
        '{"promptTokenCount": 1, "cachedContentTokenCount": 2}}}\n'
        '{"request_id": "2", "logging_time": "2026-05-04T00:00:00Z"}\n'
    ),
    ("aws", "bedrock_invocations"): (
        '{"timestamp": "2026-05-04T00:00:00Z", "accountId": "planted", "requestId": "1", "modelId": "m", '
        '"input": {"inputTokenCount": -1}}\n'
        '{"timestamp": "2026-05-04T00:00:00Z", "accountId": "planted", "requestId": "2", "modelId": "m"}\n'
    ),
}
# One hour of a bill that was exported at noon of the day.
EARLY = {
    ("aws", "cur2"): (
        "bill_billing_period_start_date,bill_payer_account_id,line_item_line_item_type,line_item_usage_start_date,"
        "line_item_usage_end_date,line_item_product_code,line_item_unblended_cost,line_item_currency_code\n"
        "2026-05-01T00:00:00Z,early,Usage,2026-05-04T09:00:00Z,2026-05-04T10:00:00Z,AmazonBedrock,1,USD\n"
    ),
    ("gcp", "billing_export"): (
        '{"billing_account_id": "early", "usage_start_time": "2026-05-04T09:00:00Z",'
        ' "usage_end_time": "2026-05-04T13:00:00Z", "cost": "1", "currency": "USD",'
        ' "service": {"description": "Vertex AI"}}\n'
    ),
}
HELD_BACK = {
    "focus": {"cost_and_usage": ("charge_category", "category_is_known: the category is none of FOCUS")},
    "aws": {
        "bedrock_invocations": ("input.input_token_count", "tokens_not_negative: a token count is negative"),
        "cur2": ("line_item_unblended_cost", "type: line_item_unblended_cost is not a decimal(38,18)"),
        "focus": ("charge_category", "category_is_known: the category is none of FOCUS"),
    },
    "azure": {
        "actual_cost": ("charge_type", "charge_type_is_known: the charge type is not one of the known ones"),
        "amortized_cost": ("date", "type: date is not a date"),
        "focus": ("charge_category", "required: charge_category is missing"),
        "monitor_metrics": ("total", "total_not_negative: a metric is negative"),
    },
    "gcp": {
        "billing_export": ("cost", "type: cost is not a decimal(38,18)"),
        "focus": ("billing_currency", "currency_is_a_code: the currency is no three-letter code"),
        "vertex_request_logs": (
            "full_response.usage_metadata",
            "cached_within_prompt: cached tokens exceed prompt tokens",
        ),
    },
}


def land_exports(home: Home) -> None:
    for module in (aws, azure, gcp, focus):
        land(home, module.files(WINDOW, SEED))
    folder = home.root.parent / "planted"
    folder.mkdir(exist_ok=True)
    for name, exports, arrived in (("planted", PLANTED, ARRIVED), ("early", EARLY, datetime(2026, 5, 4, 12))):
        for (source, stream), text in exports.items():
            path = folder / f"{source}_{stream}_{name}.txt"
            path.write_text(text, encoding="utf-8")
            ingest(home, source, stream, [path], {"account": f"acme-{name}"}, arrived)


def charges(home: Home, stream: str, account: str) -> tuple[dict[str, Decimal], Decimal]:
    """Tokens by meter and effective cost of an account's charges from one stream."""
    rows = query(
        home.root,
        f"""select meter, sum(case when unit = 'tokens' then quantity end), sum(effective_cost)
        from core.fct_ai_charges where stream = '{stream}' and billing_account_id = '{account}' group by 1""",
    )
    return {meter: quantity for meter, quantity, _ in rows}, sum((cost for *_, cost in rows), Decimal(0))


@pytest.mark.parametrize(
    ("stream", "account", "truth", "model"),
    [
        ("focus", aws.PAYER, aws.truth(WINDOW, SEED), "regional.anthropic.claude-sonnet-4-5"),
        ("focus", azure.ACCOUNT, azure.truth(WINDOW, SEED), "gpt-4.1"),
        ("cost_and_usage", focus.ACCOUNT, focus.truth(WINDOW, SEED), "mistral-large"),
    ],
    ids=["aws", "azure", "focus"],
)
def test_focus_bills(home: Home, stream: str, account: str, truth: dict, model: str) -> None:
    assert charges(home, stream, account) == (truth["tokens"], truth["cost"])
    rows = query(
        home.root,
        "select distinct model from core.fct_ai_charges"
        f" where stream = '{stream}' and billing_account_id = '{account}'",
    )
    assert len(rows) == 1
    assert rows[0][0].startswith(model)


def test_google_bills_are_net_of_credits(home: Home) -> None:
    truth = gcp.truth(WINDOW, SEED)
    assert charges(home, "billing_export", gcp.ACCOUNT) == (truth["tokens"], truth["net_cost"])
    assert charges(home, "focus", gcp.FOCUS_ACCOUNT) == (truth["focus"]["tokens"], truth["focus_net_cost"])
    rows = query(
        home.root,
        f"""select distinct model, tags ->> 'team', sub_account_id from core.fct_ai_charges
        where billing_account_id = '{gcp.ACCOUNT}'""",
    )
    assert rows == [("gemini-2.5-pro", "support", gcp.PROJECT)]


def test_one_bill_in_two_shapes_counts_once(home: Home) -> None:
    truth = aws.truth(WINDOW, SEED)
    mine = f"billing_account_id = '{aws.PAYER}'"
    [(latest,)] = query(
        home.root, f"select sum(billed_cost) from intermediate.int_charges__latest where stream = 'cur2' and {mine}"
    )
    [(counted,)] = query(home.root, f"select sum(billed_cost_usd) from core.fct_ai_charges where {mine}")
    assert (latest, counted) == (truth["cost"], truth["cost"])


def test_what_is_no_ai_stands_aside(home: Home) -> None:
    rows = query(
        home.root,
        f"""select service_name, charge_count, billed_cost from ops.out_of_scope_charges
        where billing_account_id = '{aws.PAYER}'""",
    )
    assert rows == [("Amazon Simple Storage Service", len(WINDOW), aws.truth(WINDOW, SEED)["not_ai_cost"])]


def test_actual_and_amortised_cost_are_never_added(home: Home) -> None:
    truth = azure.truth(WINDOW, SEED)
    mine = f"billing_account_id = '{azure.EA_ACCOUNT}'"
    assert totals(home, "core.fct_ai_charges", ["billed_cost", "effective_cost"], mine) == {
        "billed_cost": truth["native_billed"],
        "effective_cost": truth["native_effective"],
    }


def test_metrics_by_deployment(home: Home) -> None:
    truth = azure.truth(WINDOW, SEED)
    mine = f"billing_account_id = '{azure.ACCOUNT}' and model = 'gpt-4.1'"
    assert totals(home, "core.fct_ai_usage", ["input_uncached_tokens", "output_tokens", "request_count"], mine) == {
        "input_uncached_tokens": truth["metric_input_tokens"],
        "output_tokens": truth["metric_output_tokens"],
        "request_count": truth["metric_requests"],
    }


def test_bedrock_log(home: Home) -> None:
    truth = aws.truth(WINDOW, SEED)
    mine = f"billing_account_id = '{aws.USAGE_ACCOUNT}'"
    assert totals(home, "core.fct_ai_requests", list(truth["tokens"]), mine) == truth["tokens"]
    [row] = query(
        home.root,
        f"""select count(*), count(*) filter (where status = 'failure'), count(distinct tags ->> 'ticket_id'),
            count(*) filter (where api_key_id not like 'p\\_%' escape '\\')
        from core.fct_ai_requests where {mine}""",
    )
    assert row == (truth["requests"], truth["failures"], truth["requests"], 0)


def test_vertex_log(home: Home) -> None:
    truth = gcp.truth(WINDOW, SEED)
    tokens = truth["tokens"]
    [row] = query(
        home.root,
        f"""select count(*), sum(input_uncached_tokens), sum(input_cache_read_tokens), sum(output_tokens),
            sum(output_reasoning_tokens)
        from core.fct_ai_requests where billing_account_id = '{gcp.ACCOUNT}'""",
    )
    assert row == (
        truth["requests"],
        tokens["input_uncached_tokens"] + tokens["input_cache_write_short_tokens"],
        tokens["input_cache_read_tokens"],
        tokens["output_tokens"],
        truth["reasoning"],
    )


@pytest.mark.parametrize("source", HELD_BACK)
def test_bad_records_are_held_back(home: Home, source: str) -> None:
    assert quarantined(home, source, f"{source}_%_planted.txt") == HELD_BACK[source]


def test_the_part_of_a_day_that_is_billed_is_kept(home: Home) -> None:
    rows = query(
        home.root,
        """select stream, billed_cost, is_open from core.fct_ai_charges
        where billing_account_id = 'early' order by all""",
    )
    assert rows == [("billing_export", Decimal(1), True), ("cur2", Decimal(1), True)]


def test_nothing_is_lost(home: Home) -> None:
    assert gaps(home) == []
