#!/bin/sh
# Refuses a change of what is stored already: Loki finds a line only by the schema of the period in which it was written.
# Usage: schema-check.sh PROGRAM NEW_CONFIGURATION CONFIG_DIR
# Compared is what the program itself reads from both files, so neither their layout nor their defaults matter.
set -u
program=$1 new=$2 directory=$3
old=$directory/config.yml
today=$(date -u +%F)

# Nothing was there before: any schema will do.
[ -e "$old" ] || exit 0

# Print a line for each period: its date and all that decides where lines are found.
periods() {
  for try in "$program" "$directory/current/release/loki"; do
    for expand in false true; do
      [ -x "$try" ] || continue
      found=$("$try" -config.file="$1" -config.expand-env=$expand -verify-config -print-config-stderr 2>&1 | awk '
        /^[^ ]/ { inside = /^schema_config:/ }
        inside && /^ *- from:/ { if (line) print line; gsub(/"/, ""); line = $3 }
        inside && line && /^ *(store|object_store|schema|prefix|path_prefix|period):/ { gsub(/"/, ""); line = line " " $1 $2 }
        END { if (line) print line }')
      [ -n "$found" ] && break 2
    done
  done
  printf '%s\n' "$found"
}

was=$(periods "$old")
# What no program can read has stored nothing.
[ -n "$was" ] || exit 0
is=$(periods "$new")
begun() { printf '%s\n' "$1" | awk -v today="$today" '$1 <= today'; }
[ "$(begun "$was")" = "$(begun "$is")" ] && exit 0

echo "A period of the schema that has begun would change, and Loki would no longer find what it has stored in it."
echo "It runs with:"
begun "$was" | sed 's/^/  from /'
echo "It would run with:"
begun "$is" | sed 's/^/  from /'
echo "Leave the periods that have begun as they are, and add one whose date lies ahead, in loki_schema_config: {configs: [...]}."
echo "Where nothing is stored yet, or it may be lost, loki_schema_check: false skips this check."
exit 1
