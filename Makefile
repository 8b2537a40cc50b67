# `make` alone lists what there is. Paths are relative throughout: the folder's own path may hold spaces.
PYTHON ?= python3
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup check words test histories screenshots demo dev secrets sbom release stack drills extension timers stalls bench lock clean

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

# Done again only when something it depends on has other content. A virtual environment knows its own path and its
# Python, so they are part of the first stamp: a copied or moved folder gets its own. The editable install maps the
# packages that exist, so the second knows their names.
setup: ## make .venv with the pinned dependencies (all others do this first)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Python 3.11 or newer is needed, and '$(PYTHON)' is not one; name one with: make setup PYTHON=python3.12" >&2; exit 1; }
	@set -e; \
	wanted=$$({ pwd; $(PYTHON) -c 'import sys; print(sys.version, sys.prefix)'; cat requirements.lock; } | cksum); \
	if [ "$$wanted" != "$$(cat .venv/.stamp-lock 2>/dev/null)" ]; then \
		echo "Setting up .venv (once for each requirements.lock; about a minute) ..."; \
		$(PYTHON) -m venv --clear .venv; \
		$(PY) -m pip install -qq --disable-pip-version-check --no-input --no-deps --require-hashes -r requirements.lock; \
		echo "$$wanted" > .venv/.stamp-lock; \
	fi; \
	wanted=$$({ cat pyproject.toml; ls -d -- */__init__.py *.py; } | cksum); \
	if [ "$$wanted" != "$$(cat .venv/.stamp-project 2>/dev/null)" ]; then \
		$(PY) -m pip install -qq --disable-pip-version-check --no-input --no-deps --no-build-isolation -e .; \
		echo "$$wanted" > .venv/.stamp-project; \
	fi

check: setup ## formatting, lint, types, import rules, spelling, templates, translations, alert rules, chart, Dockerfiles; stops at the first error
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m ruff check --preview --select PLW1514 . # a file opened without its encoding is read in the locale's
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo
	$(PY) -m codespell_lib
	$(PY) -m djlint --quiet --lint activities/letters starter/pages starter/dev/templates
	$(PY) -m starter.dev.words --check
	$(PY) -m starter.dev.dashboards --check
	$(PY) -m tests.support.prometheus
	$(PY) -m tests.support.chart
	.venv/bin/hadolint Dockerfile deploy/stand_ins/Dockerfile
	$(PY) -m pip --disable-pip-version-check check

# Translate what it prints as missing or fuzzy in the catalogue, then run it again.
words: setup ## update the Hungarian catalogue to the sentences of the code and the pages
	$(PY) -m starter.dev.words

# More processes than cores, because the chaos tests mostly wait; each of them needs up to 1 GB. A file is the unit, so that
# its fixtures are made once; the files begin in the order of tests/conftest.py.
test: setup ## the whole suite, with branch coverage of registration and workflows (100 %)
	@command -v openssl >/dev/null || { echo "make test needs the program openssl: install your system's package openssl" >&2; exit 1; }
	@command -v npm >/dev/null || { echo "make test needs Node.js with npm: install your system's packages nodejs and npm" >&2; exit 1; }
	@$(PY) -m tests.support.chromium
	@$(PY) -m tests.support.prometheus
	$(PY) -m pytest -n 4 --dist loadfile --no-loadscope-reorder --cov --cov-report=term-missing $(ARGS)

histories: setup ## record histories of whole lives in tests/replay/<this version>; what is there is kept (minutes)
	$(PY) -m tests.replay.record

screenshots: setup ## pictures of every page: build/screenshots/, and README's (some of them: ARGS=account)
	@$(PY) -m tests.support.chromium
	$(PY) -m tests.support.screenshots $(ARGS)

demo: setup ## the main job: three registrations through their lives on real servers, in skipped time
	.venv/bin/ugyfelkapu demo

dev: setup ## the embedded environment in this terminal, until Ctrl-C
	.venv/bin/ugyfelkapu dev

secrets: setup ## fresh secrets for docker-compose.yml in secrets/; what exists is kept
	.venv/bin/ugyfelkapu secrets secrets

stack: setup ## docker-compose.yml in containers, from start to roll-back (make stack STACK_INSTALL=1 brings an engine)
	$(PY) -m pytest tests/stack -x -v --capture=no --timeout=1200 --session-timeout=2400 $(ARGS)

sbom: setup ## what the image has of Python: build/sbom.cdx.json (CycloneDX)
	$(PY) -m starter.dev.sbom

release: setup ## build/release/: wheel, sdist, image, bill of materials of this version, with SHA-256 sums
	@$(PY) -m starter.dev.release

DRILLS := tests/chaos/test_restored_to_another_time.py tests/chaos/test_failover.py tests/chaos/test_mistakes_in_temporal.py
drills: setup ## restore, failover and mistakes, on real servers; writes the tables of docs/restore.md (minutes)
	WRITE_DRILLS=1 $(PY) -m pytest $(DRILLS) -q --durations=3

extension: setup ## a bulk extension of 10,000 accounts, its worker killed twice on the way (minutes)
	EXTENDED_ACCOUNTS=10000 $(PY) -m pytest tests/chaos/test_extension_killed.py -q --durations=1

timers: setup ## 10,000 passwords that expire in one moment (minutes)
	FIRING_TIMERS=10000 $(PY) -m pytest tests/chaos/test_timers_at_once.py -q --durations=1

stalls: setup ## after how many seconds doctor and alert name workers that get no tasks (minutes)
	STALL_CLOCKS=real $(PY) -m pytest tests/acceptance/test_stalled_workers.py -q --capture=no --timeout=1200

bench: setup ## the measurements, on the embedded servers (options: make bench ARGS="--help")
	$(PY) -m bench $(ARGS)

# All that development needs; of that what runs, for the image; what builds the image. One version of each in all of them.
LOCKED := $(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make lock' $(ARGS)
lock: setup ## pin the ranges of pyproject.toml in requirements*.lock (newest: make lock ARGS=--upgrade)
	$(LOCKED) --all-extras pyproject.toml -o requirements.lock
	$(LOCKED) --constraints requirements.lock pyproject.toml -o requirements-run.lock
	$(LOCKED) --constraints requirements.lock --group build -o requirements-build.lock
	$(LOCKED) tests/acceptance/clients/requirements.in -o tests/acceptance/clients/requirements.lock
	$(LOCKED) tests/stack/requirements.in -o tests/stack/requirements.lock
	$(LOCKED) --constraints requirements.lock deploy/stand_ins/requirements.in -o deploy/stand_ins/requirements.lock
	$(LOCKED) --constraints requirements.lock bench/peers/requirements.in -o bench/peers/requirements.lock

clean: ## remove what can be made again; never your data
	rm -rf .venv build dist .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@if [ -e .ugyfelkapu ]; then echo "Kept .ugyfelkapu/, the data of the embedded environment; to remove it: rm -r .ugyfelkapu"; fi
