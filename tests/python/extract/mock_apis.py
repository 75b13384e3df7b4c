"""A server that answers as the vendors' APIs do, page by page, and fails in the ways that servers do."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

SECRET = "sk-not-to-be-found-anywhere-4711"
HANGS_FOR_SECONDS = 1.0
Query = dict[str, list[str]]


@dataclass(frozen=True)
class Shape:
    """How an API pages a stream.

    `page_of` tells the number of the page (from 0) that a query asks for; `body` makes a page of its records, given its
    number and whether more follow; `link` is the query of the next page where a header names it.
    """

    source: str
    stream: str
    path: str
    page_of: Callable[[Query], int]
    body: Callable[[list[Any], int, int], Any]
    environment: dict[str, str]
    url_variable: str
    link: str | None = None


@dataclass
class Vendor:
    """What the server holds, what it does wrong at which request (from 0), and what it was asked."""

    shape: Shape
    pages: list[list[Any]]
    faults: dict[int, str] = field(default_factory=dict)
    asked: list[tuple[str, Query]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    hold_at: int | None = None
    held: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    @property
    def records(self) -> list[Any]:
        """All records in order."""
        return [record for page in self.pages for record in page]


def cursor(prefix: str, parameter: str) -> Callable[[Query], int]:
    """Page number out of a cursor such as page_2."""
    return lambda query: int(query[parameter][0].removeprefix(prefix)) if parameter in query else 0


def number(parameter: str) -> Callable[[Query], int]:
    """Page number out of a numbered page."""
    return lambda query: int(query.get(parameter, ["1"])[0]) - 1


def _buckets(records: list[Any], page: int, count: int) -> dict[str, Any]:
    more = page + 1 < count
    return {"object": "page", "data": records, "has_more": more, "next_page": f"page_{page + 1}" if more else None}


SHAPES = [
    Shape(
        "openai",
        "usage_completions",
        "/v1/organization/usage/completions",
        cursor("page_", "page"),
        _buckets,
        {"OPENAI_ADMIN_KEY": SECRET},
        "AI_FINOPS_OPENAI_URL",
    ),
    Shape(
        "anthropic",
        "cost_report",
        "/v1/organizations/cost_report",
        cursor("page_", "page"),
        _buckets,
        {"ANTHROPIC_ADMIN_KEY": SECRET},
        "AI_FINOPS_ANTHROPIC_URL",
    ),
    Shape(
        "litellm",
        "spend_logs",
        "/spend/logs/v2",
        number("page"),
        lambda records, page, count: {"data": records, "total": 9, "page": page + 1, "total_pages": count},
        {"LITELLM_API_KEY": SECRET},
        "LITELLM_URL",
    ),
    Shape(
        "langfuse",
        "observations",
        "/api/public/observations",
        number("page"),
        lambda records, page, count: {"data": records, "meta": {"page": page + 1, "limit": 2, "totalPages": count}},
        {"LANGFUSE_PUBLIC_KEY": "pk-public", "LANGFUSE_SECRET_KEY": SECRET},
        "LANGFUSE_HOST",
    ),
    Shape(
        "github",
        "pull_requests",
        "/repos/acme/app/pulls",
        number("page"),
        lambda records, page, count: records,
        {"GITHUB_TOKEN": SECRET, "GITHUB_REPOSITORIES": "acme/app"},
        "AI_FINOPS_GITHUB_URL",
        link="page={}",
    ),
    Shape(
        "zendesk",
        "tickets",
        "/api/v2/incremental/tickets/cursor.json",
        cursor("c", "cursor"),
        lambda records, page, count: {
            "tickets": records,
            "after_cursor": f"c{page + 1}",
            "end_of_stream": page + 1 == count,
        },
        {"ZENDESK_EMAIL": "bot@example.com", "ZENDESK_API_TOKEN": SECRET},
        "ZENDESK_URL",
    ),
    Shape(
        "jira",
        "issues",
        "/rest/api/3/search/jql",
        cursor("t", "nextPageToken"),
        lambda records, page, count: {
            "issues": records,
            "isLast": page + 1 == count,
            **({"nextPageToken": f"t{page + 1}"} if page + 1 < count else {}),
        },
        {"JIRA_EMAIL": "bot@example.com", "JIRA_API_TOKEN": SECRET},
        "JIRA_URL",
    ),
]


@contextmanager
def serving(vendor: Vendor) -> Iterator[Vendor]:
    """Serve a vendor on a free port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(vendor))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    vendor.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield vendor
    finally:
        vendor.held.set()
        server.shutdown()
        server.server_close()


def _handler(vendor: Vendor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802
            address = urlsplit(self.path)
            query = parse_qs(address.query)
            turn = len(vendor.asked)
            vendor.asked.append((address.path, query))
            vendor.headers.append(dict(self.headers))
            if address.path != vendor.shape.path:
                self.answer(404, {"error": "no such path"})
                return
            if turn == vendor.hold_at:
                vendor.held.wait(60)
            page = vendor.shape.page_of(query)
            fault = vendor.faults.get(turn)
            if fault == "limited":
                self.answer(429, {"error": "slow down"}, {"Retry-After": "1"})
            elif fault == "broken":
                self.answer(500, {"error": "oops"})
            elif fault == "expired":
                self.answer(410, {"error": "cursor has expired"})
            elif fault == "refused":
                self.answer(403, {"error": f"key {SECRET} may not"})
            else:
                if fault == "hangs":
                    time.sleep(HANGS_FOR_SECONDS)
                # a cache before the server may hand out the page before this one once more
                shown = page - 1 if fault == "repeated" and page else page
                self.page(shown, is_cut=fault == "cut")

        def page(self, page: int, is_cut: bool) -> None:
            count = len(vendor.pages)
            body = vendor.shape.body(vendor.pages[page], page, count)
            headers = {}
            if vendor.shape.link and page + 1 < count:
                following = vendor.shape.link.format(page + 2)
                headers["Link"] = f'<{vendor.url}{vendor.shape.path}?{following}&per_page=100>; rel="next"'
            self.answer(200, body, headers, is_cut)

        def answer(self, status: int, body: Any, headers: dict[str, str] | None = None, is_cut: bool = False) -> None:  # noqa: ANN401
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            if not is_cut:
                self.send_header("Content-Length", str(len(content)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if is_cut else content)

        def log_message(self, *_: object) -> None:
            """Keep test output quiet."""

    return Handler
