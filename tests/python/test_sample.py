"""The sample's views describe one traffic: read back from the files, as a warehouse would, and compared."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from scripts.errors import ConfigError
from scripts.sample import company
from scripts.sample.generate import Sample, generate
from scripts.sample.prices import METERS, PriceList
from scripts.sample.traffic import gateway_attempts

SMALL = 5_000
SHORT_NAME = {reported: model for model, reported in company.REPORTED_NAME.items()}
TOKEN_TYPES = {
    "uncached_input_tokens": "input_uncached_tokens",
    "cache_read_input_tokens": "input_cache_read_tokens",
    "cache_creation.ephemeral_5m_input_tokens": "input_cache_write_short_tokens",
    "cache_creation.ephemeral_1h_input_tokens": "input_cache_write_long_tokens",
    "output_tokens": "output_tokens",
}
LINE_ITEMS = {
    "input": "input_uncached_tokens",
    "cached input": "input_cache_read_tokens",
    "output": "output_tokens",
}


@pytest.fixture(scope="module")
def sample() -> Sample:
    return generate(seed=7, requests=SMALL)


def digest(sample: Sample) -> str:
    whole = hashlib.sha256()
    for file in sample.files:
        whole.update(f"{file.source}/{file.stream}/{file.name}@{file.arrived_at}{file.tags}".encode())
        whole.update(file.content)
    whole.update(json.dumps(sample.truth, sort_keys=True).encode())
    return whole.hexdigest()


def files_of(sample: Sample, source: str, stream: str):
    return [file for file in sample.files if (file.source, file.stream) == (source, stream)]


def records(sample: Sample, source: str, stream: str):
    for file in files_of(sample, source, stream):
        for line in file.content.decode().splitlines():
            yield file, json.loads(line)


def latest_log(sample: Sample) -> dict[str, dict]:
    return {record["request_id"]: record for _, record in records(sample, "litellm", "spend_logs")}


def log_meters(record: dict) -> dict[str, int]:
    cache = record["metadata"]["additional_usage_values"]
    read, write = cache["cache_read_input_tokens"], cache["cache_creation_input_tokens"]
    return {
        "input_uncached_tokens": record["prompt_tokens"] - read - write,
        "input_cache_read_tokens": read,
        "input_cache_write_short_tokens": write,
        "output_tokens": record["completion_tokens"],
    }


def reached_provider(record: dict) -> bool:
    return record["status"] == "success" and record["cache_hit"] == "False"


def messages(sample: Sample) -> dict[str, dict]:
    """Maximum of each counter per message, over all files."""
    result: dict[str, dict] = {}
    for _, line in records(sample, "claude_code", "transcripts"):
        usage = line["message"]["usage"]
        counters = {
            "input_uncached_tokens": usage["input_tokens"],
            "input_cache_read_tokens": usage["cache_read_input_tokens"],
            "input_cache_write_short_tokens": usage["cache_creation"]["ephemeral_5m_input_tokens"],
            "input_cache_write_long_tokens": usage["cache_creation"]["ephemeral_1h_input_tokens"],
            "output_tokens": usage["output_tokens"],
        }
        kept = result.setdefault(line["message"]["id"], dict.fromkeys(METERS, 0))
        kept.update({meter: max(kept[meter], count) for meter, count in counters.items()})
    return result


def buckets(sample: Sample, source: str, stream: str) -> dict[date, list[dict]]:
    """Latest pull of each day."""
    result: dict[date, list[dict]] = {}
    for file in files_of(sample, source, stream):
        page = json.loads(file.content, parse_float=Decimal)
        assert page["has_more"] is False
        for bucket in page["data"]:
            if source == "openai":
                assert bucket["end_time"] - bucket["start_time"] == 86_400
                day = datetime.fromtimestamp(bucket["start_time"], UTC).date()
            else:
                day = date.fromisoformat(bucket["starting_at"][:10])
            result[day] = bucket["results"]
    return result


def usage_rows(sample: Sample, provider: str):
    """(day, project or workspace, model, disjoint meters) of the provider's usage report."""
    stream = "usage_completions" if provider == "openai" else "usage_messages"
    for day, rows in buckets(sample, provider, stream).items():
        for row in rows:
            if provider == "openai":
                assert row["input_tokens"] == row["input_uncached_tokens"] + row["input_cached_tokens"]
                meters = {
                    "input_uncached_tokens": row["input_tokens"] - row["input_cached_tokens"],
                    "input_cache_read_tokens": row["input_cached_tokens"],
                    "output_tokens": row["output_tokens"],
                }
                yield day, row["project_id"], SHORT_NAME[row["model"]], meters
            else:
                meters = {
                    "input_uncached_tokens": row["uncached_input_tokens"],
                    "input_cache_read_tokens": row["cache_read_input_tokens"],
                    "input_cache_write_short_tokens": row["cache_creation"]["ephemeral_5m_input_tokens"],
                    "input_cache_write_long_tokens": row["cache_creation"]["ephemeral_1h_input_tokens"],
                    "output_tokens": row["output_tokens"],
                }
                yield day, row["workspace_id"], SHORT_NAME[row["model"]], meters


