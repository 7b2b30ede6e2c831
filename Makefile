.PHONY: help setup embedder model demo test check bench kinds lock clean

VENV := .venv
PY := $(VENV)/bin/python
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help: ## list what can be done
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: $(VENV)/.ready ## a .venv with everything

$(VENV)/.ready: requirements-dev.txt pyproject.toml
	@command -v python3 >/dev/null || { echo "Python 3.11 or newer is needed."; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; this is $$(python3 -V)."; exit 1; }
	@test -x $(PY) || python3 -m venv $(VENV)
	@echo "Installing what Inkling needs (about a minute the first time)..."
	@$(PY) -m pip install --quiet --require-hashes --only-binary :all: --no-binary py-trello -r requirements-dev.txt
	@$(PY) -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

embedder: setup ## the model that tells what texts mean, fetched once into var/embedder (105 MB)
	@$(PY) -m deploy.sandbox.model embedder --var var/embedder >/dev/null

model: embedder ## the embedded models; the one that writes is fetched once into var/model (1.1 GB)
	@$(PY) -m deploy.sandbox.model fetch --var var/model >/dev/null

demo: setup ## everything on this machine: no accounts, no root, no Docker
	@$(VENV)/bin/inkling demo

test: model ## all tests
	@$(PY) -m pytest -n 2 --dist loadfile

check: model ## what CI runs: lint, types, house rules, tests
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/djlint --quiet --lint bot/dashboard/templates
	@$(VENV)/bin/mypy
	@$(PY) -m pytest -n 2 --dist loadfile

bench: embedder ## measure, print a table, write var/bench.json
	@$(PY) -m tests.bench

kinds: setup ## learn anew what tells kinds of reports apart, from its examples
	@$(PY) -m workers.chain.kinds.train

lock: setup ## pin all requirements anew, with hashes
	@$(VENV)/bin/uv pip compile -q --generate-hashes --no-header --no-annotate --python-version 3.11 pyproject.toml -o requirements.txt
	@$(VENV)/bin/uv pip compile -q --generate-hashes --no-header --no-annotate --python-version 3.11 --extra dev --extra demo pyproject.toml -o requirements-dev.txt

clean: ## remove the .venv; data in var/ stays
	@rm -rf $(VENV)
