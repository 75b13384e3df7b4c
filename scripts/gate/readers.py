"""Readers: bring a landed file of any accepted format to JSON lines, one record per line."""

from __future__ import annotations

import copy
import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import duckdb

from scripts.declarations import Stream, TableText
from scripts.errors import InputRefusedError
from scripts.gate.attributes import attribute_fields, name_attributes
from scripts.gate.numbers import dump_json, parse_documents

# Kept small where possible: the reader sets aside several times this for each thread.
MAX_LINE_BYTES = 64 * 1024 * 1024
PEEK_BYTES = 64 * 1024
MAX_DOCUMENT_BYTES = 512 * 1024 * 1024


def quote(text: str) -> str:
    """Text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """Name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class LandedFile:
    """A file to be gated: its number in the batch, name for messages, and the landed bytes."""

    number: int
    name: str
    path: Path


@dataclass(frozen=True)
class Detected:
    """What a file is: format (jsonl, json_pages, json_array, csv, parquet), gzip or not, bytes that end a line."""

    format: str
    is_gzip: bool
    newline_bytes: int = 1
    bom_bytes: int = 0


def detect(file: LandedFile, stream: Stream) -> Detected:
    """Tell a file's format by its first bytes, among those the stream accepts. Raises InputRefusedError."""
    accepted = stream.formats
    with file.path.open("rb") as handle:
        is_gzip = handle.read(2) == b"\x1f\x8b"
    try:
        with open_bytes(file.path, is_gzip) as handle:
            head = handle.read(PEEK_BYTES)
    except (OSError, EOFError) as error:
        raise refused(file, "is gzip that can't be read") from error
    newline = 2 if b"\r\n" in head else 1
    bom = 3 if head.startswith(b"\xef\xbb\xbf") else 0
    text = head[bom:].lstrip()
    if not text:
        raise refused(file, "holds no records")
    if head.startswith(b"PAR1"):
        return Detected(_accept(file, "parquet", accepted), is_gzip)
    if b"\x00" in head:
        raise refused(file, f"is not text; the stream takes {', '.join(accepted)}")
    if text[:1] == b"[":
        if "jsonl" not in accepted and "json_pages" not in accepted:
            raise refused(file, f"is JSON; the stream takes {', '.join(accepted)}")
        return Detected("json_pages" if stream.pages and _has_pages(text, stream) else "json_array", is_gzip)
    if text[:1] == b"{":
        if "json_pages" in accepted and ("jsonl" not in accepted or _has_pages(text, stream)):
            return Detected("json_pages", is_gzip)
        return Detected(_accept(file, "jsonl", accepted), is_gzip, newline, bom)
    if "csv" in accepted:
        return Detected("csv", is_gzip, newline, bom)
    # A JSON-lines file may begin with a broken line; the gate refuses it when no line is a record.
    return Detected(_accept(file, "jsonl", accepted, "is not JSON"), is_gzip, newline, bom)


def refused(file: LandedFile, why: str) -> InputRefusedError:
    """Error that names the file."""
    return InputRefusedError(f"{file.name}: {why}")


@contextmanager
def open_bytes(path: Path, is_gzip: bool) -> Iterator[BinaryIO]:
    """Open a file for reading, unpacked."""
    if is_gzip:
        with gzip.open(path, "rb") as handle:
            yield handle  # type: ignore[misc]
    else:
        with path.open("rb") as handle:
            yield handle


def lines_relation(paths: list[Path], folder: Path) -> str:
    """SELECT giving (file_no, n, octets, t) for JSON-lines files named `<8 digits>.jsonl[.gz]` in `folder`.

    `n` numbers the lines over all files in order; a blank line has a null `t`.
    """
    names = ", ".join(quote(str(path)) for path in paths)
    first = len(str(folder)) + 2
    return (
        f"select cast(substr(filename, {first}, 8) as integer) as file_no, row_number() over () as n, "
        "strlen(t) as octets, t "
        f"from read_csv([{names}], filename = true, columns = {{'t': 'VARCHAR'}}, delim = '\\0', header = false, "
        f"quote = '', escape = '', auto_detect = false, max_line_size = {MAX_LINE_BYTES})"
    )


def mask_bad_bytes(source: Path, target: Path, is_gzip: bool) -> None:
    """Copy a JSON-lines file, replacing lines that are not UTF-8 by `#`, so that only these are turned away."""
    with open_bytes(source, is_gzip) as reader, target.open("wb") as writer:
        for line in reader:
            try:
                line.decode()
                writer.write(line)
            except UnicodeDecodeError:
                body = line.rstrip(b"\r\n")
                writer.write(b"#" * len(body) + line[len(body) :])