def cost_cells(sample: Sample, provider: str) -> dict[tuple, Decimal]:
    """Cost in USD by (day, project or workspace, model, meter), from the latest pull of each day."""
    cells: dict[tuple, Decimal] = defaultdict(Decimal)
    stream = "costs" if provider == "openai" else "cost_report"
    for day, rows in buckets(sample, provider, stream).items():
        for row in rows:
            if provider == "openai":
                model, item = row["line_item"].split(", ", 1)
                key = (day, row["project_id"], SHORT_NAME[model], LINE_ITEMS[item])
                cells[key] += Decimal(row["amount"]["value"])
            else:
                key = (day, row["workspace_id"], SHORT_NAME[row["model"]], TOKEN_TYPES[row["token_type"]])
                assert isinstance(row["amount"], str)
                cells[key] += Decimal(row["amount"]) / 100
    return cells


def test_same_seed_gives_the_same_bytes_and_another_seed_does_not(sample):
    assert digest(generate(seed=7, requests=SMALL)) == digest(sample)
    assert digest(generate(seed=8, requests=SMALL)) != digest(sample)


def test_default_size_has_at_least_150_000_requests():
    attempts = gateway_attempts(company.DEFAULT_SEED, company.DEFAULT_REQUESTS, company.DEFAULT_DAYS, PriceList())
    assert len(attempts) >= 150_000
    assert attempts["request_id"].is_unique
    assert attempts["day"].nunique() == company.DEFAULT_DAYS


def test_too_small_a_sample_is_refused():
    with pytest.raises(ConfigError):
        generate(requests=10)


def test_a_short_window_leaves_out_what_lies_before_it():
    short = generate(seed=7, requests=1_500, days=30)
    assert short.truth["first_date"] == "2026-06-02"
    assert {entry["name"] for entry in short.truth["anomalies"]} == {"runaway_session"}


def test_usage_reports_hold_the_gateway_the_transcripts_and_the_bypass(sample):
    expected: dict[tuple, Counter] = defaultdict(Counter)
    for record in latest_log(sample).values():
        if reached_provider(record):
            expected[record["custom_llm_provider"]].update(log_meters(record))
    for counters in messages(sample).values():
        expected["anthropic"].update(counters)
    reported: dict[str, Counter] = defaultdict(Counter)
    bypass: Counter = Counter()
    for provider in ("openai", "anthropic"):
        for _, sub_account, _, meters in usage_rows(sample, provider):
            (bypass if sub_account == company.BYPASS_PROJECT else reported[provider]).update(meters)
    for provider in ("openai", "anthropic"):
        assert {m: reported[provider][m] for m in METERS} == {m: expected[provider][m] for m in METERS}
    share = bypass.total() / (bypass.total() + reported["openai"].total())
    assert share == pytest.approx(company.BYPASS_SHARE, rel=0.05)
    stated = Counter()
    for month in sample.truth["planted"]["unobserved"]:
        stated.update(month["tokens"])
    assert stated.total() == bypass.total()


