# SPDX-License-Identifier: BSD-3-Clause
# The machine: QEMU without the host's KVM, whose kernel has a KVM of its own. Sourced by ../run.
# One processor: with more, QEMU 7.2 now and then runs half of an instruction that the kernel has patched.
# The memory is shared, so that a fork of QEMU for a connection does not copy its page tables.
# Its kernel does not look for stalls: a busy host would be one.

# Starts it as the coprocess RIG, its serial line on RIG's two ends: start_machine FOLDER OPTION...
start_machine() {
	local folder=$1 root=$qemu
	shift
	coproc RIG {
		LD_LIBRARY_PATH=$root/usr/lib/x86_64-linux-gnu:$root/lib/x86_64-linux-gnu \
			exec setpriv --pdeathsig KILL "$root/usr/bin/qemu-system-x86_64" \
			-L "$root/usr/share/qemu" -L "$root/usr/share/seabios" -L "$root/usr/lib/ipxe/qemu" \
			-object memory-backend-memfd,id=memory,size=384M,share=on -accel tcg,tb-size=64 \
			-machine q35,memory-backend=memory -cpu max -smp 1 -m 384 -nodefaults -no-user-config -no-reboot -display none \
			-kernel "$(ls "$kernel"/boot/vmlinuz-*)" -initrd "$folder/initramfs.gz" \
			-append 'console=ttyS0 panic=-1 quiet mitigations=off nokaslr no_timer_check preempt=full tsc=reliable nowatchdog rcupdate.rcu_cpu_stall_suppress=1' \
			-serial stdio -device virtio-net-pci,netdev=outside,romfile= "$@" 9>&-
	}
	trap stop_machine EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

stop_machine() {
	# bash tells of killed coprocesses
	{ kill -KILL ${RIG_PID:-} ${stdin_pid:-} && wait ${RIG_PID:-} ${stdin_pid:-}; } 2>/dev/null || true
	[ -z "${scratch:-}" ] || rm -rf "$scratch"
}

# Shows the serial line on stderr until a line begins with $1, whose rest is then in $rest; "ready" has to come soon.
await() {
	local line limit=()
	[ "$1" = ready ] && limit=(-t 120)
	while IFS= read -r "${limit[@]}" line <&"${RIG[0]}"; do
		line=${line%$'\r'}
		case $line in
		"$1"*) rest=${line#"$1"}; return ;;
		ready) ;;
		'exit '*) break ;;
		*) echo "$line" >&2 ;;
		esac
	done
	say "the machine has stopped, or says nothing"
	exit 1
}

save_state() {
	scratch=$(mktemp -d)
	mkfifo "$scratch/monitor.in" "$scratch/monitor.out"
	start_machine "$1" -netdev user,id=outside,restrict=on -monitor "pipe:$scratch/monitor"
	await ready
	cat "$scratch/monitor.out" >"$1/monitor.log" 9>&- &
	printf '%s\n' 'migrate_set_parameter max-bandwidth 8G' \
		"migrate \"exec:gzip -1 >'$1/state.gz'\"" quit >"$scratch/monitor.in"
	wait "$RIG_PID" || true
	gzip -t "$1/state.gz" || { cat "$1/monitor.log" >&2; exit 1; }
	stop_machine
	scratch=
}

# What else the program can fetch, by its number.
files=()

# in_the_rig PROGRAM SOCKET... [-- ARGUMENT...]: runs it with this one's stdin and stdout, its channels lead to the sockets
in_the_rig() {
	local program=$1 relay=$bin/relay port=7000 netdev stdout_pid rest file
	shift
	scratch=$(mktemp -d)
	mkfifo "$scratch/in" "$scratch/out"
	netdev=user,id=outside,restrict=on
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		way $((port++)) "$relay $1"
		shift
	done
	[ $# -gt 0 ] && shift
	way 7100 "$relay $scratch/in $scratch/out"
	way 7101 "cat ${module:-/dev/null}${module:+/ioregionfd.ko}"
	way 7102 "cat $bin/$program"
	port=7200
	for file in "${files[@]}"; do
		way $((port++)) "cat $file"
	done
	exec 3<&0
	cat <&3 >"$scratch/in" &
	stdin_pid=$!
	cat "$scratch/out" &
	stdout_pid=$!
	exec 3<&-
	start_machine "$machine" -netdev "$netdev" -monitor none -incoming "exec:gzip -dc '$machine/state.gz'"
	await ready
	echo "$program $*" >&"${RIG[1]}"
	await 'exit '
	wait "$stdout_pid"
	stop_machine
	return "$rest"
}

# Adds a port of the outside to $netdev, each connection to it a process of its own.
way() { netdev+=",guestfwd=tcp:10.0.2.100:$1-cmd:${2//,/,,}"; }
