#!/bin/sh
# Generates the server's types and validators from the lexicons, and the client's.
#
#   ./codegen.sh                             src/lexicon and packages/client/src/lexicon
#   ./codegen.sh out [lexicons] [client]     elsewhere; without the third only the server's
#
# The result depends on the lexicons alone, so running it twice changes nothing.
set -eu
cd "$(dirname "$0")"
PATH="$PWD/node_modules/.bin:$PATH"
[ $# -gt 0 ] || set -- src/lexicon lexicons packages/client/src/lexicon
out=$1
lexicons=${2:-lexicons}
client=${3:-}

# generate command out lexicons...
generate() {
  report=$(lex "$@" --yes 2>&1) || {
    printf '%s\n' "$report" >&2
    exit 1
  }
}

generate gen-server "$out" "$lexicons"

# The generator leaves out a lexicon that it cannot read, and exits with 0 all the same.
skipped=0
for file in $(find "$lexicons" -name '*.json' | sort); do
  nsid=$(printf '%s' "${file#"$lexicons"/}" | sed -e 's/\.json$//' -e 's|/|.|g')
  grep -qF "id: '$nsid'," "$out/lexicons.ts" && continue
  printf 'codegen: %s was skipped (or its id is not %s)\n' "$file" "$nsid" >&2
  skipped=1
done
[ "$skipped" -eq 0 ] || {
  printf '%s\n' "$report" >&2
  exit 1
}

# Without records, for which the generator writes calls of com.atproto.repo, whose lexicons are not ours, and
# without permission sets, which are for a PDS.
# shellcheck disable=SC2046
[ -z "$client" ] || generate gen-api "$client" $(grep -rLE '"type": "(record|permission-set)"' "$lexicons" --include='*.json' | sort)
