"""Rules of the project's layers, checked over dbt's manifest: who reads whom, what is typed, tested and described."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts.build import dbt_command
from scripts.doctor import mart_needs
from scripts.home import PROJECT_DIR

PUBLIC_LAYERS = ("core", "marts", "focus", "feeds", "ops")
MAX_MODEL_LINES = 150
# Which layers a layer may read. Ops looks at every stage, which is its purpose.
MAY_READ = {
    "staging": set(),
    "intermediate": {"staging", "intermediate", "seeds", "core"},
    "core": {"staging", "intermediate", "seeds", "core"},
    "marts": {"core"},
    "focus": {"core", "focus"},
    "feeds": {"core", "feeds"},
    "ops": {"staging", "intermediate", "core", "focus", "marts", "ops", "seeds"},
}
# Marts that are made in published steps, which show how a finding came about: the steps read one another.
STEPS_OF_MART = {"spend_anomalies": "spend_anomaly_"}
# Models that only list the days and months that a run rebuilds; every table rebuilt by touched day reads them.
RUN_STATE = re.compile(r"^int_run__")
CLOCK = re.compile(
    r"\b(?:now|today|get_current_timestamp|localtimestamp)\s*\(|\bcurrent_(?:date|timestamp|time)\b"
)
HARD_CODED = re.compile(
    r"\b(?:from|join)\s+\(?(?:staging|intermediate|core|marts|focus|feeds|ops|seeds)\.\w+"
)
NAMES = {
    "staging": re.compile(r"^stg_[a-z0-9_]+__[a-z0-9_]+$"),
    "intermediate": re.compile(r"^int_[a-z0-9_]+__[a-z0-9_]+$"),
    "core": re.compile(r"^((fct|dim|bridge)_[a-z0-9_]+|as_of)$"),
    "marts": re.compile(r"^(?!stg_|int_|fct_|dim_)[a-z0-9_]+$"),
    "focus": re.compile(r"^focus_[a-z0-9_]+$"),
    "feeds": re.compile(r"^feed_[a-z0-9_]+$"),
    "ops": re.compile(r"^(?!stg_|int_|fct_|dim_)[a-z0-9_]+$"),
}


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    target = tmp_path_factory.mktemp("structure")
    home = target / "home"
    command = dbt_command(["--quiet", "parse", "--no-partial-parse"])
    completed = subprocess.run(
        [*command, "--target-path", str(target), "--log-path", str(target)],
        cwd=PROJECT_DIR,
        env={**os.environ, "AI_FINOPS_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stdout + completed.stderr
    return json.loads((target / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    found = [n for n in manifest["nodes"].values() if n["resource_type"] == "model"]
    assert len(found) > 20
    return found


def layer(node: dict[str, Any]) -> str:
    if node["resource_type"] == "seed":
        return "seeds"
    return node["fqn"][1]


def mart_of(name: str) -> str:
    """Name of the mart that a model is, or is a step of."""
    return next((mart for mart, step in STEPS_OF_MART.items() if name.startswith(step)), name)


def public(models: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [m for m in models if layer(m) in PUBLIC_LAYERS]


def code_of(model: dict[str, Any]) -> str:
    """SQL without comments."""
    text = re.sub(r"\{#.*?#\}", "", model["raw_code"], flags=re.S)
    return re.sub(r"--[^\n]*", "", text)


def keys_by_model(manifest: dict[str, Any]) -> dict[str, list[str]]:
    """Tests that prove a key, by unique_id of the model."""
    found: dict[str, list[str]] = {}
    for node in manifest["nodes"].values():
        if node["resource_type"] == "test" and node.get("test_metadata"):
            name = node["test_metadata"]["name"]
            if name in ("unique", "unique_combination", "no_overlap"):
                found.setdefault(node["attached_node"], []).append(name)
    return found


def test_every_model_is_in_a_known_layer(models: list[dict[str, Any]]) -> None:
    assert sorted({layer(m) for m in models} - set(MAY_READ)) == []


def test_layers_read_only_what_they_may(manifest: dict[str, Any], models: list[dict[str, Any]]) -> None:
    wrong = []
    for model in models:
        for parent_id in model["depends_on"]["nodes"]:
            parent = manifest["nodes"].get(parent_id)
            if parent is None:
                continue
            allowed = layer(parent) in MAY_READ[layer(model)] or RUN_STATE.match(parent["name"])
            same_mart = mart_of(model["name"]) == mart_of(parent["name"])
            if not allowed and not same_mart:
                wrong.append(f"{model['name']} ({layer(model)}) reads {parent['name']} ({layer(parent)})")
    assert wrong == []


def test_only_staging_reads_sources(models: list[dict[str, Any]]) -> None:
    wrong = [
        m["name"]
        for m in models
        if layer(m) != "staging" and any(p.startswith("source.") for p in m["depends_on"]["nodes"])
    ]
    assert wrong == []


def test_each_source_has_one_reader(manifest: dict[str, Any], models: list[dict[str, Any]]) -> None:
    readers: dict[str, list[str]] = {source: [] for source in manifest["sources"]}
    for model in models:
        for parent in model["depends_on"]["nodes"]:
            if parent in readers:
                readers[parent].append(model["name"])
    assert {source: names for source, names in readers.items() if len(names) != 1} == {}


def test_public_models_enforce_their_contract(models: list[dict[str, Any]]) -> None:
    assert [m["name"] for m in public(models) if not m["config"]["contract"]["enforced"]] == []


def test_public_models_have_typed_and_described_columns(models: list[dict[str, Any]]) -> None:
    wrong = [
        f"{m['name']}.{c['name']}"
        for m in public(models)
        for c in m["columns"].values()
        if not (c.get("description") or "").strip() or not c.get("data_type")
    ]
    wrong += [m["name"] for m in public(models) if not m["columns"]]
    assert wrong == []


def test_public_models_have_a_tested_key(manifest: dict[str, Any], models: list[dict[str, Any]]) -> None:
    keys = keys_by_model(manifest)
    # One row by construction: its test counts rows.
    one_row = {"as_of"}
    assert [
        m["name"] for m in public(models) if m["unique_id"] not in keys and m["name"] not in one_row
    ] == []


def test_descriptions_start_with_the_grain(models: list[dict[str, Any]]) -> None:
    wrong = [
        m["name"]
        for m in models
        if not m["description"].startswith("One row per ")
        and not m["description"].startswith("One row:")
    ]
    assert wrong == []


def test_every_model_describes_its_columns(models: list[dict[str, Any]]) -> None:
    wrong = [m["name"] for m in models if not m["columns"]]
    wrong += [
        f"{m['name']}.{c['name']}"
        for m in models
        for c in m["columns"].values()
        if not (c.get("description") or "").strip()
    ]
    assert wrong == []


def test_macros_say_what_they_are_for(manifest: dict[str, Any]) -> None:
    undescribed = []
    for macro in manifest["macros"].values():
        is_variant = re.match(r"(default|spark|duckdb)__", macro["name"])  # of a macro that is described
        if macro["package_name"] != "ai_finops" or macro["name"].startswith("test_") or is_variant:
            continue
        text = (PROJECT_DIR / macro["original_file_path"]).read_text(encoding="utf-8")
        before = text[: re.search(rf"macro\s+{macro['name']}\b", text).start()]  # type: ignore[union-attr]
        comment = re.search(r"\{#(.*?)#\}\s*\{%-?\s*$", before, flags=re.S)
        if not comment or len(comment[1].split()) < 4:
            undescribed.append(macro["name"])
    assert undescribed == []


def test_models_are_short(models: list[dict[str, Any]]) -> None:
    lengths = {m["name"]: len(m["raw_code"].splitlines()) for m in models}
    assert {name: n for name, n in lengths.items() if n > MAX_MODEL_LINES} == {}


def test_names_follow_their_folder(models: list[dict[str, Any]]) -> None:
    assert [f"{layer(m)}: {m['name']}" for m in models if not NAMES[layer(m)].match(m["name"])] == []


def test_staging_is_views_named_after_its_source(
    manifest: dict[str, Any], models: list[dict[str, Any]]
) -> None:
    for model in (m for m in models if layer(m) == "staging"):
        assert model["config"]["materialized"] == "view", model["name"]
        sources = [manifest["sources"][p] for p in model["depends_on"]["nodes"] if p in manifest["sources"]]
        assert [f"stg_{s['source_name']}__{s['name']}" for s in sources] == [model["name"]]


def test_seeds_have_types_keys_and_descriptions(manifest: dict[str, Any]) -> None:
    keys = keys_by_model(manifest)
    wrong = []
    for seed in (n for n in manifest["nodes"].values() if n["resource_type"] == "seed"):
        header = (
            (PROJECT_DIR / seed["original_file_path"]).read_text(encoding="utf-8").splitlines()[0].split(",")
        )
        untyped = set(header) - set(seed["config"].get("column_types") or {})
        undescribed = {c for c in header if not (seed["columns"].get(c, {}).get("description") or "").strip()}
        if untyped or undescribed or not seed["description"] or seed["unique_id"] not in keys:
            wrong.append((seed["name"], sorted(untyped), sorted(undescribed), seed["unique_id"] in keys))
    assert wrong == []


def test_macros_are_documented() -> None:
    """A comment stands right above each macro, or above the group of macros that it opens with."""
    wrong = []
    for path in sorted((PROJECT_DIR / "macros").rglob("*.sql")):
        text = path.read_text(encoding="utf-8")
        for match in re.finditer(r"\{%-?\s*macro\s+(\w+)", text):
            before = text[: match.start()].rstrip()
            is_dispatch_target = re.match(r"(duckdb|spark|postgres|default)__", match.group(1))
            if not before.endswith("#}") and not is_dispatch_target:
                wrong.append(f"{path.relative_to(PROJECT_DIR)}: {match.group(1)}")
    assert wrong == []


def test_models_and_macros_have_no_clock(models: list[dict[str, Any]]) -> None:
    texts = {m["name"]: code_of(m) for m in models}
    for path in (PROJECT_DIR / "macros").rglob("*.sql"):
        texts[path.name] = code_of({"raw_code": path.read_text(encoding="utf-8")})
    assert {name: CLOCK.findall(text) for name, text in texts.items() if CLOCK.search(text)} == {}


def test_models_name_relations_through_ref(models: list[dict[str, Any]]) -> None:
    assert {m["name"]: HARD_CODED.findall(code_of(m)) for m in models if HARD_CODED.search(code_of(m))} == {}


def test_every_mart_says_what_it_needs(models: list[dict[str, Any]]) -> None:
    """doctor tells what a mart lacks; a new mart is added there."""
    assert {mart_of(m["name"]) for m in models if layer(m) == "marts"} == set(mart_needs())


def test_marts_are_named_by_period(models: list[dict[str, Any]]) -> None:
    """usage_date or usage_month comes first in marts that have a period in their name."""
    wrong = []
    for model in (m for m in models if layer(m) == "marts"):
        first = next(iter(model["columns"]))
        wanted = {"_daily": "usage_date", "_monthly": "usage_month"}
        wrong += [
            model["name"]
            for suffix, name in wanted.items()
            if model["name"].endswith(suffix) and first != name
        ]
    assert wrong == []


def test_layout_has_no_stray_models(models: list[dict[str, Any]]) -> None:
    files = {p.relative_to(PROJECT_DIR).as_posix() for p in (PROJECT_DIR / "models").rglob("*.sql")}
    assert files - {Path(m["original_file_path"]).as_posix() for m in models} == set()


def test_sql_is_indented_by_four_spaces() -> None:
    wrong = []
    for folder in ("models", "tests/singular"):
        for path in sorted((PROJECT_DIR / folder).rglob("*.sql")):
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
                indent = line[: len(line) - len(line.lstrip())]
                if "\t" in line or line != line.rstrip() or len(indent) % 4:
                    wrong.append(f"{path.relative_to(PROJECT_DIR)}:{number}")
    assert wrong == []


def test_completed_stands_behind_every_model(manifest: dict[str, Any], models: list[dict[str, Any]]) -> None:
    """Only so does dbt reach it, and mark the build as green, after all other models are built and tested."""
    by_name = {m["name"]: m["unique_id"] for m in models}
    open_ids, above = [by_name["completed"]], set()
    while open_ids:
        node = manifest["nodes"].get(open_ids.pop())
        for parent in node["depends_on"].get("nodes", ()) if node else ():
            if parent not in above:
                above.add(parent)
                open_ids.append(parent)
    assert sorted(set(by_name.values()) - above - {by_name["completed"]}) == []
