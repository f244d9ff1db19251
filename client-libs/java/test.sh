#!/bin/bash
# Builds the library and runs all its tests, with the service that KEYSTEAD_SERVICE_BINARY names; `test.sh build` only builds.
# Everything that it makes or downloads lies under KEYSTEAD_LANGUAGE_TARGET.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
workspace="$(cd "$here/../.." && pwd)"
target="${KEYSTEAD_LANGUAGE_TARGET:-$workspace/target/java}"
mkdir -p "$target"
target="$(cd "$target" && pwd)"
export KEYSTEAD_SERVICE_BINARY="${KEYSTEAD_SERVICE_BINARY:-$workspace/target/debug/keystead-service}"
# The tests say themselves where the service is.
unset KEYSTEAD_SERVICE_ENDPOINT PARSEC_SERVICE_ENDPOINT KEYSTEAD_IDENTITY_ENDPOINT

for tool in java javac mvn; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: install a JDK 17 or later, and Maven" >&2; exit 1; }
done
maven=(mvn -q -B -Pstrict -f "$here/pom.xml" "-Dmaven.repo.local=$target/m2" "-Dkeystead.target=$target")

# The profile has the compiler warn of all that it can, and takes a warning for an error.
if [ "${1:-}" = build ]; then
    exec "${maven[@]}" test-compile
fi
[ -x "$KEYSTEAD_SERVICE_BINARY" ] || { echo "there is no $KEYSTEAD_SERVICE_BINARY: build the service first" >&2; exit 1; }

reports="$target/surefire-reports"
rm -rf "$reports"
status=0
"${maven[@]}" test || status=$?

# Each report begins with `<testsuite … tests="5" errors="0" skipped="0" failures="0" …>`.
count() {
    cat "$reports"/TEST-*.xml 2>/dev/null | sed -n "s/.*<testsuite .* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ n += $1 } END { print n + 0 }'
}
bad=$(($(count failures) + $(count errors) + $(count skipped)))
[ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
# Maven leaves codes for colours behind, without an end of line.
echo
echo "$(($(count tests) - $(count failures) - $(count errors) - $(count skipped))) passed, $bad failed"
[ "$status" -eq 0 ] && [ "$bad" -eq 0 ]
