# SPDX-License-Identifier: BSD-3-Clause
# Debian's kernel as a guest in the rig, its console the Java serial port. Sourced by ../run.

# Shows the console, and answers what the guest's init asks for: console OUT IN
console() {
	local line
	while IFS= read -r line; do
		printf 'console: %s\n' "${line%$'\r'}"
		case $line in *'type a line'*) echo "typed outside of the machine" >"$1" ;; esac
	done
}

boot_os() {
	local code=0 java_pid
	need_jar
	sockets=$(mktemp -d)
	mkfifo "$sockets/typed" "$sockets/shown"
	trap 'end_devices; stop_machine' EXIT
	setpriv --pdeathsig KILL java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar "$jar" serve --unix "$sockets/serial" \
		--device uart <>"$sockets/typed" >"$sockets/shown" &
	devices+=($!)
	exec 4<"$sockets/shown"
	IFS= read -r -t 60 line <&4 || { say "the Java serial port does not start"; exit 1; }
	console "$sockets/typed" <&4 &
	files=("$(ls "$kernel"/boot/vmlinuz-*)" "$bin/guest.cpio")
	in_the_rig os "$sockets/serial" -- "$(side)" </dev/null || code=$?
	end_devices
	wait
	return "$code"
}
