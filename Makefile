# Two commands on a fresh machine:
#   make run     sets everything up, then opens the practice shop
#   make test    sets everything up, then runs the whole test suite

PYTHON := .venv/bin/python
READY := .venv/ready
PYTEST_ARGS ?=
# So many tests at once; 0: one after the other.
PYTEST_JOBS ?= 2
BENCH_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check format bench pictures clean

help:
	@echo "make run        the practice shop: counter, sandbox channels, virtual printers"
	@echo "make test       the whole test suite; PYTEST_ARGS='-k memo' for a part of it"
	@echo "make check      format, lint, types, layers, lock"
	@echo "make format     put the code into shape"
	@echo "make bench      measure"
	@echo "make pictures   draw the pictures of the README anew"
	@echo "make clean      remove all that these commands have made here"

run: $(READY)
	@$(PYTHON) -m pos demo

test: $(READY)
	@$(PYTHON) -m pytest -n $(PYTEST_JOBS) $(PYTEST_ARGS)

check: $(READY)
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	.venv/bin/uv lock --check --offline

format: $(READY)
	$(PYTHON) -m ruff check --fix
	$(PYTHON) -m ruff format

bench: $(READY)
	@$(PYTHON) -m tests.bench $(BENCH_ARGS)

pictures: $(READY)
	@$(PYTHON) -m tests.pictures

clean:
	rm -rf .venv .mypy_cache .ruff_cache .import_linter_cache .hypothesis build dist
	find assets pos printing sync tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): .ci/setup .ci/system-packages .ci/uv.txt pyproject.toml uv.lock
	@.ci/setup
	@touch $@
