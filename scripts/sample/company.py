"""The invented company: window, gateway keys, provider accounts, traffic streams and the planted events.

Names agree with seeds/org, seeds/allocation and seeds/outcomes; tests guard that.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

DEFAULT_SEED = 20260704
DEFAULT_REQUESTS = 153_000
DEFAULT_DAYS = 120
LAST_DAY = date(2026, 7, 1)
BILL_LAG_DAYS = 2
"""Days at the end of the window that no cost report covers yet."""

AS_OF = datetime(2026, 7, 2, 6, 0)
OPENAI_ACCOUNT = "acme-openai"
ANTHROPIC_ACCOUNT = "acme-anthropic"
SOURCE_SYSTEM = "acme-gateway"

GPT = "gpt-5.2"
GPT_MINI = "gpt-5-mini"
SONNET = "claude-sonnet-4-6"
HAIKU = "claude-haiku-4-5"
OPUS = "claude-opus-4-6"
EXPERIMENTAL = "acme-experimental-1"
CUSTOM_MODEL = "mistral-large-2512"

PROVIDER_OF = {
    GPT: "openai",
    GPT_MINI: "openai",
    SONNET: "anthropic",
    HAIKU: "anthropic",
    OPUS: "anthropic",
    EXPERIMENTAL: "openai_compatible",
    CUSTOM_MODEL: "mistral",
}
REPORTED_NAME = {
    GPT: "gpt-5.2-2025-12-11",
    GPT_MINI: "gpt-5-mini-2025-08-07",
    HAIKU: "claude-haiku-4-5-20251001",
    SONNET: SONNET,
    OPUS: OPUS,
}
"""Model names as the providers' own reports give them."""

DISPLAY_NAME = {SONNET: "Claude Sonnet 4.6", HAIKU: "Claude Haiku 4.5", OPUS: "Claude Opus 4.6"}


def gateway_key(alias: str) -> str:
    """Id of a gateway key as the spend log shows it: a SHA-256 hash, 64 hex characters."""
    return hashlib.sha256(f"{SOURCE_SYSTEM}:{alias}".encode()).hexdigest()


@dataclass(frozen=True)
class Stream:
    """One steady kind of traffic through one gateway key.

    `sessions` is the number on a plain weekday at the default size, `calls` the calls per session with their
    probabilities, `models` the mix, `fallback` the model that answers when another fails. Token means are
    per call; cache ratios are shares of the input.
    """

    alias: str
    team: str | None
    use_case: str | None
    environment: str | None
    sessions: float
    weekend: float
    calls: dict[int, float]
    models: dict[str, float]
    input_mean: float
    output_mean: float
    read_ratio: float = 0.0
    write_ratio: float = 0.0
    cache_hit_ratio: float = 0.0
    fallback: dict[str, str] = field(default_factory=dict)
    openai_project: str | None = None
    anthropic_workspace: str | None = None
    session_prefix: str | None = None
    first_day: date | None = None


ONE = {1: 1.0}
NEW_TEAM_FROM = date(2026, 5, 18)

