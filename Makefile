# Two commands for a newcomer: `make demo`, `make test`. Each does all of its own set-up.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
TOOLS := $(VENV)/tools
CODEGEN := $(VENV)/codegen
STORAGE := $(VENV)/storage
RELEASED := $(VENV)/released
PIP_OPTIONS := --quiet --disable-pip-version-check
# What installs packages into an environment: its own pip, or uv where `UV` names one (CI does: a fifth of the processor time).
INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(1)/bin/python,$(1)/bin/pip install $(PIP_OPTIONS))

SITE := gateway/site
PAGES := $(shell find docs -type f)

.PHONY: setup demo test coverage audit bench bench-full breaking check check-types check-rules check-imports format generate clients web docs figures dist released manifests sbom vulnerabilities lock clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@echo "Installing the packages of requirements.lock into $(VENV): a minute or two"
	$(PYTHON) -m venv $(VENV)
	$(call INSTALL,$(VENV)) --require-hashes -r requirements.lock
	$(call INSTALL,$(VENV)) --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup docs
	@$(BIN)/python -m gateway demo --port $(PORT)

# Files of tests side by side, each worker with databases of its own: most tests wait for something to happen. What is compiled is kept,
# whatever a container says of it: the tests start this package sixty times as a process, and each would compile it again.
# What counts seconds comes afterwards, when the others do not take the processor from it. What fails beside three others is asked once
# more, alone, and counts then: a real tool may give up on a machine that is busy.
# `make test SEED=42` runs them in another order: in random order each, by a seed that tells the order again.
test coverage: export PYTHONDONTWRITEBYTECODE :=
ALONE = $(BIN)/python -m pytest --last-failed --last-failed-no-failures none
ORDER = $(if $(SEED),-p randomly --randomly-seed=$(SEED))
test: setup docs $(STORAGE)/.installed
	$(BIN)/python -m pytest $(ORDER) -n 4 --dist loadfile -m "not timed" || $(ALONE) -m "not timed"
	$(BIN)/python -m pytest $(ORDER) -n 4 --dist loadfile -m timed || $(ALONE) -m timed

# Lines that the tests run, those of the processes that they start too.
coverage: setup docs $(STORAGE)/.installed
	$(BIN)/coverage erase
	$(BIN)/python -m pytest $(ORDER) -n 2 --dist loadfile -m "not timed" --cov --cov-report= --cov-fail-under=0
	$(BIN)/python -m pytest $(ORDER) -n 2 --dist loadfile -m timed --cov --cov-append --cov-report= --cov-fail-under=0
	$(BIN)/coverage report

# By packages of those who wrote the standards: wants node and npm.
audit: setup
	$(BIN)/python -m pytest tests/audit/audits.py

# What the GraphQL schema no longer offers since the last landed commit; schema/breaking.txt accepts what is on purpose.
breaking: setup
	$(BIN)/python -m gateway breaking

# One after the other, or side by side: `make --jobs 2 check`.
check: check-types check-rules check-imports

check-types: setup
	$(BIN)/mypy

check-rules: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-imports: setup
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff format .

generate: setup
	$(BIN)/python -m gateway generate

# Packages for those who ask the gateway: clients/typescript/dist and clients/python/jmmc_gateway_client, of the schema and of
# clients/operations.graphql. Wants node and npm.
clients: $(CODEGEN)/.installed
	cd clients/typescript && npm ci --ignore-scripts --no-audit --no-fund --silent
	cd clients/typescript && node generate.mjs ../../schema/schema.graphql && node node_modules/typescript/bin/tsc
	cd clients/python && $(abspath $(CODEGEN))/bin/ariadne-codegen client

# The pages' scripts and styles, which adapters/page/built has so that nobody needs node to run the gateway. Wants node and npm.
web: web/node_modules/.installed
	cd web && node generate.mjs && npm run --silent check && npm run --silent test && npm run --silent build

web/node_modules/.installed: web/package-lock.json
	cd web && npm ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

$(CODEGEN)/.installed: clients/python/requirements.lock
	$(PYTHON) -m venv --clear $(CODEGEN)
	$(call INSTALL,$(CODEGEN)) --require-hashes -r clients/python/requirements.lock
	@touch $@

# The pages that the gateway serves at /docs; a broken link fails.
docs: $(SITE)/index.html

$(SITE)/index.html: $(STAMP) $(PAGES)
	@rm -rf $(SITE)
	$(BIN)/python -m sphinx -b html -W --keep-going -q -d .cache/doctrees docs $(SITE)
	@rm -f $(SITE)/.buildinfo

# Measured figures of the README and docs/, from the runs in bench/runs.
figures: setup
	$(BIN)/python -m bench.figures

bench: setup
	$(BIN)/python -m bench

# The wide set of questions at 2.5 million stars on every PostgreSQL there is, before each release: an hour, 10 GB in the cache directory.
bench-full: setup
	$(BIN)/python -m bench full

# The wheel, made of nothing that an earlier build has left, with the pages that are there already.
dist: setup docs
	rm -rf build dist *.egg-info
	PAGES=built $(BIN)/pip wheel $(PIP_OPTIONS) --no-index --no-deps --no-build-isolation --wheel-dir dist .
	rm -rf build

# A server that speaks S3, for the tests of a spool in a bucket.
$(STORAGE)/.installed: requirements-storage.lock
	$(PYTHON) -m venv --clear $(STORAGE)
	$(call INSTALL,$(STORAGE)) --require-hashes -r requirements-storage.lock
	@touch $@

# It alone with what it runs with, as it is installed by others.
released: dist
	$(PYTHON) -m venv --clear $(RELEASED)
	$(call INSTALL,$(RELEASED)) --no-compile --require-hashes -r requirements-run.lock
	$(call INSTALL,$(RELEASED)) --no-compile --no-index --no-deps dist/*.whl

$(TOOLS)/.installed: requirements-tools.lock
	$(PYTHON) -m venv --clear $(TOOLS)
	$(call INSTALL,$(TOOLS)) --no-compile --require-hashes -r requirements-tools.lock
	@touch $@

# What is in a release, with versions and licences: CycloneDX.
sbom: released $(TOOLS)/.installed
	$(TOOLS)/bin/cyclonedx-py environment $(RELEASED) --pyproject pyproject.toml --output-reproducible --output-file dist/sbom.cdx.json

# Known vulnerabilities of what the wheel runs with, where the database can be reached.
vulnerabilities: setup $(TOOLS)/.installed
	$(BIN)/python .ci/vulnerabilities $(TOOLS)/bin/pip-audit requirements-run.lock

# Everything for a checkout; what the wheel runs with, in the same versions; what releases are looked over with.
COMPILE = $(TOOLS)/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate --python-version 3.11
RUN := --extra embedded --extra metrics --extra otel --extra s3
lock: $(TOOLS)/.installed
	$(COMPILE) $(RUN) --extra test pyproject.toml --output-file requirements.lock
	$(COMPILE) $(RUN) --constraint requirements.lock pyproject.toml --output-file requirements-run.lock
	$(COMPILE) --group tools --output-file requirements-tools.lock
	$(COMPILE) --group storage --output-file requirements-storage.lock
	$(COMPILE) --group codegen --output-file clients/python/requirements.lock

clean:
	rm -rf $(VENV)

# Apart from the locked environment: the schemas of all releases of Kubernetes are 100 MB.
manifests:
	test -x .cache/manifests/bin/kubernetes-validate || { python3 -m venv .cache/manifests && .cache/manifests/bin/pip install --quiet kubernetes-validate==1.37.0; }
	.cache/manifests/bin/kubernetes-validate --strict deploy/kubernetes/*.yaml
