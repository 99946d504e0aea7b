# Needs only Python from 3.11 on with pip, and make. What runs Python creates .venv if need be.
PYTHONS := python3.13 python3.12 python3.11 python3
# The first of them that starts, is new enough and can make an environment; a name on the PATH may do neither.
USABLE := import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in $(PYTHONS); do \
  if $$name -c '$(USABLE)' > /dev/null 2>&1; then echo $$name; break; fi; done)
VENV := .venv
BIN := $(VENV)/bin
CORES ?= all
# What `make report` makes and shows; `everything` is the rest as well.
TARGETS ?= all
STAMP := $(VENV)/.installed
SNAKEMAKE := $(BIN)/snakemake --cores $(CORES)
# A worker of pytest for each core, and the files that take long first.
TESTS := $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

.PHONY: help environment figures real report test test-fast test-recipes bench bench-paper carried check format config docs lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

environment: $(STAMP)  ## .venv with everything

figures: $(STAMP)  ## Figure 6(a) on the default, offline config
	$(SNAKEMAKE) results/figures/fig6a.pdf

real: $(STAMP)  ## Figure 6(a) on the real AERPAW flights, in real/results/
	$(SNAKEMAKE) results/figures/fig6a.pdf --configfile=config/afar.yaml --directory=real

report: $(STAMP)  ## figures and tables of TARGETS in one file, report.html; report.zip has the pages too
	$(SNAKEMAKE) $(TARGETS) pages
	$(SNAKEMAKE) results/figures/cost.pdf
	$(SNAKEMAKE) --report report.html $(TARGETS) results/figures/cost.pdf
	$(SNAKEMAKE) --report report.zip $(TARGETS) results/figures/cost.pdf pages

test: $(STAMP)  ## all tests, the small workflow run among them
	$(TESTS) -m "not slurm and not crash and not recipes"
	$(BIN)/python -m pytest -m "slurm or crash" || [ $$? -eq 5 ]  # 5: there is none of them here

test-fast: $(STAMP)  ## the tests that need neither Snakemake, Slurm, a browser nor real flights
	$(TESTS) -m "not workflow and not crash and not slurm and not browser and not afar and not slow and not recipes"

test-recipes: $(STAMP)  ## follow each recipe for developers in a fresh clone and run all tests there (hours)
	$(BIN)/python -m pytest -s -m recipes

bench: $(STAMP)  ## speed beside plain references: one table, results/tables/benchmark.tsv
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest tests/benchmarks -o python_files='bench_*.py' \
	  --benchmark-quiet --benchmark-disable-gc

bench-paper: $(STAMP)  ## Figure 6(a) at the paper's size: time, memory, disk
	$(BIN)/python tests/benchmarks/paper_size.py

carried: $(STAMP)  ## the calibration that the package carries, from the real flights
	$(BIN)/rfsl calibrate config/trials/afar.tsv --config config/afar.yaml --force \
		--output src/rfsl/propagation/data/aerpaw.json

check: $(STAMP)  ## format, lint and types, changing nothing
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/snakefmt --check Snakefile workflow/rules
	$(BIN)/mypy

format: $(STAMP)  ## fix what the formatters and ruff can fix
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/snakefmt Snakefile workflow/rules

config: $(STAMP)  ## regenerate config/config.yaml, its JSON schema and manual, and the schemas of fix.json and of live updates
	$(BIN)/python -m rfsl.config.generate
	$(BIN)/python -m rfsl.fixes.record
	$(BIN)/python -m rfsl.live.record

docs: $(STAMP)  ## the site of docs/ into site/; a warning fails it
	$(BIN)/mkdocs build --strict

lock:  ## resolve requirements.lock anew (needs uv)
	uv pip compile pyproject.toml --extra all --extra dev --override requirements-overrides.txt \
	  --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url --no-emit-find-links \
	  --custom-compile-command "make lock" -o requirements.lock

$(STAMP): requirements.lock pyproject.toml
	@$(or $(PYTHON),false) -c '$(USABLE)' 2> /dev/null || { echo "No usable Python: looked for \
	$(or $(PYTHON),$(PYTHONS)). Needed is 3.11 or newer with its modules venv and ensurepip." \
	"Install one, or name another one: make environment PYTHON=/path/of/python3" >&2; exit 1; }
	[ "$$($(BIN)/python -V 2> /dev/null)" = "$$($(PYTHON) -V)" ] || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet torch==2.13.0
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $(STAMP)

clean:  ## remove .venv, results, the site and Snakemake's records
	rm -rf $(VENV) .snakemake results real site
