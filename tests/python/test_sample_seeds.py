"""The organisation seeds name what the sample contains."""

from __future__ import annotations

import csv
from datetime import date

from scripts.home import PROJECT_DIR
from scripts.sample import company, custom


def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT_DIR / "seeds" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_gateway_key_but_the_unnamed_one_has_an_owner():
    rules = {row["api_key_id"]: row for row in seed("org/ownership_rules") if row["api_key_id"]}
    for stream in company.STREAMS:
        rule = rules.pop(company.gateway_key(stream.alias), None)
        if stream.alias == "gw-unnamed":
            assert rule is None
        elif stream.alias == "gw-platform-shared":
            assert rule["pool_id"] == "platform"
            assert not rule["team"]
        else:
            owner = (rule["team"], rule["use_case"], rule["environment"])
            assert owner == (stream.team, stream.use_case, stream.environment)
    assert not rules


def test_every_gateway_key_leads_to_its_provider_account():
    rows = {(row["api_key_id"], row["provider"]): row for row in seed("org/provider_accounts")}
    for stream in company.STREAMS:
        key = company.gateway_key(stream.alias)
        models = {*stream.models, *stream.fallback.values()} - {company.EXPERIMENTAL}
        for provider in {company.PROVIDER_OF[model] for model in models}:
            row = rows[key, provider]
            found = (row["billing_account_id"], row["sub_account_id"], row["provider_api_key_id"])
            assert found == company.provider_account(stream.alias, provider)
    transcripts = next(row for row in rows.values() if row["source"] == "claude_code")
    assert transcripts["sub_account_id"] == company.CODE_WORKSPACE
    assert transcripts["provider_api_key_id"] == company.CODE_KEY


def test_use_cases_have_an_outcome_definition_and_a_team():
    teams = {row["team"] for row in seed("org/teams")}
    defined = {row["outcome_type"] for row in seed("outcomes/outcome_definitions")}
    for row in seed("org/use_cases"):
        assert row["team"] in teams
        # these two have no system yet that tells their outcomes
        if row["use_case"] not in ("campaign_copy", "data_enrichment"):
            assert row["primary_outcome_type"] in defined
    groups = {row["outcome_group"] for row in seed("outcomes/outcome_definitions") if row["outcome_group"]}
    assert groups == {company.REPOSITORY}


def test_pools_of_rules_and_charges_are_split():
    pools = {row["pool_id"] for row in seed("allocation/shared_pools")}
    assert {row["pool_id"] for row in seed("org/ownership_rules")} - {""} <= pools
    assert {row["pool_id"] for row in seed("allocation/allocation_rules")} == pools
    accounts = {row["billing_account_id"] for row in seed("org/ownership_rules") if not row["sub_account_id"]}
    assert {record["billing_account_id"] for record in custom.charge_records(company.DEFAULT_DAYS)} <= accounts


def test_the_load_test_is_a_known_event():
    (event,) = seed("policy/known_events")
    start, end = date.fromisoformat(event["start_date"]), date.fromisoformat(event["end_date"])
    assert start <= company.LOAD_TEST_DAY < end


def test_the_new_team_owns_its_key_from_its_first_day():
    rule = next(row for row in seed("org/ownership_rules") if row["rule_id"] == "key-gw-marketing-prod")
    assert rule["valid_from"] == company.NEW_TEAM_FROM.isoformat()
