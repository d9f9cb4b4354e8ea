# SPDX-License-Identifier: BSD-3-Clause
# From sources to programs, the module, and a machine that has booted. Sourced by ../run.
# Each thing lies in a folder whose name tells by a hash what it was made from.

echo=$tree/conformance/bench/src/main/resources/bench/echo.c
tools=(apt-get dpkg gcc make strings gzip xz flock setpriv)

# What has to be on this machine, besides these tools; says the first thing that is not.
require() {
	local tool
	[ "$(uname -sm)" = "Linux x86_64" ] || missing "Linux on x86-64"
	for tool in "$@"; do
		command -v "$tool" >/dev/null || missing "$tool"
	done
	echo 'int main(void) { return 0; }' | gcc -static -x c -o /dev/null - 2>/dev/null ||
		missing "a static C library (libc6-dev)"
}

hash_of() { cat "$@" | sha256sum | cut -c 1-16; }

# make_once FOLDER COMMAND...: COMMAND fills FOLDER.new; once, whoever else asks for it
make_once() {
	local folder=$1
	shift
	[ -d "$folder" ] && return
	rm -rf "$folder.new"
	mkdir -p "$folder.new"
	"$@" "$folder.new"
	mv "$folder.new" "$folder"
}

compile_programs() {
	local name inode=0
	say "compiling the programs of the rig"
	gcc -O2 -Wall -Wextra -Werror -pthread -o "$1/relay" "$here/rig/relay.c"
	for name in "${programs[@]}"; do
		[ -f "$here/rig/$name.c" ] || continue
		gcc -std=gnu11 -O2 -Wall -Wextra -Werror -static -pthread -I "$tree/spec/c" -I "$here/module" \
			-o "$1/$name" "$here/rig/$name.c"
		strip "$1/$name"
	done
	gcc -O2 -Wall -Wextra -Werror -o "$1/example-device" "$tree/spec/c/example-device.c"
	gcc -O2 -Wall -Wextra -Werror -o "$1/echo" "$echo"
	gcc -O2 -Wall -Wextra -Werror -static -o "$1/guest-init" "$here/rig/guest-init.c"
	{ archive init 0100755 "$1/guest-init"; archive 'TRAILER!!!' 0; } >"$1/guest.cpio"
}

compile_module() {
	local copy=$1/reference-kvm-side/linux headers options=() complaint=
	headers=$kernel/usr/src/linux-headers-$(cat "$kernel/abi")
	say "compiling the module for $(cat "$kernel/abi")"
	mkdir -p "$copy" "$1/spec"
	cp -r "$sources" "$copy/module"
	cp -r "$tree/spec/c" "$1/spec/c"
	# of its own sources no compiler may complain, nor sparse, where it is
	[ "$sources" = "$here/module" ] && options=(W=1) && complaint='(module|spec/c)/[a-z_]+\.[ch]:[0-9].*(warning|error):'
	[ -n "$complaint" ] && command -v sparse >/dev/null && options+=(C=2)
	# without the kernel's vmlinux there is no BTF for modules
	if ! make -C "$headers" M="$copy/module" CONFIG_DEBUG_INFO_BTF_MODULES= "${options[@]}" modules >"$1/log" 2>&1 ||
		{ [ -n "$complaint" ] && grep -Eq "$complaint" "$1/log"; }; then
		cat "$1/log" >&2
		exit 1
	fi
	strip --strip-debug -o "$1/ioregionfd.ko" "$copy/module/ioregionfd.ko"
}

