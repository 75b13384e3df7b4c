"""Time passing: late, restated, repeated and interrupted arrivals always end in the result of a full refresh."""

from __future__ import annotations

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from exports import cost_page, spend_log, unix, write_jsonl
from warehouse import build, dbt, differences, query, table_hashes

from scripts.home import Home
from scripts.ingest import ensure_folders, ingest
from scripts.raw import write_empty

FIRST = date(2026, 3, 2)
DAYS = 45
ACCOUNT = {"account": "test-openai", "group_by": "project_id,line_item"}
INPUT, OUTPUT = "gpt-5-mini, input", "gpt-5-mini, output"
# The newest day has no bill yet, and run state differs by design between an incremental and a full build.
RESTATED = FIRST + timedelta(days=10)


def moment(day: date, hour: int = 12) -> datetime:
    return datetime(day.year, day.month, day.day, hour)


def lines(factor: int = 1) -> list[tuple[str, str, int]]:
    return [(INPUT, f"{0.00025 * factor:.8f}", 1000), (OUTPUT, f"{0.0002 * factor:.8f}", 100)]


class Story:
    """One home that lives through arrivals, and full refreshes of copies of it to hold against."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home(folder / "home")
        self.arrivals = 0
        ensure_folders(self.home)
        write_empty(self.home)

    def land(self, source: str, stream: str, path: Path, arrived: datetime, tags: dict[str, str] | None = None) -> None:
        report = ingest(self.home, source, stream, [path], tags or {}, arrived)
        assert not report.refused and not report.quarantined
        self.arrivals += 1

    def costs(self, name: str, days: dict[date, list], arrived: datetime) -> None:
        self.land("openai", "costs", cost_page(self.folder / f"{name}.json", days), arrived, ACCOUNT)

    def counter(self, name: str, values: dict[tuple[int, int], int], arrived: datetime) -> None:
        """Samples of a server's counter of generated tokens, by day of the story and hour."""
        labels = {"__name__": "vllm:generation_tokens_total", "model_name": "llama", "instance": "server-1"}
        samples = [
            [unix(FIRST + timedelta(days=day)) + hour * 3600, str(value)] for (day, hour), value in values.items()
        ]
        matrix = {"resultType": "matrix", "result": [{"metric": labels, "values": samples}]}
        path = write_jsonl(self.folder / f"{name}.json", [{"status": "success", "data": matrix}])
        self.land("vllm", "metrics", path, arrived, {"account": "test-gpu"})

    def build(self, *arguments: str) -> None:
        build(self.home.root, *arguments)

    def assert_equals_full_refresh(self) -> None:
        copy = self.folder / "full"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(self.home.root, copy, ignore=shutil.ignore_patterns("target", "logs", "ai_finops.lock"))
        # its data are those of the home, whose build tested them; without tests it is no complete build
        dbt(copy, "build", "--full-refresh", "--exclude-resource-type", "unit_test", "test")
        assert differences(self.home.root, copy, ignored=("ops.completed",)) == []


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """45 days of a gateway log with a bill for all but the last day, built once."""
    told = Story(tmp_path_factory.mktemp("story"))
    calls = [
        spend_log(f"r-{offset:03d}-{number}", moment(FIRST + timedelta(days=offset), 10 + number))
        for offset in range(DAYS)
        for number in range(2)
    ]
    # One call whose retry falls after midnight.
    shared = {"litellm_call_id": "across-midnight"}
    calls += [
        spend_log("m-1", datetime(2026, 3, 20, 23, 59, 59), status="failure", completion=0, **shared),
        spend_log("m-2", datetime(2026, 3, 21, 0, 0, 1), **shared),
    ]
    end = moment(FIRST + timedelta(days=DAYS - 1), 18)
    tags = {"team": "support", "use_case": "support_assistant", "account": "test-openai"}
    told.tags = tags  # type: ignore[attr-defined]
    told.end = end  # type: ignore[attr-defined]
    told.land("litellm", "spend_logs", write_jsonl(told.folder / "log.jsonl", calls), end, tags)
    told.costs("bill", {FIRST + timedelta(days=n): lines(2) for n in range(DAYS - 1)}, end)
    outcome = {"outcome_type": "ticket_resolved", "use_case": "support_assistant"}
    told.land(
        "custom",
        "outcomes",
        write_jsonl(
            told.folder / "outcomes.jsonl",
            [
                {
                    **outcome,
                    "outcome_id": f"t-{n}",
                    "occurred_at": moment(FIRST + timedelta(days=n), 20).isoformat(),
                    "status": "succeeded",
                    "session_id": f"session-r-{n:03d}-0",
                }
                for n in range(DAYS)
            ],
        ),
        end,
    )
    # a counter that is sampled at the end of one day and then only two days later
    told.counter("counter", {(5, 23): 1_000, (7, 12): 1_900}, end)
    told.build()
    return told


def generated_tokens(story: Story) -> list[tuple]:
    """Tokens by day that the server's counter tells."""
    return query(
        story.home.root,
        "select usage_date, output_tokens from core.fct_ai_usage where source = 'vllm' order by usage_date",
    )


