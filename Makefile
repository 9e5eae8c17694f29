# Two commands do everything: `make run` starts the app, `make test` tests it. Both set up what is missing, into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
UV_VERSION := 0.13.9
STATIC := src/liveloop/web/static/index.html
# Trust what this machine trusts, as pip does: behind a company's proxy the tools' own lists know no certificate.
export UV_SYSTEM_CERTS ?= true
export NODE_USE_SYSTEM_CA ?= 1
# Modules stay compiled: the tests start hundreds of processes, each of which would compile the package anew.
export PYTHONDONTWRITEBYTECODE :=
FRONTEND := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)
# The machine's Node when it is new enough for Vite, else the one that PyPI brings.
NODE_PATH_PREFIX = $(shell $(BIN)/python frontend/node.py 2>/dev/null)

.PHONY: setup run test check lint types pages fix bench bundle browser redis learn lock clean help

help:  ## say what there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

.venv/.setup: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "liveloop needs Python 3.11 or newer" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "liveloop needs Python 3.11 or newer" >&2; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv --without-pip .venv
	test -x $(BIN)/uv || $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	VIRTUAL_ENV=.venv $(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode requirements.lock
	VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

setup: .venv/.setup  ## set up .venv from the lock file

$(STATIC): .venv/.setup $(FRONTEND) $(wildcard src/liveloop/web/*.py)
	$(BIN)/python -m liveloop.web.openapi build/openapi.json
	export PATH="$(NODE_PATH_PREFIX):$$PATH"; cd frontend; npm ci --no-audit --no-fund --loglevel=error; npm run --silent types; npm run --silent build
	touch $@

bundle: $(STATIC)  ## build the front end into the package

run: bundle  ## start the app and say where to open it
	$(BIN)/liveloop open

check: setup bundle  ## lint, types, layers, the front end
	$(MAKE) --no-print-directory --output-sync --jobs 2 types pages lint

lint:
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports --no-cache

types:
	$(BIN)/mypy

pages:
	export PATH="$(NODE_PATH_PREFIX):$$PATH"; cd frontend; npm run --silent check; npm test --silent

fix: setup  ## format, and mend what can be mended
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

browser:
	@command -v chromium >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } || echo "no Chromium here: the browser tests will be skipped (Debian: apt-get install chromium)"

redis:
	@command -v redis-server >/dev/null || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq redis-server >/dev/null; } || echo "no Redis here: its tests will be skipped (Debian: apt-get install redis-server)"

test: check browser redis  ## check, then every test; drills are rehearsed on one seed
	rm -rf build/lines
	NOTE_LINES=build/lines $(BIN)/pytest -q -n 3 --dist loadgroup
	$(BIN)/python tests/covered.py build/lines
	$(BIN)/liveloop drill rehearse --all --seeds 1

bench: bundle  ## measure every figure that the README quotes
	$(BIN)/python bench/all.py

learn: setup  ## learn the weights of the finder and of the classes of mistakes anew from their examples
	$(BIN)/python -m liveloop.exam.prose.learn content/concepts.toml
	$(BIN)/python bench/sqldiff/learn.py --write

lock: setup  ## compile the lock file again, without index lines
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --extra dev --no-header --no-emit-index-url --no-emit-find-links pyproject.toml -o requirements.lock

clean:  ## remove what was built
	rm -rf .venv frontend/node_modules src/liveloop/web/static build dist