def to_lines(
    connection: duckdb.DuckDBPyConnection, file: LandedFile, found: Detected, stream: Stream, folder: Path
) -> Path:
    """Give a landed file as JSON lines named by its number in `folder`, and return the path.

    JSON lines are linked, all else is written anew. Pages become one line per result, `{"b": bucket, "r": result}`, and
    `{"b": bucket, "e": true}` for an empty bucket. CSV rows that can't be split into columns go to table `rejects`.
    Raises InputRefusedError.
    """
    target = folder / f"{file.number:08d}.jsonl"
    if found.format == "jsonl":
        target = target.with_suffix(".jsonl.gz") if found.is_gzip else target
        target.symlink_to(file.path)
        return target
    try:
        if found.format == "csv":
            _write_csv(connection, file, found, stream, target)
        elif found.format == "parquet":
            reader = f"read_parquet({quote(str(file.path))}, hive_partitioning = false)"
            described = connection.execute(f"describe select * from {reader}").fetchall()
            _require_columns(file, [row[0] for row in described], stream)
            columns = _columns([row[0] for row in described if row[1] in ("VARCHAR", "JSON")], stream, is_list=False)
            connection.execute(f"copy (select {columns} from {reader}) to {quote(str(target))} (format json)")
        else:
            _write_pages(file, found, stream, target)
    except duckdb.Error as error:
        raise refused(file, f"is not readable as {found.format}: {_first_sentence(error)}") from error
    return target


def _keys(path: str) -> tuple[str, ...]:
    """Keys of a dotted path."""
    return tuple(part for part in path.removeprefix("$").split(".") if part)


def _accept(file: LandedFile, name: str, accepted: tuple[str, ...], what: str | None = None) -> str:
    if name not in accepted:
        raise refused(file, f"{what or 'is ' + name}; the stream takes {', '.join(accepted)}")
    return name


def _has_pages(text: bytes, stream: Stream) -> bool:
    """True when the first object of the file has a key under which documents of the stream keep their records."""
    head = text.split(b"\n", 1)[0] + text[:1024]
    firsts = {_keys(path[0])[0] for path in (stream.pages.paths if stream.pages else ())}
    return any(f'"{key}"'.encode() in head for key in firsts)


def _first_sentence(error: Exception) -> str:
    """Beginning of an engine's message; the rest may quote the record, which must not be repeated."""
    return str(error).split("\n")[0].split(" Input:")[0].split("Original Line")[0][:160]


def _require_columns(file: LandedFile, names: list[str], stream: Stream) -> None:
    """A table without the required columns is another one; with them it may well have no rows."""
    missing = [item.json_key for item in stream.fields if item.required and item.json_key not in names]
    if missing:
        what = f"is not a {stream.source} {stream.stream} export: it has no column"
        raise refused(file, f"{what} {', '.join(missing)}")


def _columns(names: list[str], stream: Stream, is_list: bool = True) -> str:
    """Select list of text columns; those declared as struct hold JSON text, which becomes JSON again."""
    structs = {f.json_key for f in stream.fields if f.fields}
    nested = [name for name in names if name in structs]
    unpacked = {name: f"try_cast({identifier(name)} as json) as {identifier(name)}" for name in nested}
    if is_list:
        return ", ".join(unpacked.get(name, identifier(name)) for name in names)
    return f"* replace ({', '.join(unpacked.values())})" if unpacked else "*"


def _written(name: str, stream: Stream) -> str:
    """A CSV cell in our own way of writing values, as the stream's table_text says."""
    text, cell = stream.table_text, identifier(name)
    kind = next((item.type for item in stream.fields if item.json_key == name), "varchar")
    if text.null_values:
        cell = f"case when {cell} not in ({', '.join(map(quote, text.null_values))}) then {cell} end"
    if text.money_signs and kind.startswith("decimal"):
        cell = f"regexp_replace(trim({cell}), '^(-?)[$€£](-?)', '\\1\\2').replace(',', '')"
    if text.date_formats and kind in ("date", "timestamp"):
        formats = f"[{', '.join(map(quote, text.date_formats))}]"
        cell = f"coalesce(strftime(try_strptime({cell}, {formats}), '%Y-%m-%dT%H:%M:%SZ'), {cell})"
    return cell


