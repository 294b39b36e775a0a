#!/usr/bin/env bash
# Tries a running service from outside, in a few seconds and leaving nothing behind:
#   ops/smoke-test.sh [URL]
# With TOKEN_COMMAND, which is given the name of a method and prints a token for it, also calls that need
# one; in development: TOKEN_COMMAND='npx catbird-mls token --did did:web:smoke.example.com --lxm'
# With METRICS_URL, also the metrics. Ends with 0 if all is as it should be.
set -uo pipefail
url=${1:-${PUBLIC_URL:-http://127.0.0.1:${SERVER_PORT:-3000}}}
url=${url%/}
namespace=blue.catbird.mls
failed=0

# check NAME STATUS WORDS PATH [CURL OPTION…]: the answer has this status, and these words in headers or body.
check() {
  local name=$1 status=$2 words=$3 path=$4 answer
  shift 4
  answer=$(curl --silent --include --max-time 10 "$@" "$url$path")
  if grep --quiet "^HTTP/[0-9.]* $status" <<<"$answer" && grep --quiet --ignore-case -- "$words" <<<"$answer"; then
    printf 'ok    %s\n' "$name"
  else
    printf 'FAIL  %s: expected %s and "%s", got:\n%s\n' "$name" "$status" "$words" "${answer:-no answer}" >&2
    failed=$((failed + 1))
  fi
}

check 'is alive' 200 OK /health/live
check 'is ready' 200 '"ready":true' /health/ready
check 'is healthy' 200 '"status":"healthy"' /health
check 'tells its version' 200 '"version"' /xrpc/_health
check 'says what it is' 200 '"cipherSuites"' "/xrpc/$namespace.describeServer"
check 'lets browsers call' 204 'access-control-allow-origin: \*' "/xrpc/$namespace.getConvos" \
  --request OPTIONS --header 'Origin: https://app.example.com' --header 'Access-Control-Request-Method: GET'
check 'asks for a token' 401 AuthMissing "/xrpc/$namespace.getConvos"
check 'refuses a token that is none' 401 BadJwt "/xrpc/$namespace.getConvos" \
  --header 'Authorization: Bearer none'
check 'knows no other methods' 501 MethodNotImplemented "/xrpc/$namespace.noSuchMethod"
check 'asks for a token on a stream' 401 AuthMissing "/xrpc/$namespace.subscribeConvoEvents" \
  --http1.1 --header 'Connection: Upgrade' --header 'Upgrade: websocket' \
  --header 'Sec-WebSocket-Version: 13' --header 'Sec-WebSocket-Key: c21va2UtdGVzdC1rZXktMQ=='

if [ -n "${TOKEN_COMMAND:-}" ]; then
  token=$($TOKEN_COMMAND "$namespace.getConvos")
  check 'serves an account' 200 '"conversations"' "/xrpc/$namespace.getConvos" \
    --header "Authorization: Bearer $token"
  check 'takes a token once' 401 ReplayedToken "/xrpc/$namespace.getConvos" \
    --header "Authorization: Bearer $token"
fi

if [ -n "${METRICS_URL:-}" ]; then
  main=$url
  url=${METRICS_URL%/metrics}
  check 'tells metrics' 200 '^http_requests_total{' /metrics
  url=$main
fi

[ "$failed" -eq 0 ] || { echo "$failed failed" >&2; exit 1; }
