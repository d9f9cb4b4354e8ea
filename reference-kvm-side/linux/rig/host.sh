# SPDX-License-Identifier: BSD-3-Clause
# A guest of this machine's own KVM, without the module. Sourced by ../run.

need_kvm() { [ -w /dev/kvm ] || missing "a usable /dev/kvm${1:-}"; }

host_demo() {
	local code=0
	start_devices
	"$bin/vmm" user "$sockets/conformance" "$sockets/uart" || code=$?
	end_devices
	wait
	return "$code"
}

# start_listener NAME WORD...: a program that listens at $sockets/NAME, on the processors that are measured
start_listener() {
	local name=$1 until=$((SECONDS + 60))
	shift
	setpriv --pdeathsig KILL taskset -c "$processors" "$@" </dev/null >/dev/null &
	devices+=($!)
	until [ -S "$sockets/$name" ]; do
		kill -0 $! 2>/dev/null && ((SECONDS < until)) || { say "$name does not start"; exit 1; }
		sleep 0.1
	done
}

# One fact each; no name of a host, user or path.
machine_in_words() {
	sed -n "s/^model name[^:]*: *\(.*\)/\1, $(nproc --all) in all/p;T;q" /proc/cpuinfo
	echo "Linux $(uname -r), $(cd /sys/module && echo kvm_*)"
	java -version 2>&1 | sed -n '1s/.*version "\([^"]*\)".*/Java \1/p;q'
}

# host_speed [FILE.json]: what a guest's READs take; everything on one processor, unless --processors names others
host_speed() {
	local code=0 own words
	own=$(taskset -cp $$)
	processors=${processors:-${own##*[ ,-]}}
	taskset -c "$processors" true 2>/dev/null || usage
	need_jar
	sockets=$(mktemp -d)
	trap end_devices EXIT
	start_listener echo "$bin/echo" one "$sockets/echo"
	start_listener c "$bin/example-device" --unix "$sockets/c"
	start_listener direct java -jar "$jar" serve --unix "$sockets/direct" --transport direct
	start_listener netty java -jar "$jar" serve --unix "$sockets/netty" --transport netty
	readarray -t words < <(machine_in_words | tr -d '"\\')
	taskset -c "$processors" "$bin/reads" "$sockets" "${1:--}" 9 100 2000 \
		"the guest, its KVM side and the devices on processor $processors" "${words[@]}" || code=$?
	end_devices
	wait 2>/dev/null
	return "$code"
}
