# What scenarios/quickstart and tests/run share: Debian packages and builds. Sourced by bash, in the
# project's root.

BUILD_PACKAGES=(gcc libc6-dev cmake make pkg-config libglib2.0-dev libyaml-dev libjansson-dev
    zlib1g-dev)

# missing_packages NAME...: those that are not installed
missing_packages() {
    local name
    for name in "$@"; do
        dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' || echo "$name"
    done
}

# install_packages NAME...: with apt-get, only what is missing, so that nothing needs the network
# when everything is there
install_packages() {
    local missing as_root=()
    if ! command -v dpkg-query >/dev/null; then
        echo "This is not Debian: make sure that you have what these packages hold: $*" >&2
        return
    fi
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "Missing packages. As root, run: apt-get install ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
    fi
    echo "Installing ${missing[*]}"
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# configured PRESET: has build/PRESET been configured already?
configured() {
    [ -f "build/$1/Makefile" ] || [ -f "build/$1/build.ninja" ]
}

# build PRESET [OPTION...]: configures and builds build/PRESET; silent unless it fails
build() {
    local preset=$1 log=build/$1.log
    shift
    mkdir -p build
    configured "$preset" || echo "Building build/$preset"
    if ! { configured "$preset" || cmake --preset "$preset"; } >"$log" 2>&1 ||
        ! cmake --build --preset "$preset" -j "$(nproc)" "$@" >>"$log" 2>&1; then
        cat "$log" >&2
        echo "The build failed; its output is above and in $log." >&2
        return 1
    fi
}
