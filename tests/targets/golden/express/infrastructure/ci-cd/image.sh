#!/bin/sh
# Builds the image, and pushes it where PUSH is set: sh infrastructure/ci-cd/image.sh registry.example.com/shop:1.0.0
set -eu
cd "$(dirname "$0")/../.."

${ENGINE:-docker} build --file infrastructure/docker/Dockerfile --tag "${1:?the name of the image, with its tag}" .
if [ -n "${PUSH:-}" ]; then
  ${ENGINE:-docker} push "$1"
fi
