# shellcheck shell=bash
# The programs that are built here from pinned sources: OpenTofu, the providers of the starter blueprint, the door.
# Each is built once per pin into the cache and found there afterwards. Sourced by ./leasehold.

case $(uname -m) in
aarch64 | arm64) readonly platform=arm64 ;;
*) readonly platform=amd64 ;;
esac

tools_to_build=()
go=

# pinned TOOL: sets what is known of it. A version is written here and in the tool's go.mod.
pinned() {
    local mirror=$cache/providers/registry.opentofu.org
    tool_ldflags='-s -w'
    tool_dir=$home/tools/$1
    case $1 in
    tofu)
        tool_title='OpenTofu 1.12.6'
        tool_package=github.com/opentofu/opentofu/cmd/tofu
        tool_output=$cache/bin/tofu
        tool_ldflags+=' -X github.com/opentofu/opentofu/version.dev=no'
        ;;
    provider-random)
        tool_title='provider random 3.9.0'
        tool_package=github.com/terraform-providers/terraform-provider-random
        tool_output=$mirror/hashicorp/random/3.9.0/linux_$platform/terraform-provider-random_v3.9.0
        ;;
    provider-postgresql)
        tool_title='provider postgresql 1.7.1'
        tool_package=.
        tool_output=$mirror/cyrilgdn/postgresql/1.7.1/linux_$platform/terraform-provider-postgresql_v1.7.1
        ;;
    provider-kafka)
        tool_title='provider kafka 0.13.1'
        tool_package=github.com/Mongey/terraform-provider-kafka
        tool_output=$mirror/mongey/kafka/0.13.1/linux_$platform/terraform-provider-kafka_v0.13.1
        ;;
    door)
        tool_title='the door of a run'
        tool_package=.
        tool_output=$cache/bin/leasehold-door
        tool_dir=$home/door
        ;;
    esac
}

# What makes a built tool the same: its sources, its flags, the platform. For a pin, go.mod and go.sum are the sources.
tool_fingerprint() {
    local -a sources=("$tool_dir/go.mod")
    if [[ -f $tool_dir/go.sum ]]; then sources+=("$tool_dir/go.sum"); fi
    if [[ $tool_package == . ]]; then sources+=("$tool_dir"/*.go); fi
    {
        printf '%s\n' "$tool_package" "$tool_ldflags" "$platform"
        cat -- "${sources[@]}"
    } | sha256sum | cut -d' ' -f1
}

tool_is_built() {
    local stamp=
    if [[ -r $cache/stamps/$1 ]]; then read -r stamp <"$cache/stamps/$1"; fi
    pinned "$1"
    [[ -x $tool_output && $stamp == "$(tool_fingerprint)" ]]
}

# Notes which tools have to be built, and finds a Go that can.
plan_tools() {
    local tool directive want=0
    for tool in provider-random provider-postgresql provider-kafka door; do
        if ! tool_is_built "$tool"; then tools_to_build+=("$tool"); fi
    done
    choose_tofu
    for tool in "${tools_to_build[@]}"; do
        pinned "$tool"
        directive=$(sed -n 's/^go \([0-9.]*\).*/\1/p' "$tool_dir/go.mod")
        if ! version_at_least "$want" "$directive"; then want=$directive; fi
    done
    if ((${#tools_to_build[@]} > 0)); then find_go "$want"; fi
}

# Sets `tofu`: the user's own where it is new enough, else the one that is built here.
choose_tofu() {
    local setting=${LEASEHOLD_TOFU:-} found
    if [[ -n $setting && ! -x $setting ]]; then
        lacks "LEASEHOLD_TOFU=$setting, which is not a program" "correct it, or unset it to use the pinned OpenTofu"
        return
    fi
    for found in "$setting" "$(type -P tofu || true)"; do
        if [[ -n $found ]] && tofu_is_fit "$found"; then
            tofu=$(readlink -f -- "$found")
            return
        fi
    done
    tofu=$cache/bin/tofu
    if ! tool_is_built tofu; then tools_to_build+=(tofu); fi
}

tofu_is_fit() {
    local version magic
    if [[ $(readlink -f -- "$1") == "$cache/bin/tofu" ]]; then return 1; fi
    version=$(cd / && "$1" version 2>/dev/null | sed -n '1s/^OpenTofu v//p')
    if [[ -z $version ]]; then
        say "ignoring $1: it does not say which OpenTofu it is"
        return 1
    fi
    if ! version_at_least "$version" "$tofu_wanted"; then
        say "ignoring $1: OpenTofu $version is older than $tofu_wanted"
        return 1
    fi
    IFS= read -r -n 2 magic <"$1"
    if [[ $magic == '#!' ]]; then
        say "ignoring $1: a script cannot run inside the sandbox; set LEASEHOLD_TOFU to the program itself"
        return 1
    fi
}

# A lane.
build_tools() {
    local tool
    for tool in "${tools_to_build[@]}"; do
        pinned "$tool"
        step "building $tool_title" "$cache/logs/$tool.log" build_tool "$tool"
    done
}

# Two checkouts share the cache, so whoever comes second waits here and then finds it done.
build_tool() {
    local tool=$1
    mkdir -p -- "$cache/stamps" "$cache/locks" "$(dirname -- "$tool_output")"
    exec {lock}>"$cache/locks/$tool.lock"
    flock "$lock"
    if ! tool_is_built "$tool"; then
        go_build "$tool" || return
    fi
    exec {lock}>&-
}

go_build() {
    rm -f -- "$cache/stamps/$1"
    cd -- "$tool_dir" || return
    # An environment made for the user's own Go work must not change what is built.
    env GOOS=linux GOARCH="$platform" CGO_ENABLED=0 GOTOOLCHAIN=local GOWORK=off GOFLAGS=-mod=readonly GOEXPERIMENT='' \
        "$go" build -trimpath -ldflags "$tool_ldflags" -o "$tool_output.new" "$tool_package" || return
    mv -f -- "$tool_output.new" "$tool_output"
    tool_fingerprint >"$cache/stamps/$1"
}
