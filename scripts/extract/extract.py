"""Extract: pull the streams of an API into landing, each on its own, from where the last pull ended."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from scripts.errors import AiFinopsError, ConfigError, LockHeldError
from scripts.extract.api import Api, Endpoint, calls, load_api
from scripts.extract.client import ApiClient, Settings
from scripts.extract.pull import Pull, PullFolder, gather
from scripts.home import Home
from scripts.ingest import IngestReport, ingest
from scripts.landing import arrivals

logger = logging.getLogger(__name__)

Progress = Callable[[str, Pull], None]


@dataclass
class StreamReport:
    """What became of one stream: its window (UTC), pages and records; or the error that stopped it."""

    stream: str
    since: str
    until: str | None = None
    pages: int = 0
    landed: int = 0
    quarantined: int = 0
    duplicate: int = 0
    refused: str | None = None
    error: str | None = None
    exit_code: int = 0


@dataclass(frozen=True)
class Window:
    """What to pull: [since, until); None for what the last pull and the look-back say, and for now."""

    since: datetime | None = None
    until: datetime | None = None
    lookback_days: int | None = None


def extract(
    home: Home,
    source: str,
    streams: Iterable[str] = (),
    window: Window | None = None,
    settings: Settings | None = None,
    progress: Progress = lambda _stream, _pull: None,
) -> list[StreamReport]:
    """Pull streams of a source (all that are not optional, when none are named) and ingest them, each as a batch.

    A stream that fails does not keep the others from landing; its report says why. Raises ConfigError for a source or
    stream without an API, and for credentials that are not set.
    """
    api = load_api(source)
    names = list(streams) or [name for name, endpoint in api.endpoints.items() if not endpoint.is_optional]
    unknown = [name for name in names if name not in api.endpoints]
    if unknown:
        raise ConfigError(f"{source} has no API for {', '.join(unknown)}; extract knows {', '.join(api.endpoints)}")
    client = ApiClient(api, settings or Settings())
    reports = []
    for name in names:
        endpoint = api.endpoints[name]
        since = _since(home, api, endpoint, window or Window())
        report = StreamReport(name, since.isoformat())
        try:
            _pull(home, client, endpoint, since, (window or Window()).until, report, progress)
        except AiFinopsError as error:
            report.error, report.exit_code = str(error), error.exit_code
            logger.info("%s %s: %s", source, name, error)
        reports.append(report)
    return reports


def _pull(
    home: Home,
    client: ApiClient,
    endpoint: Endpoint,
    since: datetime,
    until: datetime | None,
    report: StreamReport,
    progress: Progress,
) -> None:
    """Gather a stream and ingest it; what is gathered is only forgotten once the manifest has it."""
    folder = PullFolder(home, client.api.source, endpoint)
    with _held(folder):
        pull = gather(client, endpoint, folder, since, until, lambda state: progress(endpoint.stream, state))
        report.until, report.pages = pull.until, pull.pages
        if pull.byte_count:
            _count(report, _land(home, client.api, endpoint, folder.finished(pull), pull))
        if not report.refused:
            folder.forget()


def _land(home: Home, api: Api, endpoint: Endpoint, path: Path, pull: Pull) -> IngestReport:
    since, until = (datetime.fromisoformat(value) for value in (pull.since, pull.until))
    extra = {
        "since": pull.since,
        "until": pull.until,
        "pages": pull.pages,
        "requests": [asdict(call) for call in calls(endpoint, since, until)],
    }
    return ingest(home, api.source, endpoint.stream, [path], _tags(api, endpoint), extra={"extract": extra})


def _count(report: StreamReport, landed: IngestReport) -> None:
    report.landed, report.quarantined, report.duplicate = landed.landed, landed.quarantined, landed.duplicate
    if landed.refused:
        report.refused = next(iter(landed.refused.values()))
        report.exit_code = 4


def _tags(api: Api, endpoint: Endpoint) -> dict[str, str]:
    """Tags of the batch: the account, and what the pull was grouped by."""
    tags = {"account": api.account} if api.account else {}
    return {**tags, **({"group_by": ",".join(endpoint.group_by)} if endpoint.group_by else {})}


def _since(home: Home, api: Api, endpoint: Endpoint, window: Window) -> datetime:
    """Midnight (UTC) from which to pull: as asked, else the end of the last pull less the look-back."""
    if window.since is not None:
        return _midnight(window.since)
    lookback = timedelta(days=endpoint.lookback_days if window.lookback_days is None else window.lookback_days)
    ends = list(_ends_of_pulls(home, api, endpoint))
    if ends:
        return _midnight(max(ends) - lookback)
    return _midnight(datetime.now(UTC) - timedelta(days=endpoint.first_days))


def _ends_of_pulls(home: Home, api: Api, endpoint: Endpoint) -> Iterable[datetime]:
    """Ends of the pulls of the stream that landed, for the same account and grouping."""
    tags: dict[str, Any] = _tags(api, endpoint)
    for entry in arrivals(home):
        if (entry.source, entry.stream, entry.tags) == (api.source, endpoint.stream, tags) and "extract" in entry.extra:
            yield datetime.fromisoformat(entry.extra["extract"]["until"])


def _midnight(moment: datetime) -> datetime:
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


@contextmanager
def _held(folder: PullFolder) -> Iterator[None]:
    """Hold the lock of a stream's folder. Raises LockHeldError at once when another pull of the stream holds it."""
    folder.folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(folder.folder.with_suffix(".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise LockHeldError(f"another pull of {folder.name} is running; wait for it to end") from error
    try:
        yield
    finally:
        lock.release()
