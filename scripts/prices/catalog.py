"""Model aliases and the model list, derived from a price list's match clauses, names and price levels."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from genai_prices import types as genai

from scripts.prices.genai import models_of
from scripts.prices.rows import PriceKey, PriceTable, write_rows

ALIAS_COLUMNS = ("provider", "match_type", "match_value", "model", "priority")
MODEL_COLUMNS = ("provider", "model", "model_name", "model_developer", "model_family", "model_tier")

# Exact names beat patterns, patterns that are tied to a whole name beat prefixes, prefixes beat parts of a name.
PRIORITIES = {"equals": 100, "regex": 200, "starts_with": 300, "ends_with": 400, "contains": 500}
# A name that only another provider's list knows comes after all names of the provider's own list.
BORROWED_PRIORITY = 1000

Alias = tuple[str, str, str, str, str]


def listed_aliases(
    selected: Iterable[tuple[str, genai.Provider]], providers: list[genai.Provider], priced: PriceTable
) -> list[Alias]:
    """Rows of the alias seed for every model that has a price. Values are lower case, as names are when compared."""
    priced_models = {(key.provider, key.model) for key in priced}
    aliases: dict[tuple[str, str, str], Alias] = {}
    for provider_id, provider in selected:
        for model, lender in models_of(provider, providers):
            model_id = model.id.lower()
            if (provider_id, model_id) not in priced_models:
                continue
            offset = BORROWED_PRIORITY if lender else 0
            # A model's own id names it too, so that canonical ids resolve to themselves.
            for match_type, value in (*_clauses(model.match), ("equals", model_id)):
                row = (provider_id, match_type, value, model_id, str(PRIORITIES[match_type] + offset))
                # The list is searched from its start: its first model with the clause has it.
                aliases.setdefault((provider_id, match_type, value), row)
    return list(aliases.values())


def _clauses(clause: genai.MatchLogic) -> Iterator[tuple[str, str]]:
    """Flat match type and value pairs, any one of which is enough.

    In an `and` the clause on the name's text counts; the others only exclude names that other models match exactly.
    """
    match clause:
        case genai.ClauseOr():
            for part in clause.or_:
                yield from _clauses(part)
        case genai.ClauseAnd():
            texts = [part for part in clause.and_ if not isinstance(part, genai.ClauseRegex)]
            yield from _clauses(texts[0])
        case genai.ClauseEquals():
            yield "equals", clause.equals.lower()
        case genai.ClauseStartsWith():
            yield "starts_with", clause.starts_with.lower()
        case genai.ClauseEndsWith():
            yield "ends_with", clause.ends_with.lower()
        case genai.ClauseContains():
            yield "contains", clause.contains.lower()
        case genai.ClauseRegex():
            yield "regex", clause.regex


def update_aliases(path: Path, listed: Iterable[Alias]) -> list[Alias]:
    """Rows of the seed after a refresh: listed rows replace those with the same match, all others stay."""
    rows: dict[tuple[str, ...], Alias] = {}
    for row in (*_read(path), *listed):
        rows[row[:3]] = row  # type: ignore[assignment]
    return sorted(rows.values(), key=lambda row: (row[0], int(row[4]), row[1], row[2]))


def update_models(path: Path, listed: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows of the seed after a refresh: new models are added, existing rows stay as they are, edits included."""
    rows = {row[:2]: row for row in listed}
    rows.update({row[:2]: row for row in _read(path)})
    return [rows[key] for key in sorted(rows)]


def _read(path: Path) -> list[tuple[str, ...]]:
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as handle:
        return [tuple(row) for row in list(csv.reader(handle))[1:]]


def write_aliases(path: Path, rows: Iterable[Alias]) -> None:
    """Write the alias seed."""
    write_rows(path, ALIAS_COLUMNS, rows)


def write_models(path: Path, rows: Iterable[tuple[str, ...]]) -> None:
    """Write the model seed."""
    write_rows(path, MODEL_COLUMNS, rows)


