"""Gate of one batch: records of all its files into typed raw, quarantine and counts."""

from __future__ import annotations

import json
import logging
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection
from duckdb.sqltypes import BIGINT, VARCHAR

from scripts.declarations import Stream
from scripts.errors import InputRefusedError
from scripts.gate import checks, readers
from scripts.gate.people import person_key
from scripts.gate.readers import quote
from scripts.gate.scrub import unknown_fields
from scripts.home import Home
from scripts.landing import Arrival, object_path

logger = logging.getLogger(__name__)


@dataclass
class FileCounts:
    """Counts of one landed file. landed = raw + quarantined + duplicate; ignored lines are no records of the stream."""

    landed: int = 0
    raw: int = 0
    quarantined: int = 0
    duplicate: int = 0
    ignored: int = 0
    is_complete: bool = True


@dataclass
class Quarantined:
    """A record held back: where it stands and why, never its text."""

    arrival: Arrival
    line: int
    offset: int | None
    field: str | None
    reason: str


@dataclass
class GateResult:
    """Outcome of a batch: the table `checked_raw` of the connection holds its good records, typed and in order."""

    connection: DuckDBPyConnection
    counts: dict[int, FileCounts] = field(default_factory=dict)
    quarantine: list[Quarantined] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    new_fields: Counter[str] = field(default_factory=Counter)
    fields_seen: list[str] = field(default_factory=list)


