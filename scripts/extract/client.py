"""HTTP of extraction: dlt's REST client with our retries, authentication from the environment, and paging."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from dlt.common.configuration.specs import RuntimeConfiguration
from dlt.sources.helpers.requests import Client
from dlt.sources.helpers.rest_client import RESTClient
from dlt.sources.helpers.rest_client.auth import APIKeyAuth, BearerTokenAuth, HttpBasicAuth
from dlt.sources.helpers.rest_client.paginators import (
    BasePaginator,
    HeaderLinkPaginator,
    JSONResponseCursorPaginator,
    PageNumberPaginator,
    SinglePagePaginator,
)
from requests.exceptions import RequestException

from scripts.errors import AiFinopsError, ConfigError
from scripts.extract.api import Api, Endpoint

if TYPE_CHECKING:
    from requests import Request, Response, Session
    from requests.auth import AuthBase


NO_CONTENT = HTTPStatus.NO_CONTENT


class ExtractError(AiFinopsError):
    """An API did not give what was asked for, after all retries (exit code 1)."""


class CursorExpiredError(ExtractError):
    """The server no longer knows a page that it promised: the pull must start again."""


@dataclass(frozen=True)
class Settings:
    """Patience with a server: seconds to wait for an answer, attempts, first and longest pause between them."""

    timeout_seconds: float = 60
    attempts: int = 7
    backoff_seconds: float = 1
    longest_pause_seconds: float = 300


@dataclass(frozen=True)
class Page:
    """One page: its bytes, its parsed body, and where the next one is (None after the last).

    `is_by_line`: the bytes are records, one on a line, out of files that the page named.
    """

    content: bytes
    body: Any
    next_page: dict[str, Any] | None
    is_by_line: bool = False


class ExportCursor(JSONResponseCursorPaginator):
    """A cursor that may be given with the last page too: `end` is true there, or `more` is false.

    A page asked for by cursor must not repeat the parameters that `replaces` names.
    """

    def __init__(self, path: str, param: str, end: str | None, more: str | None, replaces: tuple[str, ...]) -> None:
        super().__init__(cursor_path=path, cursor_param=param)
        self.end, self.more, self.replaces = end, more, replaces

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        """Take the cursor from the page; none after the last one."""
        super().update_state(response, data)
        body = response.json()
        is_last = self.end is not None and bool(value_at(body, self.end))
        has_no_more = self.more is not None and value_at(body, self.more) is False
        if is_last or has_no_more:
            self._next_reference = None

    def update_request(self, request: Request) -> None:
        """Ask for the next page by its cursor."""
        super().update_request(request)
        if self.has_next_page:
            request.params = {name: value for name, value in request.params.items() if name not in self.replaces}


def value_at(body: Any, path: str) -> Any:  # noqa: ANN401
    """Value at a dotted path of a JSON body; None where it is not there."""
    for key in path.split("."):
        body = body.get(key) if isinstance(body, dict) else None
    return body


def authentication(api: Api) -> AuthBase | None:
    """Credentials from the environment. Raises ConfigError naming the variable that is not set."""

    def secret(variable: str) -> str:
        value = os.environ.get(variable)
        if not value:
            raise ConfigError(f"set {variable}: 'ai-finops extract {api.source}' needs it")
        return value

    kind = api.auth["type"]
    if kind == "bearer":
        return BearerTokenAuth(token=secret(api.auth["token_env"]))
    if kind == "header":
        return APIKeyAuth(name=api.auth["name"], api_key=secret(api.auth["token_env"]), location="header")
    user = secret(api.auth["user_env"]) + api.auth.get("user_suffix", "")
    return HttpBasicAuth(user, secret(api.auth["password_env"]))


class ApiClient:
    """Asks an API for pages."""

    def __init__(self, api: Api, settings: Settings) -> None:
        self.api = api
        config = RuntimeConfiguration(dlthub_telemetry=False, http_show_error_body=False)
        session = _session(settings)
        self.rest = RESTClient(
            api.base_url, headers=api.headers, auth=authentication(api), session=session, config=config
        )
        # Files are on other servers, which must not see our credentials.
        self.files = _session(settings)

    def page(self, endpoint: Endpoint, path: str, params: dict[str, Any], is_first: bool) -> Page:
        """One page, and where the next one is. A page that is not the first of its call may have expired."""
        if endpoint.links:
            return self._linked_files(endpoint.links, path, params)
        paginator = _paginator(endpoint.pages, params)
        try:
            page = next(self.rest.paginate(path, params=dict(params), paginator=paginator, data_selector="$"))
        except (RequestException, ValueError) as error:
            raise self._explained(error, path, is_first) from None
        following = page.request if page.paginator.has_next_page else None
        next_page = {"path": following.url, "params": dict(following.params or {})} if following else None
        if next_page and urlsplit(self.rest.base_url).netloc != urlsplit(next_page["path"]).netloc:
            raise ExtractError(f"{self.api.source}: {path}: the next page is on another server; stopped")
        return Page(page.response.content, page.response.json(), next_page)

    def _linked_files(self, links: str, path: str, params: dict[str, Any]) -> Page:
        """The records of the files that a report consists of, by line; none where there is no report (204)."""
        try:
            report = self.rest.get(path, params=dict(params))
            report.raise_for_status()
            addresses = value_at(report.json(), links) or [] if report.status_code != NO_CONTENT else []
        except (RequestException, ValueError) as error:
            raise self._explained(error, path, is_first=True) from None
        lines: list[bytes] = []
        for address in addresses:
            try:
                file = self.files.get(address)
                file.raise_for_status()
            except RequestException as error:
                # addresses are signed for a while: asked for again, they are new
                status = error.response.status_code if error.response is not None else None
                kind = CursorExpiredError if status in (401, 403, 404, 410) else ExtractError
                told = f"status {status}" if status else type(error).__name__
                raise kind(f"{self.api.source}: {path}: a file of the report can't be fetched ({told})") from None
            lines += [line for line in file.content.splitlines() if line.strip()]
        return Page(b"\n".join(lines), [], None, is_by_line=True)

    def _explained(self, error: Exception, path: str, is_first: bool) -> AiFinopsError:
        """The error in our words; no address with parameters, header or body, which may hold secrets or people."""
        response = getattr(error, "response", None)
        status = response.status_code if response is not None else None
        what = f"{self.api.source}: {path.split('?')[0]}"
        if status in (401, 403):
            variables = ", ".join(value for key, value in self.api.auth.items() if key.endswith("_env"))
            return ConfigError(f"{what}: the server refuses our credentials ({status}); check {variables}")
        if not is_first and status in (400, 404, 410):
            return CursorExpiredError(f"{what}: the server no longer knows the next page ({status})")
        reason = f"status {status}" if status else type(error).__name__
        return ExtractError(f"{what}: no answer that can be used, after all retries ({reason})")


def _session(settings: Settings) -> Session:
    """A session that tries again on 429, 5xx, timeouts, and answers that were cut off."""
    return Client(
        request_timeout=settings.timeout_seconds,
        raise_for_status=False,
        request_max_attempts=settings.attempts,
        request_backoff_factor=settings.backoff_seconds,
        request_max_retry_delay=settings.longest_pause_seconds,
        retry_condition=_is_cut_off,
    ).session


def _is_cut_off(response: Response | None, error: BaseException | None) -> bool:
    """True for an answer of success whose body is no JSON, nor JSON by line: it was cut off on the way."""
    if response is None or not response.ok or response.status_code == NO_CONTENT:
        return False
    try:
        response.json()
    except ValueError:
        return not _is_json_by_line(response.content)
    return False


def _is_json_by_line(content: bytes) -> bool:
    try:
        return bool([json.loads(line) for line in content.splitlines() if line.strip()])
    except ValueError:
        return False


def _paginator(pages: dict[str, Any], params: dict[str, Any]) -> BasePaginator:
    kind = pages.get("type", "single")
    if kind == "single":
        return SinglePagePaginator()
    if kind == "links":
        return HeaderLinkPaginator()
    if kind == "number":
        first = int(params.get(pages["param"], pages.get("first", 1)))
        return PageNumberPaginator(
            base_page=pages.get("first", 1), page=first, page_param=pages["param"], total_path=pages.get("total")
        )
    replaces = tuple(pages.get("replaces", ()))
    return ExportCursor(pages["path"], pages["param"], pages.get("end"), pages.get("more"), replaces)
