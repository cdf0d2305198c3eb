# Everything is installed into .venv, from PyPI (Python packages) and Maven Central (the local Elasticsearch's jars).

.DEFAULT_GOAL := help
.PHONY: help run live env pin up down quick test long sample lint quicktests tests lock clean

# The first interpreter that starts and that Airflow supports: a name on the PATH may be a version manager's shim that fails.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c '$(SUPPORTED)' 2> /dev/null && echo $$python && break; done)
# Python keeps what it has compiled: a run starts dozens of processes, each of which would compile all of it again.
unexport PYTHONDONTWRITEBYTECODE
BIN := .venv/bin
STAMP := .venv/.complete

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: $(STAMP) ## set up and run the whole daily job on the bundled sample outlets
	@PATH="$(CURDIR)/$(BIN):$$PATH" RASID_DATA="$${RASID_DATA:-data}" exec python -m samples.server rasid run --date 2025-03-10 --outlets {}

live: $(STAMP) ## the same, today, on the real outlets of config/outlets.yaml; its data is apart, in data/live or where .env says
	@grep -qs '^ *RASID_DATA *=' .env || export RASID_DATA="$${RASID_DATA:-data/live}"; exec $(BIN)/rasid run

env: ## make the secrets of docker-compose.yml, in .env
	@deploy/make-env.sh

pin: ## have docker-compose.yml's images started by their digests, as the registry has them now
	@deploy/pin-images.sh

up: env ## start the whole stack of docker-compose.yml
	@docker compose up --build --detach --wait && docker compose run --rm kibana-setup

down: ## stop it; what it holds stays in its volumes
	@docker compose down

quick: $(STAMP) ## lint, types, the order of imports, and the tests that start nothing: within a minute
	@$(MAKE) --no-print-directory -j2 lint quicktests

test: $(STAMP) ## the same, and all other tests, with a real Elasticsearch, real crawls and Airflow: some minutes
	@$(MAKE) --no-print-directory -j2 lint tests

long: $(STAMP) ## the tests that take more than an hour: faults in every stage, backfills, services that are killed during runs
	$(BIN)/pytest -m long
	$(BIN)/pytest -q -m "hypothesis and not service" --hypothesis-profile long
	$(BIN)/python -m benchmarks.gate

sample: $(STAMP) ## a quarter of an hour of these, others each day, and all made examples
	$(BIN)/pytest -v -m long --minutes 15
	$(BIN)/pytest -q -m "hypothesis and not service" --hypothesis-profile long

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

quicktests: $(STAMP)
	$(BIN)/pytest -q -m "not service and not long"

# Many of these wait, for a server that hangs or a process that ends: a third worker uses the two cores meanwhile.
tests: $(STAMP)
	$(BIN)/pytest --numprocesses 3

lock: $(STAMP) ## pin the newest allowed versions of all dependencies, with hashes
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header -o requirements.txt pyproject.toml --extra production
	$(BIN)/uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-header -o requirements-dev.txt pyproject.toml --extra local --extra production --extra training --group dev -c requirements.txt
	$(BIN)/python -m search.node.lock

clean: ## stop the local nodes, and remove .venv and data/; if data/ has captures of real outlets or labels, by make clean ALL=1 alone
	@if [ -z "$(ALL)" ] && find data/live data/labels data/models -mindepth 1 2> /dev/null | grep -q .; then \
		echo "data/ has what cannot be made again: captures of real outlets, labels or what was learned of them. Nothing was removed."; \
		echo "Keep a copy, then run: make clean ALL=1"; exit 1; fi
	@for data in data data/live; do [ ! -x $(BIN)/rasid ] || RASID_DATA=$$data $(BIN)/rasid es stop > /dev/null; done
	rm -rf .venv data

# A half-built .venv has no stamp, so that the next make builds it anew.
$(STAMP): pyproject.toml requirements-dev.txt requirements-uv.txt
	@"$(PYTHON)" -c '$(SUPPORTED)' 2> /dev/null || { echo "Rasid needs Python 3.11, 3.12 or 3.13. Say which: make PYTHON=/path/to/python3.12"; exit 1; }
	@echo "Setting up .venv: $$(grep -c '==' requirements-dev.txt) packages from PyPI, 1.3 GB on disk, once; minutes on a slow line."
	@rm -rf .venv
	@"$(PYTHON)" -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-uv.txt
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --require-hashes -r requirements-dev.txt
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps -e .
	@touch $@