@pytest.mark.parametrize("provider", ["openai", "anthropic"])
def test_costs_are_tokens_times_the_contracted_price(sample, provider):
    prices = PriceList()
    expected: dict[tuple, Decimal] = defaultdict(Decimal)
    last_billed = company.LAST_DAY.toordinal() - company.BILL_LAG_DAYS
    for day, sub_account, model, meters in usage_rows(sample, provider):
        if day.toordinal() > last_billed:
            continue
        for meter, tokens in meters.items():
            if tokens:
                price = prices.contracted_price(provider, f"acme-{provider}", model, meter, day)
                expected[day, sub_account, model, meter] += tokens * price
    cells = cost_cells(sample, provider)
    assert cells == expected
    months: dict[str, Decimal] = defaultdict(Decimal)
    for (day, *_), cost in cells.items():
        months[f"{day:%Y-%m}"] += cost
    stated = sample.truth["billed_usd_by_provider_month"][provider]
    assert {month: Decimal(text) for month, text in stated.items()} == months


def test_the_contract_lowers_the_anthropic_price_by_a_tenth():
    prices = PriceList()
    arguments = ("anthropic", company.ANTHROPIC_ACCOUNT, company.SONNET, "output_tokens")
    before = prices.contracted_price(*arguments, company.CONTRACT_FROM - timedelta(days=1))
    after = prices.contracted_price(*arguments, company.CONTRACT_FROM)
    assert after == before * Decimal("0.9")


def test_owner_costs_and_unobserved_cost_add_up_to_the_bills(sample):
    owned = sum(Decimal(row["billed_usd"]) for row in sample.truth["owner_direct_costs"])
    unobserved = sum(Decimal(row["billed_usd"]) for row in sample.truth["planted"]["unobserved"])
    assert owned + unobserved == Decimal(sample.truth["billed_usd_total"])


def test_the_restated_day_was_first_shown_too_high(sample):
    pulls = []
    for file in files_of(sample, "openai", "costs"):
        for bucket in json.loads(file.content, parse_float=Decimal)["data"]:
            if datetime.fromtimestamp(bucket["start_time"], UTC).date() == company.RESTATED_DAY:
                pulls.append(bucket["results"])
    assert len(pulls) == 2
    sums = [sum(Decimal(row["amount"]["value"]) for row in rows) for rows in pulls]
    stated = sample.truth["planted"]["restated_day"]
    assert [f"{amount:.12f}" for amount in sums] == [stated["first_reported_usd"], stated["restated_usd"]]
    gone = {row["project_id"] for row in pulls[0]} - {row["project_id"] for row in pulls[1]}
    assert gone == {stated["vanished_project"]}


def test_some_amounts_are_text_and_some_are_numbers(sample):
    rows = [row for rows in buckets(sample, "openai", "costs").values() for row in rows]
    kinds = Counter(type(row["amount"]["value"]).__name__ for row in rows)
    assert kinds["str"] > 0
    assert kinds["Decimal"] > kinds["str"]


def test_duplicates_repeats_and_counts_are_as_planted(sample):
    lines = [record for _, record in records(sample, "litellm", "spend_logs")]
    stated = sample.truth["requests_by_source"]["litellm"]
    assert len(lines) == stated["lines"]
    assert len(latest_log(sample)) == stated["requests"] == len(sample.attempts)
    planted = sample.truth["planted"]["gateway_duplicates"]
    by_id: dict[str, list[dict]] = defaultdict(list)
    for line in lines:
        by_id[line["request_id"]].append(line)
    twice = {key: versions for key, versions in by_id.items() if len(versions) > 1}
    exact = {key for key, versions in twice.items() if versions[0] == versions[1]}
    assert exact == set(planted["request_ids"])
    assert set(twice) - exact == set(planted["repeated_request_ids"])
    for key in planted["repeated_request_ids"]:
        assert twice[key][0]["completion_tokens"] < twice[key][1]["completion_tokens"]
    assert len(lines) == len(by_id) + len(twice)


