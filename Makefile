# Two commands: `make demo` runs both studies on demo cohorts, `make test` checks all.
# Both make .venv first if it is missing or older than its pins.
.ONESHELL:
.SHELLFLAGS := -eu -c

PYTHON ?= python3.11
CORES ?= $(shell nproc 2>/dev/null || echo 2)
RUN := .venv/bin/python -m

.PHONY: demo test lint docs clean

demo: .venv/installed
	$(RUN) snakemake --cores $(CORES)
	echo "The report page is $(CURDIR)/results/report/index.html"

test: lint
	$(RUN) pytest

lint: .venv/installed
	$(RUN) ruff check .
	$(RUN) ruff format --check .
	$(RUN) snakefmt --check Snakefile workflow
	$(RUN) snakemake --lint

docs: .venv/installed
	$(RUN) snakemake --cores 1 --forcerun describe_settings -- docs/settings.md

.venv/installed: requirements.txt
	command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not there; name one with 'make PYTHON=...'." >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv
	$(RUN) pip install --quiet --disable-pip-version-check --requirement requirements.txt
	$(RUN) pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps pyradiomics==3.0.1
	touch .venv/installed

clean:
	rm -rf results
