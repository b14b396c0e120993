#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What finds faults in the sources without running them. Prints TAP.
cd "$(dirname "$0")/../.." || exit
# shellcheck source=tests/vm/common
. tests/vm/common
set +e

count=0 failed=0
# point NAME COMMAND…: passes when the command is content; what it says is shown when it is not.
point() {
	local name=$1 said
	shift
	count=$((count + 1))
	if said=$("$@" 2>&1); then
		echo "ok $count - $name"
	else
		failed=1
		echo "not ok $count - $name"
		printf '# %s\n' "${said//$'\n'/$'\n'# }" >&2
	fi
}

scripts() {
	mapfile -t files < <(grep -lE '^#!/bin/(ba)?sh' .ci/run tests/*/* tools/completion/* tools/packaging/* 2>/dev/null)
	# Not said: matters of style, QEMU's commas, names that common defines for others.
	shellcheck -x -P . -S warning -e SC2054,SC2034 "${files[@]}" tests/vm/common
}

style() {
	local checkpatch
	checkpatch=$(tests/vm/checkpatch) || return
	# 120 columns, as everywhere here. The command is no kernel code: only the module is held to it.
	perl "$checkpatch" --strict --no-tree --terse --show-types --max-line-length=120 \
		--ignore FILE_PATH_CHANGES,SPDX_LICENSE_TAG,CONST_STRUCT,LINUX_VERSION_CODE \
		-f module/*.[ch] module/uapi/*.h
}

# compiles KERNEL [ARGUMENT…]: from nothing, and says nothing.
compiles() {
	local kernel=$1 tree dir log status=0
	shift
	tree=$(tests/vm/tree "$(suite_of "$kernel")") && dir=$(mktemp -d) || return
	copy_sources "$dir"
	log=$(in_tree "$tree" "$dir" make -j2 -C "/lib/modules/$(release_of "$kernel" "$tree")/build" \
		M=/mnt W=1 "$@" modules 2>&1) || status=1
	rm -rf "$dir"
	if ((status)) || grep -qE 'warning:|error:' <<<"$log"; then
		cat <<<"$log"
		return 1
	fi
}

cppcheck_all() {
	cppcheck --quiet --error-exitcode=1 --inline-suppr --enable=warning,performance,portability \
		--suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches --suppress=unknownMacro -I module/uapi "$@"
}

echo 1..9
point 'scripts: shellcheck' scripts
point 'module: checkpatch' style
# shellcheck disable=SC2154  # from common
for kernel in $kernels; do
	point "module: no warning with W=1 for $kernel" compiles "$kernel"
done
point 'module: sparse' compiles 6.12 C=2
# The kernel computes with void *, and its list macros set their cursors where cppcheck doesn't see it.
point 'module: cppcheck' cppcheck_all -I module --suppress=arithOperationsOnVoidPointer --suppress=uninitvar module
point 'command: cppcheck' cppcheck_all -I tools tools
exit $failed
