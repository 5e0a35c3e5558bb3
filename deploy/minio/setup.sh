#!/bin/sh
# Makes the buckets, and for each program a user who may do what its policy says and nothing else. It can be run again at any time,
# also to put changed policies and secrets in place. MC_HOST_store holds the address with the root keys.
set -eu
here=${0%/*} # the image has a shell and mc, and little else
MC_CONFIG_DIR=${MC_CONFIG_DIR:-/tmp/mc}
export MC_CONFIG_DIR

mc --quiet mb --ignore-existing store/uploads store/renditions store/documents

user() { # PROGRAM ACCESS-KEY SECRET-KEY
	mc --quiet admin user add store "$2" "$3"
	mc --quiet admin policy create store "prportal-$1" "$here/$1.json"
	# Attaching what is attached already is an error to mc; what counts is what the user has afterwards.
	mc --quiet admin policy attach store "prportal-$1" --user "$2" || true
	case $(mc --quiet --json admin user info store "$2") in
	*"\"prportal-$1\""*) ;;
	*) echo "user $2 has not got policy prportal-$1" >&2 && exit 1 ;;
	esac
}
user portal "$S3_PORTAL_ACCESS_KEY" "$S3_PORTAL_SECRET_KEY"
user validator "$S3_VALIDATOR_ACCESS_KEY" "$S3_VALIDATOR_SECRET_KEY"
user proofs "$S3_PROOFS_ACCESS_KEY" "$S3_PROOFS_SECRET_KEY"
