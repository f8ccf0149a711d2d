# Python for every script: finds one, keeps a pinned `uv`, fills `.venv`. Sourced, never run.

# Many images forbid Python to keep what it compiled: each of a centre's programs would compile it all anew.
unset PYTHONDONTWRITEBYTECODE

# The first Python 3.11 or newer that can make virtual environments.
ioc_python() {
    local candidate
    for candidate in /usr/bin/python3 python3.13 python3.12 python3.11 python3; do
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "IOC needs Python 3.11 or newer with its venv module (apt-get install python3 python3-venv)" >&2
    return 1
}

# Prints the path of uv, installing the pinned one into var/tools when it is not there.
ioc_uv() {
    local tools=var/tools stamp
    stamp=$(sha256sum <script/lib/uv.txt | cut -c1-16)
    if [ ! -x "$tools/bin/uv" ] || [ ! -e "$tools/$stamp" ]; then
        "$(ioc_python)" -m venv --clear "$tools" >&2
        "$tools/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r script/lib/uv.txt >&2
        touch "$tools/$stamp"
    fi
    echo "$tools/bin/uv"
}

# ioc_venv run|dev: .venv holds exactly the locked packages. A venv with the development set
# serves both, so that going back and forth between server and test installs nothing.
ioc_venv() {
    local wanted=requirements.txt run dev uv
    run=run-$(sha256sum <requirements.txt | cut -c1-16)
    dev=dev-$(cat requirements.txt requirements-dev.txt | sha256sum | cut -c1-16)
    if [ -x .venv/bin/python ]; then
        [ -e ".venv/.ioc-$dev" ] && return
        [ "$1" = run ] && [ -e ".venv/.ioc-$run" ] && return
    fi
    [ "$1" = dev ] && wanted=requirements-dev.txt
    echo "python: installing $wanted" >&2
    uv=$(ioc_uv)
    [ -x .venv/bin/python ] || "$uv" venv --quiet --no-config --python "$(ioc_python)" .venv
    VIRTUAL_ENV=$PWD/.venv "$uv" pip sync --quiet --require-hashes --compile-bytecode --link-mode=copy "$wanted"
    # `pytest` and other tools of the venv find the project from any folder.
    echo "$PWD" >"$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/ioc.pth"
    rm -f .venv/.ioc-*
    if [ "$1" = dev ]; then touch ".venv/.ioc-$dev"; else touch ".venv/.ioc-$run"; fi
}
