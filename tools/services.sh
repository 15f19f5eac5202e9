# shellcheck shell=bash
# The Maven build of the services and commands, skipped while nothing it reads has changed. Sourced by ./leasehold.

readonly built_things=(
    state-service/target/quarkus-app/quarkus-run.jar
    provisioner/target/quarkus-app/quarkus-run.jar
    embedded/target/embedded.jar
    cli/target/cli.jar
    demo/target/demo.jar
    benchmarks/target/benchmarks.jar
    chaos/target/chaos.jar
    faults/target/faults.jar
)

# Names, sizes and times of every file that goes into the build. Needs no git, so that an unpacked archive builds too.
sources_fingerprint() {
    local module
    local -a sources=(pom.xml mvnw .mvn)
    while IFS= read -r module; do
        sources+=("$module/pom.xml" "$module/src/main")
    done < <(sed -n 's:.*<module>\(.*\)</module>.*:\1:p' "$home/pom.xml")
    (cd -- "$home" && find "${sources[@]}" -type f -printf '%p %s %T@\n' 2>/dev/null | LC_ALL=C sort | sha256sum | cut -d' ' -f1)
}

services_are_built() {
    local thing stamp=
    for thing in "${built_things[@]}"; do
        if [[ ! -f $home/$thing ]]; then return 1; fi
    done
    if [[ -r $home/target/leasehold-build ]]; then read -r stamp <"$home/target/leasehold-build"; fi
    [[ $stamp == "$(sources_fingerprint)" ]]
}

# A lane.
build_services() {
    step 'building the services (Maven)' "$cache/logs/maven.log" package_services
}

package_services() {
    lock_checkout
    # Whoever had to wait finds it done.
    if services_are_built; then return; fi
    build_stamped ./mvnw -B -ntp -q -Dquick -Dmaven.test.skip=true package
}

# Everything, with all tests and checks. ARGs narrow it, for people who work on a part.
verify_services() {
    local status=0 began
    lock_checkout
    if (($# == 0)); then
        began=$home/target/tests-began
        mkdir -p -- "$home/target"
        : >"$began"
        build_stamped ./mvnw -B -ntp -T 2 verify || status=$?
        say_what_was_skipped_since "$began"
        return "$status"
    else
        # A part of the build says nothing about the rest, so the next start looks again.
        rm -f -- "$home/target/leasehold-build"
        in_checkout ./mvnw -B -ntp verify "$@"
    fi
}

# A green run on a machine that lacks something says less than one on a machine that has it.
say_what_was_skipped_since() {
    local reason
    while IFS= read -r reason; do
        say "skipped: $reason"
    done < <(find "$home"/*/target/surefire-reports -name 'TEST-*.xml' -newer "$1" \
        -exec sed -n 's/.*<skipped[^>]* message="\([^"]*\)".*/\1/p' {} + 2>/dev/null | LC_ALL=C sort -u)
}

checkout_lock=

# One build at a time in one checkout, until this process ends.
lock_checkout() {
    mkdir -p -- "$cache/locks"
    exec {checkout_lock}>"$cache/locks/checkout-$(printf '%s' "$home" | sha256sum | cut -c1-16)"
    if flock -n "$checkout_lock"; then return; fi
    say 'waiting for another build of this checkout'
    flock "$checkout_lock"
}

# The lock is not handed down: a process that outlives the build would hold it.
in_checkout() { (cd -- "$home" && exec "$@" {checkout_lock}>&-); }

# Remembers what a build was made of, if it passed. Taken before: what changes meanwhile is not in it.
build_stamped() {
    local fingerprint
    fingerprint=$(sources_fingerprint)
    rm -f -- "$home/target/leasehold-build"
    in_checkout "$@" || return
    mkdir -p -- "$home/target"
    printf '%s\n' "$fingerprint" >"$home/target/leasehold-build"
}
