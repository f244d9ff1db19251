#!/bin/bash
# Makes the messages again from interface/proto, with the compiler of the version that pom.xml names.
set -euo pipefail
cd "$(dirname "$0")"
target="${KEYSTEAD_LANGUAGE_TARGET:-$PWD/../../target/java}"
version="$(sed -n 's:.*<protobuf.version>\(.*\)</protobuf.version>.*:\1:p' pom.xml)"
machine="linux-$(uname -m | sed 's/aarch64/aarch_64/')"
package=dev.keystead.wire
work="$target/generate"
out="src/main/java/${package//.//}"

rm -rf "$work"
mkdir -p "$work/proto" "$work/out"
mvn -q -Dmaven.repo.local="$target/m2" dependency:copy \
    -Dartifact="com.google.protobuf:protoc:$version:exe:$machine" -DoutputDirectory="$work" -Dmdep.stripVersion=true
chmod +x "$work"/protoc*.exe

# The contract knows nothing of Java: each file becomes one class, named so that no message has its name.
for file in ../../interface/proto/*.proto; do
    name="$(basename "$file" .proto)"
    class="$(sed -E 's/(^|_)([a-z])/\U\2/g' <<<"$name")Messages"
    sed "s/^package .*/&\noption java_package = \"$package\";\noption java_outer_classname = \"$class\";/" \
        "$file" >"$work/proto/$name.proto"
done
"$work"/protoc*.exe -I "$work/proto" --java_out="$work/out" "$work"/proto/*.proto
rm -rf "$out"
mkdir -p "$out"
cp "$work/out/${package//.//}"/*.java "$out/"
