"""Gate of one batch: records of all its files into typed raw, quarantine and counts."""

from __future__ import annotations

import json
import logging
import shutil
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

from scripts.declarations import Stream
from scripts.errors import AiFinopsError, ConfigError, InputRefusedError
from scripts.gate.checks import (
    BAD,
    BLANK,
    GOOD,
    INCOMPLETE,
    NOT_JSON,
    RECORD_KINDS,
    REPEATED,
    UNRELATED,
    GateSql,
)
from scripts.gate.numbers import exact_number
from scripts.gate.people import register_hash_person
from scripts.gate.readers import (
    Detected,
    LandedFile,
    detect,
    identifier,
    lines_relation,
    mask_bad_bytes,
    quote,
    to_lines,
)
from scripts.gate.scrub import clean_json, is_content_name, scrub_json
from scripts.home import Home
from scripts.landing import Arrival, object_path

logger = logging.getLogger(__name__)

SAMPLE_LINES = 5000  # looked at before the full pass, to learn which sets of keys the records have
MAX_UNKNOWN_FIELDS = 200  # more are taken for data used as keys, and are not kept
BAD_KINDS = f"({BAD}, {INCOMPLETE}, {NOT_JSON})"


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
    """Outcome of a batch: the view `checked_raw` of the connection gives its good records, typed.

    `counts` and `refused` are by load_seq. `is_ordered`: the view gives the records in order of file and line.
    """

    connection: DuckDBPyConnection
    counts: dict[int, FileCounts] = field(default_factory=dict)
    quarantine: list[Quarantined] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    new_fields: Counter[str] = field(default_factory=Counter)
    fields_seen: list[str] = field(default_factory=list)
    is_ordered: bool = False


@dataclass
class _Group:
    """Files of one layout, which one query reads; `origins` has those that came as JSON lines."""

    sql: GateSql
    folder: Path
    paths: dict[int, Path] = field(default_factory=dict)
    origins: dict[int, Detected] = field(default_factory=dict)

    @property
    def lines(self) -> str:
        return lines_relation([self.paths[number] for number in sorted(self.paths)], self.folder)


