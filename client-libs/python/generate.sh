#!/usr/bin/env bash
# Makes src/keystead/messages_pb2.py and its types from interface/proto, in a throw-away environment. Run it after a .proto
# file changed, and commit what it wrote.
#
# The files of the contract are one package and name nothing twice, so they become one module: protoc's modules import each
# other by absolute names, which a package of ours could not hold.
set -euo pipefail
cd "$(dirname "$0")"

# The protoc of this release writes for the protobuf runtime 6.31: pyproject.toml asks for that or a later one.
generator="grpcio-tools==1.74.0"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
"${PYTHON:-python3}" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "$generator"

{
    echo 'syntax = "proto3";'
    echo 'package keystead.v1;'
    cat ../../interface/proto/*.proto | grep -Ev '^(syntax|package|import) '
} > "$work/messages.proto"
mkdir -p "$work/in/keystead" "$work/out"
mv "$work/messages.proto" "$work/in/keystead/"
"$work/venv/bin/python" -m grpc_tools.protoc -I "$work/in" --python_out="$work/out" --pyi_out="$work/out" keystead/messages.proto

for name in messages_pb2.py messages_pb2.pyi; do
    { echo '# The messages of interface/proto, written by generate.sh. Do not edit.'; cat "$work/out/keystead/$name"; } \
        > "src/keystead/$name"
done
