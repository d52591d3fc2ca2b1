# Kopeck. `make help` lists what there is. Every target may be run again.

CARGO  ?= cargo
PYTHON ?= python3
PREFIX ?= /usr/local
PHP_EXTENSION ?= build/php/kopeck.so
TARGET := $(CURDIR)/target
VENV   := $(CURDIR)/.venv
BIN    := $(VENV)/bin
# The name under which programs find the library at run time; ffi/build.rs decides it.
# Asked in the recipe, not by make: make would ask before the library is there.
SONAME  = objdump -p target/release/libkopeck.so | sed -n 's/^ *SONAME *//p'
# What is released names no folder of the machine that built it.
CRATES  = $(or $(CARGO_HOME),$(HOME)/.cargo)
RELEASE = CFLAGS="-ffile-prefix-map=$(CRATES)=cargo" \
  RUSTFLAGS="--remap-path-prefix=$(CRATES)=cargo --remap-path-prefix=$(CURDIR)=kopeck"
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)

export KOPECK_SANDBOX := $(TARGET)/release/kopeck-sandbox
export CARGO_TARGET_DIR := $(TARGET)
# The sandbox is on this machine: no proxy leads there.
export no_proxy := 127.0.0.1,localhost
export NO_PROXY := 127.0.0.1,localhost

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help setup setup-build build wheel demo test lint test-rust test-c test-python test-php test-browser test-docs php-extension header bless bench deny check-descriptor install install-php clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|' 2>/dev/null \
	  || sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1  \2/p' $(MAKEFILE_LIST)

setup: ## bring what the build and the tests need (as root installs Debian packages)
	@sh tests/setup.sh all

setup-build:
	@sh tests/setup.sh build

REQUIREMENTS := tests/python/requirements.txt tests/browser/requirements.txt
$(BIN)/.ready: $(REQUIREMENTS)
	@echo "== Python tools into .venv"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check $(REQUIREMENTS:%=-r %)
	@touch $@

build: setup-build wheel ## the library, the sandbox and the wheel (target/release, dist)
	@echo "built: target/release/libkopeck.so, libkopeck.a, kopeck-sandbox and dist/*.whl"

target/release/libkopeck.so: FORCE
	@echo "== library and sandbox"
	@$(RELEASE) $(CARGO) build --locked --release -p kopeck-ffi -p kopeck-sandbox
	@ln -sf libkopeck.so "target/release/$$($(SONAME))"

