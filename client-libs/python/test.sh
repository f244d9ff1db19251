#!/usr/bin/env bash
# Checks and tests the Python client: format, lint, types, and every test, against the service that KEYSTEAD_SERVICE_BINARY
# names. Everything that is made goes where environment.sh says; `test.sh build` only makes that. The last line says how many
# tests passed and failed.
set -euo pipefail
cd "$(dirname "$0")"

if [ "${1:-}" = build ]; then
    exec ./environment.sh
fi
: "${KEYSTEAD_SERVICE_BINARY:?must name the program keystead-service}"
[ -x "$KEYSTEAD_SERVICE_BINARY" ] || { echo "there is no program $KEYSTEAD_SERVICE_BINARY" >&2; exit 1; }
./environment.sh
target="$(cd "${KEYSTEAD_LANGUAGE_TARGET:-../../target/python}" && pwd)"
bin="$target/venv/bin"
export PYTHONDONTWRITEBYTECODE=1

"$bin/ruff" check --quiet --no-cache .
"$bin/ruff" format --quiet --no-cache --check .
"$bin/mypy" --cache-dir "$target/mypy"

# The endpoints of the caller's own services are none of the tests' business.
unset KEYSTEAD_SERVICE_ENDPOINT PARSEC_SERVICE_ENDPOINT KEYSTEAD_IDENTITY_ENDPOINT
report="$target/report.xml"
rm -f "$report"
status=0
"$bin/python" -m pytest --quiet --junit-xml="$report" || status=$?
"$bin/python" - "$report" << 'END'
import sys, xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot().find("testsuite")
total, failed, errors, skipped = (int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped"))
if skipped:
    print(f"{skipped} left out: nothing may be")
print(f"{total - failed - errors - skipped} passed, {failed + errors + skipped} failed")
sys.exit(1 if skipped else 0)
END
exit "$status"
