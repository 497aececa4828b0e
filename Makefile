# Works with GNU make 3.81 (macOS) and newer, and with BSD make. Everything is set up on the way: only git, make and
# Python 3.11 or newer are needed. Names after the target are passed on: make run PORT=8001, make bench ONLY=page.
.POSIX:
.PHONY: help run test e2e pictures lint format bench clean

BIN = .venv/bin
PLAIN = env -u DATABASE_URL -u EMAIL_URL -u REDRESS_DEBUG -u REDRESS_SECRET_KEY_FILE
LINTED = REDRESS_DATA_DIR=var/lint REDRESS_DEBUG=0 REDRESS_ALLOWED_HOSTS=complaints.example.org \
	REDRESS_SECRET_KEY=only-for-the-check-0123456789-abcdefghijklmnopqrstuvwxyz \
	REDRESS_BASE_URL=https://complaints.example.org EMAIL_URL=smtp+tls://mail.example.org:587

help:
	@echo "make run    the site with a demo organisation on http://127.0.0.1:8000 (PORT= moves it, Ctrl-C stops it)"
	@echo "make test   the tests, on SQLite; on PostgreSQL when DATABASE_URL=postgres://… is set (ARGS= for pytest)"
	@echo "make e2e    the browser tests, with this machine's Chromium or Chrome"
	@echo "make pictures  the pictures of the docs, taken anew from the demo"
	@echo "make lint   formatting, lint, types, migrations, deployment checks, architecture"
	@echo "make bench  the benchmarks, one line of JSON per figure (ONLY=import,page for some)"
	@echo "make format rewrites the code as lint wants it;  make clean removes .venv and caches, never data"

run: .venv/ready
	@exec $(BIN)/python manage.py run

test: .venv/ready-dev
	@$(BIN)/python -m pytest -q -n auto --maxprocesses 4 $(ARGS)

e2e: .venv/ready-dev
	@$(BIN)/python -m pytest -q -n 2 tests/e2e $(ARGS)

# docs/screens, taken anew from the demo.
pictures: .venv/ready-dev
	@REDRESS_SCREENSHOTS=1 $(BIN)/python -m pytest -q tests/e2e/test_pictures.py $(ARGS)

lint: .venv/ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(PLAIN) $(LINTED) $(BIN)/python manage.py makemigrations --check --dry-run
	$(PLAIN) $(LINTED) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m pytest -q -p no:cacheprovider tests/test_house.py

format: .venv/ready-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The bench has a data directory of its own, and the settings of production but for the key and the hosts.
bench: .venv/ready-dev
	@REDRESS_DATA_DIR=$${REDRESS_DATA_DIR:-var/bench} REDRESS_DEBUG=0 REDRESS_ALLOWED_HOSTS=127.0.0.1,localhost,testserver \
	REDRESS_SECRET_KEY=only-for-the-bench-0123456789-abcdefghijklmnopqrstuvwxyz REDRESS_BASE_URL=http://127.0.0.1:8000 \
	$(BIN)/python manage.py bench $${ONLY:+--only "$$ONLY"}

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis

# The stamp is newer than the requirements that were installed; a failed installation leaves none.
.venv/ready: requirements.txt
	@set -e; \
	works() { command -v "$$1" >/dev/null 2>&1 && \
	  "$$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }; \
	if ! works .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then \
	  for found in "$$PYTHON" python3 python3.14 python3.13 python3.12 python3.11 python; do \
	    if [ -n "$$found" ] && works "$$found"; then break; fi; found=; \
	  done; \
	  if [ -z "$$found" ]; then \
	    echo "Redress needs Python 3.11 or newer, and there is none on the PATH." >&2; \
	    echo "Debian, Ubuntu: sudo apt install python3 python3-venv    macOS: brew install python@3.13" >&2; \
	    echo "Or name one: make PYTHON=/path/to/python3" >&2; exit 1; \
	  fi; \
	  if ! "$$found" -c 'import venv, ensurepip' >/dev/null 2>&1; then \
	    version=$$("$$found" -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	    echo "$$found cannot make a virtual environment: its venv module is missing." >&2; \
	    echo "Debian, Ubuntu: sudo apt install python3-venv (or python$$version-venv), then make again" >&2; exit 1; \
	  fi; \
	  echo "Making the virtual environment .venv with $$found" >&2; \
	  rm -rf .venv; "$$found" -m venv .venv; \
	fi; \
	echo "Installing requirements.txt (a minute or two the first time)" >&2; \
	.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt >&2; \
	touch $@

.venv/ready-dev: .venv/ready requirements-dev.txt
	@echo "Installing requirements-dev.txt" >&2
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt >&2
	@touch $@
