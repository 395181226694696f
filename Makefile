# The gate and the chores. Tools come from .venv where there is one, else from the PATH.
SHELL := bash
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/.venv/Scripts:$(PATH)

COMPILE := uv pip compile --no-config --universal --generate-hashes --no-emit-index-url \
	--no-header --no-annotate --group dev pyproject.toml -o requirements.lock --quiet
# The extra has a lock of its own: the program and its tests run without it.
COMPILE_PARQUET := echo pyarrow | uv pip compile --no-config --universal --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --python-version 3.11 \
	--constraint requirements.lock - -o requirements-parquet.lock --quiet
# Tests are checked as strictly as the package, but for signatures, which say nothing there.
LOOSER := --allow-untyped-defs --allow-incomplete-defs --allow-untyped-calls \
	--disable-error-code union-attr --disable-error-code index

.PHONY: check check-all lint style types imports test docs marked bench fuzz lock upgrade specimens catalogue pictures words

check: lint test  ## what every change must pass; the documents are checked by the tests

check-all: lint test marked  ## and with LibreOffice, Chromium, pyarrow and the long campaigns

lint: style types imports

style:
	ruff format --check
	ruff check

types:
	mypy
	mypy $(LOOSER) tests

imports:
	lint-imports

test:
	python -m pytest

docs:  ## links, commands and examples of the documents alone
	python -m pytest tests/test_docs.py README.md docs

marked:  ## SHORT=--short for one case of each long test; pip install -r requirements-parquet.lock first
	python -m pytest -m "office or long or browser or parquet" $(SHORT)

bench:
	python bench/run.py

SECONDS := 1200
fuzz:  ## SECONDS=1200 of all targets together; pip install -r requirements-fuzz.lock first
	python fuzz/campaign.py --seconds $(SECONDS)

lock:  ## pins of what pyproject.toml declares; versions already there stay
	$(COMPILE)
	python scripts/copy_pins.py
	$(COMPILE_PARQUET)

upgrade:  ## pins of the newest versions
	$(COMPILE) --upgrade
	python scripts/copy_pins.py
	$(COMPILE_PARQUET) --upgrade

specimens:  ## the blank specimens in templates/xlsx/空白样表
	python scripts/make_specimens.py

catalogue:  ## docs/codes.md, from the catalogue of findings
	python scripts/write_catalogue.py

pictures:  ## docs/guide/pictures, from a bureau played anew; needs LibreOffice, Chromium, pdftoppm
	python tests/pictured.py docs/guide/pictures

words:  ## compile the Chinese of click
	pybabel -q compile -d pipeline/cli/locale -D click