def test_late_records_arrive_when_stated_and_only_then(sample):
    for late in sample.truth["planted"]["late_records"].values():
        wanted = set(late["request_ids"])
        assert wanted
        found = [(file, r) for file, r in records(sample, "litellm", "spend_logs") if r["request_id"] in wanted]
        assert {r["request_id"] for _, r in found} == wanted
        assert len(found) == len(wanted)
        assert {r["startTime"][:10] for _, r in found} == {late["date"]}
        assert {file.arrived_at.isoformat() for file, _ in found} == {late["arrived_at"]}
    forty = sample.truth["planted"]["late_records"]["forty_days"]
    assert (date.fromisoformat(forty["arrived_at"][:10]) - date.fromisoformat(forty["date"])).days == 40


def test_no_file_holds_a_record_from_after_its_arrival(sample):
    for file, record in records(sample, "litellm", "spend_logs"):
        assert record["startTime"] < file.arrived_at.isoformat(), file.name
    for file, record in records(sample, "custom", "outcomes"):
        assert record["occurred_at"] < file.arrived_at.isoformat(), file.name


def test_attempts_of_a_call_share_its_id_and_follow_each_other(sample):
    calls: dict[str, list[dict]] = defaultdict(list)
    for record in latest_log(sample).values():
        calls[record["litellm_call_id"]].append(record)
    stated = sample.truth["planted"]["retries_and_fallbacks"]
    assert len(calls) == stated["logical_calls"]
    chains = [sorted(call, key=lambda r: r["startTime"]) for call in calls.values() if len(call) > 1]
    assert len(chains) == stated["calls_with_several_attempts"] > 0
    for chain in chains:
        assert all(record["status"] == "failure" for record in chain[:-1])
        for earlier, later in zip(chain, chain[1:], strict=False):
            assert earlier["endTime"] < later["startTime"]
    fallbacks = [chain for chain in chains if chain[-1]["metadata"]["attempted_fallbacks"]]
    assert len(fallbacks) == stated["fallback_calls"] > 0
    assert all(chain[0]["model"] != chain[-1]["model"] for chain in fallbacks)
    lost = [chain for chain in chains if chain[-1]["status"] == "failure"]
    assert len(lost) == stated["lost_calls"] > 0


def test_failures_cache_hits_and_unknown_models_cost_nothing_at_the_gateway(sample):
    log = latest_log(sample).values()
    hits = [record for record in log if record["cache_hit"] == "True"]
    assert len(hits) == sample.truth["planted"]["gateway_cache_hits"]["requests"] > 0
    assert all("_cache_hit" in record["request_id"] and record["total_tokens"] > 0 for record in hits)
    unpriced = [record for record in log if record["model"] == company.EXPERIMENTAL]
    assert len(unpriced) == sample.truth["planted"]["unpriced_model"]["requests"] > 0
    failures = [record for record in log if record["status"] == "failure"]
    assert all(record["total_tokens"] == 0 for record in failures)
    assert all(record["spend"] == 0 for record in [*hits, *unpriced, *failures])


def test_gateway_spend_is_the_list_price(sample):
    prices = PriceList()
    for record in list(latest_log(sample).values())[:500]:
        if not reached_provider(record) or record["model"] == company.EXPERIMENTAL:
            continue
        day = date.fromisoformat(record["startTime"][:10])
        provider, model = record["custom_llm_provider"], record["model"]
        cost = sum(n * (prices.list_price(provider, model, m, day) or 0) for m, n in log_meters(record).items())
        assert record["spend"] == pytest.approx(float(cost), rel=1e-9)


def test_transcripts_repeat_messages_with_a_growing_output(sample):
    lines = [line for _, line in records(sample, "claude_code", "transcripts")]
    stated = sample.truth["requests_by_source"]["claude_code"]
    assert len(lines) == stated["lines"]
    assert len(messages(sample)) == stated["requests"]
    naive = sum(line["message"]["usage"]["output_tokens"] for line in lines)
    true = sum(counters["output_tokens"] for counters in messages(sample).values())
    assert naive > 1.1 * true
    assert len({line["uuid"] for line in lines}) == len(lines)


