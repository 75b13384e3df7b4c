"""A project with one source more, made by following the docs to the letter; and one with a single source left."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from warehouse import PROJECT, build, copy_project, query

from scripts.home import Home

PAGE = PROJECT / "docs" / "adding_a_source.md"
CALL = {"at": "2026-05-04T10:00:00Z", "model": "gpt-5.2", "prompt_tokens": 100, "output_tokens": 7, "team": "support"}
CALLS = [
    {**CALL, "call_id": "c1", "cached_tokens": 40, "caller": "ann@example.com", "prompt": "secret text"},
    {**CALL, "call_id": "c2"},
    {**CALL, "call_id": "c3", "cached_tokens": 101},
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the whole project."""
    copy = copy_project(tmp_path / "project")
    for name in ("scripts", "docs", "apis"):
        shutil.copytree(PROJECT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def run(project: Path, home: Home, *arguments: str) -> str:
    """The command line of the copied project."""
    outcome = subprocess.run(
        [sys.executable, "-m", "scripts.cli", *arguments],
        cwd=project,
        env={**os.environ, "AI_FINOPS_HOME": str(home.root), "PYTHONPATH": str(project)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout


def digests(project: Path) -> dict[str, str]:
    """Hash of every file of a project but caches."""
    return {
        str(path.relative_to(project)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in project.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_a_source_is_added_by_following_the_page(project: Path, tmp_path: Path) -> None:
    before = digests(project)
    blocks = re.findall(r"```(?:yaml|sql)\n(?:#|--) (\S+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert len(blocks) == 2
    for name, text in blocks:
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    home = Home(tmp_path / "home")
    run(project, home, "declare")
    run(project, home, "init")
    touched = {name for name, digest in digests(project).items() if before.get(name) != digest}
    assert touched == {
        *(name for name, _ in blocks),
        "models/staging/acme_gateway/_acme_gateway__sources.yml",
        "models/staging/acme_gateway/_acme_gateway__models.yml",
        "macros/generated/stream_lists.sql",
        "docs/streams/acme_gateway.md",
    }

    log = tmp_path / "calls.jsonl"
    log.write_text("".join(json.dumps(call) + "\n" for call in CALLS), encoding="utf-8")
    told = run(project, home, "ingest", "acme_gateway", "calls", str(log), "--tag", "account=acme", "--json")
    assert (json.loads(told)["raw"], json.loads(told)["quarantined"]) == (2, 1)
    build(home.root, project=project)
    assert query(
        home.root,
        """select count(*), sum(input_uncached_tokens), sum(input_cache_read_tokens), sum(output_tokens), min(team)
        from core.fct_ai_requests where source = 'acme_gateway' and billing_account_id = 'acme'""",
    ) == [(2, 160, 40, 14, "support")]
    assert query(home.root, "select field, reason from ops.quarantine") == [
        ("cached_tokens", "cache_within_prompt: more tokens cached than sent")
    ]
    assert query(home.root, "select distinct gap from ops.conservation") == [(0,)]
    assert query(
        home.root, "select filled_by, record_count from ops.mart_readiness where mart = 'spend_anomalies'"
    ) == [("acme_gateway calls", 2)]
    for path in home.raw.rglob("*.parquet"):
        assert b"ann@example.com" not in path.read_bytes()


def test_a_project_with_one_source_left_is_green(project: Path, tmp_path: Path) -> None:
    for folder in ("streams", "models/staging"):
        for path in (project / folder).iterdir():
            if path.is_dir() and path.name not in ("openai", "landing"):
                shutil.rmtree(path)
    home = Home(tmp_path / "home")
    run(project, home, "declare")
    run(project, home, "init")
    page = {
        "object": "page",
        "data": [
            {
                "object": "bucket",
                "start_time": 1777852800,
                "end_time": 1777939200,
                "results": [
                    {"amount": {"value": "12.5", "currency": "usd"}, "line_item": "gpt-5.2, input", "project_id": "p"}
                ],
            }
        ],
        "has_more": False,
    }
    path = tmp_path / "costs.json"
    path.write_text(json.dumps(page), encoding="utf-8")
    run(project, home, "ingest", "openai", "costs", str(path), "--tag", "account=acme")
    build(home.root, project=project)
    assert query(home.root, "select sum(effective_cost_usd), count(distinct provider) from marts.spend_daily") == [
        (12.5, 1)
    ]
    for table in ("core.fct_outcomes", "core.fct_ai_requests", "marts.spend_anomalies"):
        assert query(home.root, f"select count(*) from {table}") == [(0,)], table
    assert query(home.root, "select distinct mart from ops.mart_readiness where is_mart_ready order by all") == [
        ("attribution_coverage_daily",),
        ("showback_monthly",),
        ("spend_anomalies",),
        ("spend_daily",),
        ("token_unit_costs_daily",),
    ]
