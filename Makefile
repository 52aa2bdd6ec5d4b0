# Two commands for a newcomer: `make demo`, `make test`. Each does all of its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

SITE := gateway/static/docs
PAGES := $(shell find docs -type f)

.PHONY: setup demo test audit bench breaking check generate docs figures clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup docs
	@$(BIN)/python -m gateway demo

# Files of tests side by side, each worker with databases of its own: most tests wait for something to happen. What is compiled is kept,
# whatever a container says of it: the tests start this package sixty times as a process, and each would compile it again.
# What counts seconds comes afterwards, when the others do not take the processor from it.
test: export PYTHONDONTWRITEBYTECODE :=
test: setup docs
	$(BIN)/python -m pytest -n 3 --dist loadfile -m "not timed"
	$(BIN)/python -m pytest -n 2 --dist loadfile -m timed

# By packages of those who wrote the standards: wants node and npm.
audit: setup
	$(BIN)/python -m pytest tests/audit/audits.py

# What the GraphQL schema no longer offers since the last landed commit; schema/breaking.txt accepts what is on purpose.
breaking: setup
	$(BIN)/python -m gateway breaking

check: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

generate: setup
	$(BIN)/python -m gateway generate

# The pages that the gateway serves at /docs; a broken link fails.
docs: $(SITE)/index.html

$(SITE)/index.html: $(STAMP) $(PAGES)
	@rm -rf $(SITE)
	$(BIN)/python -m sphinx -b html -W --keep-going -q -d .cache/doctrees docs $(SITE)

# Measured figures of the README and docs/, from the runs in bench/runs.
figures: setup
	$(BIN)/python -m bench.figures

bench: setup
	$(BIN)/python -m bench

lock:
	uv pip compile --universal --generate-hashes --python-version 3.11 --extra embedded --extra metrics --extra otel --extra test pyproject.toml --output-file requirements.lock

clean:
	rm -rf $(VENV)
