"""SQL of the gate: from JSON lines to typed, judged records, generated from a stream's declaration."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from scripts.declarations import Field, Stream
from scripts.gate.readers import identifier, quote
from scripts.gate.scrub import TEXT_NAMES

# Kinds of lines, as the gate tells them apart.
GOOD, BAD, INCOMPLETE, NOT_JSON, IGNORED, UNRELATED, BLANK, REPEATED = range(8)
RECORD_KINDS = (GOOD, BAD, INCOMPLETE, NOT_JSON)
INTEGERS = ("bigint", "integer", "smallint")
# A double holds 12 decimals exactly up to here; above, and with 17 digits or more, the record's own digits are read.
EXACT_LIMIT = 4096
EXACT_DIGITS = 17


@dataclass(frozen=True)
class GateLeaf:
    """A field that holds a value: its dotted name in raw, and the keys that lead to it from the root of the line."""

    name: str
    path: tuple[str, ...]
    type: str
    required: bool
    is_person: bool


def pointer(path: tuple[str, ...]) -> str:
    """JSON pointer (RFC 6901) of a path of keys."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


@dataclass(frozen=True)
class GateSql:
    """SQL texts for one stream and layout. In the paged layout a line is `{"b": bucket, "r": result}`."""

    stream: Stream
    is_paged: bool

    @cached_property
    def leaves(self) -> list[GateLeaf]:
        """Fields that hold values, structs flattened, in declared order."""
        found: list[GateLeaf] = []

        def walk(fields: tuple[Field, ...], names: tuple[str, ...], path: tuple[str, ...]) -> None:
            for item in fields:
                name = (*names, item.name)
                here = path if names else self._root(item.name)
                if item.fields:
                    walk(item.fields, name, (*here, item.json_key))
                else:
                    dotted = ".".join(name)
                    is_person = dotted in self.stream.person_fields
                    found.append(GateLeaf(dotted, (*here, item.json_key), item.type, item.required, is_person))

        walk(self.stream.fields, (), ())
        return found

    @cached_property
    def structs(self) -> list[tuple[str, tuple[str, ...], bool]]:
        """Dotted name, path and required flag of each struct, outermost first."""
        found: list[tuple[str, tuple[str, ...], bool]] = []

        def walk(fields: tuple[Field, ...], names: tuple[str, ...], path: tuple[str, ...]) -> None:
            for item in fields:
                if item.fields:
                    here = (*(path if names else self._root(item.name)), item.json_key)
                    found.append((".".join((*names, item.name)), here, item.required))
                    walk(item.fields, (*names, item.name), here)

        walk(self.stream.fields, (), ())
        return found

    def _root(self, name: str) -> tuple[str, ...]:
        """Where on the line a top-level field is."""
        if not self.is_paged:
            return ()
        return ("b",) if self._is_bucket_field(name) else ("r",)

    def _is_bucket_field(self, name: str) -> bool:
        pages = self.stream.pages
        return bool(pages and name.split(".")[0] in pages.context_fields)

    @cached_property
    def dropped_paths(self) -> list[tuple[str, ...]]:
        """Content, which is never kept."""
        return [(*self._root(""), *path.split(".")) for path in self.stream.content_fields]

    @cached_property
    def known_keys(self) -> dict[tuple[str, ...], set[str]]:
        """Declared keys of every object that is looked into for unknown fields.

        A page's bucket is not looked into, nor what is kept whole (JSON) or dropped but for declared fields (content).
        """
        paths = [leaf.path for leaf in self.leaves] + [path for _, path, _ in self.structs] + self.dropped_paths
        whole = {leaf.path for leaf in self.leaves if leaf.type == "json"} | set(self.dropped_paths)
        root = self._root("")
        known: dict[tuple[str, ...], set[str]] = {root: set()}
        for path in paths:
            if path[: len(root)] != root:
                continue
            for depth in range(len(root), len(path)):
                parent = path[:depth]
                if not any(parent[: len(covered)] == covered for covered in whole):
                    known.setdefault(parent, set()).add(path[depth])
        return dict(sorted(known.items()))

    def keys_expression(self, line: str = "t") -> str:
        """Lists of the keys of each object in `known_keys`, in its order."""
        pointers = ", ".join(quote(pointer(path)) for path in self.known_keys)
        return f"json_keys({line}, [{pointers}])"

    def unknown_paths(self, key_lists: list[list[str] | None]) -> list[tuple[str, ...]]:
        """Paths of the keys that the declaration does not know."""
        found = []
        for (path, known), keys in zip(self.known_keys.items(), key_lists, strict=True):
            found += [(*path, key) for key in keys or [] if key not in known]
        return sorted(set(found))

    def unknown_name(self, path: tuple[str, ...]) -> str:
        """Dotted name of an unknown field."""
        return ".".join(path[1:] if self.is_paged else path)

    def is_extension(self, path: tuple[str, ...]) -> bool:
        """True for an undeclared field that the stream invites by its extension prefix."""
        prefix = self.stream.extension_prefix
        return bool(prefix) and len(path) == len(self._root("")) + 1 and path[-1].startswith(prefix or "")

    def gated_columns(self) -> str:
        """Column definitions of the temporary table that holds the judged records."""
        fields = "".join(f", {identifier(f.name)} {f.raw_type()}" for f in self.stream.fields)
        return (
            "_g_file integer, _g_n bigint, _g_octets bigint, _g_kind tinyint, _g_hash ubigint, _g_keys ubigint, "
            f"_g_field varchar, _g_reason varchar, _g_empty boolean{fields}"
        )

    def judge(self, lines: str) -> str:
        """SELECT that reads `lines` (file_no, n, octets, t) and gives the columns of `gated_columns`."""
        record_filter = self.stream.record_filter
        matched = "true"
        if record_filter:
            matched = f"case when _g_t is not null then try(cast(({record_filter}) as boolean)) end"
        whole = "json_extract(try_cast(_g_t as json), '/r')" if self.is_paged else "try_cast(_g_t as json)"
        record = f"{whole} as record" if record_filter else "null as record"
        pointers = [quote(pointer(leaf.path)) for leaf in self.leaves] + ["'/e'"]
        is_record = "_g_t is not null" + (" and (_g_match or record is null)" if record_filter else "")
        names = ", ".join(identifier(f.name) for f in self.stream.fields)
        return f"""
            with lines as (
                select file_no as _g_file, n as _g_n, octets as _g_octets, t as _g_t from ({lines})
            ),
            parsed as (select *, {record} from lines),
            matched as (select *, {matched} as _g_match from parsed),
            extracted as (
                select
                    _g_file, _g_n, _g_octets, _g_t, record is null as _g_broken, _g_match,
                    case when {is_record} then try(json_extract_string(_g_t, [{", ".join(pointers)}])) end as _g_v,
                    case when {is_record} then hash(_g_t) end as _g_hash,
                    case when {is_record} then try(hash({self.keys_expression("_g_t")})) end as _g_keys,
                from matched
            ),
            texts as (
                select * exclude (_g_v), _g_v is null as _g_unread,
                    {f"coalesce(_g_v[{len(pointers)}] = 'true', false)" if self.is_paged else "false"} as _g_empty,
                    {self._text_list()}
                from extracted
            ),
            typed as (
                select *, {self._typed_list()} from texts
            ),
            named as (select *, {self._named_list()} from typed),
            checked as (
                select *,
                    {self._missing_expression()} as _g_missing,
                    {self._wrong_expression()} as _g_wrong,
                from named
            )
            select
                _g_file, _g_n, _g_octets,
                case
                    when _g_t is null then {BLANK}
                    {self._ignored_cases()}
                    when _g_unread then {NOT_JSON}
                    when _g_missing then {INCOMPLETE}
                    when _g_wrong then {BAD}
                    else {GOOD}
                end,
                _g_hash, _g_keys,
                case when not _g_unread and (_g_missing or _g_wrong) then {self._field_expression()} end,
                case when not _g_unread and (_g_missing or _g_wrong) then {self._reason_expression()} end,
                _g_empty, {names}
            from checked
        """

    def extras(self, lines: str, paths: list[tuple[str, ...]], key_hashes: str) -> str:
        """SELECT (file_no, n, x_attributes, extra) of the lines whose unknown fields are to be kept."""
        extension = [p for p in paths if self.is_extension(p)]
        others = [p for p in paths if p not in extension]
        pointers = ", ".join(quote(pointer(path)) for path in paths)
        return f"""
            with lines as ({lines}),
            wanted as (
                select file_no, n, json_extract(t, [{pointers}]) as e from lines
                where t is not null and try(hash({self.keys_expression()})) in (select _g_keys from {key_hashes})
            )
            select file_no, n, {self._object(extension, paths)}, {self._object(others, paths)} from wanted
        """

    def _object(self, chosen: list[tuple[str, ...]], paths: list[tuple[str, ...]]) -> str:
        """JSON object text of some of the extracted values; null where none is there."""
        if not chosen:
            return "null::varchar"
        parts = []
        for path in chosen:
            name = self.unknown_name(path)
            value = f"nullif(e[{paths.index(path) + 1}]::varchar, 'null')"
            key = quote(json.dumps(name, ensure_ascii=False) + ":")
            parts.append(
                f"case when {value} is not null then {key} || case when length({value}) > 64 "
                f"or {value}[1] in ('{{', '[') or contains({value}, '@') then scrub_json({value}) else {value} end end"
            )
        return f"'{{' || nullif(concat_ws(',', {', '.join(parts)}), '') || '}}'"

    def _typed_list(self) -> str:
        return ",\n".join(f"{self._typed(leaf, f'_g_r{i}')} as _g_l{i}" for i, leaf in enumerate(self.leaves, 1))

    def _text_list(self) -> str:
        """Text of each leaf; empty text of another type than text is no value."""
        return ", ".join(
            f"_g_v[{i}] as _g_r{i}" if leaf.type == "varchar" else f"nullif(_g_v[{i}], '') as _g_r{i}"
            for i, leaf in enumerate(self.leaves, 1)
        )

    def _typed(self, leaf: GateLeaf, x: str) -> str:
        """Value of a leaf in its type; null where the text is no such value."""
        kind = leaf.type
        if leaf.is_person:
            return f"hash_person({x})"
        if kind == "varchar":
            return x
        if kind == "json":
            return self._json(leaf, x)
        if kind.endswith("[]"):
            inner = kind.removesuffix("[]").upper()
            return f"""try(from_json(case when {x}[1] = '[' then {x} end, '["{inner}"]'))"""
        if kind in INTEGERS:
            # A cast rounds '1.5' to 2: text with a fraction or exponent must be whole.
            whole = f"try_cast({x} as decimal(38, 12))"
            return (
                f"case when contains({x}, '.') or contains({x}, 'e') or contains({x}, 'E') "
                f"then case when {whole} % 1 = 0 then try_cast({whole} as {kind}) end else try_cast({x} as {kind}) end"
            )
        if kind.startswith("decimal"):
            exact = f"exact_number(_g_t, {quote(pointer(leaf.path))})"
            return (
                f"case when strlen({x}) >= {EXACT_DIGITS} and abs(try_cast({x} as double)) >= {EXACT_LIMIT} "
                f"then try_cast({exact} as {kind}) else {_decimal(x, kind)} end"
            )
        moment = (
            f"case when suffix({x}, 'Z') then try_cast({x} as timestamp) "
            f"else cast(try_cast({x} as timestamptz) as timestamp) end"
        )
        if kind == "timestamp":
            return moment
        if kind == "date":
            return f"case when length({x}) = 10 then try_cast({x} as date) else cast({moment} as date) end"
        return f"try_cast({x} as {kind})"

    def _json(self, leaf: GateLeaf, x: str) -> str:
        """JSON kept as text, without content."""
        inside = [p[len(leaf.path) :] for p in self.dropped_paths if p[: len(leaf.path)] == leaf.path]
        names = sorted(TEXT_NAMES | {path[-1] for path in inside})
        pattern = quote('(?i)"(' + "|".join(re.escape(name) for name in names) + r')"\s*:')
        drop = quote(json.dumps([list(path) for path in inside]))
        return (
            f"case when not json_valid({x}) then null "
            f"when regexp_matches({x}, {pattern}) then clean_json({x}, {drop}) else {x} end"
        )

    def _named_list(self) -> str:
        """Leaves put together to the declared columns."""
        numbers = {leaf.name: i for i, leaf in enumerate(self.leaves, 1)}

        def build(field: Field, prefix: str) -> str:
            name = prefix + field.name
            if not field.fields:
                return f"_g_l{numbers[name]}"
            inner = ", ".join(f"{identifier(f.name)} := {build(f, name + '.')}" for f in field.fields)
            return f"struct_pack({inner})"

        return ", ".join(f"{build(field, '')} as {identifier(field.name)}" for field in self.stream.fields)

    def _missing(self) -> list[tuple[str, str]]:
        """(field, condition) of each required value or struct that is not there."""
        found = []
        for i, leaf in enumerate(self.leaves, 1):
            if leaf.required:
                found.append((leaf.name, self._unless_empty(leaf.name, f"coalesce(_g_r{i}, '') = ''")))
        for name, _, required in self.structs:
            inner = [i for i, leaf in enumerate(self.leaves, 1) if leaf.name.startswith(name + ".")]
            if required:
                absent = " and ".join(f"_g_r{i} is null" for i in inner)
                found.append((name, self._unless_empty(name, f"({absent})")))
        return found

    def _unless_empty(self, name: str, condition: str) -> str:
        """An empty bucket has no results, so only the bucket's own fields can be missing."""
        return condition if self._is_bucket_field(name) or not self.is_paged else f"(not _g_empty and {condition})"

    def _wrong(self) -> list[tuple[str, str, str]]:
        """(field, condition, reason) of each wrong type and broken rule."""
        found = [
            (leaf.name, f"(_g_l{i} is null and _g_r{i} is not null)", f"type: {leaf.name} is not a {leaf.type}")
            for i, leaf in enumerate(self.leaves, 1)
            if leaf.type != "varchar"
        ]
        found += [
            (rule.field, f"not coalesce(({rule.check}), true)", f"{rule.name}: {rule.reason}")
            for rule in self.stream.row_rules
        ]
        return found

    def _missing_expression(self) -> str:
        return _any(condition for _, condition in self._missing())

    def _wrong_expression(self) -> str:
        return _any(condition for _, condition, _ in self._wrong())

    def _field_expression(self) -> str:
        cases = [*self._missing(), *((name, condition) for name, condition, _ in self._wrong())]
        return "case " + " ".join(f"when {c} then {quote(name)}" for name, c in cases) + " end"

    def _reason_expression(self) -> str:
        reasons = [(c, f"required: {name} is missing") for name, c in self._missing()]
        reasons += [(c, reason) for _, c, reason in self._wrong()]
        return "concat_ws('; ', " + ", ".join(f"case when {c} then {quote(r)} end" for c, r in reasons) + ")"

    def _ignored_cases(self) -> str:
        # an empty list says something where a pull replaces a window; elsewhere it is no record
        empty = f"when _g_empty then {IGNORED} " if self.is_paged and self.stream.load == "record" else ""
        if not self.stream.record_filter:
            return empty
        return empty + (
            f"when not _g_broken and not _g_match then {IGNORED} "
            f"when not _g_broken and _g_match is null then {UNRELATED}"
        )


def _decimal(x: str, kind: str) -> str:
    """Cast to a wide decimal by way of a narrow one, where it fits: DuckDB reads text into 64 bits 40 times faster."""
    precision, scale = (int(part) for part in kind.removeprefix("decimal(").rstrip(")").split(","))
    if precision <= 18 or scale >= 18:
        return f"try_cast({x} as {kind})"
    return f"coalesce(cast(try_cast({x} as decimal(18, {scale})) as {kind}), try_cast({x} as {kind}))"


def _any(conditions: Iterable[str]) -> str:
    return " or ".join(conditions) or "false"
