"""Readers: turn a landed file of any accepted format into rows of (line, record, bucket) with JSON text."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from scripts.declarations import Stream
from scripts.errors import InputRefusedError

MAX_LINE_BYTES = 32 * 1024 * 1024
MAX_DOCUMENT_BYTES = 1024 * 1024 * 1024
NESTED_TYPES = ("STRUCT", "MAP", "UNION")


def quote(text: str) -> str:
    """Text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def is_gzip(path: Path) -> bool:
    """True for gzip by its magic bytes; landed objects have no suffix."""
    with path.open("rb") as handle:
        return handle.read(2) == b"\x1f\x8b"


def head(path: Path, size: int = 65536) -> bytes:
    """First bytes of a file, decompressed."""
    opener = gzip.open if is_gzip(path) else Path.open
    with opener(path, "rb") as handle:  # type: ignore[operator]
        return handle.read(size)


def detect_format(path: Path, name: str, stream: Stream) -> str:
    """Format of a landed file among those that the stream accepts, by content first, then by the file's name.

    Raises InputRefusedError where the content fits none of them.
    """
    start = head(path)
    suffixes = [suffix.lower() for suffix in Path(name).suffixes]
    if start[:4] == b"PAR1":
        found = "parquet"
    elif not start.strip():
        raise InputRefusedError(f"{name}: the file is empty")
    elif start.lstrip()[:1] in (b"{", b"["):
        found = "json_pages" if "json_pages" in stream.formats else "jsonl"
    elif ".csv" in suffixes or (".jsonl" not in suffixes and ".json" not in suffixes):
        found = "csv"
    else:
        found = "jsonl"
    if found not in stream.formats:
        accepted = ", ".join(stream.formats)
        raise InputRefusedError(f"{name}: looks like {found}; {stream.source} {stream.stream} takes {accepted}")
    return found


def records_sql(connection: DuckDBPyConnection, path: Path, name: str, stream: Stream, form: str) -> str:
    """Select of line, record and bucket (JSON text), and is_empty_bucket, over one file.

    Raises InputRefusedError where the file can't be read as `form` at all.
    """
    readers = {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet, "json_pages": _pages}
    try:
        return readers[form](connection, path, stream)
    except duckdb.Error as error:
        first_line = str(error).splitlines()[0]
        raise InputRefusedError(f"{name}: can't be read as {form}: {first_line}") from error


def _jsonl(connection: DuckDBPyConnection, path: Path, stream: Stream) -> str:
    """JSON lines, or one JSON array of records as list APIs return it."""
    if head(path).lstrip()[:1] == b"[":
        compression = "gzip" if is_gzip(path) else "uncompressed"
        return f"""
        select row_number() over () as line, cast(json as varchar) as record, cast(null as varchar) as bucket,
            false as is_empty_bucket
        from read_json_objects({quote(str(path))}, format = 'array', compression = {quote(compression)},
            maximum_object_size = {MAX_DOCUMENT_BYTES})"""
    compression = "gzip" if is_gzip(path) else "none"
    return f"""
        select line, record, cast(null as varchar) as bucket, false as is_empty_bucket
        from (
            select row_number() over () as line, line as record
            from read_csv(
                {quote(str(path))}, columns = {{'line': 'varchar'}}, delim = '\\0', header = false, quote = '',
                escape = '', auto_detect = false, compression = {quote(compression)},
                max_line_size = {MAX_LINE_BYTES}, strict_mode = false
            )
        )
        where record is not null"""


def _csv(connection: DuckDBPyConnection, path: Path, stream: Stream) -> str:
    compression = "gzip" if is_gzip(path) else "none"
    reader = f"""read_csv({quote(str(path))}, all_varchar = true, header = true, delim = ',', quote = '"',
        escape = '"', nullstr = '', null_padding = false, ignore_errors = true, store_rejects = true,
        compression = {quote(compression)}, max_line_size = {MAX_LINE_BYTES})"""
    names = [row[0] for row in connection.sql(f"describe select * from {reader}").fetchall()]
    known = {field.name for field in stream.fields}
    if not known & set(names):
        raise duckdb.InvalidInputException(f"no column is one of {', '.join(sorted(known))}")
    pairs = ", ".join(f"{quote(name)}, {_identifier(name)}" for name in names)
    return f"""
        select row_number() over () as line, cast(json_object({pairs}) as varchar) as record,
            cast(null as varchar) as bucket, false as is_empty_bucket
        from {reader}"""


def _parquet(connection: DuckDBPyConnection, path: Path, stream: Stream) -> str:
    reader = f"read_parquet({quote(str(path))})"
    columns = connection.sql(f"describe select * from {reader}").fetchall()
    pairs = []
    for name, kind, *_ in columns:
        value = _identifier(name)
        nested = kind.startswith(NESTED_TYPES) or kind.endswith("]")
        pairs.append(f"{quote(name)}, " + (f"to_json({value})" if nested else f"cast({value} as varchar)"))
    return f"""
        select row_number() over () as line, cast(json_object({", ".join(pairs)}) as varchar) as record,
            cast(null as varchar) as bucket, false as is_empty_bucket
        from {reader}"""


def _pages(connection: DuckDBPyConnection, path: Path, stream: Stream) -> str:
    assert stream.pages is not None
    buckets, results = f"$.{stream.pages.buckets}", f"$.{stream.pages.results}"
    compression = "gzip" if is_gzip(path) else "uncompressed"
    documents = f"""read_json_objects({quote(str(path))}, format = 'unstructured',
        compression = {quote(compression)}, maximum_object_size = {MAX_DOCUMENT_BYTES})"""
    shapes = connection.sql(
        f"select distinct json_type(json, {quote(buckets)}) from {documents} as pages(json)"
    ).fetchall()
    if shapes != [("ARRAY",)]:
        raise duckdb.InvalidInputException(f"a page has no list '{stream.pages.buckets}'")
    return f"""
        select row_number() over () as line, cast(record as varchar) as record, cast(bucket as varchar) as bucket,
            record is null as is_empty_bucket
        from (
            select bucket, unnest(
                case when json_array_length(bucket, {quote(results)}) > 0
                    then json_extract(bucket, {quote(results + "[*]")}) else [null::json] end) as record
            from (select unnest(json_extract(json, {quote(buckets + "[*]")})) as bucket
                from {documents} as pages(json))
        )"""


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def rejected_csv_lines(connection: DuckDBPyConnection) -> list[tuple[int, str | None, str]]:
    """Lines that the CSV reader could not parse: (line, column, reason), and forget them."""
    tables = {row[0] for row in connection.sql("select table_name from duckdb_tables()").fetchall()}
    if "reject_errors" not in tables:
        return []
    rows = connection.sql(
        "select line, any_value(column_name), any_value(error_type) from reject_errors group by line order by line"
    ).fetchall()
    connection.execute("delete from reject_errors")
    connection.execute("delete from reject_scans")
    return [(line, column, f"csv: {str(kind).lower()}") for line, column, kind in rows]


def byte_offsets(path: Path, lines: set[int]) -> dict[int, int]:
    """Byte offset of given 1-based lines (of the decompressed text)."""
    found: dict[int, int] = {}
    if not lines:
        return found
    opener = gzip.open if is_gzip(path) else Path.open
    offset = 0
    with opener(path, "rb") as handle:  # type: ignore[operator]
        for number, line in enumerate(handle, start=1):
            if number in lines:
                found[number] = offset
                if len(found) == len(lines):
                    break
            offset += len(line)
    return found
