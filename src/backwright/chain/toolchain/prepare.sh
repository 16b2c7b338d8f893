#!/bin/sh
# prepare.sh ROOT LOCK...: finds a Python that can make ROOT/.venv, then installs the named lock files into it.
set -eu

root=$1
usable='import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)'
complete='import ensurepip, venv'
incomplete=

for candidate in "${BACKWRIGHT_PYTHON:-}" python3.13 python3.12 python3.11 python3 python; do
    # A name on PATH may be a version switch that answers for no installed version, so each is asked.
    if [ -n "$candidate" ] && "$candidate" -I -c "$usable" >/dev/null 2>&1; then
        if "$candidate" -I -c "$complete" >/dev/null 2>&1; then
            exec "$candidate" -I "$root/src/backwright/chain/toolchain/environment.py" "$@"
        fi
        incomplete="$incomplete $candidate"
    fi
done

if [ -n "$incomplete" ]; then
    cat >&2 <<EOF
error[toolchain/python-without-venv]: Python was found ($(echo $incomplete)), but without its venv and ensurepip modules
  help: install them (Debian, Ubuntu: apt install python3-venv), or name a complete Python >= 3.11 in BACKWRIGHT_PYTHON
EOF
else
    cat >&2 <<EOF
error[toolchain/python-missing]: no Python >= 3.11 was found on PATH
  help: install Python 3.11 or later, or name one in BACKWRIGHT_PYTHON
EOF
fi
exit 2
