#!/bin/sh
# Prints the first Python on this machine that is 3.11 or newer; PYTHON=… names one to use instead.
for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3.14 python3 python; do
    [ -n "$name" ] || continue
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        command -v "$name"
        exit 0
    fi
done
echo "Veneer needs Python 3.11 or newer and found none on this machine." >&2
echo "Install one (Debian/Ubuntu: apt install python3 python3-venv; macOS: brew install python@3.13), then run make again." >&2
exit 1
