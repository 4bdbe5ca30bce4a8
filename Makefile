# Everything that one does with this repository. `make` alone explains itself.
# demo, test, check and the others do their own set-up; only Python >= 3.11, git and make must be there.

.DEFAULT_GOAL := help
.PHONY: help demo serve worker bench test check lint format lock clean setup setup-dev

BIN := .venv/bin
empty :=
PLUGINS := $(subst $(empty) ,:,$(strip $(wildcard plugins/jurisdictions/*)))
CODE := backend plugins tools tests

# The first Python that is new enough; PYTHON=/path/to/python overrides.
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)

help: ## Show this list
	@echo "make TARGET [ARGS=\"...\"] [PYTHON=/path/to/python3.11 or newer]"
	@echo
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-10s %s\n", $$1, $$2 }'

demo: setup ## See it work: two brands, one charging network, drivers who charge (ARGS="--once --json report.json" to run once)
	@$(BIN)/roamgrid demo $(ARGS)

serve: setup ## Run the API (ARGS="--help" for its settings)
	@$(BIN)/roamgrid serve $(ARGS)

worker: setup ## Run a background worker
	@$(BIN)/roamgrid worker $(ARGS)

bench: setup ## Measure each path beside its ceiling
	@$(BIN)/roamgrid bench $(ARGS)

test: setup-dev ## Run all tests (ARGS="tests/pricing -k step" for some)
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

check: lint ## Everything that must hold before a merge: lint and test
	@$(MAKE) --no-print-directory test

lint: setup-dev ## Style, types, the walls between the rooms, the project's own rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	MYPYPATH=$(PLUGINS) $(BIN)/mypy $(wildcard $(CODE))
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m tools.rules

format: setup-dev ## Put code and imports into their standard form
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

lock: setup-dev ## Write the locks anew from pyproject.toml (ARGS="--upgrade" for newer versions)
	$(BIN)/python -m tools.lock $(ARGS)

clean: ## Remove the environment and all caches; data of your servers stays
	rm -rf .venv .venv.lock dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find $(wildcard $(CODE)) -name __pycache__ -type d -prune -exec rm -rf {} +

setup setup-dev:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer found. Install one (Debian: sudo apt install python3 python3-venv) or name it: make PYTHON=/path/to/python"; exit 1; }
	@"$(PYTHON)" tools/bootstrap.py $(if $(filter setup-dev,$@),--dev)
