# SPDX-License-Identifier: BSD-3-Clause
# A guest, and the Java device side in two processes outside of the rig. Sourced by ../run.

jar=$tree/reference-device-side/target/ioregionfd-device.jar
devices=()

# serve NAME DEVICE: starts it at $sockets/NAME; what it says is shown with its name
serve() {
	local fd
	exec {fd}< <(exec setpriv --pdeathsig KILL java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -jar "$jar" \
		serve --unix "$sockets/$1" --device "$1" --verbose 2>&1 </dev/null)
	devices+=($!)
	until [ "${line:-}" = "listening $sockets/$1" ]; do
		IFS= read -r -t 60 line <&"$fd" || { say "the Java device does not start: ${line:-}"; exit 1; }
	done
	sed -u "s/^/$1: /" <&"$fd" &
	exec {fd}<&-
}

end_devices() {
	kill "${devices[@]}" 2>/dev/null || true
	[ -z "${sockets:-}" ] || rm -rf "$sockets"
}

need_jar() {
	command -v java >/dev/null || missing "java, 17 or later"
	if [ ! -f "$jar" ]; then
		say "building the Java device"
		(cd "$tree" && mvn -q -B -Dquick -Dmaven.test.skip=true -pl reference-device-side/program -am package >&2) ||
			missing "$jar, and mvn cannot build it"
	fi
}

# Who is the KVM side in the rig.
side() { [ -n "$module" ] && echo module || echo user; }

start_devices() {
	need_jar
	sockets=$(mktemp -d)
	trap 'end_devices; stop_machine' EXIT
	serve conformance
	serve uart
}

demo() {
	local code=0
	start_devices
	in_the_rig vmm "$sockets/conformance" "$sockets/uart" -- "$(side)" </dev/null || code=$?
	end_devices
	wait
	return "$code"
}
