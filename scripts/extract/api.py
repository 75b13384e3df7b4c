"""How vendors' APIs are called: one YAML file per API in `apis/`, read into dataclasses."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from scripts.errors import ConfigError
from scripts.home import PROJECT_DIR

APIS_DIR = PROJECT_DIR / "apis"


class Moment(datetime):
    """A UTC time that templates write as `{since:unix}`, or in any format of strftime."""

    def __format__(self, spec: str) -> str:
        return str(int(self.timestamp())) if spec == "unix" else super().__format__(spec)

    @classmethod
    def of(cls, value: datetime) -> Moment:
        """The same time; UTC where the value names no zone."""
        value = value if value.tzinfo else value.replace(tzinfo=UTC)
        return cls.fromtimestamp(value.timestamp(), tz=UTC)


@dataclass(frozen=True)
class Endpoint:
    """One call of an API that fills a stream.

    `path` and `params` are templates over since, until and the item of `for_each`. `pages` says how the next page is
    asked for. `period` splits a pull into one call per day or month, `for_each` into one per item that an environment
    variable lists. `group_by` goes into the parameter `group_by_param`, and into the batch tag. `lookback_days` are
    pulled again each time, since the vendor restates them; `stop_before` names a field of a newest-first list at whose
    older values paging ends. `records` names the key of a page whose list is landed record by record, `links` the key
    of a page that lists addresses of files with the records. An endpoint that `is_optional` is pulled only when named.
    """

    stream: str
    path: str
    params: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, Any] = field(default_factory=dict)
    period: str | None = None
    for_each: dict[str, str] | None = None
    group_by: tuple[str, ...] = ()
    group_by_param: str = "group_by"
    records: str | None = None
    lookback_days: int = 3
    first_days: int = 30
    stop_before: str | None = None
    links: str | None = None
    is_optional: bool = False


@dataclass(frozen=True)
class Call:
    """A first page to ask for: its path and parameters."""

    path: str
    params: dict[str, Any]


@dataclass(frozen=True)
class Api:
    """A vendor's API: where it is, how it knows us, and its endpoints by stream."""

    source: str
    base_url: str
    auth: dict[str, str]
    headers: dict[str, str]
    account_env: str | None
    endpoints: dict[str, Endpoint]

    @property
    def account(self) -> str | None:
        """What the batch tag `account` says, from the environment."""
        return os.environ.get(self.account_env) if self.account_env else None


def load_api(source: str, folder: Path = APIS_DIR) -> Api:
    """Read `apis/<source>.yml`. Raises ConfigError naming the APIs there are, or a variable that is not set."""
    path = folder / f"{source}.yml"
    if not path.is_file():
        known = ", ".join(sorted(item.stem for item in folder.glob("*.yml")))
        raise ConfigError(
            f"no API is known for {source}; extract knows {known}. Land its exports with 'ai-finops ingest'"
        )
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    shared = raw.get("endpoints_share", {})
    endpoints = {name: _endpoint(name, {**shared, **item}, path) for name, item in raw["endpoints"].items()}
    return Api(
        source=raw["source"],
        base_url=base_url(raw, path),
        auth=raw["auth"],
        headers=raw.get("headers", {}),
        account_env=raw.get("account_env"),
        endpoints=endpoints,
    )


def base_url(raw: dict[str, Any], path: Path) -> str:
    """Address from the variable that `base_url_env` names, else the vendor's own. Raises ConfigError without any."""
    variable = raw["base_url_env"]
    address = os.environ.get(variable) or raw.get("base_url")
    if not address:
        raise ConfigError(f"{path.name}: set {variable} to the address of your {raw['source']} server")
    return address.rstrip("/")


def _endpoint(stream: str, raw: dict[str, Any], path: Path) -> Endpoint:
    unknown = set(raw) - set(Endpoint.__dataclass_fields__)
    if unknown:
        raise ConfigError(f"{path.name}: endpoint {stream}: unknown keys {', '.join(sorted(unknown))}")
    return Endpoint(stream=stream, **{**raw, "group_by": tuple(raw.get("group_by", ()))})


def calls(endpoint: Endpoint, since: datetime, until: datetime) -> list[Call]:
    """First pages of a pull of [since, until): one per period and item. Raises ConfigError for a missing variable."""
    made = []
    for item in _items(endpoint):
        for start, end in _periods(endpoint.period, Moment.of(since), Moment.of(until)):
            values = {"since": start, "until": end, **item}
            params = {
                name: value.format(**values) if isinstance(value, str) else value
                for name, value in endpoint.params.items()
            }
            grouping = {endpoint.group_by_param: list(endpoint.group_by)} if endpoint.group_by else {}
            made.append(Call(endpoint.path.format(**values), {**params, **grouping}))
    return made


def _items(endpoint: Endpoint) -> list[dict[str, str]]:
    if not endpoint.for_each:
        return [{}]
    variable = endpoint.for_each["env"]
    names = [name.strip() for name in os.environ.get(variable, "").split(",") if name.strip()]
    if not names:
        raise ConfigError(f"set {variable} to what {endpoint.stream} is to be pulled for, separated by commas")
    return [{endpoint.for_each["as"]: name} for name in names]


def _periods(period: str | None, since: Moment, until: Moment) -> list[tuple[Moment, Moment]]:
    if period is None:
        return [(since, until)]
    start = since.replace(hour=0, minute=0, second=0, microsecond=0)
    start = start.replace(day=1) if period == "month" else start
    found = []
    while start < until:
        following = (start + timedelta(days=32)).replace(day=1) if period == "month" else start + timedelta(days=1)
        found.append((Moment.of(start), Moment.of(following)))
        start = following
    return found
