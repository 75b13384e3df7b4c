"""SQL of the gate: typed values of each declared field, and what is wrong with them."""

from __future__ import annotations

from scripts.declarations import Field, Leaf, Stream
from scripts.gate.people import hash_person_sql
from scripts.gate.readers import quote

INTEGER_TYPES = ("bigint", "integer", "smallint", "hugeint")


def typed(value: str, kind: str) -> str:
    """SQL that casts text to a raw type; null where it does not fit. Times end as UTC without zone."""
    if kind == "varchar":
        return value
    if kind == "timestamp":
        return f"(try_cast({value} as timestamptz) at time zone 'UTC')"
    if kind == "date":
        return f"coalesce(try_cast({value} as date), cast(try_cast({value} as timestamptz) at time zone 'UTC' as date))"
    if kind.endswith("[]"):
        return f"try_cast(try_cast({value} as json) as {kind})"
    return f"try_cast({value} as {kind})"


def misfit(value: str, kind: str) -> str | None:
    """SQL that is true where text is present but not of the type; None where any text fits."""
    if kind == "varchar":
        return None
    wrong = f"({value} is not null and {typed(value, kind)} is null)"
    if kind in INTEGER_TYPES:
        # A cast would round 1.5 to 2.
        rounded = f"try_cast({value} as decimal(38,9)) <> {typed(value, kind)}"
        fraction = f"case when contains({value}, '.') then {rounded} end"
        return f"({wrong} or coalesce({fraction}, false))"
    return wrong


def extracted_sql(stream: Stream, records: str) -> str:
    """Select that adds to records: is_json, and `v`, the list of texts of all leaves, in one parse of the record."""
    leaves = stream.leaves()
    record_paths = [leaf.json_path for leaf in leaves if leaf.level == "record"]
    bucket_paths = [leaf.json_path for leaf in leaves if leaf.level == "bucket"]
    record_list = ", ".join(quote(path) for path in record_paths)
    bucket_list = ", ".join(quote(path) for path in bucket_paths)
    bucket_values = f"json_extract_string(bucket, [{bucket_list}])" if bucket_paths else "cast([] as varchar[])"
    return f"""
        select *, case when is_json then json_extract_string(record, [{record_list}]) end as v,
            {bucket_values} as b
        from (select *, is_empty_bucket or json_valid(record) as is_json from ({records}))"""


def leaf_values(stream: Stream) -> dict[str, str]:
    """SQL of the text of each leaf, by dotted path; empty text of a type other than text counts as missing."""
    values: dict[str, str] = {}
    positions = {"record": 0, "bucket": 0}
    for leaf in stream.leaves():
        positions[leaf.level] += 1
        source = "v" if leaf.level == "record" else "b"
        text = f"{source}[{positions[leaf.level]}]"
        values[leaf.name] = text if leaf.type == "varchar" else f"nullif({text}, '')"
    return values


def typed_columns(stream: Stream, key: bytes) -> str:
    """Select list of the raw columns, nested as declared, people hashed."""
    values = leaf_values(stream)

    def column(item: Field, path: tuple[str, ...]) -> str:
        here = (*path, item.name)
        if item.fields:
            parts = ", ".join(f'"{part.name}" := {column(part, here)}' for part in item.fields)
            return f"struct_pack({parts})"
        name = ".".join(here)
        if name in stream.person_fields:
            return hash_person_sql(values[name], key)
        return typed(values[name], item.raw_type())

    return ",\n".join(f'{column(item, ())} as "{item.name}"' for item in stream.fields)


def field_faults(stream: Stream) -> list[str]:
    """SQL expressions giving 'field|reason' where a field is missing or of the wrong type, else null."""
    values = leaf_values(stream)
    faults = []
    for leaf in stream.leaves():
        value = values[leaf.name]
        guard = "" if leaf.level == "bucket" else "not is_empty_bucket and "
        if leaf.required:
            missing = f"nullif({value}, '') is null"
            faults.append(_fault(f"{guard}{missing}", leaf, "required field is missing"))
        wrong = misfit(value, leaf.type)
        if wrong:
            faults.append(_fault(f"{guard}{wrong}", leaf, f"is not of type {leaf.type}"))
    return faults


def _fault(condition: str, leaf: Leaf, reason: str) -> str:
    return f"case when {condition} then {quote(f'{leaf.name}|{reason}')} end"


def rule_faults(stream: Stream) -> list[str]:
    """SQL expressions giving 'field|reason' where a row rule of the declaration is broken, else null."""
    return [
        f"case when not is_empty_bucket and not ({rule.check}) then {quote(f'{rule.field}|{rule.reason}')} end"
        for rule in stream.row_rules
    ]


def has_required(stream: Stream) -> str:
    """SQL that is true where every required field is present: what makes a record one of this stream."""
    values = leaf_values(stream)
    present = [f"nullif({values[leaf.name]}, '') is not null" for leaf in stream.leaves() if leaf.required]
    return " and ".join(present) or "true"


def has_unknown(stream: Stream) -> str:
    """SQL that is true where a declared object level holds a key that the declaration does not know."""
    levels = stream.structs()
    content = set(stream.content_fields)
    paths = ", ".join(quote(path) for path in levels)
    tests = []
    for position, (path, known) in enumerate(levels.items(), start=1):
        prefix = dotted(path)
        dropped = [c[len(prefix) :].lstrip(".") for c in content if c.startswith(prefix)]
        names = ", ".join(quote(name) for name in [*known, *(d for d in dropped if "." not in d)])
        tests.append(f"len(list_filter(coalesce(k[{position}], []), lambda x: x not in ({names}))) > 0")
    return f"list_bool_or(list_transform([json_keys(record, [{paths}])], lambda k: {' or '.join(tests)}))"


def dotted(json_path: str) -> str:
    """Dotted form of a JSON path of object keys: `$."a"."b"` -> `a.b`."""
    return json_path.removeprefix("$").replace('"', "").lstrip(".")
