# Everything a person or CI does with this project. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help demo test lab lint format types arch check bench accuracy fuzz fixtures templates clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A Debian without python3-venv makes a folder without pip and fails: as root that can be mended.
$(VENV)/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3")'
	@$(PYTHON) -m venv $(VENV) || { test "$$(id -u)" = 0 && apt-get update -qq && apt-get install -qq -y python3-venv && $(PYTHON) -m venv --clear $(VENV); }
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	@touch $@

$(VENV)/runtime: $(VENV)/made pyproject.toml
	@$(BIN)/python -m pip install --quiet --editable .
	@touch $@

$(VENV)/dev: $(VENV)/runtime
	@$(BIN)/python -m pip install --quiet --group dev
	@touch $@

demo: $(VENV)/runtime ## a small network inside this process: origin, interceptors, verdicts
	@$(BIN)/tlsprobe demo

lab: ## the programs that the lab tests run against (as root on Debian; elsewhere it says why not)
	@tests/lab/install

test: $(VENV)/dev lab ## every test; the lab's skip with a reason where it cannot be built
	$(BIN)/python -m pytest

lint: $(VENV)/dev ## ruff: rules and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(VENV)/dev ## ruff: write the format, mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(VENV)/dev ## mypy and pyright, strict, for Linux, Windows and macOS
	$(BIN)/mypy
	$(BIN)/mypy benchmarks fixtures tests/lab
	$(BIN)/mypy --platform win32
	$(BIN)/mypy --platform darwin
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/pyright --pythonpath $(BIN)/python --pythonplatform Windows

arch: $(VENV)/dev ## who may import whom
	$(BIN)/lint-imports

check: lint types arch ## all that CI asks before the tests

bench: $(VENV)/dev lab ## every figure that README gives, each peer in the same run
	$(BIN)/python -m benchmarks

accuracy: $(VENV)/dev lab ## recall and false alarms beside simple rules; README's table where all can be played
	$(BIN)/python -m benchmarks.accuracy --readme

FUZZ ?= --seconds 60
fuzz: $(VENV)/dev ## hostile bytes over all that reads captures, a minute a target (FUZZ='--seconds 600 reader')
	$(BIN)/python -m tests.fuzz $(FUZZ)

fixtures: $(VENV)/dev ## rebuild what lies in fixtures/, byte for byte
	$(BIN)/python -m fixtures.build

templates: $(VENV)/dev ## rebuild the ready-made hellos from their profiles
	$(BIN)/python -m tlsprobe.hello.craft

clean: ## remove what the other targets made
	rm -rf $(VENV) .lab-venv .bench-venv .bench-captures .fuzz build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
