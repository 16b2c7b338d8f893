#!/bin/sh
# The release before comes back; then so many migrations of this one are taken back, by its own image.
#   ENVIRONMENT=staging sh infrastructure/ci-cd/rollback.sh 1
# Rows that only the newer schema can hold are lost with it: 0 leaves the schema, which the older servers must then bear.
set -eu
cd "$(dirname "$0")/../.."
ENVIRONMENT=${ENVIRONMENT:?staging or production}
. infrastructure/ci-cd/cluster.sh

migrations=${1:?how many migrations are taken back}
case "$migrations" in
  *[!0-9]*)
    echo "how many migrations are taken back is a number" >&2
    exit 2
    ;;
esac
use_image "$(kubectl --namespace "$namespace" get deployment shop --output 'jsonpath={.spec.template.spec.containers[0].image}')"
mkdir "$overlays/back"
cat >"$overlays/back/kustomization.yaml" <<'YAML'
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../migration]
patches:
  - target: {kind: Job}
    patch: |-
      - {op: replace, path: /spec/template/spec/containers/0/command, value: ["python", "-m", "database.migrate", "down"]}
YAML

kubectl --namespace "$namespace" rollout undo deployment/shop
kubectl --namespace "$namespace" rollout status deployment/shop --timeout 10m
while [ "$migrations" -gt 0 ]; do
  finish_job "$overlays/back"
  migrations=$((migrations - 1))
done
