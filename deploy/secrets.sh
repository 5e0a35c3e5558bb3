#!/bin/sh
# Writes deploy/.env with secrets made for this installation, unless it is there already. What it must hold is named in
# deploy/.env.example; a value that stands there is taken over, an empty one is made up.
set -eu
cd "$(dirname "$0")"
out=${1:-.env}
[ ! -e "$out" ] || { echo "$out is there already; nothing was changed"; exit 0; }
umask 077
random() { head -c 20 /dev/urandom | od -An -tx1 | tr -d ' \n'; } # 160 bits, and nothing that a URL would have to escape
while IFS= read -r line; do
	case $line in
	[A-Z]*=) echo "$line$(random)" ;;
	*) echo "$line" ;;
	esac
done <.env.example >"$out.new"
mv "$out.new" "$out"
echo "wrote $out"
