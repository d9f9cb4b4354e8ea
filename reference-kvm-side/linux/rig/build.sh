# SPDX-License-Identifier: BSD-3-Clause
# From sources to programs, the module, and a machine that has booted. Sourced by ../run.
# Each thing lies in a folder whose name tells by a hash what it was made from.

# What has to be on this machine; says the first thing that is not.
require() {
	local tool
	[ "$(uname -sm)" = "Linux x86_64" ] || missing "Linux on x86-64"
	for tool in apt-get dpkg gcc make gzip xz flock setpriv; do
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
	local name
	say "compiling the programs of the rig"
	gcc -O2 -Wall -Wextra -Werror -pthread -o "$1/relay" "$here/rig/relay.c"
	for name in "${programs[@]}"; do
		[ -f "$here/rig/$name.c" ] || continue
		gcc -std=gnu11 -O2 -Wall -Wextra -Werror -static -pthread -I "$tree/spec/c" -I "$here/module" \
			-o "$1/$name" "$here/rig/$name.c"
		strip "$1/$name"
	done
}

compile_module() {
	local sources=$1/reference-kvm-side/linux headers
	headers=$kernel/usr/src/linux-headers-$(cat "$kernel/abi")
	say "compiling the module for $(cat "$kernel/abi")"
	mkdir -p "$sources" "$1/spec"
	cp -r "$here/module" "$sources/module"
	cp -r "$tree/spec/c" "$1/spec/c"
	# without the kernel's vmlinux there is no BTF for modules
	if ! make -C "$headers" M="$sources/module" CONFIG_DEBUG_INFO_BTF_MODULES= modules >"$1/log" 2>&1; then
		cat "$1/log" >&2
		exit 1
	fi
	strip --strip-debug -o "$1/ioregionfd.ko" "$sources/module/ioregionfd.ko"
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

# The modules that KVM and the network need, those that others need first.
wanted='drivers/virtio/virtio drivers/virtio/virtio_ring drivers/virtio/virtio_pci_legacy_dev
	drivers/virtio/virtio_pci_modern_dev drivers/virtio/virtio_pci net/core/failover drivers/net/net_failover drivers/net/virtio_net virt/lib/irqbypass arch/x86/kvm/kvm
	drivers/crypto/ccp/ccp arch/x86/kvm/kvm-amd'

make_initramfs() {
	local abi inode=0 name file
	abi=$(cat "$kernel/abi")
	mkdir "$1/modules"
	for name in $wanted; do
		file=$(ls "$kernel/lib/modules/$abi/kernel/$name".ko* 2>/dev/null) || continue
		cp "$file" "$1/modules"
		case $file in *.xz) xz -d "$1/modules/${file##*/}" ;; esac
		echo "${name##*/}.ko" >>"$1/modules/order"
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

# Sets bin, machine and module to what is there then.
build() {
	require
	mkdir -p "$target"
	exec 9>"$target/lock"
	flock 9
	have QEMU "$qemu" fetch_qemu
	have "Linux $version" "$kernel" fetch_kernel "$version"
	bin=$target/bin-$(hash_of "$here"/rig/tests.sh "$here"/rig/*.[ch] "$tree"/spec/c/*.h $(find "$here/module" -name '*.h'))
	make_once "$bin" compile_programs
	machine=$target/machine-$version-$(hash_of "$kernel/abi" "$here"/rig/{init.c,outside.h,build.sh,machine.sh})
	make_once "$machine" boot_once
	module=
	if [ -f "$here/module/Kbuild" ]; then
		module=$target/module-$version-$(hash_of "$here"/module/* "$tree"/spec/c/*.h "$kernel/abi")
		make_once "$module" compile_module
	fi
	flock -u 9
	exec 9>&-
}

doctor() {
	local tool
	for tool in apt-get dpkg gcc make gzip xz flock setpriv java; do
		printf '%-10s %s\n' "$tool" "$(command -v "$tool" || echo missing)"
	done
	require
	printf '%-10s %s\n' memory "$(awk '/MemAvailable/ { print int($2 / 1024) }' /proc/meminfo) MiB free, 600 are needed"
	printf '%-10s %s\n' disk "$(df -Pm "$here" | awk 'NR == 2 { print $4 }') MiB free, 1500 are needed"
	for tool in qemu kernel-6.1 kernel-6.12; do
		printf '%-10s %s\n' "$tool" "$([ -d "$target/$tool" ] && echo here || echo 'not fetched yet: run build')"
	done
	printf '%-10s %s\n' /dev/kvm "$([ -w /dev/kvm ] && echo 'usable: run host' || echo 'not usable, and not needed')"
}
