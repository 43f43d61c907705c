# Every command a person needs. Each installs what it needs and is missing.
#
#   make run     build a release and start Switchboard on http://127.0.0.1:3000, data in ./data
#   make test    everything: format, lints, unit, both databases, API, browser; ends with "N passed, N failed"
#   make check   what a developer runs every few minutes: format, invariants, clippy twice, unit tests
#   make bench   throughput, latency, memory and kill -9 on this machine, as a table (docs/performance.md)
#   make clean   remove what was built (not ./data)

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

CARGO_TARGET_DIR ?= $(CURDIR)/target
export CARGO_TARGET_DIR

WASM      := $(CARGO_TARGET_DIR)/wasm32-unknown-unknown/wasm-release/frontend.wasm
CSS       := $(CARGO_TARGET_DIR)/css/switchboard.css
BUNDLE    := $(CARGO_TARGET_DIR)/bundle
BINARY    := $(CARGO_TARGET_DIR)/release/switchboard
YARDSTICK := $(CARGO_TARGET_DIR)/release/examples/yardstick

.PHONY: help run test check bench clean build bundle css wasm

help:
	@sed -n 's/^#   //p' Makefile

# The practice target is on, and loopback may be called, so that a newcomer needs no other system.
run: build
	@export SWITCHBOARD_PRACTICE="$${SWITCHBOARD_PRACTICE-on}"; \
	export SWITCHBOARD_ALLOWED_TARGETS="$${SWITCHBOARD_ALLOWED_TARGETS-127.0.0.0/8,::1}"; \
	exec "$(BINARY)"

test:
	@scripts/test.sh

check:
	@scripts/check.sh

bench: build
	@cargo build --release --package store --example yardstick
	@scripts/bench.sh "$(BINARY)" "$(YARDSTICK)"

clean:
	rm -rf style/node_modules end2end/node_modules end2end/test-results end2end/playwright-report
	cargo clean

# --- inside -----------------------------------------------------------------------------------------

# Cargo, and `bundle`, know best what is out of date; all of this takes a second when nothing changed.
build: bundle
	@cargo build --release --package server

bundle: css wasm
	@cargo run --quiet --package bundle -- "$(WASM)" "$(CSS)" "$(BUNDLE)"

wasm:
	@scripts/wasm-target.sh
	@cargo build --package frontend --lib --target wasm32-unknown-unknown --profile wasm-release

css: style/node_modules/.package-lock.json
	@mkdir -p "$(dir $(CSS))"
	@style/node_modules/.bin/tailwindcss --input style/tailwind.css --output "$(CSS)" --minify 2>&1 \
		| { grep -vE '^(≈ |Done in|$$)' || true; }

style/node_modules/.package-lock.json: style/package.json style/package-lock.json
	@npm ci --prefix style --no-audit --no-fund --loglevel=error
	@touch $@
