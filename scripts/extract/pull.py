"""One pull of one stream: pages into a private folder of landing, resumable, then one file to ingest."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scripts.extract.api import Endpoint, calls
from scripts.extract.client import ApiClient, CursorExpiredError, ExtractError, Page, value_at
from scripts.gate.numbers import dump_json, parse_documents
from scripts.home import Home

logger = logging.getLogger(__name__)

# What a server tells changes while it is read: a pull that was interrupted longer ago than this starts again.
RESUMABLE_FOR = timedelta(hours=1)
MAX_RESTARTS = 3
MAX_REPEATS = 3


@dataclass
class Pull:
    """State of a pull, written after each page: pages and bytes so far, and where to go on."""

    since: str
    until: str
    started_at: str
    call: int = 0
    next_page: dict[str, Any] | None = None
    pages: int = 0
    byte_count: int = 0
    repeats: int = 0
    seen: list[str] = field(default_factory=list)

    @property
    def is_recent(self) -> bool:
        """True while the pull may be resumed."""
        return datetime.now(UTC) - datetime.fromisoformat(self.started_at) < RESUMABLE_FOR


class PullFolder:
    """Where the pages of a stream are gathered until they are ingested; private like all of landing."""

    def __init__(self, home: Home, source: str, endpoint: Endpoint) -> None:
        self.folder = home.landing / "extract" / source / endpoint.stream
        self.body = self.folder / "pages.part"
        self.state = self.folder / "state.json"
        self.name = f"{source}_{endpoint.stream}"

    def resume(self, since: datetime, until: datetime | None) -> Pull | None:
        """A pull of the same window that was interrupted, cut to its last complete page; None where there is none."""
        if not self.state.exists():
            return None
        pull = Pull(**json.loads(self.state.read_text(encoding="utf-8")))
        is_same = pull.since == since.isoformat() and until in (None, datetime.fromisoformat(pull.until))
        if not is_same or not pull.is_recent or not self.body.exists() or self.body.stat().st_size < pull.byte_count:
            return None
        os.truncate(self.body, pull.byte_count)
        return pull

    def start(self, since: datetime, until: datetime) -> Pull:
        """A pull from its beginning; what an earlier one gathered is forgotten."""
        self.forget()
        self.folder.mkdir(parents=True, mode=0o700)
        self.body.touch(mode=0o600)
        return Pull(since.isoformat(), until.isoformat(), datetime.now(UTC).isoformat())

    def append(self, pull: Pull, page: Page, records: str | None) -> bool:
        """Add a page. False when the call has the very same one already, which then tells nothing new."""
        digest = hashlib.sha256(f"{pull.call}|".encode() + page.content).hexdigest()
        if digest in pull.seen:
            return False
        with self.body.open("ab") as writer:
            writer.write(documents(page, records))
            writer.flush()
            os.fsync(writer.fileno())
        pull.seen.append(digest)
        pull.pages += 1
        pull.byte_count = self.body.stat().st_size
        return True

    def save(self, pull: Pull) -> None:
        """Write the state in one step."""
        temporary = self.state.with_suffix(".tmp")
        temporary.write_text(json.dumps(asdict(pull)), encoding="utf-8")
        temporary.chmod(0o600)
        os.replace(temporary, self.state)

    def finished(self, pull: Pull) -> Path:
        """The gathered pages under a name that tells their window."""
        since, until = (datetime.fromisoformat(value) for value in (pull.since, pull.until))
        target = self.folder / f"{self.name}_{since:%Y%m%dT%H%M%S}_{until:%Y%m%dT%H%M%S}.json"
        shutil.copyfile(self.body, target)
        return target

    def forget(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder, ignore_errors=True)


def documents(page: Page, records: str | None) -> bytes:
    """A page as it came, on its own line; a bare list, or the one under the key `records`, as its records by line."""
    if page.is_by_line:
        return page.content + b"\n" if page.content else b""
    if records is None and not isinstance(page.body, list):
        return page.content.strip() + b"\n"
    [document] = parse_documents(page.content.decode("utf-8-sig"))
    found = document if isinstance(document, list) else document.get(records) or []
    return "".join(dump_json(record) + "\n" for record in found).encode()


def gather(
    client: ApiClient,
    endpoint: Endpoint,
    folder: PullFolder,
    since: datetime,
    until: datetime | None,
    report: Callable[[Pull], None] = lambda _: None,
) -> Pull:
    """Gather all pages of [since, until), until now where it is None, going on where an interrupted pull stopped.

    A pull whose cursor expired starts again. Raises ExtractError and ConfigError; what is gathered stays for a resume.
    """
    pull = folder.resume(since, until)
    if pull is None:
        pull = folder.start(since, until or datetime.now(UTC).replace(microsecond=0))
    else:
        logger.info("%s: going on after page %d", folder.name, pull.pages)
    for _ in range(MAX_RESTARTS):
        try:
            while (start := _next_start(endpoint, pull)) is not None:
                page = client.page(endpoint, start["path"], start["params"], is_first=pull.next_page is None)
                is_new = folder.append(pull, page, endpoint.records)
                _advance(pull, page, endpoint, is_new)
                folder.save(pull)
                report(pull)
            return pull
        except CursorExpiredError as error:
            logger.warning("%s; starting the pull again", error)
            window = (datetime.fromisoformat(value) for value in (pull.since, pull.until))
            pull = folder.start(*window)
    raise ExtractError(
        f"{folder.name}: the server forgets its pages while they are read; gave up after {MAX_RESTARTS} tries"
    )


def _next_start(endpoint: Endpoint, pull: Pull) -> dict[str, Any] | None:
    """Path and parameters of the page to ask for now; None when all calls are done."""
    if pull.next_page is not None:
        return pull.next_page
    todo = calls(endpoint, *(datetime.fromisoformat(value) for value in (pull.since, pull.until)))
    return asdict(todo[pull.call]) if pull.call < len(todo) else None


def _advance(pull: Pull, page: Page, endpoint: Endpoint, is_new: bool) -> None:
    """Move the state past a page: to the next one of the call, or to the next call.

    A server may show a page once more in place of the one asked for, which is then asked for again a few times.
    """
    pull.repeats = 0 if is_new else pull.repeats + 1
    if 0 < pull.repeats <= MAX_REPEATS:
        return
    following = page.next_page
    if following is not None and following == pull.next_page:
        raise ExtractError(f"{endpoint.stream}: the server names a page as its own next one; stopped")
    if following is not None and endpoint.stop_before and _reaches_back(page, endpoint, pull):
        following = None
    pull.next_page = following
    if following is None:
        pull.call += 1


def _reaches_back(page: Page, endpoint: Endpoint, pull: Pull) -> bool:
    """True when the newest-first list has come to records older than the window."""
    records = page.body if isinstance(page.body, list) else []
    last = value_at(records[-1], endpoint.stop_before) if records else None
    if not last:
        return True
    return datetime.fromisoformat(last) < datetime.fromisoformat(pull.since)
