# shellcheck shell=bash
# What this machine must have before anything can run: a JDK, Go, bubblewrap and a few small tools. Found where it is,
# installed where that is ours to do, and otherwise said with the remedy: all of it in one message.
# Sourced by ./leasehold.

readonly jdk_wanted=25
readonly tofu_wanted=1.11

missing=()
packages_to_install=()

# lacks WHAT REMEDY: notes a prerequisite that is not there; machine_complete says them all at once.
lacks() { missing+=("$1"$'\n'"      remedy: $2"); }

machine_complete() {
    local item
    if ((${#missing[@]} == 0)); then return 0; fi
    {
        echo "leasehold: this machine lacks something that is needed:"
        for item in "${missing[@]}"; do printf '  - %s\n' "$item"; done
    } >&2
    exit "$exit_lacking"
}

# version_at_least HAVE WANT: numbers between dots are compared, what follows them (-rc1, +build) is not looked at.
version_at_least() {
    local -a have want
    local i
    IFS=. read -r -a have <<<"${1%%[-+]*}"
    IFS=. read -r -a want <<<"${2%%[-+]*}"
    for i in 0 1 2; do
        if ((10#${have[i]:-0} > 10#${want[i]:-0})); then return 0; fi
        if ((10#${have[i]:-0} < 10#${want[i]:-0})); then return 1; fi
    done
    return 0
}

# jdk_major DIR: prints the feature version of the JDK in DIR; fails where there is none.
jdk_major() {
    local line version=
    if [[ ! -x $1/bin/java || ! -x $1/bin/javac ]]; then return 1; fi
    # The release file spares a start of the JVM, which would cost every command a tenth of a second.
    if [[ -r $1/release ]]; then
        while IFS= read -r line; do
            if [[ $line == JAVA_VERSION=* ]]; then version=${line#JAVA_VERSION=}; fi
        done <"$1/release"
    else
        version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version \("[^"]*"\).*/\1/p')
    fi
    version=${version//\"/}
    version=${version%%[!0-9]*}
    [[ -n $version ]] && printf '%s\n' "$version"
}

# Where JDKs lie, one folder a line. LEASEHOLD_JVM_ROOTS (colon-separated) stands in for the usual places.
jdk_candidates() {
    local java root
    local -a roots=()
    if [[ -n ${JAVA_HOME:-} ]]; then printf '%s\n' "$JAVA_HOME"; fi
    if java=$(type -P java); then
        java=$(readlink -f -- "$java")
        printf '%s\n' "${java%/bin/java}"
    fi
    if [[ -n ${LEASEHOLD_JVM_ROOTS:-} ]]; then
        IFS=: read -r -a roots <<<"$LEASEHOLD_JVM_ROOTS"
    else
        roots=(/usr/lib/jvm /usr/local/lib/jvm "$HOME/.sdkman/candidates/java" "$HOME/.jdks" "$HOME/.asdf/installs/java"
            "$HOME/.local/share/mise/installs/java" /opt /opt/java)
    fi
    for root in "${roots[@]}"; do
        printf '%s\n' "$root"/*/
    done
}

# Sets JAVA_HOME to a JDK that is new enough. What the user set for us counts first; else the wanted feature version
# wherever it lies, and only then a newer one.
find_jdk() {
    local dir major newer=
    if [[ -n ${LEASEHOLD_JAVA_HOME:-} ]]; then
        if major=$(jdk_major "$LEASEHOLD_JAVA_HOME") && ((major >= jdk_wanted)); then
            export JAVA_HOME=$LEASEHOLD_JAVA_HOME
        else
            lacks "LEASEHOLD_JAVA_HOME=$LEASEHOLD_JAVA_HOME holds no JDK $jdk_wanted or newer" "correct it, or unset it to search"
        fi
        return
    fi
    while IFS= read -r dir; do
        dir=${dir%/}
        if ! major=$(jdk_major "$dir"); then continue; fi
        if ((major == jdk_wanted)); then
            export JAVA_HOME=$dir
            return
        fi
        if ((major > jdk_wanted)) && [[ -z $newer ]]; then newer=$dir; fi
    done < <(jdk_candidates)
    if [[ -n $newer ]]; then
        export JAVA_HOME=$newer
        return
    fi
    lacks "a JDK $jdk_wanted or newer (JAVA_HOME, the PATH and the usual folders were searched)" "$(jdk_remedy)"
}

jdk_remedy() {
    local package=openjdk-$jdk_wanted-jdk-headless
    if package_exists "$package"; then
        printf '%sapt-get install -y %s' "$(as_root)" "$package"
    else
        printf 'install a JDK %s (for one Eclipse Temurin, https://adoptium.net) and set LEASEHOLD_JAVA_HOME to its folder' "$jdk_wanted"
    fi
}

# Where a Go may lie, one program a line. LEASEHOLD_GO_ROOTS (colon-separated) stands in for the usual places.
go_candidates() {
    local root
    local -a roots=(/usr/local/go /usr/lib/go-* "$HOME"/sdk/go*)
    if [[ -n ${LEASEHOLD_GO_ROOTS:-} ]]; then IFS=: read -r -a roots <<<"$LEASEHOLD_GO_ROOTS"; fi
    type -P go || true
    for root in "${roots[@]}"; do printf '%s\n' "$root/bin/go"; done
}

# find_go VERSION: sets `go` to a Go that is at least VERSION.
find_go() {
    local want=$1 candidate have seen=
    while IFS= read -r candidate; do
        if [[ ! -x $candidate ]]; then continue; fi
        have=$(cd / && GOTOOLCHAIN=local "$candidate" env GOVERSION 2>/dev/null) || continue
        have=${have#go}
        if version_at_least "$have" "$want"; then
            go=$candidate
            return
        fi
        seen+=" ($candidate is $have)"
    done < <(if [[ -n ${LEASEHOLD_GO:-} ]]; then printf '%s\n' "$LEASEHOLD_GO"; else go_candidates; fi)
    lacks "Go $want or newer, which builds OpenTofu and its providers here, once$seen" \
        "unpack Go from https://go.dev/dl/ into /usr/local/go, or set LEASEHOLD_GO to its bin/go"
}

as_root() { if ((EUID != 0)); then printf 'sudo '; fi; }

# Whether the system's package manager could install it. Without apt, or without its lists, nobody knows: no.
package_exists() {
    type -P apt-cache >/dev/null && [[ -n $(apt-cache madison "$1" 2>/dev/null) ]]
}

# needs_program PROGRAM PACKAGE WHY: has it, or will install it, or says how to.
needs_program() {
    if type -P "$1" >/dev/null; then return; fi
    if ((EUID == 0)) && type -P apt-get >/dev/null; then
        packages_to_install+=("$2")
    elif type -P apt-get >/dev/null; then
        lacks "$1 ($3)" "sudo apt-get install -y $2"
    else
        lacks "$1 ($3)" "install the package $2 with this system's package manager"
    fi
}

# What the sandbox of a run is made of.
check_sandbox_programs() {
    needs_program bwrap bubblewrap "every run is sandboxed by it"
    needs_program setpriv util-linux "drops privileges before the sandbox"
    needs_program unshare util-linux "gives a run its own network"
    check_namespaces
}

check_namespaces() {
    local -a namespaces=(-n)
    if ((EUID != 0)); then namespaces=(-U -r -n); fi
    if ! type -P unshare >/dev/null || unshare "${namespaces[@]}" true 2>/dev/null; then return; fi
    if [[ $(cat /proc/sys/kernel/apparmor_restrict_unprivileged_userns 2>/dev/null) == 1 ]]; then
        lacks "user namespaces for plain users (AppArmor restricts them here)" \
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    elif [[ $(cat /proc/sys/kernel/unprivileged_userns_clone 2>/dev/null) == 0 ]]; then
        lacks "user namespaces for plain users" "sudo sysctl -w kernel.unprivileged_userns_clone=1"
    else
        lacks "the right to make namespaces (unshare ${namespaces[*]}), which the sandbox of a run needs" \
            "in a container: the seccomp profile docker/bwrap-seccomp.json and an unmasked /proc, as docker-compose.yml has them"
    fi
}

# A lane. The lists are fetched only when the package is not found in those that are there.
install_packages() {
    local -a names
    mapfile -t names < <(printf '%s\n' "${packages_to_install[@]}" | sort -u)
    step "installing ${names[*]} (apt-get)" "$cache/logs/apt-get.log" apt_install "${names[@]}"
}

apt_install() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y --no-install-recommends "$@" && return
    apt-get update && apt-get install -y --no-install-recommends "$@"
}
