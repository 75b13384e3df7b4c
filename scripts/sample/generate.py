"""Put the sample together: one traffic, all files in order of arrival, and the truth about them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from scripts.errors import ConfigError
from scripts.sample import anomaly_truth, bills, company, custom, outcomes, transcripts, truth
from scripts.sample.files import SampleFile
from scripts.sample.gateway_log import GatewayLog, gateway_log
from scripts.sample.prices import METERS, PriceList
from scripts.sample.provider_side import cost_lines, provider_usage, total
from scripts.sample.traffic import gateway_attempts

LOG = logging.getLogger(__name__)
MIN_DAYS = 30


@dataclass(frozen=True)
class Sample:
    """Files to land, oldest arrival first; the truth; and the tables that both were derived from."""

    files: list[SampleFile]
    truth: dict[str, Any]
    attempts: pd.DataFrame
    messages: pd.DataFrame
    usage: pd.DataFrame


def generate(
    seed: int = company.DEFAULT_SEED,
    requests: int = company.DEFAULT_REQUESTS,
    days: int = company.DEFAULT_DAYS,
    prices: PriceList | None = None,
) -> Sample:
    """Generate the sample in memory. The same arguments and price seeds give the same bytes.

    `requests` is the expected number of gateway records before duplicates; `days` counts back
    from LAST_DAY.
    Raises ConfigError for too few requests or days, and where the price seeds lack a model.
    """
    if requests < 1_000 or days < MIN_DAYS:
        raise ConfigError(f"the sample needs at least 1000 requests and {MIN_DAYS} days")
    prices = prices or PriceList()
    window = company.window(days)
    missing = [
        model
        for model, provider in company.PROVIDER_OF.items()
        if model != company.EXPERIMENTAL and not prices.list_price(provider, model, "output_tokens", window[0])
    ]
    if missing:
        raise ConfigError(f"the price seed has no price for {', '.join(missing)}")
    scale = requests / company.DEFAULT_REQUESTS
    attempts = gateway_attempts(seed, requests, days, prices)
    messages = transcripts.code_messages(seed, days, scale)
    usage = provider_usage(attempts, messages, seed, window)
    lines = cost_lines(usage[usage["day"] < days - company.BILL_LAG_DAYS], window, prices)
    log = gateway_log(attempts, seed, days)
    code_files, code_truth = transcripts.transcript_files(seed, messages, days)
    contracts = custom.custom_requests(seed, days, scale)
    events = outcomes.business_outcomes(attempts, contracts, seed, days)
    pulls, links = outcomes.pull_requests(messages, seed, days)
    files = [
        *log.files,
        *code_files,
        *bills.usage_files(usage, window),
        *bills.cost_files(lines, window),
        *custom.usage_files(contracts, days),
        *custom.charge_file(days),
        custom.kpi_file(seed, days),
        *outcomes.outcome_files(events, days),
        *outcomes.pull_request_files(pulls, days),
        outcomes.link_file(links),
    ]
    files.sort(key=lambda file: (file.arrived_at, file.source, file.stream, file.name))
    LOG.info("sample: %d gateway records, %d messages, %d files", len(attempts), len(messages), len(files))
    facts = {
        "seed": seed,
        "requests_asked": requests,
        "first_date": window[0].isoformat(),
        "last_date": window[-1].isoformat(),
        "as_of": company.AS_OF.isoformat(),
        "first_unbilled_date": window[-company.BILL_LAG_DAYS].isoformat(),
        "files": [
            {"source": f.source, "stream": f.stream, "name": f.name, "arrived_at": f.arrived_at.isoformat()}
            for f in files
        ],
        "requests_by_source": _requests_by_source(attempts, log, code_truth, contracts),
        "tokens_by_provider": _tokens_by_provider(usage),
        "billed_usd_by_provider_month": truth.monthly_bills(lines, window),
        "billed_usd_total": f"{total(lines):.12f}",
        "owner_direct_costs": truth.owner_costs(attempts, messages, window, prices),
        "other_charges": custom.charge_records(days),
        "other_charges_usd": str(sum((Decimal(x["billed_cost"]) for x in custom.charge_records(days)), Decimal(0))),
        "outcomes_by_month": truth.outcome_counts(events, pulls, days),
        "links": len(links),
        "planted": truth.planted(attempts, usage, lines, events, pulls, log, window, prices),
        "anomalies": anomaly_truth.planted_anomalies(window),
        "known_events": anomaly_truth.known_events(),
    }
    return Sample(files, facts, attempts, messages, usage)


def _requests_by_source(
    attempts: pd.DataFrame, log: GatewayLog, code: dict[str, int], contracts: pd.DataFrame
) -> dict[str, dict[str, int]]:
    return {
        "litellm": {"lines": log.lines, "requests": len(attempts)},
        "claude_code": {
            "lines": code["lines"],
            "requests": code["messages"],
            "in_two_files": code["messages_in_two_files"],
        },
        "custom": {"lines": len(contracts), "requests": len(contracts)},
    }


def _tokens_by_provider(usage: pd.DataFrame) -> dict[str, dict[str, dict[str, int]]]:
    return {
        str(provider): {str(origin): {m: int(p[m].sum()) for m in METERS} for origin, p in part.groupby("origin")}
        for provider, part in usage.groupby("provider", sort=True)
    }
