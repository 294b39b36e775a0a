#!/bin/sh
# Asks a running service how it is: ops/health-check.sh [URL]
# 0: well · 1: not alive · 2: alive, not ready · 3: ready, and something it stands on is not well
set -u
url=${1:-${PUBLIC_URL:-http://127.0.0.1:${SERVER_PORT:-3000}}}

ask() { curl --fail --silent --show-error --max-time "${TIMEOUT_SECONDS:-5}" "$url$1"; }

ask /health/live >/dev/null || { echo "$url: not alive" >&2; exit 1; }
ask /health/ready >/dev/null || { echo "$url: alive, not ready" >&2; exit 2; }
ask /health || { echo "$url: ready, not healthy; $url/health says why" >&2; exit 3; }
echo
