# SPDX-License-Identifier: BSD-3-Clause
# The programs of the rig, and the tests among them. Sourced by ../run.

tests=(table exits sockets vcpus misuse kills bus migrate fuzz)
programs=(vmm driver os speed reads "${tests[@]}")

# run_tests [PROGRAM [TEST]]: each program in a machine of its own, which starts in a second or two
run_tests() {
	local name failed=0
	[ $# -gt 0 ] && tests=("$1") && shift
	for name in "${tests[@]}"; do
		in_the_rig "$name" -- "$@" </dev/null || failed=1
	done
	return "$failed"
}
