# shellcheck shell=sh
# Sourced at the root of the project by those who talk to Kubernetes; ENVIRONMENT says to which environment.

case "$ENVIRONMENT" in
  staging | production) ;;
  *)
    echo "the environment is staging or production" >&2
    exit 2
    ;;
esac
namespace=shop-$ENVIRONMENT
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cp -R infrastructure/kubernetes/. "$scratch"
overlays=$scratch/overlays/$ENVIRONMENT

# The overlays with this image in place of the one that they name.
use_image() {
  case "$1" in
    *@sha256:*) name=${1%@*} key=digest value=${1#*@} ;;
    *:*) name=${1%:*} key=newTag value=${1##*:} ;;
    *)
      echo "the image is named with its tag or its digest" >&2
      exit 2
      ;;
  esac
  case "$1" in
    *[!A-Za-z0-9._/:@-]*)
      echo "the image has a name that no registry takes" >&2
      exit 2
      ;;
  esac
  sed -e "s|newName: .*|newName: $name|" -e "s|newTag: .*|$key: $value|" \
    infrastructure/kubernetes/overlays/"$ENVIRONMENT"/environment/kustomization.yaml >"$overlays/environment/kustomization.yaml"
}

# Applies a migration overlay, and waits for the end of its job.
finish_job() {
  kubectl --namespace "$namespace" delete job shop-migration --ignore-not-found
  kubectl apply --kustomize "$1"
  waited=0
  until [ "$(kubectl --namespace "$namespace" get job shop-migration --output 'jsonpath={.status.succeeded}')" = 1 ]; do
    failed=$(kubectl --namespace "$namespace" get job shop-migration --output 'jsonpath={.status.conditions[?(@.type=="Failed")].status}')
    waited=$((waited + 1))
    if [ "$failed" = True ] || [ "$waited" -gt 450 ]; then
      kubectl --namespace "$namespace" logs job/shop-migration --tail 50 >&2 || true
      echo "the job of the migration did not succeed" >&2
      exit 1
    fi
    sleep 2
  done
}
