#!/usr/bin/env bash
# Makes internal/wire from interface/proto again. Needs protoc (Debian: protobuf-compiler), or another one by its command:
# PROTOC="python3 -m grpc_tools.protoc" ./generate.sh. The plug-in is that of the runtime in go.mod.
set -euo pipefail
cd "$(dirname "$0")"

# The registry of Go's protobuf runtime knows files by their path, and a program may hold another core.proto: so each file
# is generated under a path of its own.
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/keystead/v1"
options=()
for file in ../../interface/proto/*.proto; do
    name=$(basename "$file")
    sed 's|^import "|import "keystead/v1/|' "$file" > "$work/keystead/v1/$name"
    options+=("--go_opt=Mkeystead/v1/$name=keystead/client-go/internal/wire")
done

version=$(go list -m -f '{{.Version}}' google.golang.org/protobuf)
GOBIN="$work" go install "google.golang.org/protobuf/cmd/protoc-gen-go@$version"
rm -f internal/wire/*.pb.go
${PROTOC:-protoc} --plugin="protoc-gen-go=$work/protoc-gen-go" -I "$work" --go_out="$work" \
    --go_opt=module=keystead/client-go "${options[@]}" "$work"/keystead/v1/*.proto
cp "$work"/internal/wire/*.pb.go internal/wire/
gofmt -l internal/wire