def test_first_build_equals_full_refresh(story: Story) -> None:
    assert query(story.home.root, "select count(*) from core.fct_ai_requests") == [(DAYS * 2 + 2,)]
    story.assert_equals_full_refresh()


def test_second_build_changes_nothing_and_needs_no_old_raw(story: Story) -> None:
    before = table_hashes(story.home.root)
    moved = []
    for folder in story.home.raw.glob("*/*/loaded_date=2026-*"):
        if folder.parent.parent.name != "landing":
            target = story.folder / "moved" / folder.relative_to(story.home.raw)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(folder, target)
            moved.append((target, folder))
    assert moved
    story.build()
    assert table_hashes(story.home.root) == before
    for target, folder in moved:
        shutil.move(target, folder)


def test_record_40_days_late_changes_only_its_day(story: Story) -> None:
    late_day = FIRST + timedelta(days=3)
    others = "select count(*), sum(hash(r))::varchar from core.fct_ai_requests as r where usage_date <> date '{}'"
    before = query(story.home.root, others.format(late_day))
    late = write_jsonl(story.folder / "late.jsonl", [spend_log("late-1", moment(late_day, 15))])
    story.land("litellm", "spend_logs", late, story.end + timedelta(hours=1), story.tags)  # type: ignore[attr-defined]
    # samples between two that are known change what the later one tells, on a day that nothing else touches
    assert generated_tokens(story) == [(FIRST + timedelta(days=7), 900)]
    story.counter("between", {(6, 12): 1_500, (6, 13): 200}, story.end + timedelta(hours=1))  # type: ignore[attr-defined]
    story.build()
    assert generated_tokens(story) == [(FIRST + timedelta(days=6), 700), (FIRST + timedelta(days=7), 1_700)]
    assert query(story.home.root, others.format(late_day)) == before
    in_day = query(story.home.root, f"select count(*) from core.fct_ai_requests where usage_date = '{late_day}'")
    assert in_day == [(3,)]
    story.assert_equals_full_refresh()


def test_restated_pull_with_a_vanished_row(story: Story) -> None:
    story.costs("restated", {RESTATED: lines(3)[:1]}, story.end + timedelta(hours=2))  # type: ignore[attr-defined]
    story.build()
    charges = query(
        story.home.root, f"select meter, billed_cost from core.fct_ai_charges where usage_date = '{RESTATED}'"
    )
    assert [(meter, float(cost)) for meter, cost in charges] == [("input_uncached_tokens", 0.00075)]
    story.assert_equals_full_refresh()


def test_pulls_a_b_a_end_in_a(story: Story) -> None:
    day = FIRST + timedelta(days=12)
    charged = f"select charge_key, billed_cost from core.fct_ai_charges where usage_date = '{day}' order by all"
    before = query(story.home.root, charged)
    story.costs("b", {day: []}, story.end + timedelta(hours=3))  # type: ignore[attr-defined]
    story.build()
    assert query(story.home.root, charged) == []
    story.assert_equals_full_refresh()
    story.costs("a", {day: lines(2)}, story.end + timedelta(hours=4))  # type: ignore[attr-defined]
    story.build()
    assert query(story.home.root, charged) == before
    story.assert_equals_full_refresh()


def test_run_cut_short_between_two_facts_is_made_good(story: Story) -> None:
    # The record moves to another day: its old day can be read only before the records are merged.
    moved = spend_log("late-1", moment(FIRST + timedelta(days=30), 15))
    path = write_jsonl(story.folder / "moved.jsonl", [moved])
    story.land("litellm", "spend_logs", path, story.end + timedelta(hours=5), story.tags)  # type: ignore[attr-defined]
    dbt(story.home.root, "run", "--select", "+fct_ai_requests")
    dates = "select usage_date from core.fct_ai_requests where request_id = 'late-1'"
    assert query(story.home.root, dates) == [(FIRST + timedelta(days=30),)]
    story.build()
    assert query(story.home.root, "select distinct gap from ops.conservation") == [(0,)]
    story.assert_equals_full_refresh()


def test_reopened_outcome_restates_the_past(story: Story) -> None:
    record = {
        "outcome_id": "t-5",
        "outcome_type": "ticket_resolved",
        "use_case": "support_assistant",
        "occurred_at": moment(FIRST + timedelta(days=5), 20).isoformat(),
        "status": "reverted",
        "session_id": "session-r-006-0",
    }
    path = write_jsonl(story.folder / "reopened.jsonl", [record])
    story.land("custom", "outcomes", path, story.end + timedelta(hours=6))  # type: ignore[attr-defined]
    story.build()
    state = query(
        story.home.root,
        "select status, first_reported_status, is_success from core.fct_outcomes where outcome_id = 't-5'",
    )
    assert state == [("reverted", "succeeded", False)]
    story.assert_equals_full_refresh()


def test_empty_run_then_build_fills_the_tables(tmp_path: Path) -> None:
    told = Story(tmp_path)
    dbt(told.home.root, "seed")
    dbt(told.home.root, "run", "--empty")
    path = write_jsonl(tmp_path / "log.jsonl", [spend_log("only", moment(FIRST))])
    told.land("litellm", "spend_logs", path, moment(FIRST, 18))
    told.build()
    assert query(told.home.root, "select count(*) from core.fct_ai_requests") == [(1,)]
