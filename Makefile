# Each target does all of its own set-up: Python 3.11 or newer is all that a machine must bring.

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?=
SPARK_PINS := pyspark==4.3.0 py4j==0.10.9.9

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

# Prints the first Python that is new enough: PYTHON if it is given, else what the machine has.
FIND_PYTHON = for name in $(or $(PYTHON),python3.11 python3.12 python3.13 python3.14 python3 python); do \
	  if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	  then command -v "$$name"; exit 0; fi; \
	done; \
	echo "idlab needs Python 3.11 or newer and found none; install it, or name one: make PYTHON=/path/to/python3" >&2; \
	exit 1

.DEFAULT_GOAL := help
.PHONY: help demo test test-slow check bench lab pins clean

help: ## list what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /make \1\t/' | expand -t 16

demo: $(VENV)/.lab-installed ## generate, tune, export and report, in about two minutes
	@$(BIN)/idlab demo

test: $(VENV)/.lab-installed ## unit tests, properties, doctests and the README's examples
	@$(BIN)/pytest -n 2 --dist loadscope

test-slow: $(VENV)/.peers-installed ## servers, browsers, peers, long properties
	@$(BIN)/pytest -m slow

check: $(VENV)/.lab-installed ## style, types, import layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy idlab synthetic benchmarks
	@$(BIN)/lint-imports

bench: $(VENV)/.peers-installed ## replay one million interactions, beside its peers
	@$(BIN)/idlab bench replay --interactions 1000000 --json

lab: $(VENV)/.lab-installed ## open the notebooks
	@$(BIN)/jupyter lab --notebook-dir=notebooks

# A stamp is newer than the files that say what is installed; it is written only after the install went through.
$(VENV)/.lab-installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing idlab and its workbench into $(VENV) (once; a minute or two) ..." >&2
	@$(BIN)/python -m pip install -qq -c constraints.txt -e '.[lab,dev]'
	@touch $@

$(VENV)/.peers-installed: $(VENV)/.lab-installed
	@echo "Installing the benchmark's peers into $(VENV) (once) ..." >&2
	@$(BIN)/python -m pip install -qq -c constraints.txt -e '.[lab,dev,peers]'
	@touch $@

$(BIN)/python:
	@python="$$($(FIND_PYTHON))" && \
	  { "$$python" -m venv $(VENV) || \
	    { rm -rf $(VENV); echo "$$python cannot make a virtual environment; install its venv package" >&2; exit 1; }; }

# Written beside and moved into place, so that a failed install leaves the old pins.
pins: ## write constraints.txt from a fresh environment (Python 3.11)
	@echo "Resolving every extra but spark in a fresh environment ..." >&2
	@set -euo pipefail; fresh="$$(mktemp -d)"; trap 'rm -rf "$$fresh" constraints.txt.new' EXIT; \
	  $(or $(PYTHON),python3.11) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || \
	    { echo "pins are made on Python 3.11: make pins PYTHON=/path/to/python3.11" >&2; exit 1; }; \
	  $(or $(PYTHON),python3.11) -m venv "$$fresh"; \
	  "$$fresh/bin/python" -m pip install -qq '.[lab,dev,postgres,dynamodb,peers]'; \
	  { echo "# Exact versions of all that idlab[lab,dev,postgres,dynamodb,peers] installs on Python 3.11."; \
	    echo "# Written by \`make pins\`; not edited by hand."; \
	    "$$fresh/bin/python" -m pip freeze --exclude idlab | LC_ALL=C sort -f; \
	    echo "# idlab[spark], by its own line: PySpark's pandas functions want pandas < 3, so it is not installed in the"; \
	    echo "# shared environment; idlab hands it Arrow batches."; \
	    printf '%s\n' $(SPARK_PINS); } > constraints.txt.new; \
	  if grep -nvE '^(#.*|[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+)$$' constraints.txt.new; \
	  then echo "the lines above are not NAME==VERSION" >&2; exit 1; fi; \
	  mv constraints.txt.new constraints.txt

clean: ## remove the environment and all caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find idlab synthetic tests -name __pycache__ -type d -prune -exec rm -rf {} +
