"""Stream declarations: one YAML file per stream, the single statement of what its raw records look like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from scripts.errors import ConfigError
from scripts.home import PROJECT_DIR

STREAMS_DIR = PROJECT_DIR / "streams"
FORMATS = ("jsonl", "json_pages", "csv", "parquet")
EVIDENCE = {
    "payload": "verified on a real payload",
    "schema": "verified on the vendor's schema or documentation",
    "unverified": "unverified: no payload or schema was at hand",
}
KINDS = (
    "requests",
    "usage",
    "charges",
    "outcomes",
    "outcome_measures",
    "links",
    "kpi_values",
    "scores",
    "seats",
    "samples",
    "contracts",
    "budgets",
    "credentials",
    "invoices",
    "fx_rates",
)
AUDIT_COLUMNS = {
    "_source_file": "varchar",
    "_source_line": "bigint",
    "_batch_id": "varchar",
    "_load_seq": "bigint",
    "_loaded_at": "timestamp",
    "_is_complete": "boolean",
    "_scope_key": "varchar",
    "_tags": "varchar",
    "_extra": "varchar",
}


@dataclass(frozen=True)
class Leaf:
    """A scalar (or list) of the record: dotted path in raw, JSON path in the record, DuckDB type."""

    path: tuple[str, ...]
    json_path: str
    type: str
    required: bool
    level: str  # record, or bucket for fields that a page states once per bucket

    @property
    def name(self) -> str:
        """Dotted path, as messages and the quarantine name it."""
        return ".".join(self.path)


@dataclass(frozen=True)
class Field:
    """A raw column: a scalar, or a struct of further fields.

    Type `attributes` is an OpenTelemetry list of keys and values, brought to a struct of the declared keys and of
    `tags`, a JSON object of those that no convention names; of the others nothing is kept.
    """

    name: str
    type: str
    description: str
    required: bool
    json_key: str
    fields: tuple[Field, ...] = ()

    def raw_type(self) -> str:
        """DuckDB type of the raw column, structs spelled out."""
        if not self.fields:
            return "varchar" if self.type == "json" else self.type
        return "struct(" + ", ".join(f'"{f.name}" {f.raw_type()}' for f in self.fields) + ")"


@dataclass(frozen=True)
class RowRule:
    """A condition that each record must meet (true or null); else it goes to quarantine."""

    name: str
    field: str
    check: str
    reason: str


@dataclass(frozen=True)
class Pages:
    """Envelope of a document: the keys that lead down to its records, and fields of the objects around them.

    `paths` are alternatives, each a chain of keys: every key leads to a list whose items are gone through, `*` to all
    values of an object. A key may be dotted (`data.result`). `context_fields` are declared fields that stand on the
    object around the record; on one further out, their `path` is prefixed with the key that led to that one's items
    (`resourceSpans.resource`), and with `$` for the document itself when it lies further out (`$.has_more`).
    """

    paths: tuple[tuple[str, ...], ...]
    context_fields: tuple[str, ...]


@dataclass(frozen=True)
class TableText:
    """How a CSV writes values, where that is not our own way: read before anything is judged.

    `null_values` are texts that mean no value; `date_formats` are tried, in their order, on columns of dates and
    times (a text of none of them stays as it is); with `money_signs`, decimals may carry a currency sign and commas.
    """

    null_values: tuple[str, ...] = ()
    date_formats: tuple[str, ...] = ()
    money_signs: bool = False


@dataclass(frozen=True)
class Stream:
    """One declared stream."""

    source: str
    stream: str
    description: str
    kind: str
    formats: tuple[str, ...]
    load: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    row_rules: tuple[RowRule, ...] = ()
    content_fields: tuple[str, ...] = ()
    person_fields: tuple[str, ...] = ()
    record_filter: str | None = None
    pages: Pages | None = None
    table_text: TableText = TableText()
    extension_prefix: str | None = None
    token_semantics: dict[str, Any] = field(default_factory=dict, hash=False)
    freshness: dict[str, Any] = field(default_factory=dict, hash=False)
    expectations: tuple[dict[str, Any], ...] = field(default=(), hash=False)
    notes: str = ""
    evidence: str = "unverified"
    export: str = ""
    answers: str = ""
    cannot_answer: str = ""
    staging: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def staging_model(self) -> str:
        """Name of the staging model that reads the stream."""
        return f"stg_{self.source}__{self.stream}"

    def leaves(self) -> list[Leaf]:
        """All scalars in the order of the raw columns."""
        return list(self._walk(self.fields, (), "$"))

    def _walk(self, fields: tuple[Field, ...], path: tuple[str, ...], json_path: str) -> Iterator[Leaf]:
        bucket_fields = self.pages.context_fields if self.pages else ()
        for item in fields:
            here = (*path, item.name)
            pointer = f'{json_path}."{item.json_key}"'
            if item.fields:
                yield from self._walk(item.fields, here, pointer)
            else:
                level = "bucket" if not path and item.name in bucket_fields else "record"
                yield Leaf(here, pointer, "varchar" if item.type == "json" else item.type, item.required, level)

    def structs(self) -> dict[str, list[str]]:
        """Known keys of each object level, by its JSON path: `$` for the record itself."""
        known: dict[str, list[str]] = {}

        def walk(fields: tuple[Field, ...], json_path: str) -> None:
            known[json_path] = [f.json_key for f in fields]
            for item in fields:
                if item.fields:
                    walk(item.fields, f'{json_path}."{item.json_key}"')

        bucket_fields = self.pages.context_fields if self.pages else ()
        walk(tuple(f for f in self.fields if f.name not in bucket_fields), "$")
        return known

    def raw_columns(self) -> dict[str, str]:
        """Columns of the raw file in order, with DuckDB types."""
        columns = {f.name: f.raw_type() for f in self.fields}
        if self.extension_prefix:
            columns["x_attributes"] = "varchar"
        if self.load == "window":
            columns["_is_empty_bucket"] = "boolean"
        return {**columns, **AUDIT_COLUMNS}


def _field(raw: dict[str, Any], where: str) -> Field:
    for key in ("name", "type"):
        if key not in raw:
            raise ConfigError(f"{where}: field {raw.get('name', raw)} lacks '{key}'")
    nested = tuple(_field(item, where) for item in raw.get("fields", ()))
    if (raw["type"] in ("struct", "attributes")) != bool(nested):
        raise ConfigError(f"{where}: field {raw['name']}: a struct needs fields, and only a struct has them")
    if raw["type"] == "attributes":
        described = "Attributes of no convention that are short, as a JSON object."
        nested += (Field("tags", "json", described, False, "tags"),)
    return Field(
        name=raw["name"],
        type=str(raw["type"]).lower(),
        description=raw.get("description", ""),
        required=bool(raw.get("required", False)),
        json_key=str(raw.get("path", raw["name"])),
        fields=nested,
    )


def _pages(raw: dict[str, Any], where: str) -> Pages:
    if set(raw) - {"path", "context_fields"} or not raw.get("path"):
        raise ConfigError(f"{where}: pages needs 'path' and may have 'context_fields'")
    paths = raw["path"] if isinstance(raw["path"][0], list) else [raw["path"]]
    return Pages(tuple(tuple(path) for path in paths), tuple(raw.get("context_fields", ())))


def _table_text(raw: dict[str, Any], where: str) -> TableText:
    if set(raw) - {"null_values", "date_formats", "money_signs"}:
        raise ConfigError(f"{where}: table_text may have 'null_values', 'date_formats' and 'money_signs'")
    return TableText(
        tuple(raw.get("null_values", ())), tuple(raw.get("date_formats", ())), bool(raw.get("money_signs", False))
    )


def _fields(raw: dict[str, Any], folder: Path, where: str) -> tuple[Field, ...]:
    """Declared fields: those of a list that several streams share (`fields_from`), then the stream's own."""
    shared: list[dict[str, Any]] = []
    if "fields_from" in raw:
        path = folder / raw["fields_from"]
        if not path.is_file():
            raise ConfigError(f"{where}: fields_from names {raw['fields_from']}, which is not in {folder.name}/")
        shared = yaml.safe_load(path.read_text(encoding="utf-8"))["fields"]
    return tuple(_field(item, where) for item in (*shared, *raw.get("fields", ())))


