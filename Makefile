# spillover: one command for the reports, one for the checks.
# Needs GNU make and Python 3.11 or newer; everything else is installed into .venv on first use.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
PY     := $(BIN)/python

NOTEBOOKS := $(wildcard notebooks/*.ipynb)

# Whatever Python settings the caller's shell has, they are not part of the project.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONWARNINGS PYTHONOPTIMIZE PYTHONDONTWRITEBYTECODE
export PYTHONUTF8 := 1

# Checks run in one fixed setting, so that a locale, a time zone or the number of cores cannot change a result.
CHECK_ENV := env -u PYTEST_ADDOPTS -u RUFF_CONFIG -u MYPYPATH LC_ALL=C TZ=UTC SPILLOVER_LANG=id PYTHONHASHSEED=0 \
             JUPYTER_PREFER_ENV_PATH=1 MPLBACKEND=Agg OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 MKL_NUM_THREADS=1
PYTEST := $(CHECK_ENV) $(PY) -m pytest -n 2 --dist loadfile --hypothesis-profile=ci

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup report test check-style check-types check-tests check-notebooks notebooks lab lock clean

# $(call step,NAME,COMMAND): run one check; print its name before and its seconds after.
define step
	@printf '\n== %s\n' '$(1)'; start=$$(date +%s); \
	if $(2); then printf '== %s: passed in %s s\n' '$(1)' $$(( $$(date +%s) - start )); \
	else printf '== %s: FAILED after %s s\n' '$(1)' $$(( $$(date +%s) - start )); exit 1; fi
endef

help:
	@echo 'spillover: small firms around the nickel parks of Indonesia'
	@echo
	@echo '  make report      build the reports (reports/id, reports/en) and the tables (results)'
	@echo '                   make report ARGS="--only 02_proximity" builds one page; see spillover report --help'
	@echo '  make test        run every check: style, types, tests, notebooks'
	@echo '                   one alone: make check-style | check-types | check-tests | check-notebooks'
	@echo '  make lab         open JupyterLab on the notebooks'
	@echo '  make notebooks   run every notebook and save its outputs, before a commit'
	@echo '  make setup       install everything into .venv, nothing more'
	@echo '  make lock        renew requirements.lock from pyproject.toml (needs uv)'
	@echo '  make clean       remove what was generated: reports, results, .cache'
	@echo
	@echo 'The first command sets up .venv (one to three minutes, needs the network); later ones need no network.'
	@echo 'Another Python: rm -rf .venv && make setup PYTHON=python3.13'

# Always asked, never by file times: a fresh clone has arbitrary ones. Takes a few hundredths of a second.
setup:
	@$(PYTHON) -I scripts/setup_env.py

report: setup
	@$(BIN)/spillover report $(ARGS)

test: check-style check-types check-tests check-notebooks

check-style: setup
	$(call step,ruff check,$(CHECK_ENV) $(PY) -m ruff check .)
	$(call step,ruff format,$(CHECK_ENV) $(PY) -m ruff format --check .)

check-types: setup
	$(call step,mypy,$(CHECK_ENV) $(PY) -m mypy)

# In the order of the folder: by number of tests, as xdist would have it, the few long ones come last and alone.
check-tests: setup
	$(call step,pytest,$(PYTEST) --no-loadscope-reorder tests)

# --nbval-current-env: the kernel is this environment's Python, whatever kernels the user has installed.
check-notebooks: setup
ifeq ($(NOTEBOOKS),)
	@printf '\n== notebooks: none in notebooks/, nothing to compare\n'
else
	$(call step,notebooks give what is committed,$(PYTEST) notebooks \
		--nbval --nbval-current-env --nbval-sanitize-with tests/nbval_sanitize.cfg)
endif

# Run in place, as committed: in Indonesian, without time stamps or widget state.
notebooks: setup
	@test -n '$(NOTEBOOKS)' || { echo 'There are no notebooks in notebooks/.'; exit 1; }
	@$(CHECK_ENV) $(PY) -m nbconvert --to notebook --execute --inplace --log-level=WARN \
		--ExecutePreprocessor.kernel_name=python3 --ExecutePreprocessor.record_timing=False \
		--ExecutePreprocessor.store_widget_state=False $(NOTEBOOKS)

lab: setup
	@$(PY) -m jupyterlab notebooks

lock:
	@command -v uv >/dev/null || { echo 'make lock needs uv. Install it with: pip install uv'; exit 1; }
	uv --quiet pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-emit-find-links --no-header --no-annotate $(ARGS) -o requirements.lock
	@echo 'Now bring the versions in environment.yml in line: make check-tests names the ones that differ.'

clean:
	rm -rf reports results .cache .reports.* .results.*
