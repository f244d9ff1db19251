#!/bin/bash
# Starts a program of the tests (dev.keystead.conformance.Runner, dev.keystead.SignBench) as `test.sh build` made it.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
target="${KEYSTEAD_LANGUAGE_TARGET:-$here/../../target/java}"
version="$(sed -n 's:.*<protobuf.version>\(.*\)</protobuf.version>.*:\1:p' "$here/pom.xml")"
protobuf="$target/m2/com/google/protobuf/protobuf-java/$version/protobuf-java-$version.jar"
exec java -XX:+UseSerialGC -cp "$target/test-classes:$target/classes:$protobuf" "$@"
