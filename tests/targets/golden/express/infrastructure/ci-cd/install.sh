#!/bin/sh
# Packages exactly as locked, and the build.
set -eu
cd "$(dirname "$0")/../.."

npm ci
npm run build
