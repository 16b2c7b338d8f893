#!/bin/sh
# Migrates, then replaces server by server; where the new ones do not get ready the old release comes back.
#   ENVIRONMENT=staging sh infrastructure/ci-cd/deploy.sh registry.example.com/shop:1.0.0
# With DRY_RUN set it prints what it would apply.
set -eu
cd "$(dirname "$0")/../.."
ENVIRONMENT=${ENVIRONMENT:?staging or production}
. infrastructure/ci-cd/cluster.sh

use_image "${1:?the image, with its tag or its digest}"
if [ -n "${DRY_RUN:-}" ]; then
  kubectl kustomize "$overlays/migration"
  echo ---
  kubectl kustomize "$overlays/rolling"
  exit
fi

finish_job "$overlays/migration"
kubectl apply --kustomize "$overlays/rolling"
if ! kubectl --namespace "$namespace" rollout status deployment/shop --timeout 10m; then
  kubectl --namespace "$namespace" rollout undo deployment/shop
  kubectl --namespace "$namespace" rollout status deployment/shop --timeout 10m
  echo "the new servers did not get ready; those of the old release run, on the new schema" >&2
  exit 1
fi
