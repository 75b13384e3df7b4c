"""Jira: a page of the issue search."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from scripts.sample.files import SampleFile
from scripts.sample.sources.gateways import arrival

PROJECT = "SHOP"
SESSION_FIELD = "customfield_10042"
ISSUES_PER_DAY = 3
RESOLUTIONS = ("Done", "Won't Do", "Done", None, "Duplicate", "Fixed", "Done")


def files(window: list[date], seed: int) -> list[SampleFile]:
    """One page of the search, pulled the day after the window."""
    page = {"issues": [issue for issue, _ in _issues(window)], "isLast": True}
    tags = {"session_id_field": f"fields.{SESSION_FIELD}", "use_case": "bug_triage"}
    return [SampleFile("jira", "issues", "search.json", arrival(window), json.dumps(page).encode(), tags)]


def truth(window: list[date], seed: int) -> dict[str, Any]:
    """Issues by status as they count."""
    return {"statuses": dict(Counter(status for _, status in _issues(window)))}


def _issues(window: list[date]) -> Iterator[tuple[dict[str, Any], str]]:
    for index, day in enumerate(window):
        for number in range(ISSUES_PER_DAY):
            issue = index * ISSUES_PER_DAY + number
            resolution = RESOLUTIONS[issue % len(RESOLUTIONS)]
            created = datetime.combine(day, time(7 + number))
            resolved = created + timedelta(hours=5) if resolution else None
            fields = {
                "created": _offset(created),
                "updated": _offset((resolved or created) + timedelta(minutes=1)),
                "resolutiondate": _offset(resolved) if resolved else None,
                "resolution": {"name": resolution} if resolution else None,
                "status": {
                    "name": "Done" if resolution else "In Progress",
                    "statusCategory": {"key": "done" if resolution else "indeterminate"},
                },
                "issuetype": {"name": "Bug"},
                "project": {"key": PROJECT},
                "priority": {"name": "Medium"},
                "labels": ["assistant"],
                SESSION_FIELD: f"jira-session-{issue}",
            }
            refused = resolution in ("Won't Do", "Duplicate")
            status = "open" if resolution is None else "failed" if refused else "succeeded"
            yield {"id": str(10_000 + issue), "key": f"{PROJECT}-{issue + 1}", "fields": fields}, status


def _offset(moment: datetime) -> str:
    """A time as Jira writes it: with an offset, here two hours ahead of UTC."""
    return (moment + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S.000+0200")
