# SPDX-License-Identifier: BSD-3-Clause
# Breaks the module in one way after the other, and has the suite find it. Sourced by ../run.

# Applies the fault $1 to the tree in the folder $2.
break_sources() {
	perl -0777 -e '
		my ($fault, $tree) = @ARGV;
		sub text { open(my $file, "<", $_[0]) or die "$_[0]: $!\n"; <$file> }
		my @changes = text($fault) =~ /^--- old (\S+)\n(.*?)^--- new\n(.*?)(?=^--- old |\z)/msg;
		@changes or die "$fault: changes nothing\n";
		while (my ($path, $old, $new) = splice @changes, 0, 3) {
			my @parts = split /\Q$old\E/, text("$tree/$path"), -1;
			@parts == 2 or die "$fault: its old lines do not stand once in $path\n";
			open(my $file, ">", "$tree/$path") or die "$path: $!\n";
			print $file join $new, @parts;
		}' "$1" "$2"
}

# What stands behind "$1: " in the fault $2.
told() { sed -n "s/^$1: //p" "$2"; }

# find_faults [NAME]: all are applied first, so that one that fits no longer shows up at once
find_faults() {
	local names=("$@") name fault folder clause quick answer code missed=0
	command -v perl >/dev/null || missing perl
	[ $# -gt 0 ] || names=($(basename -s .fault "$here"/faults/*.fault))
	for name in "${names[@]}"; do
		folder=$target/faults/$name/reference-kvm-side/linux
		rm -rf "$target/faults/$name"
		mkdir -p "$folder"
		cp -r "$here/module" "$folder/module"
		break_sources "$here/faults/$name.fault" "$target/faults/$name"
	done
	for name in "${names[@]}"; do
		fault=$here/faults/$name.fault
		clause=$(told breaks "$fault")
		quick=(--quick)
		[ "$(told run "$fault")" != full ] || quick=()
		sources=$target/faults/$name/reference-kvm-side/linux/module
		build
		code=0
		answer=$("$tree/conformance/run" kvm "${quick[@]}" --seed 42 --only "$clause" \
			--exec "'$here/run' driver --kernel $version --module '$sources' {socket}" 2>&1 </dev/null) || code=$?
		# what has run are checks of that clause, whichever comes first in their names
		if [ "$code" = 1 ] && grep -q '^FAILED ' <<<"$answer"; then
			echo "found $clause $name"
		else
			echo "missed $clause $name"
			echo "$answer" >&2
			missed=1
		fi
	done
	return "$missed"
}
