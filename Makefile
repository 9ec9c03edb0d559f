# Veneer's front door. Every target sets up what it needs and skips what has not changed.
.DEFAULT_GOAL := help
.PHONY: help run setup test test-browser test-reliability test-security check bench lock clean

BIN := .venv/bin
SETUP = python=$$(tools/find-python.sh) && "$$python" tools/setup.py

help: ## Show this list
	@echo "Veneer, a back office laid over the database you already have."
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-17s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "Your own database:  DATABASE_URL=mysql+pymysql://user:password@host/name make run"
	@echo "Every setting:      docs/configuration.md"

run: ## Set up what is missing and serve on http://127.0.0.1:8080
	@$(SETUP) run
	@exec $(BIN)/python run.py serve

setup: ## Set up everything for run and test, and start nothing
	@$(SETUP) run test

test: ## Set up what is missing and run the tests (ARGS="-k name" for some)
	@$(SETUP) test
	@$(BIN)/python -m pytest --ignore=tests/reliability $(ARGS)

test-browser: ## Run the tests that use a real browser
	@$(SETUP) test
	@$(BIN)/python -m pytest tests/browser $(ARGS)

test-reliability: ## Break things under a running server and count what is lost (13 minutes, 20 on a busy machine)
	@$(SETUP) test
	@$(BIN)/python -m pytest tests/reliability -s -q $(ARGS)

test-security: ## Ask every path as every actor, and attack the application
	@$(SETUP) test
	@$(BIN)/python -m pytest tests/security $(ARGS)

check: ## Run all linters, type checks and the count of missing translations
	@$(SETUP) test
	@$(BIN)/python tools/check.py

bench: ## Compare pages with a bare SELECT and with others of the kind (BENCH_DATABASE_URL=… on a large demo)
	@$(SETUP) bench
	@$(BIN)/python run.py bench $(ARGS)

lock: ## Write the hash-pinned locks anew from requirements*.in and package.json
	@$(SETUP) test
	@$(BIN)/python tools/lock.py

clean: ## Remove what was built and the demo; the environment and packages stay
	@rm -rf var app/static/build app/translations/zh/LC_MESSAGES .pytest_cache .mypy_cache .ruff_cache .benchmarks
	@echo "Removed what was built. Remove .venv and node_modules by hand for a start from nothing."
