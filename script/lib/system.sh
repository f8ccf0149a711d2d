# System packages for every script: what no wheel carries. Sourced, never run.
#
# PostGIS, Redis, Mosquitto and gettext are needed to run; tests add a browser and a font with Vietnamese.

# ioc_missing run|test: prints the packages still to install, nothing when all are there.
ioc_missing() {
    command -v setpriv >/dev/null || echo util-linux
    [ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
    /usr/bin/python3 -c 'import venv, ensurepip' 2>/dev/null || printf '%s\n' python3 python3-venv
    compgen -G '/usr/share/postgresql/*/extension/postgis.control' >/dev/null || echo postgis
    command -v redis-server >/dev/null || echo redis-server
    [ -x /usr/sbin/mosquitto ] || command -v mosquitto >/dev/null || echo mosquitto
    command -v msgfmt >/dev/null || echo gettext
    [ "$1" = run ] && return
    command -v chromium >/dev/null || echo chromium
    compgen -G '/usr/share/fonts/truetype/dejavu/*' >/dev/null || echo fonts-dejavu-core
    command -v git >/dev/null || echo git
    # A real RTSP camera for the tests of the camera check.
    compgen -G '/usr/lib/*/girepository-1.0/GstRtspServer-1.0.typelib' >/dev/null || echo gir1.2-gst-rtsp-server-1.0
    /usr/bin/python3 -c 'import gi' 2>/dev/null || echo python3-gi
    compgen -G '/usr/lib/*/gstreamer-1.0/libgstrtp.so' >/dev/null || echo gstreamer1.0-plugins-good
    compgen -G '/usr/lib/*/gstreamer-1.0/libgstvideotestsrc.so' >/dev/null || echo gstreamer1.0-plugins-base
}

# ioc_system run|test: installs what is missing as root; else names the one command and stops.
ioc_system() {
    local missing
    mapfile -t missing < <(ioc_missing "$1")
    [ "${#missing[@]}" = 0 ] && return
    if [ "$(id -u)" != 0 ]; then
        echo "Missing on this machine: ${missing[*]}" >&2
        echo "Once, as root:  $PWD/script/system $1" >&2
        return 1
    fi
    echo "system: installing ${missing[*]}" >&2
    _ioc_apt "${missing[@]}"
}

_ioc_apt() {
    local packages=() package policy=/usr/sbin/policy-rc.d made=
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    for package in "$@"; do
        [ "$package" = postgis ] && package=$(_ioc_postgis_package)
        packages+=("$package")
    done
    # The centre runs its own PostgreSQL, Redis and Mosquitto: the packages must start none of theirs.
    mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.d/ioc.conf
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        made=yes
    fi
    local status=0 output
    output=$(apt-get install -y -qq --no-install-recommends "${packages[@]}" 2>&1) || status=$?
    [ "$status" = 0 ] || echo "$output" >&2
    [ -z "$made" ] || rm -f "$policy"
    [ "$status" = 0 ] || return "$status"
    if [[ " $* " == *" redis-server "* ]] && [ -d /run/systemd/system ]; then
        systemctl disable --quiet redis-server 2>/dev/null || true
    fi
    if [[ " $* " == *" mosquitto "* ]] && [ -d /run/systemd/system ]; then
        systemctl disable --quiet mosquitto 2>/dev/null || true
    fi
}

# The newest PostGIS that the distribution offers, for the PostgreSQL that is there if it has one.
_ioc_postgis_package() {
    apt-cache pkgnames postgresql- | grep -E '^postgresql-[0-9]+-postgis-3$' | sort -t- -k2 -n | tail -n 1
}
