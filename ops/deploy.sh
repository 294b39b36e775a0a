#!/usr/bin/env bash
# Brings a version into a cluster: ops/deploy.sh OVERLAY [TAG]
# Configuration first, then the migration, to its end, and only then the pods, one after another. With TAG,
# that image instead of the one of the overlay. Needs kubectl 1.27 or newer, and its context set.
set -euo pipefail
cd "$(dirname "$0")/.."
overlay=ops/k8s/overlays/${1:?which overlay: staging or production}
tag=${2:-}
[ -d "$overlay" ] || { echo "there is no $overlay" >&2; exit 1; }

manifests=$(mktemp)
trap 'rm -f "$manifests"' EXIT
kubectl kustomize "$overlay" >"$manifests"
if [ -n "$tag" ]; then
  sed -i.bak -E "s|(image: .*/catbird-mls):.*|\1:$tag|" "$manifests"
  rm -f "$manifests.bak"
fi
namespace=$(sed -n 's/^ *namespace: //p' "$manifests" | head -n 1)

# apply COMPONENT: what has this label
apply() { kubectl apply --filename "$manifests" --selector "app.kubernetes.io/component=$1"; }

apply config
kubectl --namespace "$namespace" get secret catbird-mls >/dev/null || {
  echo "make the Secret catbird-mls in $namespace first: ops/k8s/base/secret.example.yaml" >&2
  exit 1
}

# A Job cannot be changed, only made anew.
kubectl --namespace "$namespace" delete job catbird-mls-migration --ignore-not-found
apply migration
kubectl --namespace "$namespace" wait --for=condition=complete --timeout=15m job/catbird-mls-migration || {
  kubectl --namespace "$namespace" logs job/catbird-mls-migration --tail=20 >&2
  echo "the migration failed; the pods are as they were" >&2
  exit 1
}

apply service
apply backup
kubectl --namespace "$namespace" rollout status deployment/catbird-mls --timeout=10m || {
  cat >&2 <<WORDS
to go back, also where the schema has moved on (docs/operations.md):
  kubectl --namespace $namespace rollout undo deployment/catbird-mls
  kubectl --namespace $namespace set env deployment/catbird-mls ALLOW_NEWER_SCHEMA=true
WORDS
  exit 1
}
