#!/usr/bin/env bash
# Makes the virtual environment in which the library is tested and its conformance runner runs: venv under
# KEYSTEAD_LANGUAGE_TARGET (by default target/python of the workspace), with the library as it is now and the tools that check
# it. Only the first run, and one after pyproject.toml changed, needs the network.
set -euo pipefail
cd "$(dirname "$0")"

target="${KEYSTEAD_LANGUAGE_TARGET:-../../target/python}"
python="${PYTHON:-python3}"
"$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))' \
    || { echo "Python 3.9 or later with venv is needed (Debian: python3-venv)" >&2; exit 1; }

mkdir -p "$target"
# One at a time.
exec 9> "$target/lock"
flock 9

export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
pip="$target/venv/bin/pip"
state="$("$python" -V) $(sha256sum < pyproject.toml)"
if [ "$(cat "$target/installed" 2> /dev/null)" != "$state" ]; then
    rm -rf "$target/venv"
    "$python" -m venv "$target/venv"
    "$pip" install --quiet flit_core
    "$pip" install --quiet --no-build-isolation '.[test]'
    echo "$state" > "$target/installed"
fi
# As a user does, so that the tests see what is packaged.
"$pip" install --quiet --no-build-isolation --no-deps --no-index --force-reinstall .
