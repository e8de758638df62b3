# Two commands matter: `make demo` and `make test`. Both make their own .venv from nothing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test native fast lint types imports clean

$(STAMP): pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt torch==2.13.0
	$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e ".[gui,dev]" cuda-core[cu13] nvidia-cuda-nvrtc nvidia-cuda-runtime
	-$(BIN)/python kernels/cpu/build.py
	touch $(STAMP)

# The CPU kernels again, after a change of their sources.
native: $(STAMP)
	$(BIN)/python kernels/cpu/build.py

demo: $(STAMP)
	$(BIN)/lowbit demo

# One thread a process: tiny models gain nothing from two, and the tests themselves run side by side. Each process
# takes half of them in order, what a module's fixtures made with it, and helps the other at the end.
test: $(STAMP)
	$(BIN)/lowbit starter
	OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE QT_QPA_PLATFORM=offscreen $(BIN)/pytest -n 2 --dist worksteal

fast: $(STAMP) lint
	OMP_NUM_THREADS=1 OMP_WAIT_POLICY=PASSIVE QT_QPA_PLATFORM=offscreen \
	    $(BIN)/pytest -n 2 --dist worksteal -m "not slow and not starter and not gpu" -x

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

imports: $(STAMP)
	rm -rf build/lib build/types && $(BIN)/pip install -q --no-deps --no-build-isolation --target build/types .
	cd build/types && ../../$(BIN)/lint-imports --config ../../pyproject.toml

types: imports
	cd build/types && ../../$(BIN)/mypy --config-file ../../pyproject.toml --cache-dir ../mypy-cache -p lowbit_core -p app

clean:
	rm -rf $(VENV) build dist