def listed_models(
    selected: Iterable[tuple[str, genai.Provider]], providers: list[genai.Provider], priced: PriceTable
) -> list[tuple[str, ...]]:
    """Rows of the model seed for every model that has a price."""
    prices = {key: rows[-1].usd_per_token for key, rows in priced.items()}
    missing = {(key.provider, key.model) for key in priced}
    rows = []
    for provider_id, provider in selected:
        for model, lender in models_of(provider, providers):
            model_id = model.id.lower()
            if (provider_id, model_id) not in missing:
                continue
            missing.discard((provider_id, model_id))
            name = " ".join((model.name or model.id).split())
            output = prices.get(PriceKey(provider_id, model_id, "output_tokens", "standard", 0))
            developer = developer_of(model_id, lender or provider.name)
            rows.append((provider_id, model_id, name, developer, family_of(model_id), tier_of(model_id, output)))
    return rows


DEVELOPERS = (
    (r"claude", "Anthropic"),
    (r"deepseek|mai-ds", "DeepSeek"),
    (r"gemini|gemma|imagen|veo|lyria|palm|bison", "Google"),
    (r"llama", "Meta"),
    (r"mistral|mixtral|codestral|ministral|magistral|devstral|pixtral|voxtral|leanstral", "Mistral AI"),
    (r"grok", "xAI"),
    (r"qwen|qwq", "Alibaba"),
    (r"kimi|moonshot", "Moonshot AI"),
    (r"glm", "Z.ai"),
    (r"minimax", "MiniMax"),
    (r"nemotron|nvidia", "NVIDIA"),
    (r"nova-|titan", "Amazon"),
    (r"jamba|ai21", "AI21 Labs"),
    (r"phi-|wizardlm", "Microsoft"),
    (r"command|cohere|rerank|aya|embed-(v|english|multi)", "Cohere"),
    (r"gpt|codex|davinci|babbage|whisper|text-embedding-(3|ada)|dall|tts-1|(^|[/.])o\d|chatgpt|computer-use", "OpenAI"),
)


def developer_of(model_id: str, seller: str) -> str:
    """Company that built the model, by its name; the seller where no name is known."""
    return next((name for pattern, name in DEVELOPERS if re.search(pattern, model_id)), seller)


def family_of(model_id: str) -> str:
    """Model family (claude-opus, gpt-5.4, gemini-2.5 ...): the name up to its generation, without vendor prefix."""
    name = re.sub(r"^(?:.*/|ft:)", "", model_id)
    name = re.sub(r"^(?:(?:global|regional|us|eu|apac|jp|au)\.)?(?:[a-z0-9]+\.)(?=[a-z])", "", name)
    claude = re.search(r"claude.*?(opus|sonnet|haiku|instant|fable|mythos)", name)
    if claude:
        return f"claude-{claude.group(1)}"
    generation = re.match(r"[a-z]+(?:-[a-z]+)*?-?v?\d+(?:\.\d+)?o?(?![a-z0-9])", name)
    return generation.group(0) if generation else name.split("-")[0].split(":")[0]


EMBEDDING_NAME = re.compile(r"embed|rerank|moderation")
SMALL_NAME = re.compile(
    r"(?<![a-z])(mini|nano|lite|haiku|small|micro|tiny|instant|luna)(?![a-z])|(?<![a-z0-9])([1-9]|1[0-4])b(?![a-z])|ministral"
)
MID_NAME = re.compile(r"(?<![a-z])(sonnet|flash|medium|turbo)(?![a-z])")
FRONTIER_NAME = re.compile(r"(?<![a-z])(opus|pro|ultra|premier)(?![a-z])")
# USD per million output tokens.
FRONTIER_OUTPUT_PRICE = Decimal(8)
MID_OUTPUT_PRICE = Decimal("1.5")


def tier_of(model_id: str, output_usd_per_token: Decimal | None) -> str:
    """Capability tier: embedding, small, mid or frontier.

    The name decides where the vendor states the size in it (haiku, mini, flash-lite ... small; sonnet, flash,
    medium ... mid; opus, pro ... frontier; the smallest word wins), else the latest base price of output: from
    8 USD per million tokens frontier, from 1.50 mid, below (or without such a price) small.
    """
    if EMBEDDING_NAME.search(model_id):
        return "embedding"
    for pattern, tier in ((SMALL_NAME, "small"), (MID_NAME, "mid"), (FRONTIER_NAME, "frontier")):
        if pattern.search(model_id):
            return tier
    output_mtok = (output_usd_per_token or Decimal(0)).scaleb(6)
    if output_mtok >= FRONTIER_OUTPUT_PRICE:
        return "frontier"
    return "mid" if output_mtok >= MID_OUTPUT_PRICE else "small"
