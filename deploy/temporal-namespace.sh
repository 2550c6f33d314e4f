#!/bin/sh
# Makes the namespace and the search attributes. Safe to repeat. TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and
# NAMESPACE_RETENTION come from the environment.
set -eu

# A new namespace reaches all parts of the server within some seconds.
attempt() {
  tries=30
  until "$@"; do
    tries=$((tries - 1))
    if [ "$tries" -eq 0 ]; then return 1; fi
    sleep 2
  done
}

attempt temporal operator cluster health
if ! temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1; then
  temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$NAMESPACE_RETENTION"
fi
attempt temporal operator search-attribute create --namespace "$TEMPORAL_NAMESPACE" \
  --name GonetsPhase --type Keyword \
  --name GonetsOrganization --type Keyword \
  --name GonetsRegistry --type Keyword \
  --name GonetsAnalysis --type Keyword \
  --name GonetsNeedsAttention --type Bool \
  --name GonetsRetainUntil --type Datetime
