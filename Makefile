# Everything runs in .venv, which the first target that needs it makes. Nothing here needs a network afterwards.
PYTHON ?= python3
PORT ?= 7860
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/pip --disable-pip-version-check
INDEX ?= $(or $(POLICYQA_INDEX),data/index)

.PHONY: serve test test-all install lint fmt eval bench build browser postgresql office clean

serve: install
	@test -e "$(INDEX)/current" || $(BIN)/policyqa build --out "$(INDEX)"
	POLICYQA_INDEX="$(INDEX)" $(BIN)/policyqa serve --port $(PORT)

test: $(VENV)/.tested browser postgresql office
	$(BIN)/python -m pytest $(PYTEST)

test-all: $(VENV)/.tested browser postgresql office  ## with the slow tests and those over ../shared
	$(BIN)/python -m pytest -m "" $(PYTEST)

install: $(VENV)/.installed

lint: $(VENV)/.tested
	$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

fmt: $(VENV)/.tested
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

build: install
	$(BIN)/policyqa build --out "$(INDEX)"

eval: install build
	$(BIN)/python -m eval answers eval/data/questions.jsonl --out out/eval

bench: $(VENV)/.tested
	$(BIN)/python -m eval retrieval --corpus ../shared/data/stard_corpus.jsonl.gz --queries ../shared/data/stard_train.jsonl --out out/bench

# Debian's Chromium for the browser tests; where it cannot be installed they are skipped and say so.
browser:
	@command -v chromium >/dev/null 2>&1 || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null 2>&1 \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null; } \
	  || echo "Chromium is not installed and could not be: the browser tests will be skipped (apt-get install chromium)"

# Debian's PostgreSQL for the tests of the database: they start a server of their own in a temporary folder.
postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 \
	  || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null 2>&1 \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } \
	  || echo "PostgreSQL is not installed and could not be: the tests on it will be skipped (apt-get install postgresql)"

# Debian's LibreOffice, which opens the files that the studio writes.
office:
	@command -v soffice >/dev/null 2>&1 || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null 2>&1 \
	  && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	  libreoffice-writer-nogui libreoffice-impress-nogui libreoffice-calc-nogui >/dev/null; } \
	  || echo "LibreOffice is not installed and could not be: the tests that open our files with it will be skipped (apt-get install libreoffice)"

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "policyqa needs Python 3.11 or newer; set PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) install --quiet -c constraints.txt -e .
	@touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(PIP) install --quiet -c constraints.txt -e '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) data out build *.egg-info
