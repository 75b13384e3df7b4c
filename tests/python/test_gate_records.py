"""Good records load, bad ones go to quarantine with place and reason, and every record is accounted for."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from gatehelp import ARRIVED, gate_rows, raw, spend, usage, write_lines

from scripts.cli import main
from scripts.home import Home
from scripts.ingest import ingest

PROJECT = Path(__file__).resolve().parents[2]
TRANSCRIPTS = PROJECT.parent / "shared" / "data" / "claude_code_packmind" / "transcripts"


def test_bad_records_are_quarantined_with_place_and_reason(home: Home, tmp_path: Path) -> None:
    good = [spend("r1"), spend("r2", brand_new_field=7), spend("r3", model="model-nobody-knows")]
    bad = [
        '{"request_id": "cut", "model": "claude-son',
        spend("wrong-type", prompt_tokens="many"),
        spend("negative", prompt_tokens=-1, total_tokens=1),
        spend("no-start", startTime=...),
        spend("half", completion_tokens=1.5),
    ]
    lines = [good[0], bad[0], good[1], bad[1], "", bad[2], good[2], bad[3], bad[4]]
    path = write_lines(tmp_path / "spend.jsonl", lines)
    report = ingest(home, "litellm", "spend_logs", [path], {}, ARRIVED)
    assert not report.refused
    assert [row["request_id"] for row in raw(home, "litellm", "spend_logs")] == ["r1", "r2", "r3"]
    held = gate_rows(home, "quarantine")
    assert [(row["source_line"], row["field"]) for row in sorted(held, key=lambda r: r["source_line"])] == [
        (2, None),
        (4, "prompt_tokens"),
        (6, "prompt_tokens"),
        (8, "startTime"),
        (9, "completion_tokens"),
    ]
    assert {row["source_file"] for row in held} == {"spend.jsonl"}
    lines = path.read_bytes().split(b"\n")
    starts = {number: sum(len(line) + 1 for line in lines[: number - 1]) for number in (2, 4, 6, 8, 9)}
    assert {row["source_line"]: row["byte_offset"] for row in held} == starts
    assert all(row["reason"] for row in held)
    assert not any("many" in row["reason"] or "claude-son" in row["reason"] for row in held)
    arrival = gate_rows(home, "arrivals")[-1]
    assert (arrival["landed_count"], arrival["raw_count"], arrival["quarantined_count"]) == (8, 3, 5)
    assert arrival["is_complete"] is False
    assert [row["field"] for row in gate_rows(home, "drift") if row["drift"] == "new"] == ["brand_new_field"]
    assert [row["_extra"] for row in raw(home, "litellm", "spend_logs")][0] is None
    assert json.loads(raw(home, "litellm", "spend_logs")[1]["_extra"]) == {"brand_new_field": 7}


def test_every_record_is_accounted_for_and_the_last_of_equal_ones_stays(home: Home, tmp_path: Path) -> None:
    lines = [spend("a"), spend("b"), spend("a"), spend("a", spend=1), "{", "{", spend("a")]
    report = ingest(home, "litellm", "spend_logs", [write_lines(tmp_path / "x.jsonl", lines)], {}, ARRIVED)
    assert (report.landed, report.raw, report.quarantined, report.duplicate) == (7, 3, 2, 2)
    assert [(row["request_id"], row["_source_line"]) for row in raw(home, "litellm", "spend_logs")] == [
        ("b", 2),
        ("a", 4),
        ("a", 7),
    ]


def test_a_line_that_is_not_utf8_costs_only_itself(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    good = json.dumps(spend("a")).encode(), json.dumps(spend("b")).encode()
    path.write_bytes(good[0] + b'\n{"request_id": "\xff\xfe"}\n' + good[1] + b"\n")
    report = ingest(home, "litellm", "spend_logs", [path], {}, ARRIVED)
    assert not report.refused
    assert [row["request_id"] for row in raw(home, "litellm", "spend_logs")] == ["a", "b"]
    held = gate_rows(home, "quarantine")
    assert [(row["source_line"], row["byte_offset"]) for row in held] == [(2, len(good[0]) + 1)]


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_byte_offsets_follow_the_line_ends(home: Home, tmp_path: Path, newline: bytes) -> None:
    path = tmp_path / "x.jsonl"
    first = json.dumps(spend("é"), ensure_ascii=False).encode()
    path.write_bytes(first + newline + b"{" + newline)
    ingest(home, "litellm", "spend_logs", [path], {}, ARRIVED)
    assert gate_rows(home, "quarantine")[0]["byte_offset"] == len(first) + len(newline)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.jsonl", b""),
        ("words.jsonl", b"once upon a time\nthere was a file\n"),
        ("other.jsonl", b'{"some": "thing"}\n{"else": 1}\n'),
        ("picture.jsonl", b"\x89PNG\r\n\x1a\n\x00\x00\x00"),
        ("page.json", b'{"data": [], "has_more": false}'),
    ],
)
def test_a_file_of_another_format_is_refused(
    home: Home, tmp_path: Path, name: str, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    good = write_lines(tmp_path / "good.jsonl", [spend("a")])
    assert main(["ingest", "litellm", "spend_logs", str(path), str(good)]) == 4
    message = capsys.readouterr().err.strip().splitlines()[-1]
    assert name in message
    assert [row["request_id"] for row in raw(home, "litellm", "spend_logs")] == ["a"]
    assert [row["source_file"] for row in gate_rows(home, "arrivals")] == ["good.jsonl"]


def test_a_table_without_rows_is_an_empty_export_only_with_the_right_columns(home: Home, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("request_id,started_at,provider,model\n")
    page = tmp_path / "page.csv"
    page.write_text("<html>not found</html>\n")
    report = ingest(home, "custom", "usage", [empty, page], {}, ARRIVED)
    assert list(report.refused) == ["page.csv"]
    assert [row["landed_count"] for row in gate_rows(home, "arrivals")] == [0]


def test_fields_may_have_any_name(home: Home, tmp_path: Path) -> None:
    record = {
        "number": 1,
        "state": "open",
        "created_at": "2026-03-01T12:00:00Z",
        "base": {"repo": {"full_name": "o/r"}},
    }
    lines = [{**record, "id": 1}, {**record, "id": "x", "number": "x"}]
    report = ingest(home, "github", "pull_requests", [write_lines(tmp_path / "p.jsonl", lines)], {}, ARRIVED)
    assert report.landed == 2


def test_records_of_another_stream_are_refused_where_the_stream_filters_lines(home: Home, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "spend.jsonl", [spend("a"), spend("b")])
    assert main(["ingest", "claude_code", "transcripts", str(path)]) == 4
    assert gate_rows(home, "arrivals") == []


def test_a_transcript_without_answers_is_no_error(home: Home, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "t.jsonl", [{"type": "user", "uuid": "1"}, {"type": "summary"}])
    report = ingest(home, "claude_code", "transcripts", [path], {}, ARRIVED)
    assert not report.refused
    assert (report.landed, report.raw, report.ignored) == (0, 0, 2)


def test_exact_amounts_as_number_and_as_text(home: Home, tmp_path: Path) -> None:
    amounts = ["12.50", "0.000000000001", "1e-7", "1234567890123.123456789012", "7"]
    texts = [f'"{amount}"' for amount in amounts]
    lines = [json.dumps(spend(f"r{i}", spend=0)).replace('"spend": 0', f'"spend": {value}')
             for i, value in enumerate([*amounts, *texts])]  # fmt: skip
    ingest(home, "litellm", "spend_logs", [write_lines(tmp_path / "x.jsonl", lines)], {}, ARRIVED)
    expected = [Decimal(amount) for amount in amounts] * 2
    assert [row["spend"] for row in raw(home, "litellm", "spend_logs")] == expected


def test_exact_amounts_of_cost_reports(home: Home, tmp_path: Path) -> None:
    results = ",".join(
        f'{{"amount": {{"value": {value}, "currency": "usd"}}, "line_item": "item {i}"}}'
        for i, value in enumerate(["1.5", '"12.50"', "9876543210.123456789012", '"9876543210.123456789012"'])
    )
    body = (
        f'{{"object": "page", "data": [{{"start_time": 1793491200, "end_time": 1793577600, "results": [{results}]}},'
        ' {"start_time": 1793577600, "end_time": 1793664000, "results": []}]}'
    )
    path = tmp_path / "costs.json"
    path.write_text(body * 2)  # pages one after the other
    report = ingest(home, "openai", "costs", [path], {"account": "a"}, ARRIVED)
    assert report.raw == 10
    rows = raw(home, "openai", "costs")
    exact = Decimal("9876543210.123456789012")
    assert [row["amount"]["value"] for row in rows][:5] == [Decimal("1.5"), Decimal("12.5"), exact, exact, None]
    assert [row["_is_empty_bucket"] for row in rows] == [False, False, False, False, True] * 2
    assert [row["start_time"] for row in rows][4] == 1793577600


def test_times_are_utc(home: Home, tmp_path: Path) -> None:
    times = ["2026-03-01T12:00:00Z", "2026-03-01T14:00:00+02:00", "2026-03-01 12:00:00", "2026-03-01T12:00:00.5Z"]
    lines = [usage(f"r{i}", started_at=time) for i, time in enumerate(times)]
    ingest(home, "custom", "usage", [write_lines(tmp_path / "x.jsonl", lines)], {}, ARRIVED)
    noon = datetime(2026, 3, 1, 12)
    assert [row["started_at"] for row in raw(home, "custom", "usage")] == [
        noon, noon, noon, noon.replace(microsecond=500000)
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["1.5", '"1.5"', "15e-1", "1e30", "true", '"x"', "[1]", "9223372036854775808"])
def test_what_is_no_whole_number_is_no_token_count(home: Home, tmp_path: Path, text: str) -> None:
    lines = [json.dumps(usage("a")).replace('"output_tokens": 5', f'"output_tokens": {text}'), usage("b")]
    report = ingest(home, "custom", "usage", [write_lines(tmp_path / "x.jsonl", lines)], {}, ARRIVED)
    assert (report.raw, report.quarantined) == (1, 1)
    assert gate_rows(home, "quarantine")[0]["field"] == "output_tokens"


@pytest.mark.parametrize("text", ["600000.0", "6e5", '"600000"'])
def test_whole_numbers_in_any_spelling(home: Home, tmp_path: Path, text: str) -> None:
    lines = [json.dumps(usage("a")).replace('"output_tokens": 5', f'"output_tokens": {text}')]
    ingest(home, "custom", "usage", [write_lines(tmp_path / "x.jsonl", lines)], {}, ARRIVED)
    assert [row["output_tokens"] for row in raw(home, "custom", "usage")] == [600000]


def test_csv_and_gzip_and_parquet_give_the_same(home: Home, tmp_path: Path) -> None:
    records = [
        usage("a", cost_usd="0.10", tags='{"ticket":"T-1"}', x_color="red"),
        usage("b", cost_usd="1234567.123456789012", tags=None, x_color=None),
    ]
    jsonl = write_lines(tmp_path / "1.jsonl", list(records))
    packed = tmp_path / "2.jsonl.gz"
    packed.write_bytes(gzip.compress(jsonl.read_bytes()))
    table = tmp_path / "3.csv"
    names = list(records[0])
    cells = [[str(r[n] if r[n] is not None else "") for n in names] for r in records]
    quoted = [",".join('"' + cell.replace('"', '""') + '"' if cell else "" for cell in row) for row in cells]
    table.write_text("\n".join([",".join(names), *quoted]) + "\n")
    parquet = tmp_path / "4.parquet"
    duckdb.sql(
        f"copy (select * replace (cost_usd::decimal(28,12) as cost_usd) from read_json('{jsonl}', "
        f"columns={{request_id:'varchar',started_at:'timestamp',provider:'varchar',model:'varchar',"
        f"output_tokens:'bigint',cost_usd:'varchar',tags:'varchar',x_color:'varchar'}})) to '{parquet}'"
    )
    report = ingest(home, "custom", "usage", [jsonl, packed, table, parquet], {}, ARRIVED)
    assert not report.refused
    rows = raw(home, "custom", "usage", "* exclude (_source_file, _load_seq)")
    assert len(rows) == 8
    assert rows[0:2] == rows[2:4] == rows[4:6] == rows[6:8]
    assert rows[1]["cost_usd"] == Decimal("1234567.123456789012")
    assert json.loads(rows[0]["x_attributes"]) == {"x_color": "red"}
    assert gate_rows(home, "drift") == []  # an invited field is not drift


def test_bad_csv_rows_are_quarantined(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('request_id,started_at,provider,model\na,2026-03-01,p,"m\nn"\nb,2026-03-01,p\nc,2026-03-01,p,m,9\n')
    report = ingest(home, "custom", "usage", [path], {}, ARRIVED)
    assert (report.landed, report.raw, report.quarantined) == (3, 1, 2)
    assert raw(home, "custom", "usage")[0]["model"] == "m\nn"


def test_struct_columns_arrive_as_json_text_in_csv(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "spend.csv"
    metadata = '{""additional_usage_values"":{""cache_read_input_tokens"":400},""user_api_key_alias"":""k""}'
    path.write_text(
        "request_id,startTime,model,prompt_tokens,request_tags,metadata\n"
        f'a,2026-03-01T12:00:00Z,m,1000,"[""team:x""]","{metadata}"\n'
    )
    report = ingest(home, "litellm", "spend_logs", [path], {}, ARRIVED)
    assert report.raw == 1
    row = raw(home, "litellm", "spend_logs")[0]
    assert row["metadata"]["additional_usage_values"]["cache_read_input_tokens"] == 400
    assert row["metadata"]["user_api_key_alias"] == "k"
    assert row["request_tags"] == ["team:x"]


def test_many_files_keep_their_own_line_numbers(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(12):
        lines = [spend(f"{number}-{i}") for i in range(number + 1)]
        write_lines(folder / f"{number:02d}.jsonl", ["", *lines, "{"])
    report = ingest(home, "litellm", "spend_logs", [folder], {}, ARRIVED)
    assert (report.landed, report.raw, report.quarantined) == (90, 78, 12)
    for row in raw(home, "litellm", "spend_logs"):
        number, i = row["request_id"].split("-")
        assert (row["_source_file"], row["_source_line"]) == (f"{int(number):02d}.jsonl", int(i) + 2)
    held = {row["source_file"]: row["source_line"] for row in gate_rows(home, "quarantine")}
    assert held == {f"{number:02d}.jsonl": number + 3 for number in range(12)}


@pytest.mark.skipif(not TRANSCRIPTS.is_dir(), reason="../shared/data/claude_code_packmind is absent")
def test_real_transcripts_load_whole(home: Home) -> None:
    report = ingest(home, "claude_code", "transcripts", [TRANSCRIPTS], {}, ARRIVED)
    assert (report.files, report.landed, report.raw, report.quarantined) == (110, 6228, 6228, 0)
    rows = raw(home, "claude_code", "transcripts", "uuid, message, _load_seq, _source_line")
    assert len({row["uuid"] for row in rows}) == 5201
    assert len({row["message"]["id"] for row in rows}) == 2870
