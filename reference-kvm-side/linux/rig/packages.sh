# SPDX-License-Identifier: BSD-3-Clause
# Debian's packages, unpacked under $target and not installed. Sourced by ../run.

# Its own lists of packages, for a machine whose lists are missing or old; no root is needed for these.
apt_options=()
own_lists() {
	local state=$target/apt
	say "fetching the lists of packages"
	mkdir -p "$state/lists/partial" "$state/cache"
	apt_options=(-o "Dir::State=$state" -o "Dir::Cache=$state/cache" -o Dir::State::status=/var/lib/dpkg/status
		-o APT::Sandbox::User=root)
	apt-get "${apt_options[@]}" -q update >"$state/log" 2>&1 || true
}

# The package that a metapackage stands for: kernels of old are dropped from Debian.
behind() {
	apt-cache "${apt_options[@]}" depends "$1" 2>/dev/null | sed -n "s/^  Depends: \($2\)\$/\1/p" | head -n 1
}

# unpack FOLDER PACKAGE...: all of them into a new folder
unpack() {
	local folder=$1 debs=$target/debs/${1##*/} deb
	shift
	rm -rf "$folder.new" "$debs"
	mkdir -p "$folder.new" "$debs"
	(cd "$debs" && apt-get "${apt_options[@]}" -o APT::Sandbox::User=root -q download "$@" >log 2>&1) ||
		return 1
	for deb in "$debs"/*.deb; do
		dpkg -x "$deb" "$folder.new"
	done
	mv "$folder.new" "$folder"
	rm -rf "$debs"
}

fetch_qemu() {
	local packages
	packages=$(apt-get "${apt_options[@]}" -s install --no-install-recommends qemu-system-x86 2>/dev/null |
		awk '/^Inst / { print $2 }')
	# where QEMU is installed its files are asked for all the same: one place to look at
	unpack "$qemu" $(printf '%s\n' qemu-system-x86 qemu-system-common qemu-system-data seabios $packages | sort -u)
}

# The metapackages of a kernel have its version in their names, but for the one of bookworm itself.
fetch_kernel() {
	local flavour=$1-cloud-amd64 image headers abi
	[ "$1" = 6.1 ] && flavour=cloud-amd64
	image=$(behind "linux-image-$flavour" 'linux-image-.*')
	headers=$(behind "linux-headers-$flavour" 'linux-headers-.*')
	[ -n "$image" ] && [ -n "$headers" ] || return 1
	abi=${image#linux-image-}
	unpack "$kernel" "$image" "$headers" "linux-headers-${abi%-cloud-amd64}-common" \
		"$(behind "$headers" 'linux-kbuild-.*')" || return 1
	# what came from /usr/src is to be found where it lies now
	sed -i "s#/usr/src/#$kernel/usr/src/#g" "$kernel/usr/src/linux-headers-$abi/Makefile" \
		"$kernel/usr/src/linux-headers-$abi/.kernelvariables" 2>/dev/null || true
	echo "$abi" >"$kernel/abi"
}

# have WHAT FOLDER COMMAND...: COMMAND makes FOLDER; if it cannot, it tries again with lists of its own
have() {
	local what=$1 folder=$2
	shift 2
	[ -d "$folder" ] && return
	say "fetching $what from Debian"
	"$@" && return
	own_lists
	"$@" || missing "packages of Debian 12: $what could not be fetched (apt-get download)"
}