class Gate:
    """Runs the declared checks of one stream over the files of a batch.

    All files are read as JSON lines, typed and judged in one SQL pass; unknown fields, byte offsets and repeated
    records are looked at again only where there are any.
    """

    def __init__(self, home: Home, stream: Stream) -> None:
        self.home = home
        self.stream = stream
        self.connection = duckdb.connect(config={"preserve_insertion_order": True})
        # Tables that do not fit in memory hold records, so they are spilled inside landing, which is private.
        self.connection.execute(
            f"set temp_directory = {quote(str(home.landing / 'tmp' / f'spill-{uuid.uuid4().hex}'))}"
        )
        self.connection.execute("set TimeZone = 'UTC'; set enable_progress_bar = false")
        register_hash_person(self.connection)
        self.connection.create_function("scrub_json", scrub_json, ["VARCHAR"], "VARCHAR")
        self.connection.create_function("clean_json", clean_json, ["VARCHAR", "VARCHAR"], "VARCHAR")
        self.connection.create_function("exact_number", exact_number, ["VARCHAR", "VARCHAR"], "VARCHAR")
        self.refused: dict[int, str] = {}  # by position of the file in the batch, as all that follows here
        self.counts: dict[int, FileCounts] = {}

    def run(self, arrivals: list[Arrival], may_refuse: bool = True) -> GateResult:
        """Gate every file of a batch. A refused file leaves no rows and is named in `refused`.

        With `may_refuse` false (making raw again of what was accepted once) a file that no longer fits its
        declaration counts as quarantined, and does not stand in the way of the others.
        """
        for table, columns in {
            "gated": GateSql(self.stream, False).gated_columns(),
            "rejects": "file_no integer, line bigint, byte_offset bigint, reason varchar",
            "extras": "file_no integer, n bigint, x_attributes varchar, extra varchar",
            "keysets": "_g_keys ubigint, keys varchar[][]",
        }.items():
            self.connection.execute(f"create temp table {table} ({columns})")
        result = GateResult(self.connection)
        with self._work_folder(arrivals[0].batch_id) as folder:
            groups = self._prepare(arrivals, folder)
            for group in groups:
                self._judge(arrivals, group)
            self.connection.execute(
                "create temp table bases as select _g_file as file_no, min(_g_n) - 1 as base from gated group by 1"
            )
            self._refuse_misfits(arrivals, groups, may_refuse)
            self._count(arrivals)
            if self.stream.load == "record":
                self._mark_repeated()
            for group in groups:
                self._collect_unknown(group, result)
        self._collect_bad(arrivals, groups, result)
        self._admit(arrivals, result)
        for number, arrival in enumerate(arrivals):
            if number in self.refused:
                result.refused[arrival.load_seq] = self.refused[number]
            else:
                result.counts[arrival.load_seq] = self.counts[number]
        result.fields_seen = self._fields_seen()
        return result

    def check(self) -> None:
        """Let DuckDB bind the SQL of the declaration. Raises ConfigError naming the stream."""
        nothing = "select 0 as file_no, 0::bigint as n, 0::bigint as octets, ''::varchar as t where false"
        for is_paged in {"json_pages" in self.stream.formats, self.stream.formats == ("json_pages",)}:
            try:
                self.connection.execute(GateSql(self.stream, is_paged).judge(nothing)).fetchall()
            except duckdb.Error as error:
                what = str(error).splitlines()[0]
                raise ConfigError(
                    f"streams/{self.stream.source}/{self.stream.stream}.yml: record_filter, row_rules or types: {what}"
                ) from error

    @contextmanager
    def _work_folder(self, name: str) -> Iterator[Path]:
        """Private folder for unpacked files."""
        folder = self.home.landing / "tmp" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _prepare(self, arrivals: list[Arrival], folder: Path) -> list[_Group]:
        """Bring all files to JSON lines, grouped by layout."""
        groups: dict[bool, _Group] = {}
        for number, arrival in enumerate(arrivals):
            file = LandedFile(number, arrival.source_file, object_path(self.home, arrival.sha256))
            if not file.path.is_file():
                raise ConfigError(f"landing no longer holds {file.name} (arrival {arrival.load_seq})")
            try:
                found = detect(file, self.stream)
                path = to_lines(self.connection, file, found, self.stream, folder)
            except InputRefusedError as error:
                self.refused[number] = str(error)
                continue
            is_paged = found.format == "json_pages"
            if path.is_symlink() or path.stat().st_size:
                group = groups.setdefault(is_paged, _Group(GateSql(self.stream, is_paged), folder))
                group.paths[number] = path
                if found.format == "jsonl":
                    group.origins[number] = found
        return list(groups.values())

    def _judge(self, arrivals: list[Arrival], group: _Group) -> None:
        """Fill `gated` from one group; files that can't be read even with bad lines masked are refused."""
        try:
            self._run_judge(group)
            return
        except duckdb.Error as error:
            logger.info("files are read one by one: %s", str(error).splitlines()[0])
        for number in sorted(group.paths):
            path = group.paths[number]
            masked = path.with_name(f"{number:08d}.masked")
            mask_bad_bytes(path, masked, path.suffix == ".gz")
            path.unlink()
            group.paths[number] = masked.rename(masked.with_suffix(".jsonl"))
            try:
                self._run_judge(_Group(group.sql, group.folder, {number: group.paths[number]}))
            except duckdb.Error:
                del group.paths[number]
                self.refused[number] = f"{arrivals[number].source_file}: can't be read as text lines of at most 64 MiB"
        numbers = ", ".join(map(str, [*group.paths, *self.refused]))
        self.connection.execute(f"delete from gated where _g_file in ({numbers})")
        if group.paths:
            self._run_judge(group)

    def _run_judge(self, group: _Group) -> None:
        keys = group.sql.keys_expression()
        self.connection.execute(
            f"insert into keysets select hash(k), any_value(k) from (select try({keys}) as k from ({group.lines}) "
            f"where t is not null limit {SAMPLE_LINES}) where k is not null group by 1"
        )
        self.connection.execute(f"insert into gated {group.sql.judge(group.lines)}")

    def _refuse_misfits(self, arrivals: list[Arrival], groups: list[_Group], may_refuse: bool) -> None:
        """Refuse files that are not the stream's format: no records, or none with all required fields."""
        kinds: dict[int, Counter[int]] = {number: Counter() for group in groups for number in group.paths}
        for number, kind, count in self._rows("select _g_file, _g_kind, count(*) from gated group by 1, 2"):
            kinds[number][kind] = count
        rejected = dict(self._rows("select file_no, count(*) from rejects group by 1"))
        stream = f"{self.stream.source} {self.stream.stream}"
        required = ", ".join(leaf.name for leaf in self.stream.leaves() if leaf.required)
        for number, seen in kinds.items():
            records = sum(seen[kind] for kind in RECORD_KINDS)
            why = None
            if records + rejected.get(number, 0) == 0:
                if seen[UNRELATED] and set(seen) <= {UNRELATED, BLANK}:
                    why = f"is not a {stream} export: no line could be a record of it"
                elif set(seen) <= {BLANK}:
                    why = "holds no records"
            elif seen[GOOD] + seen[BAD] == 0:
                why = f"is not a {stream} export: none of its {records} records has {required}"
            if why:
                self.refused[number] = f"{arrivals[number].source_file}: {why}"
        if self.refused:
            numbers = ", ".join(map(str, self.refused))
            if may_refuse:
                self.connection.execute(f"delete from gated where _g_file in ({numbers})")
                self.connection.execute(f"delete from rejects where file_no in ({numbers})")
                return
            for number, why in self.refused.items():
                if not kinds.get(number) and not rejected.get(number):
                    self.connection.execute("insert into rejects values (?, 1, 0, ?)", [number, f"file: {why}"])
            self.refused.clear()

    def _count(self, arrivals: list[Arrival]) -> None:
        records = ", ".join(map(str, RECORD_KINDS))
        rows = self._rows(
            f"""select _g_file, count_if(_g_kind in ({records})), count_if(_g_kind in {BAD_KINDS}),
                count_if(_g_kind not in ({records})) from gated group by 1"""
        )
        rejected = dict(self._rows("select file_no, count(*) from rejects group by 1"))
        found = {number: (landed, bad, ignored) for number, landed, bad, ignored in rows}
        for number, arrival in enumerate(arrivals):
            landed, bad, ignored = found.get(number, (0, 0, 0))
            extra = rejected.get(number, 0)
            is_complete = arrival.is_complete and bad + extra == 0 and arrival.tags.get("partial") != "true"
            self.counts[number] = FileCounts(
                landed=landed + extra, quarantined=bad + extra, ignored=ignored, is_complete=is_complete
            )

    def _mark_repeated(self) -> None:
        """Of records that a file repeats exactly the last stays. Equal: same hash of the text and same key."""
        keys = "".join(", " + ".".join(identifier(part) for part in name.split(".")) for name in self.stream.key)
        self.connection.execute(
            f"""create temp table repeated as
            select _g_file, _g_hash, max(_g_n) as kept_n, count(*) - 1 as duplicate_count
            from gated where _g_kind = {GOOD} group by _g_file, _g_hash{keys} having count(*) > 1"""
        )
        rows = self._rows("select _g_file, cast(sum(duplicate_count) as bigint) from repeated group by 1")
        for number, count in rows:
            self.counts[number].duplicate = count
        if rows:
            self.connection.execute(
                f"""update gated set _g_kind = {REPEATED} from repeated
                where gated._g_file = repeated._g_file and gated._g_hash = repeated._g_hash
                    and gated._g_kind = {GOOD} and gated._g_n < repeated.kept_n"""
            )

    def _collect_unknown(self, group: _Group, result: GateResult) -> None:
        """Keep unknown fields of good records, and count records by unknown field."""
        if not group.paths:
            return
        numbers = ", ".join(map(str, group.paths))
        good = f"from gated where _g_kind = {GOOD} and not _g_empty and _g_file in ({numbers})"
        self.connection.execute(
            f"""create or replace temp table unseen as
            select distinct _g_keys {good} and _g_keys not in (select _g_keys from keysets)"""
        )
        if self._rows("select count(*) from unseen") != [(0,)]:
            keys = group.sql.keys_expression()
            self.connection.execute(
                f"""insert into keysets
                select hash(k), any_value(k) from (select try({keys}) as k from ({group.lines}) where t is not null)
                where hash(k) in (select _g_keys from unseen) group by 1"""
            )
        rows = self._rows(
            f"""select k.keys, g.record_count, g._g_keys
            from (select _g_keys, count(*) as record_count {good} group by 1) as g
            join (select _g_keys, any_value(keys) as keys from keysets group by 1) as k using (_g_keys)"""
        )
        wanted: set[tuple[str, ...]] = set()
        hashes: list[int] = []
        for keys, count, key_hash in rows:
            unknown = group.sql.unknown_paths(keys)
            named = [path for path in unknown if not group.sql.is_extension(path)]
            result.new_fields.update({group.sql.unknown_name(path): count for path in named})
            kept = [path for path in unknown if not is_content_name(path[-1])]
            wanted.update(kept)
            hashes += [key_hash] if kept else []
        if len(wanted) > MAX_UNKNOWN_FIELDS:
            logger.warning("%d unknown fields, of which the first %d are kept", len(wanted), MAX_UNKNOWN_FIELDS)
        if wanted:
            self.connection.execute("create or replace temp table unknown_keysets (_g_keys ubigint)")
            self.connection.execute("insert into unknown_keysets select unnest(?::ubigint[])", [hashes])
            paths = sorted(wanted)[:MAX_UNKNOWN_FIELDS]
            self.connection.execute(f"insert into extras {group.sql.extras(group.lines, paths, 'unknown_keysets')}")

    def _collect_bad(self, arrivals: list[Arrival], groups: list[_Group], result: GateResult) -> None:
        """Records that are held back, with line and, for JSON lines, the byte at which the line begins."""
        rows = self._rows(
            f"""select _g_file, _g_n, _g_n - bases.base, _g_kind, _g_field, _g_reason
            from gated join bases on bases.file_no = gated._g_file
            where _g_kind in {BAD_KINDS} order by 1, 2"""
        )
        offsets = self._byte_offsets(groups, {row[0] for row in rows})
        for number, n, line, kind, name, reason in rows:
            why = "json: is not valid JSON (cut off or damaged)" if kind == NOT_JSON else reason
            result.quarantine.append(Quarantined(arrivals[number], line, offsets.get((number, n)), name, why))
        for number, line, offset, reason in self._rows("select * from rejects order by 1, 2"):
            result.quarantine.append(Quarantined(arrivals[number], line, offset, None, reason))

    def _byte_offsets(self, groups: list[_Group], numbers: set[int]) -> dict[tuple[int, int], int]:
        """First byte of each bad line of files that came as JSON lines, by file and `_g_n`."""
        offsets: dict[tuple[int, int], int] = {}
        origins = {number: found for group in groups for number, found in group.origins.items()}
        for number in sorted(numbers & origins.keys()):
            found = origins[number]
            rows = self._rows(
                f"""select _g_n, first_byte from (
                    select _g_n, _g_kind, coalesce(sum(coalesce(_g_octets, 0) + {found.newline_bytes}) over (
                        order by _g_n rows between unbounded preceding and 1 preceding
                    ), 0)::bigint as first_byte
                    from gated where _g_file = {number}
                ) where _g_kind in {BAD_KINDS}"""
            )
            offsets |= {(number, n): first + found.bom_bytes for n, first in rows}
        return offsets

    def _admit(self, arrivals: list[Arrival], result: GateResult) -> None:
        """View `checked_raw`: good records with their audit columns; and their counts, which must add up."""
        kept = [number for number in range(len(arrivals)) if number not in self.refused]
        first = arrivals[0]
        audit = {
            "_source_file": "s.source_file",
            "_source_line": "g._g_n - b.base",
            "_batch_id": quote(first.batch_id),
            "_load_seq": "s.load_seq",
            "_loaded_at": f"timestamp {quote(first.arrived_at.replace('T', ' '))}",
            "_is_complete": "s.is_complete",
            "_scope_key": quote(first.scope_key),
            "_tags": quote(json.dumps(first.tags, sort_keys=True)),
            "_extra": "e.extra",
            "_is_empty_bucket": "g._g_empty",
            "x_attributes": "e.x_attributes",
        }
        joins = """join stamps as s on s.file_no = g._g_file
            join bases as b on b.file_no = g._g_file
            left join extras as e on e.file_no = g._g_file and e.n = g._g_n"""
        if len(kept) == 1 and len(arrivals) == 1 and self._rows("select count(*) from extras") == [(0,)]:
            # One file without unknown fields is in order as it is: no join, no sort.
            audit |= {
                "_source_file": quote(first.source_file),
                "_source_line": "g._g_n",
                "_load_seq": str(first.load_seq),
                "_is_complete": str(self.counts[0].is_complete).lower(),
                "_extra": "null",
                "x_attributes": "null",
            }
            joins = ""
            result.is_ordered = True
        self.connection.execute(
            "create temp table stamps (file_no integer, source_file varchar, load_seq bigint, is_complete boolean)"
        )
        for number in kept:
            arrival = arrivals[number]
            self.connection.execute(
                "insert into stamps values (?, ?, ?, ?)",
                [number, arrival.source_file, arrival.load_seq, self.counts[number].is_complete],
            )
        declared = {item.name for item in self.stream.fields}
        columns = ", ".join(
            f"g.{identifier(name)}" if name in declared else f"cast({audit[name]} as {kind}) as {identifier(name)}"
            for name, kind in self.stream.raw_columns().items()
        )
        self.connection.execute(
            f"create temp view checked_raw as select {columns} from gated as g {joins} where g._g_kind = {GOOD}"
        )
        admitted = dict(self._rows("select _load_seq, count(*) from checked_raw group by 1"))
        for number in kept:
            counts = self.counts[number]
            counts.raw = admitted.get(arrivals[number].load_seq, 0)
            if counts.landed != counts.raw + counts.quarantined + counts.duplicate:
                raise AiFinopsError(f"{arrivals[number].source_file}: records got lost in the gate: {counts}")

    def _fields_seen(self) -> list[str]:
        """Declared fields (dotted) that at least one good record of the batch fills."""
        leaves = self.stream.leaves()
        counted = ", ".join("count(" + ".".join(identifier(part) for part in leaf.path) + ") > 0" for leaf in leaves)
        row = self._rows(f"select {counted} from gated where _g_kind = {GOOD}")[0]
        return [leaf.name for leaf, seen in zip(leaves, row, strict=True) if seen]

    def _rows(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()
