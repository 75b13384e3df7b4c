"""The generator of the FOCUS contract, and whether the committed contract is still what it makes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from scripts.errors import ChecksFailedError, ConfigError
from scripts.focus import generate_contract as generator
from scripts.home import PROJECT_DIR

SHARED_MODEL = PROJECT_DIR.parent / "shared" / "focus" / "model"
needs_shared = pytest.mark.skipif(
    not SHARED_MODEL.is_dir(), reason="the FOCUS data model (../shared/focus/model) is not on this machine"
)


def spec(data_type: str, **properties: object) -> dict[str, object]:
    """One column of a data model, with the properties that the generator reads."""
    column = {"data_type": data_type, "feature_level": "Mandatory", "allows_nulls": False}
    return column | {"allowed_values": None, "value_format": "Unspecified"} | properties


@pytest.fixture
def model_dir(tmp_path: Path) -> Path:
    """A data model of five columns, in an order that is not the alphabet's."""
    columns = {
        "ListCost": spec("Decimal", value_format="Decimal (any)"),
        "ChargeClass": spec("String", allowed_values=["Correction"], allows_nulls=True),
        "BillingPeriodEnd": spec("Date/Time"),
        "Tags": spec("JSON", allows_nulls=True),
        "ListUnitPrice": spec("Decimal", value_format="Decimal (non-negative)", allows_nulls=True),
    }
    model = {"datasets": {"Cost and Usage": {"columns": columns}}}
    scale = {
        "default": {"precision": 38, "scale": 14},
        "columns": {"ListCost": {"precision": 38, "scale": 17}},
    }
    (tmp_path / generator.MODEL_FILE).write_text(json.dumps(model), encoding="utf-8")
    (tmp_path / generator.SCALE_FILE).write_text(json.dumps(scale), encoding="utf-8")
    return tmp_path


DESCRIPTIONS = dict.fromkeys(["BillingPeriodEnd", "ChargeClass", "ListCost", "ListUnitPrice", "Tags"], "What it says.")


def test_columns_keep_the_order_and_types_of_the_data_model(model_dir: Path) -> None:
    columns = generator.focus_columns(model_dir, DESCRIPTIONS)
    assert [(column["name"], column["data_type"]) for column in columns] == [
        ("ListCost", "decimal(38,17)"),
        ("ChargeClass", "varchar"),
        ("BillingPeriodEnd", "timestamptz"),
        ("Tags", "varchar"),
        ("ListUnitPrice", "decimal(38,14)"),
    ]


def test_allowed_values_become_a_test_of_the_column(model_dir: Path) -> None:
    tested = {c["name"]: c["data_tests"] for c in generator.focus_columns(model_dir, DESCRIPTIONS) if "data_tests" in c}
    arguments = {"values": ["Correction"]}
    assert tested == {
        "ChargeClass": [{"accepted_values": {"name": "focus_allowed_ChargeClass", "arguments": arguments}}]
    }


def test_nullability_and_sign_become_tests_of_the_model(model_dir: Path) -> None:
    filled, positive = generator.model_tests(model_dir)
    assert filled["not_null_columns"]["arguments"] == {"columns": ["ListCost", "BillingPeriodEnd"]}
    assert positive["not_negative_columns"]["arguments"] == {"columns": ["ListUnitPrice"]}


@pytest.mark.parametrize("change", [{"NewColumn": "of a later version"}, {"Tags": None}])
def test_a_column_without_description_or_the_reverse_is_refused(model_dir: Path, change: dict) -> None:
    descriptions = {name: text for name, text in (DESCRIPTIONS | change).items() if text}
    with pytest.raises(ConfigError, match="NewColumn|Tags"):
        generator.focus_columns(model_dir, descriptions)


def test_an_unknown_type_is_refused() -> None:
    with pytest.raises(ConfigError, match="Odd has the unknown type Blob"):
        generator.column_type("Odd", spec("Blob"), {"columns": {}})


def test_a_folder_without_a_data_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not a readable FOCUS data model"):
        generator.render(tmp_path)


def test_the_committed_contract_has_65_focus_columns_and_then_our_own() -> None:
    contract = yaml.safe_load(generator.CONTRACT_FILE.read_text(encoding="utf-8"))
    names = [column["name"] for column in contract["models"][0]["columns"]]
    own = [name for name in names if name.startswith("x_")]
    assert len(names) - len(own) == 65
    assert names[65:] == own
    assert len(set(names)) == len(names)


@needs_shared
def test_the_committed_contract_follows_the_data_model() -> None:
    assert generator.CONTRACT_FILE.read_text(encoding="utf-8") == generator.render(SHARED_MODEL), (
        "stale: python -m scripts.focus.generate_contract"
    )


@needs_shared
def test_check_tells_a_stale_contract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "CONTRACT_FILE", tmp_path / "stale.yml")
    monkeypatch.setattr(generator, "PROJECT_DIR", tmp_path)
    arguments = ["--check", "--model", str(SHARED_MODEL)]
    (tmp_path / "stale.yml").write_text("version: 2\n", encoding="utf-8")
    result = CliRunner().invoke(generator.main, arguments)
    assert isinstance(result.exception, ChecksFailedError)
    (tmp_path / "stale.yml").write_text(generator.render(SHARED_MODEL), encoding="utf-8")
    assert CliRunner().invoke(generator.main, arguments).exit_code == 0
