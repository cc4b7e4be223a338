# make demo, make test and make lint each set up .venv on their own; nothing else has to be run before.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
LOCK := $(BIN)/uv pip compile --upgrade pyproject.toml --generate-hashes --universal --python-version 3.11 \
	--no-header --no-annotate --no-emit-index-url
READY := .venv/.ready

.PHONY: demo quick test lint audit sbom lock model verify-model coverage accuracy bench clean

demo: $(READY)
	@for file in examples/*.txt examples/*.json; do echo "\$$ huashu check $$file"; $(BIN)/huashu check --lang zh $$file; echo; done

test: $(READY)
	$(BIN)/pytest --numprocesses 2 --dist loadfile

quick: $(READY)  ## while you work: lint of what changed, and the tests that take no time
	@changed=$$(git diff --name-only --diff-filter=d HEAD -- '*.py'; git ls-files --others --exclude-standard -- '*.py'); \
	[ -z "$$changed" ] || { $(BIN)/ruff check $$changed && $(BIN)/ruff format --check $$changed; }
	$(BIN)/mypy
	$(BIN)/pytest -m "not slow" --numprocesses 2

coverage: $(READY)  ## the tests once more, with what they reach
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report --skip-covered

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo >.venv/imports.txt || { cat .venv/imports.txt; exit 1; }
	@$(BIN)/python .ci/audit.py --lenient

audit: $(READY)  ## known vulnerabilities in what is installed; fails also when not all of it could be looked up
	@$(BIN)/python .ci/audit.py

sbom: $(READY)  ## what is installed, as CycloneDX, in dist/sbom.json
	@mkdir -p dist
	$(BIN)/cyclonedx-py environment .venv --pyproject pyproject.toml --output-reproducible --of JSON -o dist/sbom.json

lock: $(READY)  ## the newest versions that fit pyproject.toml, with their hashes
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) --extra report --extra service --extra postgres --extra client --group dev -o constraints.txt
	$(LOCK) --extra service --extra postgres -o deploy/constraints.txt

model: $(READY)  ## train the shipped artifact again from the shipped corpora
	$(BIN)/huashu train -o model/huashu/data/artifact

verify-model: $(READY)  ## whether the shipped artifact is what the shipped corpora give, byte for byte; minutes
	$(BIN)/python -m huashu_training.verify

# Debian splits ensurepip off into python3-venv; root on a fresh machine gets it here, others are told.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; set PYTHON=..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -qq -y python3-venv; } \
		|| { echo "The venv module is missing: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade "pip>=25.1"
	$(BIN)/python -m pip install --quiet --require-hashes --requirement constraints.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)

clean:
	rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .grimp_cache .coverage

accuracy: $(READY)  ## measure on the public sets in the folder named by HUASHU_MEASURE
	@test -n "$(HUASHU_MEASURE)" || { echo "Set HUASHU_MEASURE to a folder of labelled .jsonl files."; exit 1; }
	$(BIN)/huashu evaluate $(HUASHU_MEASURE)/*.jsonl

bench: $(READY)  ## throughput beside the usual ways; writes its table into docs/performance.md
	$(BIN)/python -m pip install --quiet --no-deps --group bench
	$(BIN)/python benchmarks/throughput.py