def _write_csv(
    connection: duckdb.DuckDBPyConnection, file: LandedFile, found: Detected, stream: Stream, target: Path
) -> None:
    with open_bytes(file.path, found.is_gzip) as handle:
        try:
            sample = io.TextIOWrapper(handle, "utf-8-sig", newline="").read(PEEK_BYTES)
        except UnicodeDecodeError as error:
            raise refused(file, "is not UTF-8 text") from error
    first = sample.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    header = [name.strip() for name in next(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter))]
    lowered = [name.lower() for name in header]
    if "" in header or len(set(lowered)) != len(lowered):
        raise refused(file, "has a header with empty or repeated column names")
    _require_columns(file, header, stream)
    columns = ", ".join(f"{quote(name)}: 'VARCHAR'" for name in header)
    cells = _columns(header, stream)
    if stream.table_text != TableText():
        cells = ", ".join(f"{_written(name, stream)} as {identifier(name)}" for name in header)
    connection.execute(
        f"""
        copy (
            select {cells} from read_csv(
                {quote(str(file.path))}, columns = {{{columns}}}, delim = {quote(delimiter)}, header = true,
                quote = '"', escape = '"', nullstr = '', auto_detect = false, store_rejects = true, parallel = false,
                max_line_size = {MAX_LINE_BYTES}, compression = {quote("gzip" if found.is_gzip else "none")}
            )
        ) to {quote(str(target))} (format json)
        """
    )
    connection.execute(
        f"""
        insert into rejects
        select {file.number}, line, line_byte_position - 1,
            'csv_row: ' || lower(replace(string_agg(distinct error_type::varchar, ', '), '_', ' '))
        from reject_errors group by line, line_byte_position
        """
    )
    connection.execute("drop table if exists reject_errors; drop table if exists reject_scans")


def _write_pages(file: LandedFile, found: Detected, stream: Stream, target: Path) -> None:
    """Unfold pages with numbers as written; DuckDB's JSON functions would pass them through a double."""
    with open_bytes(file.path, found.is_gzip) as handle:
        body = handle.read(MAX_DOCUMENT_BYTES + 1)
    if len(body) > MAX_DOCUMENT_BYTES:
        raise refused(file, f"is larger than {MAX_DOCUMENT_BYTES} bytes; split it into pages")
    try:
        documents = list(parse_documents(body.decode("utf-8-sig")))
    except ValueError as error:
        raise refused(file, "is not valid JSON, or is cut off") from error
    has_attributes = attribute_fields(stream)
    with target.open("w", encoding="utf-8") as writer:
        for document in documents:
            for record in _unfold(file, document, stream, found.format):
                if has_attributes and found.format == "json_pages":
                    record = _with_named_attributes(record, stream)
                writer.write(dump_json(record) + "\n")


def _with_named_attributes(record: dict[str, Any], stream: Stream) -> dict[str, Any]:
    """The record with its attribute lists, and those of its context, as objects; a context serves many records."""
    record = {**record, "b": copy.deepcopy(record["b"])}
    for part in ("b", "r"):
        name_attributes(record.get(part), stream.fields)
    return record


def _unfold(file: LandedFile, document: Any, stream: Stream, kind: str) -> Iterator[Any]:  # noqa: ANN401
    """Records of one document: `{"b": context, "r": record}`, and `{"b": context, "e": true}` for an empty list."""
    pages = stream.pages
    if pages is None:
        yield from document if isinstance(document, list) else [document]
        return
    if isinstance(document, list):
        for item in document:
            yield from _unfold(file, item, stream, kind) if kind == "json_pages" else [item]
        return
    path = _path_of(document, stream)
    if path is None:
        known = " or ".join(repr(path[0]) for path in pages.paths)
        raise refused(file, f"is not an export of {stream.source} {stream.stream}: it has no list {known}")
    wanted = {item.json_key for item in stream.fields if item.name in pages.context_fields}
    yield from _descend(file, document, path, wanted, {}, "$")


def _path_of(document: Any, stream: Stream) -> tuple[str, ...] | None:  # noqa: ANN401
    """The first of the stream's paths that the document has."""
    for path in stream.pages.paths if stream.pages else ():
        found = _at(document, _keys(path[0]))
        if isinstance(found, list) or (isinstance(found, dict) and path[1:2] == ("*",)):
            return path
    return None


def _descend(
    file: LandedFile, item: Any, path: tuple[str, ...], wanted: set[str], context: dict[str, Any], level: str  # noqa: ANN401
) -> Iterator[Any]:
    """Records below one object; its own fields become context, prefixed unless they stand right around the record."""
    if not isinstance(item, dict):
        raise refused(file, f"is not an API page: below {level!r} there is something else than objects")
    inner = item if path[0] == "*" else _at(item, _keys(path[0]))
    if isinstance(inner, dict) and "*" in path[:2]:
        path = path[1:] if path[0] != "*" else path
        inner = [{**value, "_key": key} for key, value in inner.items() if isinstance(value, dict)]
    prefix = "" if len(path) == 1 else f"{level}."
    context = {**context, **{prefix + k: v for k, v in item.items() if prefix + k in wanted}}
    if inner is None:
        inner = []
    if not isinstance(inner, list):
        raise refused(file, f"is not an API page: {path[0]!r} is not a list")
    if len(path) > 1:
        for child in inner:
            yield from _descend(file, child, path[1:], wanted, context, path[0])
        return
    yield from ({"b": context, "r": record} for record in inner)
    if not inner:
        yield {"b": context, "e": True}


def _at(document: Any, keys: tuple[str, ...]) -> Any:  # noqa: ANN401
    for key in keys:
        document = document.get(key) if isinstance(document, dict) else None
    return document
