#!/usr/bin/env bash
# Formats, vets, builds and tests the Go client. What it builds and downloads lies under KEYSTEAD_LANGUAGE_TARGET (target/go of
# the workspace). The tests start the service that KEYSTEAD_SERVICE_BINARY names, else the one that was built last here, and the
# daemons beside it; `test.sh build` only builds. The last line says how many tests passed and failed.
set -euo pipefail
cd "$(dirname "$0")"

command -v go > /dev/null || { echo "the Go toolchain is missing: 1.21 or later is needed" >&2; exit 1; }
target=${KEYSTEAD_LANGUAGE_TARGET:-../../target/go}
mkdir -p "$target/bin"
target=$(cd "$target" && pwd)
export GOCACHE=$target/cache GOPATH=$target/path GOMODCACHE=$target/modules GOTOOLCHAIN=local
export GOFLAGS="-modcacherw -buildvcs=false"

if [ "${1:-}" = build ]; then
    exec go build -o "$target/bin/" ./conformance ./sign_bench ./examples/quickstart
fi
unformatted=$(gofmt -l .)
[ -z "$unformatted" ] || { echo "not as gofmt writes it: $unformatted" >&2; exit 1; }
go vet ./...
go build -o "$target/bin/" ./conformance ./sign_bench ./examples/quickstart

log=$target/tests.log
status=0
go test -race -count=1 -timeout=300s -v ./... > "$log" 2>&1 || status=$?
passed=$(grep -cE '^ *--- PASS' "$log" || true)
failed=$(grep -cE '^ *--- (FAIL|SKIP)' "$log" || true)
if [ "$status" -ne 0 ] || [ "$failed" -ne 0 ]; then
    grep -vE '^ *(--- PASS|=== )' "$log" >&2 || true
    # What does not even build, or ends before its tests, is a failure without a line of its own.
    [ "$failed" -ne 0 ] || failed=1
fi
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
