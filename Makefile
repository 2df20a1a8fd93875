# Verbund. `make` alone lists what there is.
#
# Everything runs from .venv, which scripts/setup.sh makes and keeps in step with the lock files;
# when it is, setting up costs some hundredths of a second and no network.

PY := .venv/bin/python
ARGS ?=

.PHONY: help setup dev run test test-pages test-later check format demo bench soak fuzz house lock clean

help: ## this list
	@echo 'Verbund: a group'"'"'s own node in a network of groups.'
	@echo
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'
	@echo
	@echo 'After "make setup" or "make run" the command is .venv/bin/verbund (try: .venv/bin/verbund --help).'
	@echo 'ARGS="..." passes more on, e.g.  make demo ARGS=--exit   make test ARGS="tests/crypto -x"'

setup: ## make .venv with what the node needs
	@scripts/setup.sh run
	@$(if $(filter setup,$(MAKECMDGOALS)),echo 'Ready. Make your node and start it:  .venv/bin/verbund run',:)

dev: ## make .venv with what development needs besides
	@scripts/setup.sh dev

# exec: Ctrl-C and SIGTERM reach the node itself, and its exit status is make's.
run: setup ## set up and start your node (Ctrl-C ends it)
	@exec $(PY) -m node run $(ARGS)

test: dev ## run all tests
	@exec $(PY) -m pytest -n 2 $(ARGS)

test-pages: dev ## every page at every width, in both languages, light and dark, without scripts, by keyboard
	@exec $(PY) -m pytest -n 2 -m pages $(ARGS)

# BY=400 or BY=29feb: one of the days.
test-later: dev ## the same under a clock that is 1, 40, 400 days ahead, and on a 29 February (Linux)
	@exec $(PY) -m tests.later $(if $(BY),--by "$(BY)") -n 2 $(ARGS)

check: dev ## formatting, lint, types, layers
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-logo

format: dev ## format the code and mend what can be mended
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

demo: setup ## five nodes on this machine doing the main job
	@exec $(PY) -m node.demo $(ARGS)

bench: dev ## measure; one JSON object a line
	@exec $(PY) -m bench $(ARGS)

soak: dev ## the tests that run for minutes (VERBUND_SOAK_MINUTES=10, VERBUND_SOAK_OPERATIONS=2400)
	@exec $(PY) -m pytest -m soak $(ARGS)

fuzz: ## 1,000,000 made-up inputs; one JSON object a line (Linux, Python 3.11 to 3.13)
	@scripts/setup.sh fuzz
	@exec .venv-fuzz/bin/python -m tests.fuzz $(ARGS)

house: ## the rooms of the code: which imports which, and how large they are
	@python3 scripts/house.py $(ARGS)

# Versions stay as they are unless pyproject.toml asks for others; ARGS=--upgrade takes the newest.
# The other locks are made under the runtime lock, so that all agree on every version.
UV_LOCK = .venv/bin/uv --quiet --no-config pip compile pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links

lock: dev ## write the lock files anew from pyproject.toml
	env -u UV_FIND_LINKS -u UV_INDEX $(UV_LOCK) $(ARGS) --output-file requirements.lock
	env -u UV_FIND_LINKS -u UV_INDEX $(UV_LOCK) $(ARGS) --group dev --constraint requirements.lock --output-file requirements-dev.lock
	env -u UV_FIND_LINKS -u UV_INDEX $(UV_LOCK) $(ARGS) --group fuzz --constraint requirements.lock --output-file requirements-fuzz.lock
	env -u UV_FIND_LINKS -u UV_INDEX .venv/bin/uv --quiet --no-config pip compile --group draw --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --no-emit-index-url --no-emit-find-links $(ARGS) --output-file requirements-draw.lock

clean: ## remove .venv and caches (never a node's data)
	rm -rf .venv .venv-fuzz .fuzz .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
