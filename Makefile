# One command each: up, test, demo, check. Needs Python 3.11 or newer, make and a package index; all goes into .venv.
VENV ?= .venv
PYTHON ?=
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input -qq
RUNTIME := $(VENV)/.runtime-installed
DEV := $(VENV)/.dev-installed
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet
# What `make coverage` must reach, in per cent of lines and branches; it only rises.
FLOOR := 85
# One more than two cores: two tests of killed senders only wait for a lease, a minute each.
WORKERS ?= 3

.DEFAULT_GOAL := help
.PHONY: help install up demo test coverage check unit bench soak lock messages clean

help:
	@echo "make up       run the starter office on this machine: http://127.0.0.1:8765"
	@echo "make demo     a year of the office in a few minutes"
	@echo "make test     all tests, with a real Redis, SQLite and PostgreSQL, and the coverage floors"
	@echo "make check    lint, types, import rules and the quick tests"
	@echo "make install  only create $(VENV)"
	@echo "make bench | soak | lock | clean"

install: $(RUNTIME)

up: $(RUNTIME)
	@exec $(BIN)/duban up

# With WeCom on loopback, so that the ledger shows a provider's answers; `duban demo` alone writes to the local outbox.
demo: $(RUNTIME)
	@PYTHONPATH=tests exec $(BIN)/python -m fakes.demo

check: $(DEV)
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -m "not slow" tests/unit

unit: $(DEV)
	$(BIN)/pytest -q -m "not slow" tests/unit

# Every line and branch of schedules/ is reached by the unit tests; the others run without the tracer, which would double their time.
# Each worker begins with neighbouring tests (worksteal): what they begin with is made once for them and put back (tests/kept.py).
test: $(DEV)
	$(BIN)/pytest -q -n $(WORKERS) tests/unit --cov=schedules --cov-branch --cov-report=
	$(BIN)/coverage report --include="schedules/*" --fail-under=100 --skip-covered
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal tests/integration tests/acceptance

# What all tests together reach.
coverage: $(DEV)
	$(BIN)/pytest -q -n $(WORKERS) --cov --cov-report=
	$(BIN)/coverage report --fail-under=$(FLOOR)

bench: $(DEV)
	PYTHONPATH=tests $(BIN)/python -m benchmarks

soak: $(DEV)
	PYTHONPATH=tests $(BIN)/python -m benchmarks.soak

# UPGRADE=--upgrade takes the newest versions; otherwise only what pyproject.toml asks for changes.
lock: $(DEV)
	@$(PIP) install uv
	@printf 'hatchling\neditables\n' | $(BIN)/$(LOCK) $(UPGRADE) pyproject.toml - -o requirements.lock
	@$(BIN)/$(LOCK) $(UPGRADE) --group dev -c requirements.lock -o tests/requirements.lock

# Collects the words of code and templates into the catalogues; fails while one has no Chinese.
messages: $(DEV)
	$(BIN)/python -m tasks.catalogs

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov

$(BIN)/python:
	@found="$(PYTHON)"; \
	for each in $$found python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$each"; break; fi; \
	  found=; \
	done; \
	if [ -z "$$found" ]; then \
	  echo "duban needs Python 3.11 or newer, and neither python3 nor python3.11 to 3.14 is one; name it: make PYTHON=/path/to/python3" >&2; \
	  exit 1; \
	fi; \
	"$$found" -m venv $(VENV) >/dev/null || { \
	  rm -rf $(VENV); \
	  echo "$$found cannot create a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
	}

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/python
	@echo "duban: installing into $(VENV), about a minute the first time …"
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(DEV): tests/requirements.lock $(RUNTIME)
	@echo "duban: installing what the tests need …"
	@$(PIP) install --require-hashes --no-deps -r tests/requirements.lock
	@touch $@
