#!/bin/sh
# Changes the key of access tokens without signing anybody out. Each step rewrites a file of NAME=value lines; after each, all servers are replaced:
#   sh infrastructure/operations/rotate-token-secret.sh prepare FILE    the next key is accepted, the present one signs
#   sh infrastructure/operations/rotate-token-secret.sh switch FILE     the next key signs, the one before is still accepted
#   sh infrastructure/operations/rotate-token-secret.sh finish FILE     the one before no longer holds
# documentation/runbooks/secrets.md
set -eu

step=${1:?prepare, switch or finish}
file=${2:?the file with TOKEN_SECRET}
umask 077

value() {
  sed -n "s/^$1=//p" "$file"
}

# How far a change is, is written down in a comment.
before='# rotate-token-secret.sh: '
taken=$(sed -n "s/^$before//p" "$file")
signs=$(value TOKEN_SECRET)
accepted=$(value TOKEN_SECRET_ACCEPTED)
if [ -z "$signs" ]; then
  echo "$file has no TOKEN_SECRET" >&2
  exit 1
fi
case "$step" in
  prepare)
    if [ -n "$accepted" ]; then
      echo "a change is under way: ${taken:-another step} was taken last" >&2
      exit 1
    fi
    accepted=$(od -An -N48 -tx1 /dev/urandom | tr -d ' \n')
    ;;
  switch)
    if [ -z "$accepted" ] || [ "$taken" != prepare ]; then
      echo "prepare comes first, and switch once: ${taken:-no step} was taken last" >&2
      exit 1
    fi
    next=$accepted accepted=$signs signs=$next
    ;;
  finish)
    if [ "$taken" != switch ]; then
      echo "switch comes first: ${taken:-no step} was taken last" >&2
      exit 1
    fi
    accepted=
    ;;
  *)
    echo "prepare, switch or finish" >&2
    exit 2
    ;;
esac

{
  grep -v -e '^TOKEN_SECRET=' -e '^TOKEN_SECRET_ACCEPTED=' -e "^$before" "$file" || true
  echo "TOKEN_SECRET=$signs"
  if [ -n "$accepted" ]; then
    echo "TOKEN_SECRET_ACCEPTED=$accepted"
    echo "$before$step"
  fi
} >"$file.new"
mv "$file.new" "$file"
