# What can be done here. Every target sets up what it needs first, on a machine that has only Python 3.11 and make.
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help setup image audit demo check test test-quick test-one test-up test-down test-long test-upgrade test-containers test-cluster test-browser lint hooks chaos docs assets pictures lock clean
.DEFAULT_GOAL := help

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' | column -t -s '|'

setup: $(READY) ## make the virtual environment

$(READY): requirements.lock pyproject.toml
	@echo "Setting up $(VENV) from requirements.lock (about a minute the first time)"
	@python3 -c 'import ensurepip' 2>/dev/null || { echo "Installing python3-venv"; apt-get update -qq && apt-get install -y -qq python3-venv >/dev/null; }
	@test -x $(BIN)/pip || python3 -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY) ## play one whole campaign, from plan to alert
	@$(BIN)/otm demo

check: $(READY) ## check the code and run the tests that need no broker and no store (about a minute)
	@$(MAKE) --no-print-directory -j2 --output-sync lint test-quick

test-quick: $(READY)
	@echo "Running the tests that need neither a broker nor a store"
	@$(BIN)/pytest -q -n 2 -m "not stack and not long and not containers and not cluster and not browser"

test: $(READY) lint ## check the code and run the tests (about thirteen minutes on two cores)
	@echo "Running the tests on a real broker and a real store"
	@$(BIN)/pytest -n 3 --dist worksteal -m "not long and not containers and not cluster and not browser"

test-one: test-up ## run T=path (a file, a folder, path::test) on a broker and a store that stay up
	@test -n "$(T)" || { echo "Say which: make test-one T=tests/intake/contacts"; exit 2; }
	@$(BIN)/pytest -q $(T)

test-up: $(READY) ## start the broker and the store of test-one
	@$(BIN)/python -m tests.support.kept start

test-down: $(READY) ## stop them, and take their data away
	@$(BIN)/python -m tests.support.kept stop

test-long: $(READY) ## the tests that take longer
	@$(BIN)/pytest -m "long and not browser"

test-upgrade: $(READY) ## a campaign during a roll-out, with the version before and this one side by side (takes minutes)
	@$(BIN)/pytest -m long tests/journeys/test_upgrade.py

chaos: $(READY) ## every fault against whole campaigns, for MINUTES (30) or ROUNDS of each; FAULTS=words SEED=number
	@$(BIN)/python -m tests.chaos --json $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(FAULTS),--faults "$(FAULTS)") $(if $(SEED),--seed $(SEED))

test-containers: $(READY) image ## the integration tests and the demo in containers (needs a Docker engine)
	@OTM_TEST_CONTAINERS=1 $(BIN)/pytest -m "not long" tests/integration tests/deploy/broker/test_docker.py
	@$(BIN)/pytest -m containers tests/deploy/compose

test-cluster: $(READY) ## the integration tests and the whole campaign on three nodes of RabbitMQ (needs a Docker engine and root)
	@OTM_TEST_CLUSTER=1 $(BIN)/pytest -m "not long and not containers" tests/integration tests/cluster

audit: $(READY) ## licences and hashes of all dependencies; ONLINE=1 asks for known vulnerabilities too
	@$(BIN)/python -m deploy.audit
	@$(if $(ONLINE),test -x $(VENV)-audit/bin/pip-audit || { python3 -m venv $(VENV)-audit && $(VENV)-audit/bin/pip install --quiet pip-audit; })
	@$(if $(ONLINE),$(VENV)-audit/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock,echo "Known vulnerabilities were not asked for: make audit ONLINE=1" >&2)

image: ## the container image of the four services, one-to-many:local, on BASE (docs/deployment.md)
	@docker build -q -t one-to-many:local $(if $(BASE),--build-arg BASE=$(BASE)) -f deploy/image/Dockerfile .

test-browser: $(READY) ## the pages in a real browser (apt-get install chromium nginx-light nodejs npm)
	@$(BIN)/pytest -m browser tests/browser

lint: $(READY) ## formatting, style, types, and who may import whom
	@echo "Checking format, style, types and imports"
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/lint-imports --no-cache >/tmp/one-to-many-imports.log || { cat /tmp/one-to-many-imports.log; exit 1; }

hooks: $(READY) ## check each commit before it is made (.pre-commit-config.yaml)
	@$(BIN)/pip install --quiet --disable-pip-version-check pre-commit
	@$(BIN)/pre-commit install

docs: $(READY) ## write docs/events.md and the AsyncAPI documents anew from the code
	@$(BIN)/python -m deploy.docs

assets: $(READY) ## compile the pages' style sheet anew (needs node and npm; not needed to run anything)
	@$(BIN)/python -m shared.web.site

pictures: $(READY) ## draw the pictures of the documentation anew (those of pages: apt-get install chromium nginx-light)
	@$(BIN)/python -m deploy.pictures
	@$(BIN)/python -m tests.browser.pictures

lock: $(READY) ## write requirements.lock anew
	@$(BIN)/pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--all-extras --python-version 3.11 pyproject.toml -o requirements.lock
	@$(BIN)/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header --python-version 3.11 \
		--extra planner --extra dispatcher --extra intake --extra notifier --extra operations \
		--constraint requirements.lock pyproject.toml -o deploy/image/requirements.lock
	@$(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--python-version 3.11 deploy/image/sbom.in -o deploy/image/sbom.lock

clean: ## remove the virtual environment, the local stack and all caches
	@rm -rf $(VENV) $(VENV)-audit .otm .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info
