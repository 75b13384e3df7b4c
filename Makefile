# make install   everything into .venv, pinned and checked by hash, then the data folders
# make run       install, sample data if nothing has landed yet, then the whole pipeline and its headline
# make test      lint, then all tests
# make lint      Python and SQL style, and dbt's own checks with warnings as errors
# make install-extract, make install-object-stores   optional: pulling from APIs; reading s3://, gs:// and abfs://
# make clean     what builds leave behind (not data/, not .venv/)
#
# The data folder is data/; AI_FINOPS_HOME moves it. PYTHON names another interpreter (3.11 or newer).

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
OPTIONAL := extract object-stores
.PHONY: help install $(OPTIONAL:%=install-%) run test lint clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes --no-deps
TEST_WORKERS ?= 2

help:
	@sed -n 's/^# //p' Makefile | head -6

$(VENV)/.created:
	@echo "install: virtual environment in $(VENV)"
	@command -v $(PYTHON) >/dev/null || { echo "install: no $(PYTHON) found: install Python 3.11 or newer" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "install: $$($(PYTHON) --version) is too old: Python 3.11 or newer is needed (make PYTHON=...)" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null \
		|| { echo "install: Python's venv module is missing: on Debian and Ubuntu, apt-get install python3-venv" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.runtime: $(VENV)/.created requirements.txt requirements-build.txt pyproject.toml
	@echo "install: pinned packages from requirements.txt"
	@$(PIP) -r requirements-build.txt -r requirements.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements-dev.txt
	@echo "install: pinned test and lint tools from requirements-dev.txt"
	@$(PIP) -r requirements-dev.txt
	@touch $@

install: $(VENV)/.runtime
	@$(BIN)/ai-finops init

$(OPTIONAL:%=install-%): install-%: $(VENV)/.runtime
	@echo "install: pinned packages from requirements-$*.txt"
	@$(PIP) -r requirements-$*.txt

run: install
	@home="$${AI_FINOPS_HOME:-data}"; \
	if ! compgen -G "$$home/landing/manifest/*.json" >/dev/null && ! compgen -G "$$home/landing/inbox/*/*/*" >/dev/null; then \
		echo "run: nothing has landed yet: making sample data ('ai-finops sample --remove' takes it out again)"; \
		$(BIN)/ai-finops sample; \
	fi
	@$(BIN)/ai-finops run

lint: $(VENV)/.dev
	@echo "lint: ruff"
	@$(BIN)/ruff check scripts tests .ci
	@echo "lint: sqlfluff"
	@PYTHONWARNINGS=ignore $(BIN)/sqlfluff lint --disable-progress-bar models tests/singular
	@echo "lint: dbt parse (dbt_project.yml makes warnings errors)"
	@$(BIN)/dbt --quiet parse --no-partial-parse --profiles-dir profiles --target-path target/lint

test: lint
	@echo "test: pytest"
	@$(BIN)/python -m pytest -n $(TEST_WORKERS) --dist loadfile --no-loadscope-reorder tests/python

clean:
	rm -rf target logs .pytest_cache .ruff_cache build *.egg-info
	find scripts tests -name __pycache__ -type d -prune -exec rm -rf {} +
