# Everything a developer or CI runs. `make` alone lists it.
# Needs only a Debian 12 with make and git: `deps` and `venv` bring in the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:

VENV ?= .venv
PYTHON ?= python3
JOBS ?= 2
IMAGES ?= 100
BENCH ?=
STUDY ?=

BIN := $(abspath $(VENV))/bin
export PATH := $(BIN):$(PATH)

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: deps
deps: ## Install the Debian packages that are missing (compilers, CMake, QEMU)
	@.ci/deps

.PHONY: test-deps
test-deps: ## Those that tests need besides (clang, Chromium, Node, OpenOCD)
	@.ci/deps test

.PHONY: venv
venv: $(VENV)/.installed ## Create .venv with this project (editable) and its tools

$(VENV)/.installed: pyproject.toml | deps
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[bench,dev,demo,docs,explore,report]'
	touch $@

.PHONY: test
test: lint types filecheck pytest ## Everything CI runs

.PHONY: lint
lint: venv ## Style: ruff check and format
	ruff check .
	ruff format --check .

.PHONY: format
format: venv ## Mend what ruff can mend
	ruff check --fix .
	ruff format .

.PHONY: types
types: venv ## Strict type check of compiler/, dialects/ and passes/
	basedpyright

.PHONY: filecheck
filecheck: venv ## The lit tests: IR, passes, emitted C
	lit -sv -j$(JOBS) --order=lexical test/filecheck

.PHONY: pytest
pytest: test-deps venv ## The unit, numerics and firmware tests
	pytest -n $(JOBS) --dist worksteal

.PHONY: demo
demo: venv ## Handwritten digits on an emulated STM32F405, exact and with skipping
	python examples/digits/demo.py --images $(IMAGES)

.PHONY: cifar10
cifar10: venv ## LeNet and AlexNet on an emulated board: make cifar10 CIFAR10_DIR=...
	@test -n "$(CIFAR10_DIR)" || { echo "CIFAR10_DIR: the folder with train/ and test/"; exit 1; }
	for network in lenet alexnet; do \
	  python examples/cifar10/run.py --model "examples/cifar10/models/$${network}_cifar10.onnx" \
	    --data "$(CIFAR10_DIR)" --images $(IMAGES); \
	done

.PHONY: explore-cifar10
explore-cifar10: venv ## What plans lose and save: make explore-cifar10 CIFAR10_DIR=... [STUDY=build/study]
	@test -n "$(CIFAR10_DIR)" || { echo "CIFAR10_DIR: the folder with train/ and test/"; exit 1; }
	$(if $(STUDY),python examples/cifar10/study.py --data "$(CIFAR10_DIR)" --study "$(STUDY)")
	python examples/cifar10/explored.py --data "$(CIFAR10_DIR)" \
	  $(if $(STUDY),--plans "$(STUDY)/plans")

.PHONY: bench
bench: venv ## Cycles, flash, RAM of networks: make bench [MODELS_DIR=] [CIFAR10_DIR=] [CMSIS_NN_DIR=]
	python bench/run.py $(if $(MODELS_DIR),--models "$(MODELS_DIR)") \
	  $(if $(CIFAR10_DIR),--cifar10 "$(CIFAR10_DIR)") \
	  $(if $(CMSIS_NN_DIR),--cmsis-nn "$(CMSIS_NN_DIR)") $(BENCH)

.PHONY: docs
docs: venv ## Build docs/ into build/docs; broken links are errors
	rm -rf build/docs
	python -m sphinx -W --keep-going -q -E -b html -d build/doctrees docs build/docs
	@echo "build/docs/index.html"

.PHONY: flash
flash: venv ## Firmware onto a board: make flash BOARD=nucleo-u575zi [MODEL= CALIBRATION= PLAN= VECTORS=]
	@test -n "$(BOARD)" || { echo "BOARD: one of $$(ls examples/stm32/boards | xargs)"; exit 1; }
	cd examples/stm32 && cmake --preset "$(BOARD)" -DPython3_EXECUTABLE="$(BIN)/python" \
	  $(foreach file,MODEL CALIBRATION PLAN VECTORS,-D$(file)="$(if $($(file)),$(abspath $($(file))))") \
	  $(if $(FLASHER),-DFLASHER="$(FLASHER)")
	cd examples/stm32 && cmake --build --preset "$(BOARD)" --target flash

.PHONY: clean
clean: ## Remove what these targets made
	rm -rf $(VENV) build dist *.egg-info test/.out .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