# One file of a newc archive: archive NAME MODE [FILE]
archive() {
	local size=0 length=$((${#1} + 1))
	[ $# = 3 ] && size=$(stat -c %s "$3")
	printf '070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\0' $((++inode)) "$2" 0 0 1 0 "$size" \
		0 0 0 0 "$length" 0 "$1"
	pad $((110 + length))
	[ $# = 3 ] || return 0
	cat "$3"
	pad "$size"
}

pad() { head -c $(((4 - $1 % 4) % 4)) /dev/zero; }

# add_module NAME FOLDER: behind those that it needs; what is none is built in
add_module() {
	local name=$1 folder=$2 file need
	file=$(find "$kernel/lib/modules" -name "${name//[-_]/[-_]}.ko*" | head -n 1)
	[ -n "$file" ] && [ ! -f "$folder/$name.ko" ] || return 0
	case $file in
	*.xz) xz -dc "$file" >"$folder/$name.ko" ;;
	*) cp "$file" "$folder/$name.ko" ;;
	esac
	for need in $(strings -a "$folder/$name.ko" | sed -n 's/^depends=//p' | tr , ' '); do
		add_module "$need" "$folder"
	done
	echo "$name.ko" >>"$folder/order"
}

make_initramfs() {
	local inode=0 name file
	mkdir "$1/modules"
	for name in virtio_pci virtio_net kvm-amd; do
		add_module "$name" "$1/modules"
	done
	gcc -O2 -Wall -Wextra -Werror -static -o "$1/init" "$here/rig/init.c"
	{
		archive init 0100755 "$1/init"
		archive modules 040755
		for file in "$1"/modules/*; do
			archive "modules/${file##*/}" 0100644 "$file"
		done
		archive 'TRAILER!!!' 0
	} | gzip -1 >"$1/initramfs.gz"
	rm -r "$1/modules" "$1/init"
}

boot_once() {
	say "making the first file system, booting $(cat "$kernel/abi") and saving its state"
	make_initramfs "$1"
	save_state "$1"
}

lock_target() {
	mkdir -p "$target"
	exec 9>"$target/lock"
	flock 9
}

unlock_target() {
	flock -u 9
	exec 9>&-
}

# Sets bin; the caller has the lock.
make_programs() {
	bin=$target/bin-$(hash_of "$here"/rig/{tests,build}.sh "$here"/rig/*.[ch] "$tree"/spec/c/*.[ch] "$echo" $(find "$here/module" -name '*.h'))
	make_once "$bin" compile_programs
	touch "$bin"
}

# No more than the programs that run on this machine.
build_programs() {
	require gcc flock setpriv taskset
	lock_target
	make_programs
	unlock_target
}

# Sets bin, machine and module to what is there then.
build() {
	require "${tools[@]}"
	lock_target
	have QEMU "$qemu" fetch_qemu
	have "Linux $version" "$kernel" fetch_kernel "$version"
	make_programs
	machine=$target/machine-$version-$(hash_of "$kernel/abi" "$here"/rig/{init.c,outside.h,build.sh,machine.sh})
	make_once "$machine" boot_once
	module=
	if [ -f "$sources/Kbuild" ]; then
		module=$target/module-$version-$(hash_of "$sources"/* "$tree"/spec/c/*.h "$kernel/abi" "$here/rig/build.sh" $(command -v sparse))
		make_once "$module" compile_module
	fi
	# what was not used for a week goes
	touch "$machine" ${module:+"$module"}
	find "$target" -mindepth 1 -maxdepth 1 -name '*-????????????????' -mtime +7 -exec rm -rf {} +
	unlock_target
}

doctor() {
	local tool
	for tool in "${tools[@]}" java; do
		printf '%-10s %s\n' "$tool" "$(command -v "$tool" || echo missing)"
	done
	require "${tools[@]}"
	printf '%-10s %s\n' memory "$(awk '/MemAvailable/ { print int($2 / 1024) }' /proc/meminfo) MiB free, 700 are needed"
	printf '%-10s %s\n' disk "$(df -Pm "$here" | awk 'NR == 2 { print $4 }') MiB free, 1500 are needed"
	for tool in qemu kernel-6.1 kernel-6.12; do
		printf '%-10s %s\n' "$tool" "$([ -d "$target/$tool" ] && echo here || echo 'not fetched yet: run build')"
	done
	printf '%-10s %s\n' /dev/kvm "$([ -w /dev/kvm ] && echo 'usable: run host, run host speed' || echo 'not usable, and not needed')"
}
