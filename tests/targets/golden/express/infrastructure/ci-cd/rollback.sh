#!/bin/sh
# The release before comes back; then migrations of the newer one are taken back by its own image, the newest first.
#   ENVIRONMENT=staging sh infrastructure/ci-cd/rollback.sh OLDER_IMAGE NEWER_IMAGE [MIGRATION ...]
# Called again it goes on. Rows that only the newer schema can hold are lost with it: without a migration the schema stays, and the older servers must bear it.
set -eu
cd "$(dirname "$0")/../.."
ENVIRONMENT=${ENVIRONMENT:?staging or production}
. infrastructure/ci-cd/cluster.sh

older=${1:?the image to go back to}
newer=${2:?the image that runs now, which has the migrations}
shift 2
for migration in "$@"; do
  case "$migration" in
    *[!A-Za-z0-9_]*)
      echo "$migration is no migration" >&2
      exit 2
      ;;
  esac
done
use_image "$newer"

running() {
  kubectl --namespace "$namespace" get deployment shop --output 'jsonpath={.spec.template.spec.containers[0].image}'
}

if [ "$(running)" = "$newer" ]; then
  kubectl --namespace "$namespace" rollout undo deployment/shop
fi
if [ "$(running)" != "$older" ]; then
  echo "$(running) runs, not $older: no migration is taken back" >&2
  exit 1
fi
kubectl --namespace "$namespace" rollout status deployment/shop --timeout 10m
mkdir "$overlays/back"
for migration in "$@"; do
  cat >"$overlays/back/kustomization.yaml" <<YAML
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../migration]
patches:
  - target: {kind: Job}
    patch: |-
      - {op: replace, path: /spec/template/spec/containers/0/command, value: ["node", "dist/database/migrate.js", "down", "$migration"]}
YAML
  finish_job "$overlays/back"
done
