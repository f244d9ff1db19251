#!/usr/bin/env bash
# Builds and tests the C library's programs: the tests here as C99 and as C++, against the service that KEYSTEAD_SERVICE_BINARY
# names, and the README's quickstart in an empty folder. What it makes lies under KEYSTEAD_LANGUAGE_TARGET (target/c of the
# workspace). The library is the one beside that service; without one, cargo builds it. `test.sh build` only builds. The last line
# says how many tests passed and failed.
set -euo pipefail
cd "$(dirname "$0")"

for tool in cc c++ make nm pkg-config; do
    command -v "$tool" > /dev/null || { echo "$tool is missing: compilers for C99 and C++, make, nm and pkg-config are needed" >&2; exit 1; }
done
target=${KEYSTEAD_LANGUAGE_TARGET:-../../target/c}
mkdir -p "$target/bin"
target=$(cd "$target" && pwd)
service=${KEYSTEAD_SERVICE_BINARY:-$(cd ../.. && pwd)/target/debug/keystead-service}
unset KEYSTEAD_SERVICE_ENDPOINT PARSEC_SERVICE_ENDPOINT KEYSTEAD_IDENTITY_ENDPOINT

library=$(dirname "$service")/libkeystead_psa.so
if [ -n "${KEYSTEAD_SERVICE_BINARY:-}" ] && [ -e "$library" ]; then
    make --silent install PREFIX="$target" LIBRARY="$library"
else
    make --silent install PREFIX="$target"
fi
export PKG_CONFIG_PATH=$target/lib/pkgconfig
strict="-Wall -Wextra -Wpedantic -Werror"

# compile PROGRAM COMPILER SOURCE... with what pkg-config says.
compile() {
    local program=$1 compiler=$2
    shift 2
    # shellcheck disable=SC2046,SC2086
    $compiler $strict -O1 $(pkg-config --cflags keystead-psa) -o "$target/bin/$program" "$@" \
        $(pkg-config --libs keystead-psa) -pthread "-Wl,-rpath,$target/lib"
}
compile conformance "cc -std=c99" conformance/*.c
compile sign_bench "cc -std=c99" sign_bench.c
compile quickstart "cc -std=c99" quickstart.c
[ "${1:-}" != build ] || exit 0

[ -x "$service" ] || { echo "there is no $service: build the service first" >&2; exit 1; }
passed=0
failed=0
# try NAME COMMAND...: runs a test, and shows what it said if it fails.
try() {
    local name=$1
    shift
    if "$@" > "$target/test.log" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "$name failed:" >&2
        cat "$target/test.log" >&2
    fi
}

# A service in a folder of its own, short enough for a socket.
folder=$(mktemp -d /tmp/ks-c-XXXXXX)
cat > "$folder/config.toml" << END
[service]
socket_path = "s.sock"
state_directory = "state"
[[authenticator]]
kind = "unix-peer-credentials"
admins = ["self"]
[[provider]]
kind = "software"
END
coproc SERVICE { exec "$service" --config "$folder/config.toml" 2> "$folder/log"; }
pid=$SERVICE_PID
trap 'kill "$pid" 2> /dev/null; rm -rf "$folder"' EXIT
while IFS= read -r line <&"${SERVICE[0]}"; do
    [[ $line != "Keystead serves"* ]] || break
done
kill -0 "$pid" 2> /dev/null || { cat "$folder/log" >&2; exit 1; }
export KEYSTEAD_SERVICE_ENDPOINT=unix:$folder/s.sock

for source in tests/*.c; do
    name=$(basename "$source" .c)
    try "$name does not compile as C: it" compile "test_$name" "cc -std=c99" "$source"
    try "$name" "$target/bin/test_$name"
    try "$name does not compile as C++: it" compile "test_${name}_cpp" "c++ -x c++" "$source"
done
try "$name in C++" "$target/bin/test_${name}_cpp"

# Nothing but what the header declares can be linked with, and all of that.
exports() {
    diff <(nm -D --defined-only "$target/lib/libkeystead_psa.so" | cut -d' ' -f3 | sort) \
        <(sed -n 's/^psa_status_t \(psa_[a-z_]*\)(.*/\1/p' include/psa/crypto.h | sort)
}
try "the list of exported functions" exports

# The README's first block installs, its second is a program, and its third compiles and runs that. It runs as often as one likes.
block() { awk -v wanted="$1" '/^```/ { inside = !inside; if (inside) count++; next } inside && count == wanted' README.md; }
readme() {
    local empty
    empty=$(mktemp -d "$folder/empty-XXXXXX")
    block 2 > "$empty/main.c"
    [ -s "$empty/main.c" ] || { echo "the README has no program"; return 1; }
    (cd "$empty" && block_of_readme=$(cd "$OLDPWD" && block 3) && PREFIX=$target sh -ec "$block_of_readme
./main") > "$empty/said"
    [ "$(grep -Ec '^signature: [0-9a-f]{128}$' "$empty/said")" -eq 2 ]
}
try "the quickstart of the README" readme
quickstart() { [ "$("$target/bin/quickstart")" = "signature: 64 bytes
another message: a wrong signature" ]; }
try "quickstart.c" quickstart
bench() { "$target/bin/sign_bench" 0.1 | grep -Eq '^[0-9]+/s$'; }
try "sign_bench.c" bench

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
