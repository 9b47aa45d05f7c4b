# What a newcomer needs: `make` checks and tests, `make demo` shows. Each target sets up what it uses.

SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.11 python3 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/recense.stamp
BENCH_VENV := .venv-bench
BENCH := $(BENCH_VENV)/bin/python
BENCH_STAMP := $(BENCH_VENV)/bench.stamp

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: all setup demo test check format bench bench-peers bench-scan lock clean
.DEFAULT_GOAL := all

all:
	@$(MAKE) --no-print-directory check
	@$(MAKE) --no-print-directory test

setup: $(STAMP)

# The lock's hashes hold what is downloaded; the project itself is linked, so that edits count at once.
$(STAMP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "recense needs Python 3.11 or newer: install it, or run make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV) || \
		{ echo "$(PYTHON) made no virtual environment: on Debian and Ubuntu, apt install python3-venv" >&2; exit 1; }
	@echo "Setting up $(VENV) (a minute, the first time)"
	@$(BIN)/python -m pip install -qq --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup
	@$(BIN)/python examples/demo.py demo-out

# With all servers there, a test that cannot start one fails instead of being skipped. The tests start hundreds of
# processes: under PYTHONDONTWRITEBYTECODE each of them would compile the whole project anew.
test: setup
	@.ci/servers install
	@$(BIN)/python -m compileall -q connectors console detectors examples inventory reports scanner subjects
	@if .ci/servers there; then export RECENSE_REQUIRE_SERVERS=1; fi; $(BIN)/python -m pytest -n auto --dist loadscope

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: setup
	@for words in formats "dumps --gb 0.1" small mysql start memory; do \
		echo "== bench_$$words"; $(BIN)/python -m benchmarks.bench_$$words || exit 1; done

# The peers have many dependencies of their own: they never meet the environment that is checked and tested.
$(BENCH_STAMP): requirements-bench.lock
	@test -n "$(PYTHON)" || { echo "recense needs Python 3.11 or newer: install it, or run make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(BENCH_VENV)
	@echo "Setting up $(BENCH_VENV) with the peers (a minute, the first time)"
	@$(BENCH) -m pip install -qq --require-hashes -r requirements-bench.lock || \
		{ echo "The peers could not be installed; each benchmark runs in $(VENV) too and says which peers are missing" >&2; exit 1; }
	@touch $@

bench-peers: $(BENCH_STAMP)
	@$(BENCH) -m benchmarks.bench_peers

# make bench-scan FOLDER=/somewhere keeps the files that are scanned there for the next time.
bench-scan: $(BENCH_STAMP)
	@$(BENCH) -m benchmarks.bench_scan $(if $(FOLDER),--folder $(FOLDER))

# Hashes and versions only: where packages come from is the machine's own configuration.
lock: COMPILE = $(BIN)/python -m uv pip compile pyproject.toml --python-version 3.11 --generate-hashes --no-header \
	--no-annotate --no-emit-index-url --no-emit-find-links --quiet
lock:
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c 'import uv' 2>/dev/null || $(BIN)/python -m pip install --quiet uv
	$(COMPILE) --extra dev --output-file requirements.lock
	$(COMPILE) --extra bench --constraint requirements.lock --output-file requirements-bench.lock

clean:
	rm -rf build demo-out *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis $(STAMP)
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -not -path './$(BENCH_VENV)/*' -prune -exec rm -rf {} +
