# Every verb a person or a machine needs. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
AXE_VERSION := 4.14.1
AXE := .tools/node_modules/axe-core/axe.min.js
# Folders whose tests touch the database: they run on both databases.
DATABASE_TESTS := $(wildcard $(addprefix tests/,records ledger attention api web privacy flows))

.PHONY: help demo serve test test-sqlite test-postgres check format requirements bench soak docs clean browser

help: ## List these verbs
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | awk -F'|' '{printf "make %-14s %s\n", $$1, $$2}'

# Stamps make every verb quick the second time: they are as old as the last install from the same file.
$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Regulars needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Say which to use: make PYTHON=python3.12 ...")'
	@test -x $(PY) || { echo "Making the virtual environment in $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@touch $@

$(VENV)/.runtime: $(VENV)/.python requirements/runtime.txt
	@echo "Installing what Regulars runs on (pinned, with hashes)"
	@$(PIP) install --no-compile --require-hashes -r requirements/runtime.txt
	@touch $@

$(VENV)/.package: $(VENV)/.runtime pyproject.toml
	@$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.package requirements/dev.txt
	@echo "Installing what the tests and checks need (pinned, with hashes)"
	@$(PIP) install --no-compile --require-hashes -r requirements/dev.txt
	@touch $@

$(AXE): | $(VENV)/.python
	@if command -v npm >/dev/null; then \
	  echo "Fetching axe-core $(AXE_VERSION) for the accessibility tests"; mkdir -p .tools; \
	  npm install --prefix .tools --ignore-scripts --no-save --no-package-lock --no-audit --no-fund --silent axe-core@$(AXE_VERSION) \
	    || echo "axe-core could not be fetched: the accessibility tests will be skipped and say so."; \
	else echo "npm is missing: the accessibility tests will be skipped and say so."; fi

browser: $(AXE)
	@if ! command -v chromium >/dev/null && [ -z "$$REGULARS_TEST_CHROMIUM" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium for the browser tests"; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium; } >/dev/null 2>&1 </dev/null \
	      || echo "Chromium could not be installed: the browser tests will be skipped and say so."; \
	  else echo "Chromium is missing: the browser tests will be skipped. Install it, or name it in REGULARS_TEST_CHROMIUM."; fi; \
	fi

demo: $(VENV)/.package ## Seed a company, serve it, sign in by the printed link. ARGS="--no-browser --port N"
	@$(BIN)/regulars demo $(ARGS)

serve: $(VENV)/.package ## Run the web server and the worker. ARGS="--port N"
	@$(BIN)/regulars serve $(ARGS)

test: test-sqlite test-postgres ## Run every test on SQLite, and those that touch the database on PostgreSQL too

test-sqlite: $(VENV)/.dev browser ## Run every test, records in SQLite
	REGULARS_TEST_DATABASE=sqlite $(PY) -m pytest $(ARGS)

test-postgres: $(VENV)/.dev ## Run the tests that touch the database on PostgreSQL
	REGULARS_TEST_DATABASE=postgres $(PY) -m pytest $(DATABASE_TESTS) -m "not browser and not spark" $(ARGS)

check: $(VENV)/.dev ## Lint, types, direction of imports, unused packages, templates, migrations, the rules of the house
	$(BIN)/ruff check src tests bench
	$(BIN)/ruff format --check src tests bench
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/djlint src --lint --quiet
	REGULARS_HOME=$$(mktemp -d) $(BIN)/django-admin makemigrations --check --dry-run --settings regulars.server.settings
	$(PY) -m pytest tests/house -q

format: $(VENV)/.dev ## Format the Python code and mend what ruff can mend
	$(BIN)/ruff check --fix src tests bench
	$(BIN)/ruff format src tests bench

docs: $(VENV)/.dev ## Write docs/reference from the code
	$(PY) -m tests.house.reference

requirements: $(VENV)/.dev ## Pin what pyproject.toml asks for. ARGS=--upgrade takes the newest that fit
	requirements/compile $(ARGS)

bench: $(VENV)/.dev ## Compare with other ways, side by side in one run; prints ratios
	$(PY) -m bench $(ARGS)

soak: $(VENV)/.dev ## Run for hours under load and watch memory, files and time
	$(PY) -m bench.soak $(ARGS)

clean: ## Remove the virtual environment and everything the tools left behind
	rm -rf $(VENV) .tools .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist src/*.egg-info