wheel: target/release/libkopeck.so $(BIN)/.ready
	@echo "== Python wheel"
	@rm -rf dist
	@cd bindings/python && PATH="$(BIN):$$PATH" $(RELEASE) $(BIN)/maturin build --quiet --locked --release --out ../../dist
	@$(BIN)/pip install --quiet --disable-pip-version-check --force-reinstall --no-deps dist/*.whl

# The shop in PHP takes part where PHP can build the extension and has SQLite.
PHP_DEMO := $(shell command -v phpize >/dev/null 2>&1 && php -r 'exit((int) !extension_loaded("pdo_sqlite"));' && echo yes)
demo: build $(if $(PHP_DEMO),php-extension) ## take payments through the sandbox, from C, Python and PHP
	@mkdir -p build && rm -f build/shop-orders.txt build/instalments.* build/deals.*
	@for program in shop instalments declared deal; do \
	  $(CC) -std=c99 -Wall -Wextra -Wpedantic -O1 -Iinclude examples/c/$$program.c \
	    -Ltarget/release -lkopeck -Wl,-rpath,$(TARGET)/release -o build/$$program || exit 1; \
	done
	@$(BIN)/python examples/demo.py --sandbox $(KOPECK_SANDBOX) \
	  --shop "A shop in C (examples/c/shop.c)" "build/shop --store build/shop-orders.txt" \
	  --shop "A shop in Python (examples/python/shop.py)" "$(BIN)/python examples/python/shop.py" \
	  --instalments "An order in instalments in C (examples/c/instalments.c)" \
	    "build/instalments --store build/instalments.txt" \
	  --instalments "An order in instalments in Python (examples/python/instalments.py)" \
	    "$(BIN)/python examples/python/instalments.py --store build/instalments.db" \
	  --declared "A gateway described by a file, in C (examples/c/declared.c)" "build/declared" \
	  --declared "A gateway described by a file, in Python (examples/python/declared.py)" \
	    "$(BIN)/python examples/python/declared.py" \
	  --deal "A deal of Bitrix24 in C (examples/c/deal.c)" "build/deal --store build/deals.txt" \
	  --deal "A deal of Bitrix24 in Python (examples/python/deal.py)" \
	    "$(BIN)/python examples/python/deal.py --store build/deals.db" \
	  $(if $(PHP_DEMO),--php "A shop in PHP (examples/php/shop)" "php $(PHP_KOPECK)")
	@$(if $(PHP_DEMO),:,echo "without a shop in PHP: apt-get install php-cli php-dev php-sqlite3")

test: setup lint build test-rust test-c test-python test-php test-browser test-docs ## everything that CI runs
	@$(MAKE) --no-print-directory demo
	@echo "all tests passed"

lint: $(BIN)/.ready ## formatting and lints, Rust and Python
	@echo "== formatting and lints"
	@$(CARGO) fmt --all --check
	@$(CARGO) clippy --locked --quiet --workspace --all-targets -- -D warnings
	@$(BIN)/ruff check bindings tests examples
	@$(BIN)/ruff format --check bindings tests examples

test-rust: target/release/libkopeck.so ## core, ABI and sandbox
	@echo "== Rust"
	$(CARGO) test --locked --workspace

test-c: target/release/libkopeck.so ## C programs: plain, valgrind, sanitizers; vectors; exports
	@echo "== C: exports, and the installed library"
	@sh tests/c/exports.sh --paths target/release/libkopeck.so
	@sh tests/c/install.sh
	@echo "== C: a library that panics on demand, for the tests alone"
	@$(CARGO) build --locked --quiet -p kopeck-ffi --features provoke-panic
	@mkdir -p build/provoked && cp target/debug/libkopeck.so build/provoked/
	@echo "== C: programs"
	@$(PYTHON) tests/c/run.py --library target/release/libkopeck.so \
	  --provoked build/provoked/libkopeck.so --sandbox $(KOPECK_SANDBOX)
	@echo "== C: vectors"
	@$(PYTHON) tests/c/replay.py --library target/release/libkopeck.so --sandbox $(KOPECK_SANDBOX)
	@echo "== C: the example shop, with lost answers"
	@$(PYTHON) tests/c/shop.py --library target/release/libkopeck.so --sandbox $(KOPECK_SANDBOX)
	@echo "== C: the example of instalments, killed between any two calls"
	@$(PYTHON) tests/c/instalments.py --library target/release/libkopeck.so --sandbox $(KOPECK_SANDBOX)
	@echo "== C: the example of a deal, killed in and between any two calls, at two gateways"
	@$(PYTHON) tests/c/deal.py --library target/release/libkopeck.so --sandbox $(KOPECK_SANDBOX)
	@echo "== C: the example of a described gateway: plain, valgrind, sanitizers"
	@$(PYTHON) tests/c/declared.py --library target/release/libkopeck.so --sandbox $(KOPECK_SANDBOX)

test-python: wheel ## the package: pytest, mypy, stubtest
	@echo "== Python: a package that panics on demand, for the tests alone"
	@rm -rf build/provoked-wheel build/provoked-python
	@cd bindings/python && PATH="$(BIN):$$PATH" $(BIN)/maturin build --quiet --locked \
	  --profile dev --features provoke-panic --out ../../build/provoked-wheel
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps \
	  --target build/provoked-python build/provoked-wheel/*.whl
	@echo "== Python: types"
	@$(BIN)/mypy --config-file bindings/python/pyproject.toml bindings/python/python tests/python examples/python
	@$(BIN)/python -m mypy.stubtest kopeck --mypy-config-file bindings/python/pyproject.toml \
	  --allowlist tests/python/stubtest.txt
	@echo "== Python: tests"
	@KOPECK_PROVOKE=$(CURDIR)/build/provoked-python $(BIN)/pytest -q tests/python

php-extension: target/release/libkopeck.so ## the PHP extension (build/php/kopeck.so)
	@echo "== PHP extension"
	@sh bindings/php/build.sh $(CURDIR) build/php

# PHP as the tests run it: our extension beside the system's own.
PHP_KOPECK := -d extension=$(CURDIR)/build/php/kopeck.so
PHPT := NO_INTERACTION=1 REPORT_EXIT_STATUS=1 $(MAKE) --no-print-directory test
test-php: wheel php-extension ## the extension (phpt, valgrind), the library (PHPUnit), FPM behind nginx
	@echo "== PHP: exports, versions, configure, install"
	@sh tests/php/exports.sh build/php/kopeck.so
	@sh tests/php/extension.sh build/php/kopeck.so
	@echo "== PHP: phpt"
	@cd build/php/source && $(PHPT) TESTS=-q
	@sh tests/php/bailout.sh build/php/source
	@echo "== PHP: an extension that panics on demand, for the tests alone"
	@$(CARGO) build --locked --quiet -p kopeck-ffi --features provoke-panic
	@sh bindings/php/build.sh $(CURDIR) build/php-provoked $(TARGET)/debug/libkopeck.a
	@cd build/php-provoked/source && KOPECK_PROVOKED=1 $(PHPT) TESTS="-q tests/panic.phpt"
	@echo "== PHP: valgrind"
	@sh tests/php/valgrind.sh build/php/kopeck.so build/php/source
	@echo "== PHP: style, PHPUnit"
	@phpcs -q --standard=PSR12 bindings/php/library examples/php tests/php
	@php tests/php/syntax74.php bindings/php/library examples/php
	@php $(PHP_KOPECK) /usr/bin/phpunit -c bindings/php/library
	@echo "== PHP: what breaks on the way, wrong input; what old PHP's stack traces show"
	@php $(PHP_KOPECK) /usr/bin/phpunit -c tests/php/faults
	@KOPECK_WITHOUT_ATTRIBUTES=1 php $(PHP_KOPECK) /usr/bin/phpunit -c tests/php/faults --group traces
	@echo "== PHP: vectors"
	@$(PYTHON) tests/php/replay.py --extension build/php/kopeck.so --sandbox $(KOPECK_SANDBOX)
	@echo "== PHP: nginx and PHP-FPM"
	@MYPYPATH=tests/python $(BIN)/mypy --config-file bindings/python/pyproject.toml --exclude replay tests/php
	@$(BIN)/pytest -q tests/php

test-browser: wheel ## Chromium pays through the sandbox's pages, as a buyer does
	@echo "== Browser: types"
	@MYPYPATH=tests/python $(BIN)/mypy --config-file bindings/python/pyproject.toml tests/browser
	@echo "== Browser: tests"
	@$(BIN)/pytest -q tests/browser

test-docs: wheel php-extension ## the code of the README and of the guides, extracted and run
	@echo "== README and guides"
	@$(BIN)/python tests/readme.py $(KOPECK_SANDBOX) target/release build/php/kopeck.so

header: ## regenerate include/kopeck.h
	@KOPECK_BLESS=1 $(CARGO) test --quiet -p kopeck-ffi --test header

check-descriptor: ## check a gateway's descriptor and its vectors: FILE=path (without: all built-in ones)
	@$(CARGO) run --locked --quiet -p kopeck --example descriptor_check -- $(if $(FILE),"$(FILE)")

bless: ## write vectors, reference and tables of codes anew (read the difference!)
	KOPECK_BLESS=1 $(CARGO) test -p kopeck --test vectors --test reference
	KOPECK_BLESS=1 $(CARGO) test -p kopeck --lib documented

bench: build php-extension ## what a call costs beside bare ureq, other Python clients and PHP's curl
	@$(RELEASE) $(CARGO) build --locked --release --quiet -p kopeck-bench
	@sh tests/bench/bench.sh $(TARGET)/release $(BIN)/python

deny: ## licences, bans and sources of the dependencies (installs cargo-deny)
	@command -v cargo-deny >/dev/null || $(CARGO) install --locked cargo-deny
	$(CARGO) deny check bans licenses sources

install: ## header, libraries and pkg-config file under PREFIX
	test -f target/release/libkopeck.so || { echo "make build first" >&2; exit 1; }
	install -d $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib/pkgconfig
	install -m 644 include/kopeck.h $(DESTDIR)$(PREFIX)/include/
	install -m 644 target/release/libkopeck.a $(DESTDIR)$(PREFIX)/lib/
	install -m 755 target/release/libkopeck.so $(DESTDIR)$(PREFIX)/lib/libkopeck.so.$(VERSION)
	ln -sf libkopeck.so.$(VERSION) "$(DESTDIR)$(PREFIX)/lib/$$($(SONAME))"
	ln -sf "$$($(SONAME))" $(DESTDIR)$(PREFIX)/lib/libkopeck.so
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' ffi/kopeck.pc.in \
	  > $(DESTDIR)$(PREFIX)/lib/pkgconfig/kopeck.pc

install-php: ## the PHP extension where PHP looks for it (PHP_CONFIG chooses the PHP)
	@test -f $(PHP_EXTENSION) || { echo "make php-extension first" >&2; exit 1; }
	@DESTDIR="$(DESTDIR)" sh bindings/php/install.sh $(PHP_EXTENSION)

clean: ## remove what was built
	rm -rf target dist build .venv

FORCE:
