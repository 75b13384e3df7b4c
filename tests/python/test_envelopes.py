"""Documents whose records lie deep: nested lists, objects keyed by name, several envelopes of one stream."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.declarations import Field, Pages, Stream
from scripts.errors import InputRefusedError
from scripts.gate.readers import Detected, LandedFile, detect, to_lines


def stream(paths: list[list[str]], context: dict[str, str], formats: tuple[str, ...] = ("json_pages",)) -> Stream:
    fields = tuple(Field(name, "varchar", "", False, key) for name, key in context.items())
    return Stream(
        source="test",
        stream="deep",
        description="One row per record.",
        kind="requests",
        formats=formats,
        load="record",
        key=(),
        fields=fields,
        pages=Pages(tuple(map(tuple, paths)), tuple(context)),
    )


def unfold(tmp_path: Path, declared: Stream, *documents: object) -> list[dict]:
    path = tmp_path / "file.json"
    path.write_text("\n".join(json.dumps(document) for document in documents), encoding="utf-8")
    file = LandedFile(0, "file.json", path)
    found = detect(file, declared)
    assert isinstance(found, Detected)
    lines = to_lines(None, file, found, declared, tmp_path / "out")  # type: ignore[arg-type]
    return [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()


def test_three_levels_carry_the_context_that_is_declared(tmp_path: Path) -> None:
    spans = stream(
        [["resourceSpans", "scopeSpans", "spans"]], {"resource": "resourceSpans.resource", "scope": "scope"}
    )
    document = {
        "resourceSpans": [
            {
                "resource": {"name": "a"},
                "schemaUrl": "left out",
                "scopeSpans": [{"scope": {"name": "s"}, "spans": [{"id": 1}, {"id": 2}]}, {"spans": [{"id": 3}]}],
            }
        ]
    }
    first = {"resourceSpans.resource": {"name": "a"}, "scope": {"name": "s"}}
    assert unfold(tmp_path, spans, document, document)[:3] == [
        {"b": first, "r": {"id": 1}},
        {"b": first, "r": {"id": 2}},
        {"b": {"resourceSpans.resource": {"name": "a"}}, "r": {"id": 3}},
    ]


def test_fields_of_the_document_reach_its_records(tmp_path: Path) -> None:
    series = stream([["data.result", "values"]], {"status": "$.status", "labels": "metric"})
    document = {"status": "success", "data": {"result": [{"metric": {"model": "m"}, "values": [[1, "2"]]}]}}
    assert unfold(tmp_path, series, document) == [
        {"b": {"$.status": "success", "metric": {"model": "m"}}, "r": [1, "2"]}
    ]


def test_objects_keyed_by_name(tmp_path: Path) -> None:
    listed = stream([["data", "*"]], {})
    assert unfold(tmp_path, listed, {"data": [{"x": {"cost": 1}, "y": {"cost": 2}}, {}]}) == [
        {"b": {}, "r": {"cost": 1, "_key": "x"}},
        {"b": {}, "r": {"cost": 2, "_key": "y"}},
        {"b": {}, "e": True},
    ]
    assert unfold(tmp_path, listed, {"data": {"x": {"cost": 1}}}) == [{"b": {}, "r": {"cost": 1, "_key": "x"}}]


def test_the_first_envelope_that_fits_is_taken(tmp_path: Path) -> None:
    either = stream([["observations"], ["data"]], {"trace": "trace"})
    rows = unfold(tmp_path, either, [{"trace": {"id": "t"}, "observations": [{"id": 1}]}], {"data": [{"id": 2}]})
    assert rows == [{"b": {"trace": {"id": "t"}}, "r": {"id": 1}}, {"b": {}, "r": {"id": 2}}]


def test_another_document_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match=r"file.json: is not an export of test deep: it has no list 'spans'"):
        unfold(tmp_path, stream([["spans"]], {}), {"logs": []})