class Gate:
    """Runs the declared checks of one stream over the files of a batch."""

    def __init__(self, home: Home, stream: Stream) -> None:
        self.home = home
        self.stream = stream
        self.key = person_key() if stream.person_fields else b""
        self.connection = duckdb.connect(config={"preserve_insertion_order": True})
        self.connection.execute("set TimeZone = 'UTC'")
        self.new_fields: Counter[str] = Counter()
        known = {checks.dotted(path): set(keys) for path, keys in stream.structs().items()}
        content = set(stream.content_fields)

        def extra(record: str | None, part: int) -> str | None:
            if record is None:
                return None
            found = unknown_fields(record, known, content, stream.extension_prefix)[part]
            if part == 0:
                self.new_fields.update(found.keys())
            return json.dumps(found, sort_keys=True) if found else None

        self.connection.create_function(
            "collect_extra", extra, [VARCHAR, BIGINT], VARCHAR, null_handling="special", side_effects=True
        )
        columns = ", ".join(f'"{name}" {kind}' for name, kind in stream.raw_columns().items())
        self.connection.execute(f"create table checked_raw ({columns})")

    def run(self, arrivals: list[Arrival]) -> GateResult:
        """Gate every file of a batch. A refused file leaves no rows and is named in `refused`."""
        result = GateResult(self.connection)
        for arrival in arrivals:
            try:
                self._gate_file(arrival, result)
            except InputRefusedError as error:
                result.refused[arrival.load_seq] = str(error)
        result.new_fields = self.new_fields
        result.fields_seen = self._fields_seen()
        return result

    def _gate_file(self, arrival: Arrival, result: GateResult) -> None:
        path = object_path(self.home, arrival.sha256)
        name = arrival.source_file
        form = readers.detect_format(path, name, self.stream)
        records = readers.records_sql(self.connection, path, name, self.stream, form)
        self._extract(records, name, form)
        rejected = readers.rejected_csv_lines(self.connection) if form == "csv" else []
        counts = self._count(arrival, rejected)
        faulty = self.connection.sql(
            "select line, faults[1], len(faults) from typed_records where len(faults) > 0 order by line"
        ).fetchall()
        offsets = self._offsets(path, form, {line for line, *_ in faulty})
        for line, fault, fault_count in faulty:
            fault_field, reason = fault.split("|", 1)
            more = f" (and {fault_count - 1} more)" if fault_count > 1 else ""
            where = fault_field or None
            result.quarantine.append(Quarantined(arrival, line, offsets.get(line), where, reason + more))
        for line, column, reason in rejected:
            result.quarantine.append(Quarantined(arrival, line, None, column, reason))
        self._admit(arrival, counts)
        result.counts[arrival.load_seq] = counts

    def _extract(self, records: str, name: str, form: str) -> None:
        """Table `typed_records`: line, faults and the raw columns of one file's records."""
        stream = self.stream
        self.connection.execute("drop table if exists typed_records")
        record_filter = stream.record_filter or "true"
        if form == "jsonl":
            record_filter = f"(not is_json or coalesce({record_filter}, false))"
        field_faults = ", ".join(checks.field_faults(stream)) or "cast(null as varchar)"
        rule_faults = ", ".join(checks.rule_faults(stream)) or "cast(null as varchar)"
        dedupe = "md5_number(record)" if stream.load == "record" else "cast(line as hugeint)"
        extension = ", case when has_unknown then collect_extra(record, 1) end as x_attributes"
        sql = f"""
            create temp table typed_records as
            with extracted as ({checks.extracted_sql(stream, records)}),
            judged as (
                select line, record, is_json, is_empty_bucket, {record_filter} as is_record,
                    is_json and (is_empty_bucket or ({checks.has_required(stream)})) as is_of_stream,
                    case when is_json and not is_empty_bucket then {checks.has_unknown(stream)} else false
                        end as has_unknown,
                    case when is_json then list_filter([{field_faults}], lambda x: x is not null)
                        else ['|is not valid JSON'] end as field_faults,
                    {checks.typed_columns(stream, self.key)}
                from extracted
            )
            select * exclude (record, field_faults, has_unknown),
                {dedupe} as record_hash,
                case when has_unknown then collect_extra(record, 0) end as _extra
                {extension if stream.extension_prefix else ""},
                case when len(field_faults) > 0 or not is_record then field_faults
                    else list_filter([{rule_faults}], lambda x: x is not null) end as faults
            from judged"""
        try:
            self.connection.execute(sql)
        except duckdb.Error as error:
            raise InputRefusedError(f"{name}: can't be read as {form}: {str(error).splitlines()[0]}") from error
        self.connection.execute("delete from typed_records where not is_record and line is null")

    def _count(self, arrival: Arrival, rejected: list[tuple[int, str | None, str]]) -> FileCounts:
        """Counts of the file now in `typed_records`. Raises InputRefusedError where it is not of the stream at all."""
        row = self.connection.sql(
            """select count(*) filter (is_record), count(*) filter (not is_record),
                count(*) filter (is_record and is_of_stream), count(*) filter (is_record and len(faults) > 0)
            from typed_records"""
        ).fetchone()
        assert row is not None
        records, ignored, fitting, faulty = row
        landed = records + len(rejected)
        if landed and not fitting:
            names = ", ".join(leaf.name for leaf in self.stream.leaves() if leaf.required)
            raise InputRefusedError(
                f"{arrival.source_file}: is not a {self.stream.source} {self.stream.stream} export: none of its "
                f"{landed} records has {names}"
            )
        self.connection.execute("delete from typed_records where not is_record")
        return FileCounts(landed=landed, quarantined=faulty + len(rejected), ignored=ignored)

    def _offsets(self, path: Path, form: str, lines: set[int]) -> dict[int, int]:
        return readers.byte_offsets(path, lines) if form == "jsonl" else {}

    def _admit(self, arrival: Arrival, counts: FileCounts) -> None:
        """Copy good records to `checked_raw`; of records that the file repeats exactly the last one stays."""
        counts.is_complete = (
            arrival.is_complete and counts.quarantined == 0 and arrival.tags.get("partial") != "true"
        )
        columns = ", ".join(f'"{item.name}"' for item in self.stream.fields)
        extras = [name for name in ("x_attributes", "_is_empty_bucket") if name in self.stream.raw_columns()]
        sources = {"x_attributes": "x_attributes", "_is_empty_bucket": "is_empty_bucket"}
        middle = "".join(f", {sources[name]} as {name}" for name in extras)
        good = self.connection.sql("select count(*) from typed_records where len(faults) = 0").fetchone()
        assert good is not None
        self.connection.execute(
            f"""insert into checked_raw
            with repeated as (
                select record_hash, max(line) as last_line from typed_records
                where len(faults) = 0 group by record_hash having count(*) > 1
            )
            select {columns}{middle}, {quote(arrival.source_file)}, line, {quote(arrival.batch_id)},
                {arrival.load_seq}, cast({quote(arrival.arrived_at)} as timestamp), {counts.is_complete},
                {quote(arrival.scope_key)}, {quote(json.dumps(arrival.tags, sort_keys=True))}, _extra
            from typed_records
            where len(faults) = 0 and not exists (
                select 1 from repeated
                where repeated.record_hash = typed_records.record_hash and typed_records.line < repeated.last_line
            )
            order by line"""
        )
        admitted = self.connection.sql(
            f"select count(*) from checked_raw where _load_seq = {arrival.load_seq}"
        ).fetchone()
        assert admitted is not None
        counts.raw = admitted[0]
        counts.duplicate = good[0] - admitted[0]

    def _fields_seen(self) -> list[str]:
        """Declared fields (dotted) that at least one good record of the batch fills."""
        leaves = self.stream.leaves()
        counted = ", ".join(
            "count(" + ".".join(f'"{part}"' for part in leaf.path) + ") > 0" for leaf in leaves
        )
        row = self.connection.sql(f"select {counted} from checked_raw").fetchone()
        assert row is not None
        return [leaf.name for leaf, seen in zip(leaves, row, strict=True) if seen]
