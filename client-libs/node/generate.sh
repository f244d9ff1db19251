#!/usr/bin/env bash
# Makes src/generated/ from the protocol's messages in interface/proto. Run it after a change there; needs the network.
set -euo pipefail
cd "$(dirname "$0")"

# The plugin's version is the runtime's in package-lock.json; buf itself only compiles the files.
plugin=$(node -p 'require("./package-lock.json").packages["node_modules/@bufbuild/protobuf"].version')
rm -rf src/generated
npx --yes --package "@bufbuild/protoc-gen-es@$plugin" --package @bufbuild/buf@1.75.0 -- \
  buf generate ../../interface/proto --template '{
    "version": "v2",
    "plugins": [{ "local": "protoc-gen-es", "out": "src/generated", "opt": ["target=js+dts", "import_extension=js"] }]
  }'
