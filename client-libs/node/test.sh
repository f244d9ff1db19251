#!/usr/bin/env bash
# Checks and tests the Node.js client in a copy under KEYSTEAD_LANGUAGE_TARGET (target/node of the workspace if nothing
# is said), so that nothing is left here. Needs Node.js 20 or later with npm, the npm registry for what package-lock.json
# names, and a built service: the workspace's own (target/debug/keystead-service), or the one in KEYSTEAD_SERVICE_BINARY.
# Ends with a line `N passed, M failed`. `test.sh build` only makes the copy, with what it needs.
set -euo pipefail

source=$(cd "$(dirname "$0")" && pwd)
workspace=$(cd "$source/../.." && pwd)
target=${KEYSTEAD_LANGUAGE_TARGET:-$workspace/target/node}
export KEYSTEAD_SERVICE_BINARY=${KEYSTEAD_SERVICE_BINARY:-$workspace/target/debug/keystead-service}
export KEYSTEAD_VECTORS=$workspace/interface/vectors
# The tests' clients go where the tests say.
unset KEYSTEAD_SERVICE_ENDPOINT PARSEC_SERVICE_ENDPOINT KEYSTEAD_IDENTITY_ENDPOINT

fail() {
  echo "$1" >&2
  exit 1
}
command -v node >/dev/null && command -v npm >/dev/null || fail "Node.js and npm are not installed"
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || fail "Node.js 20 or later is needed"
[ "${1:-}" = build ] || [ -x "$KEYSTEAD_SERVICE_BINARY" ] || fail "there is no $KEYSTEAD_SERVICE_BINARY: build the service first"

# What npm installed stays; everything else becomes what it is in the source.
package=$target/package
mkdir -p "$package"
find "$package" -mindepth 1 -maxdepth 1 ! -name node_modules -exec rm -rf {} +
(cd "$source" && tar --exclude=./node_modules -cf - .) | tar -C "$package" --no-same-owner -xf -
cd "$package"
if ! cmp -s package-lock.json "$target/installed.json"; then
  npm_config_cache=$target/npm-cache npm ci --no-audit --no-fund --ignore-scripts
  cp package-lock.json "$target/installed.json"
fi

if [ "${1:-}" = build ]; then
  exit 0
fi

# Checks everything, and makes the declarations that programs get: those that are committed are the source's.
rm -rf "$target/types"
node_modules/.bin/tsc --project tsconfig.json --noEmit false --declaration --emitDeclarationOnly --stripInternal \
  --rootDir . --outDir "$target/types"
mkdir "$target/types/src/generated"
cp src/generated/*.d.ts "$target/types/src/generated"
diff -r types "$target/types/src" || fail "types/ is not what the source says: run npm run types"
node_modules/.bin/prettier --check --log-level warn .

result=0
node --test --test-reporter=spec --test-reporter-destination=stdout --test-reporter=tap \
  --test-reporter-destination="$target/tests.tap" test/*.test.js || result=$?
count() { sed -n "s/^# $1 //p" "$target/tests.tap" | tail -n 1; }
skipped=$(($(count skipped) + $(count todo)))
[ "$skipped" -eq 0 ] || fail "$skipped tests were left out"
echo "$(count pass) passed, $(($(count fail) + $(count cancelled))) failed"
exit "$result"
