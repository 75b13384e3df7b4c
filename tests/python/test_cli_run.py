"""The command line as a user calls it: one pipeline of its own, with real dbt, and the exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from scripts.home import PROJECT_DIR, Home
from scripts.lock import acquire_lock
from scripts.publish import published_file

OUTCOMES = "outcome_id,outcome_type,occurred_at,status,use_case\n"
USAGE = "request_id,started_at,provider,model,input_uncached_tokens,output_tokens,status,use_case,team\n"


def ai_finops(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "AI_FINOPS_HOME": str(home.root),
        "DBT_TARGET_PATH": str(home.root / "target"),
        "DBT_LOG_PATH": str(home.root / "logs"),
    }
    return subprocess.run(
        [sys.executable, "-m", "scripts.cli", *arguments],
        cwd=PROJECT_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def drop(home: Home, stream: str, name: str, text: str) -> None:
    path = home.inbox / "custom" / stream / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home after its first run: ten calls, four outcomes, one file that is no export at all."""
    home = Home(tmp_path_factory.mktemp("cli") / "home")
    calls = [
        f"r{n},2026-05-{n + 1:02d}T10:00:00Z,openai,gpt-4o-mini,1000000,100000,success,support_assistant,support\n"
        for n in range(10)
    ]
    drop(home, "usage", "calls.csv", USAGE + "".join(calls))
    outcomes = [f"o{n},ticket_resolved,2026-05-20T10:00:00Z,succeeded,support_assistant\n" for n in range(4)]
    drop(home, "outcomes", "tickets.csv", OUTCOMES + "".join(outcomes))
    drop(home, "outcomes", "broken.csv", "<html>\n<body>not found</body>\n</html>\n")
    return home


@pytest.fixture(scope="module")
def first_run(home: Home) -> subprocess.CompletedProcess[str]:
    return ai_finops(home, "run")


def published(home: Home) -> dict[str, tuple]:
    with duckdb.connect(str(published_file(home)), read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables order by all"
        ).fetchall()
        return {
            f"{schema}.{table}": connection.execute(
                f'select count(*), sum(hash(t))::varchar from "{schema}"."{table}" as t'
            ).fetchone()
            for schema, table in tables
        }


def test_first_run_publishes_the_rest_and_exits_4(
    home: Home, first_run: subprocess.CompletedProcess[str]
) -> None:
    assert first_run.returncode == 4, first_run.stdout + first_run.stderr
    assert "refused custom/outcomes/broken.csv" in first_run.stdout
    assert "landing/refused" in first_run.stderr
    assert "Cost per outcome, USD" in first_run.stdout
    assert "support_assistant: ticket_resolved" in first_run.stdout


def test_second_run_has_nothing_to_do_and_changes_no_table(
    home: Home, first_run: subprocess.CompletedProcess[str]
) -> None:
    before = published(home)
    started = time.monotonic()
    second = ai_finops(home, "run", "--json", "--no-headline")
    assert second.returncode == 0, second.stderr
    assert time.monotonic() - started < 60
    document = json.loads(second.stdout)
    assert (document["ok"], document["build"], document["headline"]) == (True, None, None)
    assert published(home) == before


def test_headline_reads_true_numbers(home: Home, first_run: subprocess.CompletedProcess[str]) -> None:
    """10 calls of 1M input and 0.1M output tokens at 0.15 and 0.60 USD per 1M: 2.10 USD for 4 outcomes."""
    document = json.loads(ai_finops(home, "run", "--json").stdout)
    (cost,) = document["headline"]["outcomes"]
    assert float(cost["loaded_usd"]) == pytest.approx(0.525)
    assert float(document["headline"]["spend_usd"]) == pytest.approx(2.10)
    assert float(document["headline"]["estimated_share"]) == 1


def test_equal_publications_differ_only_in_the_run_table(
    home: Home, first_run: subprocess.CompletedProcess[str]
) -> None:
    before = published(home)
    result = ai_finops(home, "publish", "--json")
    assert json.loads(result.stdout)["ok"] is True
    after = published(home)
    assert [name for name in after if after[name] != before[name]] == ["ops.published_run"]


def test_doctor_finds_the_refused_file(home: Home, first_run: subprocess.CompletedProcess[str]) -> None:
    result = ai_finops(home, "doctor")
    assert result.returncode == 1
    assert "1 refused files wait" in result.stdout
    document = json.loads(ai_finops(home, "doctor", "--json").stdout)
    states = {(s["source"], s["stream"]): s for s in document["streams"]}
    assert states["custom", "usage"]["raw_count"] == 10
    assert states["openai", "costs"]["freshness"] == "unused"
    lacks = {m["mart"]: m["lacks"] for m in document["marts"]}
    assert any("openai costs" in text for text in lacks["spend_daily"])
    assert document["pending_batches"] == 0


@pytest.mark.parametrize("command", [["build"], ["publish"], ["run"]])
def test_a_held_lock_exits_3_with_one_line(home: Home, command: list[str]) -> None:
    with acquire_lock(home):
        result = ai_finops(home, *command)
    assert result.returncode == 3
    assert result.stdout == ""
    assert result.stderr.startswith("ai-finops: another run holds") and result.stderr.count("\n") == 1


def test_the_lock_file_of_a_dead_run_is_no_lock(
    home: Home, first_run: subprocess.CompletedProcess[str]
) -> None:
    home.lock_file.touch()
    assert ai_finops(home, "run", "--no-headline").returncode == 0


def test_publish_without_a_warehouse_exits_2(tmp_path: Path) -> None:
    result = ai_finops(Home(tmp_path / "none"), "publish", "--json")
    assert result.returncode == 2
    assert json.loads(result.stdout)["exit_code"] == 2


def test_doctor_without_a_home_exits_2(tmp_path: Path) -> None:
    result = ai_finops(Home(tmp_path / "none"), "doctor")
    assert result.returncode == 2
    assert "ai-finops init" in result.stdout


def test_a_failing_build_exits_1_and_keeps_what_is_published(
    home: Home, first_run: subprocess.CompletedProcess[str]
) -> None:
    before = published(home)
    result = ai_finops(home, "build", "--json", "--", "--select", "no_such_model", "--warn-error")
    assert result.returncode in (1, 2)
    assert published(home) == before


def test_unknown_commands_and_options_exit_2(home: Home) -> None:
    assert ai_finops(home, "nonsense").returncode == 2
    assert ai_finops(home, "run", "--nonsense").returncode == 2


def test_every_command_has_help(home: Home) -> None:
    from scripts.cli import COMMANDS

    for name in COMMANDS:
        result = ai_finops(home, name, "--help")
        assert result.returncode == 0, name
        assert "Usage:" in result.stdout