def test_outcomes_reported_first_are_restated_later(sample):
    first: dict[tuple, str] = {}
    latest: dict[tuple, dict] = {}
    for _, record in records(sample, "custom", "outcomes"):
        key = (record["outcome_type"], record["outcome_id"])
        latest[key] = record
        if record["status"] != "open":
            first.setdefault(key, record["status"])
    counts: dict[tuple, Counter] = defaultdict(Counter)
    for key, record in latest.items():
        month = counts[record["use_case"], record["outcome_type"], record["occurred_at"][:7]]
        month[record["status"]] += 1
        month["first_reported_succeeded"] += first.get(key) == "succeeded"
    stated = {(r["use_case"], r["outcome_type"], r["month"]): r for r in sample.truth["outcomes_by_month"]}
    for key, counter in counts.items():
        for name in ("succeeded", "failed", "reverted", "open", "first_reported_succeeded"):
            assert stated[key][name] == counter[name], (key, name)
    reopened = {key[1] for key, record in latest.items() if record["status"] == "reverted"}
    assert reopened
    assert reopened == set(sample.truth["planted"]["outcomes"]["reopened_ticket_ids"])
    assert all(latest["ticket_resolved", ticket]["reverted_at"] for ticket in reopened)


def test_pull_requests_are_counted_as_the_exports_showed_them(sample):
    first: dict[int, str] = {}
    latest: dict[int, str] = {}
    for _, record in records(sample, "github", "pull_requests"):
        status = "open" if record["state"] == "open" else "failed"
        status = "succeeded" if record["merged_at"] else status
        status = "reverted" if record["reverted_at"] else status
        latest[record["number"]] = status
        if status != "open":
            first.setdefault(record["number"], status)
    rows = [row for row in sample.truth["outcomes_by_month"] if row["use_case"] == "code_assistant"]
    for status, count in Counter(latest.values()).items():
        assert sum(row[status] for row in rows) == count > 0
    assert sum(row["first_reported_succeeded"] for row in rows) == list(first.values()).count("succeeded")
    reverted = {number for number, status in latest.items() if status == "reverted"}
    assert reverted == set(sample.truth["planted"]["outcomes"]["reverted_pull_requests"])


def test_no_prompt_reaches_the_long_context_tier(sample):
    for counters in messages(sample).values():
        assert sum(counters.values()) - counters["output_tokens"] < 200_000
    assert max(record["prompt_tokens"] for record in latest_log(sample).values()) < 200_000


def test_outcomes_point_at_calls_that_exist(sample):
    log = latest_log(sample)
    sessions = {record["session_id"] for record in log.values()}
    contracts = {record["session_id"] for _, record in records(sample, "custom", "usage")}
    for _, record in records(sample, "custom", "outcomes"):
        if "request_id" in record:
            assert record["request_id"] in log
        elif record["outcome_type"] == "contract_reviewed":
            assert record["session_id"] in contracts
        else:
            assert record["session_id"] in sessions
    coding = {line["sessionId"] for _, line in records(sample, "claude_code", "transcripts")}
    pulls = {f"{company.REPOSITORY}#{record['number']}" for _, record in records(sample, "github", "pull_requests")}
    for _, record in records(sample, "custom", "links"):
        assert record["session_id"] in coding
        assert record["outcome_id"] in pulls


def test_padding_doubles_the_tokens_and_leaves_the_outcomes(sample):
    padding = sample.truth["planted"]["padding"]
    ratio = padding["after"]["tokens_per_outcome"] / padding["before"]["tokens_per_outcome"]
    assert 1.7 < ratio < 2.4


def test_no_text_of_prompts_or_answers_is_in_the_sample(sample):
    for source, stream in (("litellm", "spend_logs"), ("claude_code", "transcripts")):
        for _, record in records(sample, source, stream):
            assert not {"messages", "response", "content", "proxy_server_request"} & set(record)
            assert "content" not in record.get("message", {})


def test_invoice_lines_add_up(sample):
    (file,) = files_of(sample, "custom", "charges")
    rows = list(csv.DictReader(io.StringIO(file.content.decode())))
    assert {row["charge_category"] for row in rows} == {"purchase", "tax", "credit"}
    assert sum(Decimal(row["billed_cost"]) for row in rows) == Decimal(sample.truth["other_charges_usd"])
