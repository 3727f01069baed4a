# SPDX-License-Identifier: Apache-2.0
# A thin front to Meson, Ninja and Kconfiglib; all of it works without make too (see README.md).
BOARD ?= qemu-virt
BUILD ?= build/$(BOARD)
# Build tree of another board: its tools, inmates and driver are used instead of building them again.
NEUTRAL ?=
KCONFIG = scripts/kconfig --board $(BOARD) --build $(BUILD)

build: $(BUILD)/build.ninja ## build everything for BOARD (the default target)
	@ninja -C $(BUILD)

$(BUILD)/build.ninja:
	meson setup $(BUILD) --cross-file cross/aarch64.ini -Dboard=$(BOARD) \
		$(if $(NEUTRAL),-Dneutral_build=$(abspath $(NEUTRAL)))

menuconfig: ## change the configuration in the terminal
	@$(KCONFIG) menuconfig

guiconfig: ## change the configuration in a window
	@$(KCONFIG) guiconfig

defconfig: ## go back to the board's default configuration
	@$(KCONFIG) defconfig

savedefconfig: ## make the current configuration the board's default
	@$(KCONFIG) savedefconfig

demo: ## from nothing to running cells in QEMU (same as scripts/demo)
	@scripts/demo

test: ## all tests (same as scripts/test)
	@scripts/test

clean: ## remove what was built for BOARD, but keep its configuration
	@if [ -f $(BUILD)/build.ninja ]; then ninja -C $(BUILD) clean; fi

help: ## this list
	@echo "make [BOARD=$(BOARD)] [TARGET]; boards: $(patsubst bsp/%/defconfig,%,$(wildcard bsp/*/defconfig))"
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 18

.PHONY: build menuconfig guiconfig defconfig savedefconfig demo test clean help
