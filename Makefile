# make run · dev · test · quick · lint · bench · load · fuzz · exhaustive · new-lesson · new-optimizer · new-surface: each
# sets up what it needs, and re-uses what is there.

PORT ?= 8501
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
NEEDED_MB := 1500
FUZZ_SECONDS ?= 10
WORKERS ?= 3
SAMPLE ?= 1
QUICK := tests/landscapes tests/optimizers/test_registry.py tests/optimizers/test_agreement.py tests/optimizers/test_torch.py \
  tests/training_lab/test_datasets.py tests/app/test_layers.py tests/app/contract tests/app/deploy tests/app/settings \
  tests/app/stage tests/app/state/test_widget_state.py tests/app/ui tests/app/web/test_server.py tests/app/operations/test_operations.py \
  tests/app/jobs/test_deadline_lock.py tests/app/jobs/test_job_queue.py tests/app/lessons/test_typeset.py tests/app/lessons/vanishing
SESSIONS ?= 100 200 400
PLAIN := --xla_cpu_use_fusion_emitters=false --xla_backend_optimization_level=0

# "yes" where the checks of JavaScript can run: they are left out on a machine without Node.
NODE := $(shell node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 20 || (major == 20 && minor >= 19) ? 0 : 1)' 2>/dev/null \
  && npm --version >/dev/null 2>&1 && echo yes)
NO_NODE := @echo "JavaScript is not checked: this machine has no Node 20.19 or newer with npm."

.DEFAULT_GOAL := run
.PHONY: run dev setup test quick exhaustive test-js lint lint-js format bench load fuzz audit parity pin clean new-lesson new-optimizer new-surface

run: setup
	@$(BIN)/python -c "import socket; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('', int('$(PORT)')))" 2>/dev/null \
	  || { echo "Port $(PORT) is in use or not a port; choose another one: make run PORT=8502"; exit 1; }
	@echo "Beyond Backpropagation: http://localhost:$(PORT)  (Ctrl-C stops it)"
	@exec $(BIN)/python app/deploy/supervise.py --server.port $(PORT)

# The site that reloads what is changed, checks every picture against its lesson's contract, and has a gallery of panels.
dev: setup
	@BEYOND_DEVELOPMENT=1 exec $(BIN)/python -m app.deploy.develop --server.port $(PORT)

setup: $(VENV)/.ready

$(VENV)/bin/python:
	@free=$$(df -Pm . | awk 'NR == 2 {print $$4}'); test "$$free" -ge $(NEEDED_MB) \
	  || { echo "Only $$free MB free on this disk; the virtual environment needs $(NEEDED_MB) MB."; exit 1; }
	@for python in $(PYTHON) python3 python3.13 python3.12 python3.11 python; do \
	  "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && found=$$python && break; done; \
	test -n "$$found" || { echo "Python 3.11 or newer is needed; this machine has: $$(python3 --version 2>&1). Name another one: make run PYTHON=/path/to/python"; exit 1; }; \
	echo "Making $(VENV) with $$($$found --version)"; \
	"$$found" -m venv $(VENV) || { rm -rf $(VENV); echo "Python cannot make a virtual environment here; on Debian: apt install python3-venv"; exit 1; }

$(VENV)/.ready: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Installing what the site needs (once)"
	@$(PIP) install --constraint constraints.txt --editable . || { echo "Installing failed; the lines above say why."; exit 1; }
	@touch $@

$(VENV)/.ready-test: $(VENV)/.ready
	@echo "Installing what the tests need (once)"
	@$(PIP) install --constraint constraints.txt --editable '.[test]'
	@sh tests/browser/get_chromium.sh $(BIN)
	@touch $@

$(VENV)/.ready-parity: $(VENV)/.ready-test
	@$(PIP) install --constraint constraints.txt --editable '.[parity]'
	@touch $@

# A file's tests stay together, because they share what a fixture made; each worker has its own server and browser.
# Most tests wait for compilers: without optimization it takes half the time. The parity run is of optimized programs.
test: $(VENV)/.ready-test test-js
	BEYOND_SAMPLE=$(SAMPLE) XLA_FLAGS="$(PLAIN)" $(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

# What needs no browser and no long compilation.
quick: $(VENV)/.ready-test
	XLA_FLAGS="$(PLAIN)" $(BIN)/python -m pytest --numprocesses 2 --dist loadfile -q $(QUICK)

# A working skeleton with its tests, to be replaced piece by piece: make new-lesson NAME=gradient_checking
new-lesson new-optimizer new-surface: $(VENV)/.ready
	@test -n "$(NAME)" || { echo "Name it, as in the address: make $@ NAME=my_$(@:new-%=%)"; exit 1; }
	@$(BIN)/python -m scaffold $(@:new-%=%) $(NAME)
	@test $@ != new-lesson || $(BIN)/python -m app.lessons.draw_posters $(NAME)

# Every test, every preset of every lesson by its button, and everything against torch.
exhaustive:
	$(MAKE) test parity SAMPLE=0

parity: $(VENV)/.ready-parity
	$(BIN)/python -m pytest -m parity --numprocesses $(WORKERS) --dist loadfile --no-loadscope-reorder

# Bounded: so many seconds for each kind of input that strangers can send.
fuzz: $(VENV)/.ready-fuzz
	$(BIN)/python -m tests.fuzz.formula -max_total_time=$(FUZZ_SECONDS) -timeout=5 -verbosity=0
	$(BIN)/python -m tests.fuzz.table -max_total_time=$(FUZZ_SECONDS) -timeout=5 -verbosity=0

$(VENV)/.ready-fuzz: $(VENV)/.ready-test
	@$(PIP) install --constraint constraints.txt --editable '.[fuzz]'
	@touch $@

lint: $(VENV)/.ready-test lint-js
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

node_modules/.ready: package.json package-lock.json .npmrc
	@echo "Installing what checks the JavaScript (once)"
	@npm ci --no-progress --loglevel=error || { echo "Installing failed; the lines above say why."; exit 1; }
	@touch $@

# The stage's modules are served as they are written: no build, and nothing of node_modules reaches a browser.
ifeq ($(NODE),yes)
lint-js: node_modules/.ready
	node_modules/.bin/tsc
	node_modules/.bin/eslint --max-warnings=0 .

test-js:
	node --test tests/app/stage/static/*.test.js
else
lint-js test-js:
	$(NO_NODE)
endif

format: $(VENV)/.ready-test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.ready-test
	$(BIN)/python -m tests.benchmarks

audit: $(VENV)/.ready-test
	@$(PIP) install --upgrade --target .audit pip-audit
	PYTHONPATH=.audit $(BIN)/python -m pip_audit --requirement constraints.txt --no-deps --disable-pip

# A class of so many students at once, trainings beside them, and two thousand who come and go; about six minutes.
load: $(VENV)/.ready-test
	$(BIN)/python -m tests.benchmarks.load --sessions $(SESSIONS) --think 30 --pictures 8 --heavy 8 --seconds 60 --comers 2000

pin: $(VENV)/.ready-test
	@{ head -n 1 constraints.txt; $(BIN)/python -m pip freeze --exclude-editable | grep -v -i -E '^(torch|atheris)=='; } > .constraints.new && mv .constraints.new constraints.txt

clean:
	rm -rf $(VENV) node_modules .audit .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
