#!/usr/bin/env bash
# Checks and tests the Python client: format, lint, types, and every test, against the service that KEYSTEAD_SERVICE_BINARY
# names. What is downloaded and built goes under KEYSTEAD_LANGUAGE_TARGET (by default target/python of the workspace). The
# last line says how many tests passed and failed.
set -euo pipefail
cd "$(dirname "$0")"

: "${KEYSTEAD_SERVICE_BINARY:?must name the program keystead-service}"
[ -x "$KEYSTEAD_SERVICE_BINARY" ] || { echo "there is no program $KEYSTEAD_SERVICE_BINARY" >&2; exit 1; }
target="${KEYSTEAD_LANGUAGE_TARGET:-../../target/python}"
python="${PYTHON:-python3}"
"$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 9))' \
    || { echo "Python 3.9 or later with venv is needed (Debian: python3-venv)" >&2; exit 1; }

mkdir -p "$target"
target="$(cd "$target" && pwd)"
export PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1
bin="$target/venv/bin"
# Another interpreter or other requirements: a new environment.
state="$("$python" -V) $(sha256sum < pyproject.toml)"
if [ "$(cat "$target/installed" 2> /dev/null)" != "$state" ]; then
    rm -rf "$target/venv"
    "$python" -m venv "$target/venv"
    "$bin/pip" install --quiet flit_core
    "$bin/pip" install --quiet --no-build-isolation '.[test]'
    echo "$state" > "$target/installed"
fi
# As a user does, so that the tests see what is packaged; without the network.
"$bin/pip" install --quiet --no-build-isolation --no-deps --no-index --force-reinstall .

"$bin/ruff" check --quiet --no-cache .
"$bin/ruff" format --quiet --no-cache --check .
"$bin/mypy" --cache-dir "$target/mypy"

# The endpoints of the caller's own services are none of the tests' business.
unset KEYSTEAD_SERVICE_ENDPOINT PARSEC_SERVICE_ENDPOINT KEYSTEAD_IDENTITY_ENDPOINT
report="$target/report.xml"
status=0
"$bin/python" -m pytest --quiet --junit-xml="$report" || status=$?
"$bin/python" - "$report" << 'END'
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot().find("testsuite")
total, failed, skipped = (int(suite.get(name)) for name in ("tests", "failures", "skipped"))
failed += int(suite.get("errors"))
print(f"{total - failed - skipped} passed, {failed} failed")
# Nothing is left out silently.
sys.exit(1 if skipped else 0)
END
exit "$status"
