# The only entry. Needs Python 3.11 or newer, pip, make and git; nothing else.

PORT ?= 8000
export PORT
# A dozen programs import the same: what one of them has compiled, the others read, whatever the
# surroundings say of that.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo "$$name" && break; done)
VENV := .venv
BIN := $(VENV)/bin
# An environment without its own pip is made in a sixth of the time, where the pip outside can
# install into it (22.3 or newer); with Debian's Python without the venv package no other can be made.
PIP = $(shell if $(BIN)/python -c 'import pip' >/dev/null 2>&1; then echo "$(BIN)/python -m pip"; \
	else echo "$(PYTHON) -m pip --python $(BIN)/python"; fi)
# Not compiled: half of it is never imported, and what is imported is compiled once, then.
PIP_INSTALL = $(PIP) install --quiet --no-compile --disable-pip-version-check --no-input
ifeq ($(shell id -u),0)
PIP_INSTALL += --root-user-action=ignore
endif
# uv lays out the same packages in a quarter of pip's time (MIT or Apache-2.0). It does not read
# pip's settings: where pip is told of another index, and where uv cannot be had, pip does it.
UV := uv==0.13.9
INSTALL = { test -x $(BIN)/uv && $(BIN)/uv pip install --quiet --python $(BIN)/python -r $(1); } \
	|| $(PIP_INSTALL) -r $(1)
# What a production environment says, for the checks of its settings alone.
PRODUCTION := LOCAL=false SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_hex(50))') \
	ALLOWED_HOSTS=registry.example SITE_URL=https://registry.example

.PHONY: run install install-dev test check fix bench help

help:
	@echo "make run      everything on this machine (PORT=$(PORT)); Ctrl-C stops it"
	@echo "make test     the whole suite; ARGS=\"tests/evidence -k accept\" for a part"
	@echo "make check    style, floors, templates, deployment settings, migrations"
	@echo "make fix      mends what can be mended by itself"
	@echo "make bench    the figures; ARGS=\"f3 f4\" for some"
	@echo "make install  the virtual environment alone"

run: install
	@exec $(BIN)/python manage.py serve

install: $(VENV)/.installed

install-dev: $(VENV)/.installed-dev

test: install-dev
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

check: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/djlint --quiet --lint templates
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m pytest -q tests/house

fix: install-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install-dev
	@$(BIN)/python benchmarks/run.py $(ARGS)

$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed, and none was found." >&2; exit 1; }
	@echo "Making the virtual environment with $(PYTHON)"
	@$(PYTHON) -m venv --clear --without-pip $(VENV)
	@$(PYTHON) -m pip --python $(BIN)/python --version >/dev/null 2>&1 \
		|| $(PYTHON) -m venv --clear $(VENV)
	@$(PIP) config list | grep '[.]index-url=' >/dev/null || $(PIP_INSTALL) $(UV) \
		|| echo "uv cannot be had: pip installs everything, which takes longer"
	@touch $@

$(VENV)/.installed: $(VENV)/.python requirements.txt constraints.txt
	@echo "Installing what runs the registry (under a minute)"
	@$(call INSTALL,requirements.txt)
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@echo "Installing what tests and checks it"
	@$(call INSTALL,requirements-dev.txt)
	@touch $@
