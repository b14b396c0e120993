# SPDX-License-Identifier: GPL-2.0
#
# Kbuild is for the kernel's build system and says what the module is made of; this is for people.

RELEASE := $(shell uname -r)
HEADERS ?= /lib/modules/$(RELEASE)/build
TOP := $(CURDIR)
PREFIX ?= /usr/local

# Settings go to the scripts as they were typed: a $ in CMD is the shell's, in the machine.
override CMD := $(value CMD)
override APPEND := $(value APPEND)
export KERNEL CMD SHARE LOAD TIMEOUT MEM SMP ICOUNT ACCEL THREADS APPEND FIRMWARE ALLOW_SPLAT TEST JOBS WAIT MINUTES QUICK

.PHONY: all module tools install uninstall dkms-install dkms-uninstall deb vm vm-clean demo compare bench check check-debug check-all soak fuzz lint deps clean help

all: ## the module for the running kernel, where its headers are installed, and the command
	@if [ -e $(HEADERS) ]; then $(MAKE) --no-print-directory module; \
	else echo "No module: $(HEADERS) is missing; Debian's package linux-headers-$(RELEASE) has it."; fi
	@$(MAKE) --no-print-directory tools

module: ## the module, for the running kernel or that of HEADERS=dir
	$(MAKE) -C $(HEADERS) M=$(TOP) modules

tools: ## the command
	$(MAKE) -C tools

install: ## the command, its pages, completions, header and examples, and the module if it was built; DESTDIR, PREFIX
	$(MAKE) -C tools install
	if [ -e wavehand.ko ]; then \
		install -D -m 644 wavehand.ko $(DESTDIR)/lib/modules/$(RELEASE)/updates/wavehand.ko; \
		[ -n "$(DESTDIR)" ] || depmod; \
	fi

uninstall: ## undoes install
	$(MAKE) -C tools uninstall
	rm -f $(DESTDIR)/lib/modules/$(RELEASE)/updates/wavehand.ko
	[ -n "$(DESTDIR)" ] || depmod

# What DKMS builds the module of, for each kernel that there is, and that comes.
VERSION := $(shell sed -n 's/^VERSION := //p' tools/Makefile)
DKMS_DIR = $(DESTDIR)/usr/src/wavehand-$(VERSION)

dkms-install: ## the module's source for DKMS, which builds it for RELEASE and each kernel to come; with DESTDIR the source only
	install -d $(DKMS_DIR)/module/uapi
	install -m 644 Kbuild $(DKMS_DIR)
	install -m 644 module/*.[ch] $(DKMS_DIR)/module
	install -m 644 module/uapi/wavehand.h $(DKMS_DIR)/module/uapi
	sed 's/#MODULE_VERSION#/$(VERSION)/' tools/packaging/dkms.conf >$(DKMS_DIR)/dkms.conf
	chmod 644 $(DKMS_DIR)/dkms.conf
	[ -n "$(DESTDIR)" ] || dkms install wavehand/$(VERSION) -k $(RELEASE)

dkms-uninstall: ## undoes dkms-install, for each kernel
	[ -n "$(DESTDIR)" ] || ! dkms status wavehand/$(VERSION) | grep -q . || dkms remove wavehand/$(VERSION) --all
	rm -rf $(DKMS_DIR)

deb: deps ## Debian packages of the command and of the module for DKMS, made in trixie's tree, into tools/build/deb
	@tests/vm/deb

deps: ## installs Debian's packages that building and testing need
	@tests/vm/deps

vm: deps ## an emulated machine: KERNEL=6.1|6.12|6.12-rt|7.3 CMD='…' SHARE=dir; without CMD a shell; more in tests/vm/vm
	@tests/vm/vm

vm-clean: ## removes what is kept for machines, so that the next one has the newest kernels
	@tests/vm/clean

demo: deps ## a real client talks to a real server in an emulated machine: the diagram; WAIT=1: and the end of TIME-WAIT
	@tests/vm/demo

compare: deps ## tcpstates, ss, tshark, conntrack and wavehand watch the same traffic: the table of the README, computed
	@tests/compare/compare

bench: deps ## what everything costs, in instructions, beside other tracers: figures, a table, a chart; QUICK=1: a look
	@tests/bench/bench

check: deps ## every test; KERNEL=… or TEST=name narrow it
	@tests/vm/check

check-debug: deps ## the scenarios on kernels built with sanitizers, lock checking, race and leak detection
	@tests/vm/check debug

check-all: deps ## check and check-debug at once
	@tests/vm/check all

soak: deps ## everything at once for MINUTES=…, on a debug kernel or on KERNEL=…
	@tests/vm/scenarios $${KERNEL:-6.12-debug} soak

fuzz: deps ## recordings and filters that the fuzzer makes up, through the command, MINUTES=10 each
	@tests/fuzz/long

lint: deps ## what finds faults in the sources without running them
	@prove -v tests/host/lint.t

clean: ## removes what was built in the checkout
	[ ! -e $(HEADERS) ] || $(MAKE) -C $(HEADERS) M=$(TOP) clean
	$(MAKE) -C tools clean

help: ## this
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12