def _text(raw: dict[str, Any], key: str) -> str:
    return " ".join(str(raw.get(key, "")).split())


def load_declaration(path: Path) -> Stream:
    """Read and check one declaration. Raises ConfigError naming the file and what is wrong in it."""
    where = str(path.relative_to(PROJECT_DIR)) if path.is_relative_to(PROJECT_DIR) else str(path)
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ConfigError(f"{where}: not valid YAML: {error}") from error
    for key in ("source", "stream", "description", "kind", "formats", "load"):
        if key not in raw:
            raise ConfigError(f"{where}: lacks '{key}'")
    if "fields" not in raw and "fields_from" not in raw:
        raise ConfigError(f"{where}: lacks 'fields'")
    if path.stem != raw["stream"] or path.parent.name != raw["source"]:
        raise ConfigError(f"{where}: must be named {raw['source']}/{raw['stream']}.yml")
    if raw["kind"] not in KINDS:
        raise ConfigError(f"{where}: kind '{raw['kind']}' is not one of {', '.join(KINDS)}")
    if raw["load"] not in ("record", "window"):
        raise ConfigError(f"{where}: load '{raw['load']}' is neither record nor window")
    for name in raw["formats"]:
        if name not in FORMATS:
            raise ConfigError(f"{where}: format '{name}' is not one of {', '.join(FORMATS)}")
    if "json_pages" in raw["formats"] and "pages" not in raw:
        raise ConfigError(f"{where}: format json_pages needs 'pages'")
    pages = raw.get("pages")
    stream = Stream(
        source=raw["source"],
        stream=raw["stream"],
        description=" ".join(raw["description"].split()),
        kind=raw["kind"],
        formats=tuple(raw["formats"]),
        load=raw["load"],
        key=tuple(raw.get("key", ())),
        fields=_fields(raw, path.parent.parent, where),
        row_rules=tuple(
            RowRule(r["name"], r.get("field", ""), r["check"], r["reason"]) for r in raw.get("row_rules", ())
        ),
        content_fields=tuple(raw.get("content_fields", ())),
        person_fields=tuple(raw.get("person_fields", ())),
        record_filter=raw.get("record_filter"),
        pages=_pages(pages, where) if pages else None,
        table_text=_table_text(raw.get("table_text", {}), where),
        extension_prefix=raw.get("extension_prefix"),
        token_semantics=raw.get("token_semantics", {}),
        freshness=raw.get("freshness", {}),
        expectations=tuple(raw.get("expectations", ())),
        notes=_text(raw, "notes"),
        evidence=raw.get("evidence", "unverified"),
        export=_text(raw, "export"),
        answers=_text(raw, "answers"),
        cannot_answer=_text(raw, "cannot_answer"),
        staging=raw.get("staging", {}),
    )
    if stream.evidence not in EVIDENCE:
        raise ConfigError(f"{where}: evidence '{stream.evidence}' is not one of {', '.join(EVIDENCE)}")
    leaf_names = {leaf.name for leaf in stream.leaves()}
    for name in (*stream.key, *stream.person_fields):
        if name not in leaf_names:
            raise ConfigError(f"{where}: '{name}' is a key or person field but no declared field")
    return stream


@cache
def load_streams(folder: Path = STREAMS_DIR) -> dict[tuple[str, str], Stream]:
    """All declarations, by (source, stream), in order of name."""
    paths = sorted(folder.glob("*/*.yml"))
    return {(s.source, s.stream): s for s in (load_declaration(path) for path in paths)}


def find_stream(source: str, stream: str, folder: Path = STREAMS_DIR) -> Stream:
    """Declaration of one stream. Raises ConfigError with the known ones when there is none."""
    streams = load_streams(folder)
    if (source, stream) not in streams:
        known = ", ".join(f"{s} {t}" for s, t in streams)
        raise ConfigError(f"no stream '{source} {stream}'; known: {known}")
    return streams[(source, stream)]