STREAMS = (
    Stream(
        "gw-support-prod",
        "support",
        "support_assistant",
        "prod",
        150,
        0.55,
        {2: 0.2, 3: 0.25, 4: 0.2, 5: 0.15, 6: 0.12, 7: 0.08},
        {GPT: 0.6, HAIKU: 0.4},
        9_000,
        500,
        read_ratio=0.5,
        write_ratio=0.06,
        cache_hit_ratio=0.03,
        fallback={GPT: HAIKU, HAIKU: GPT},
        openai_project="proj_support",
        anthropic_workspace="wrkspc_support",
        session_prefix="ZD-",
    ),
    Stream(
        "gw-docs-prod",
        "knowledge",
        "document_summaries",
        "prod",
        330,
        0.4,
        ONE,
        {SONNET: 0.8, GPT: 0.2},
        22_000,
        900,
        read_ratio=0.1,
        write_ratio=0.08,
        cache_hit_ratio=0.02,
        fallback={SONNET: GPT, GPT: SONNET},
        openai_project="proj_knowledge",
        anthropic_workspace="wrkspc_knowledge",
        session_prefix="DOC-",
    ),
    Stream(
        "gw-sales-prod",
        "sales",
        "sales_proposals",
        "prod",
        22,
        0.4,
        {5: 0.3, 6: 0.4, 7: 0.3},
        {GPT: 1.0},
        14_000,
        1_800,
        read_ratio=0.2,
        fallback={GPT: SONNET},
        openai_project="proj_sales",
        anthropic_workspace="wrkspc_sales",
        session_prefix="PROP-",
    ),
    Stream(
        "gw-eng-ci",
        "engineering",
        "code_assistant",
        "prod",
        120,
        0.45,
        ONE,
        {SONNET: 1.0},
        15_000,
        700,
        read_ratio=0.4,
        write_ratio=0.12,
        fallback={SONNET: HAIKU},
        anthropic_workspace="wrkspc_eng",
    ),
    Stream(
        "gw-platform-shared",
        None,
        None,
        None,
        160,
        0.55,
        ONE,
        {GPT: 0.6, HAIKU: 0.4},
        9_000,
        900,
        read_ratio=0.3,
        write_ratio=0.05,
        fallback={GPT: HAIKU, HAIKU: GPT},
        openai_project="proj_platform",
        anthropic_workspace="wrkspc_platform",
    ),
    Stream(
        "gw-support-dev",
        "support",
        "support_assistant",
        "dev",
        60,
        0.6,
        ONE,
        {GPT_MINI: 0.6, EXPERIMENTAL: 0.4},
        6_000,
        500,
        openai_project="proj_support",
        anthropic_workspace="wrkspc_support",
    ),
    Stream(
        "gw-docs-dev",
        "knowledge",
        "document_summaries",
        "dev",
        50,
        0.6,
        ONE,
        {SONNET: 1.0},
        12_000,
        600,
        openai_project="proj_knowledge",
        anthropic_workspace="wrkspc_knowledge",
    ),
    Stream(
        "gw-sales-dev",
        "sales",
        "sales_proposals",
        "dev",
        40,
        0.6,
        ONE,
        {GPT_MINI: 1.0},
        8_000,
        1_000,
        openai_project="proj_sales",
        anthropic_workspace="wrkspc_sales",
    ),
    Stream(
        "gw-unnamed",
        None,
        None,
        None,
        60,
        0.6,
        ONE,
        {GPT: 1.0},
        7_000,
        600,
        openai_project="proj_default",
    ),
    Stream(
        "gw-marketing-prod",
        "marketing",
        "campaign_copy",
        "prod",
        90,
        0.5,
        ONE,
        {GPT: 1.0},
        12_000,
        2_500,
        openai_project="proj_marketing",
        first_day=NEW_TEAM_FROM,
    ),
)

BYPASS_PROJECT = "proj_website"
BYPASS_KEY = "key_website_direct"
BYPASS_SHARE = 0.03
"""Share of the provider's own OpenAI tokens that never pass the gateway."""

CODE_WORKSPACE = "wrkspc_eng"
CODE_KEY = "apikey_eng_claude_code"
REPOSITORY = "acme/storefront"

SPIKE_DAY = date(2026, 5, 13)
SPIKE_FACTOR = 4.5
DROP_DAYS = (date(2026, 4, 21), date(2026, 4, 22), date(2026, 4, 23), date(2026, 4, 24))
DROP_FACTOR = 0.25
LOAD_TEST_DAY = date(2026, 6, 17)
LOAD_TEST_FACTOR = 3.0
PADDING_FROM = date(2026, 5, 25)
PADDING_FACTOR = 2.0
RUNAWAY_DAY = date(2026, 6, 9)
RUNAWAY_CALLS = 420
CONTRACT_FROM = date(2026, 5, 1)
RESTATED_DAY = date(2026, 5, 12)
LATE_2_DAY = date(2026, 5, 15)
LATE_2_ARRIVED = datetime(2026, 5, 17, 12, 0)
LATE_40_DAY = date(2026, 4, 18)
LATE_40_ARRIVED = datetime(2026, 5, 28, 8, 0)


def window(days: int = DEFAULT_DAYS) -> list[date]:
    """The UTC days of the sample, oldest first, ending on LAST_DAY."""
    return [LAST_DAY - timedelta(days=offset) for offset in range(days - 1, -1, -1)]


def stream_by_alias(alias: str) -> Stream:
    """The stream of a gateway key alias."""
    return next(stream for stream in STREAMS if stream.alias == alias)


def provider_account(alias: str, provider: str) -> tuple[str | None, str | None, str | None]:
    """(billing account, project or workspace, provider key) that a call of a gateway key is billed under."""
    stream = stream_by_alias(alias)
    if provider == "openai":
        assert stream.openai_project is not None
        return (
            OPENAI_ACCOUNT,
            stream.openai_project,
            f"key_{stream.openai_project.removeprefix('proj_')}_gateway",
        )
    if provider == "anthropic":
        assert stream.anthropic_workspace is not None
        name = stream.anthropic_workspace.removeprefix("wrkspc_")
        return ANTHROPIC_ACCOUNT, stream.anthropic_workspace, f"apikey_{name}_gateway"
    return "acme-lab", None, None
