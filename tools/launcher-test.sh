#!/usr/bin/env bash
# Tests ./leasehold on a machine made of stand-ins: a PATH of its own, JDKs, Go, tofu and Maven that only note that they
# were called. Each test runs in a fresh machine, with a checkout that is no git repository and an empty cache.
# shellcheck disable=SC2016 # what a stand-in does is written here and expands there
set -euo pipefail

source_home=$(dirname -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")")
scratch=$(mktemp -d "${TMPDIR:-/tmp}/leasehold-launcher-test.XXXXXX")
trap 'rm -rf -- "$scratch"' EXIT
# A tofu that is really there, for what a stand-in cannot show. Asked before the settings of the caller are cleared.
real_tofu=${LEASEHOLD_TOFU:-${LEASEHOLD_CACHE:-$HOME/.cache/leasehold}/bin/tofu}

# ---- the machine ----

new_machine() {
    local name
    machine=$scratch/$1
    checkout=$machine/checkout
    calls=$machine/calls
    mkdir -p "$machine"/{bin,jvm,home,tmp} "$checkout"/{tools,door}
    : >"$calls"
    for name in bash env dirname readlink uname mktemp rm mkdir sleep sed tail cat cut sha256sum sort find flock mv chmod; do
        ln -s "$(type -P "$name")" "$machine/bin/$name"
    done
    for name in bwrap setpriv unshare; do program "$machine/bin/$name" 'exit 0'; done
    jdk "$machine/jvm/jdk-25" 25.0.3
    go_of "$machine/bin/go" 1.99.0
    new_checkout
}

new_checkout() {
    local name
    cp "$source_home/leasehold" "$checkout/"
    cp "$source_home"/tools/*.sh "$checkout/tools/"
    for name in tofu provider-random provider-postgresql provider-kafka; do
        mkdir "$checkout/tools/$name"
        printf 'module test/%s\n\ngo 1.26.6\n' "$name" >"$checkout/tools/$name/go.mod"
        : >"$checkout/tools/$name/go.sum"
        printf 'package main\n' >"$checkout/tools/$name/main.go"
    done
    printf 'module test/door\n\ngo 1.24\n' >"$checkout/door/go.mod"
    printf 'package main\n' >"$checkout/door/main.go"
    mkdir -p "$checkout/.mvn" "$checkout/cli/src/main/java"
    printf '<project>\n<module>cli</module>\n</project>\n' >"$checkout/pom.xml"
    printf '<project/>\n' >"$checkout/cli/pom.xml"
    printf 'class A {}\n' >"$checkout/cli/src/main/java/A.java"
    program "$checkout/mvnw" "echo mvnw \"\$@\" >>'$calls'" \
        'mkdir -p {state-service,provisioner}/target/quarkus-app {embedded,cli,demo,benchmarks,chaos,faults}/target' \
        ': >state-service/target/quarkus-app/quarkus-run.jar; : >provisioner/target/quarkus-app/quarkus-run.jar' \
        'for m in embedded cli demo benchmarks chaos faults; do : >$m/target/$m.jar; done' \
        'exit "$(cat mvnw-exit 2>/dev/null || echo 0)"'
}

# program FILE LINE...
program() {
    printf '%s\n' "#!$(type -P bash)" "${@:2}" >"$1"
    chmod +x "$1"
}

# jdk DIR VERSION: its java says which it is, how it was called and what was handed down to it.
jdk() {
    mkdir -p "$1/bin"
    printf 'IMPLEMENTOR="Test"\nJAVA_VERSION="%s"\n' "$2" >"$1/release"
    program "$1/bin/javac" 'exit 0'
    program "$1/bin/java" "echo java $2 \"\$@\"; echo tofu=\${LEASEHOLD_TOFU:-} home=\${LEASEHOLD_HOME:-}" 'exit 7'
}

go_of() {
    program "$1" "if [[ \$1 == env ]]; then echo go$2; exit; fi" \
        "echo \"go \$(basename_of \"\$PWD\")\" >>'$calls'" \
        'if [[ -e fails ]]; then echo "no such module"; exit 1; fi' \
        'while (($# > 0)); do if [[ $1 == -o ]]; then echo "#!/bin/sh" >"$2"; chmod +x "$2"; fi; shift; done'
    sed -i '2i basename_of() { echo "${1##*/}"; }' "$1"
}

# leasehold ARG...: runs it on the machine; leaves `code`, `out` and `err`.
leasehold() {
    code=0
    env -i PATH="$machine/bin" HOME="$machine/home" TMPDIR="$machine/tmp" LEASEHOLD_JVM_ROOTS="$machine/jvm" \
        LEASEHOLD_GO_ROOTS="$machine/go" "${settings[@]}" "$checkout/leasehold" "$@" \
        >"$machine/out" 2>"$machine/err" || code=$?
    out=$(<"$machine/out")
    err=$(<"$machine/err")
}
settings=()

# ---- what tests say ----

fail() {
    printf 'FAILED %s: %s\n--- exit code %s, standard output:\n%s\n--- standard error:\n%s\n' \
        "$test_name" "$*" "${code:-}" "${out:-}" "${err:-}" >&2
    exit 1
}
ends_with_code() { [[ $code == "$1" ]] || fail "expected exit code $1"; }
says() { [[ $err == *"$1"* ]] || fail "expected it to say: $1"; }
says_not() { [[ $err != *"$1"* ]] || fail "expected it not to say: $1"; }
prints() { [[ $out == *"$1"* ]] || fail "expected it to print: $1"; }
called() { grep -cx -- "$1" "$calls" || true; }
calls_of() { [[ $(called "$1") == "$2" ]] || fail "expected $2 calls of '$1', got: $(cat "$calls")"; }

# ---- tests ----

test_a_first_start_builds_everything_and_runs_the_command() {
    leasehold up --data here
    ends_with_code 7
    calls_of 'go tofu' 1
    calls_of 'go provider-kafka' 1
    calls_of 'go door' 1
    calls_of 'mvnw -B -ntp -q -Dquick -Dmaven.test.skip=true package' 1
    says 'building OpenTofu'
    prints 'io.leasehold.embedded.Main up --data here'
    prints "tofu=$machine/home/.cache/leasehold/bin/tofu home=$checkout"
    [[ -x $machine/home/.cache/leasehold/providers/registry.opentofu.org/mongey/kafka/0.13.1/linux_amd64/terraform-provider-kafka_v0.13.1 ||
        $(uname -m) != x86_64 ]] || fail 'no provider in the mirror'
    [[ -z $(ls -A "$machine/tmp") ]] || fail 'left something in the temporary folder'
}

test_a_second_start_does_none_of_it_again() {
    leasehold up
    : >"$calls"
    leasehold up
    ends_with_code 7
    [[ ! -s $calls ]] || fail "called: $(cat "$calls")"
    [[ -z $err ]] || fail 'had something to say'
}

test_only_what_changed_is_built_again() {
    leasehold up
    : >"$calls"
    printf 'class A { int changed; }\n' >"$checkout/cli/src/main/java/A.java"
    printf 'more\n' >>"$checkout/tools/provider-random/go.sum"
    leasehold up
    calls_of 'go provider-random' 1
    calls_of 'mvnw .*' 1
    [[ $(wc -l <"$calls") == 2 ]] || fail "called: $(cat "$calls")"
}

test_a_tofu_that_is_too_old_is_ignored_and_said() {
    program "$machine/bin/tofu" 'echo "OpenTofu v1.10.9"'
    leasehold up
    says "ignoring $machine/bin/tofu: OpenTofu 1.10.9 is older than 1.11"
    prints "tofu=$machine/home/.cache/leasehold/bin/tofu"
}

test_a_tofu_that_is_new_enough_is_used() {
    if [[ ! -x $real_tofu ]]; then return; fi
    ln -s "$real_tofu" "$machine/bin/tofu"
    leasehold up
    calls_of 'go tofu' 0
    calls_of 'go provider-random' 1
    prints "tofu=$(readlink -f "$real_tofu")"
}

test_a_setting_that_is_no_program_is_said() {
    settings=(LEASEHOLD_TOFU=/nowhere/tofu)
    leasehold tools
    ends_with_code 69
    says 'LEASEHOLD_TOFU=/nowhere/tofu, which is not a program'
}

test_a_jdk_is_found_though_the_default_java_is_older() {
    jdk "$machine/jvm/jdk-17" 17.0.15
    ln -s ../jvm/jdk-17/bin/java "$machine/bin/java"
    settings=(JAVA_HOME="$machine/jvm/jdk-17")
    leasehold up
    prints 'java 25.0.3'
}

test_the_wanted_jdk_is_taken_before_a_newer_one() {
    jdk "$machine/jvm/a-jdk-27" 27
    leasehold up
    prints 'java 25.0.3'
    rm -r "$machine/jvm/jdk-25"
    leasehold up
    prints 'java 27 '
}

test_all_that_is_missing_is_said_in_one_message_with_remedies() {
    rm -r "$machine/jvm/jdk-25" "$machine/bin/go"
    leasehold demo
    ends_with_code 69
    says 'a JDK 25 or newer'
    says 'set LEASEHOLD_JAVA_HOME'
    says 'Go 1.26.6 or newer'
    says 'into /usr/local/go'
    [[ $(grep -c '^leasehold:' <<<"$err") == 1 ]] || fail 'more than one message'
    [[ ! -s $calls ]] || fail 'began though something was missing'
}

test_a_go_that_is_too_old_is_named() {
    go_of "$machine/bin/go" 1.22.4
    leasehold tools
    ends_with_code 69
    says "($machine/bin/go is 1.22.4)"
}

test_go_is_not_needed_where_the_tools_are_built() {
    leasehold tools
    rm "$machine/bin/go"
    leasehold tools
    ends_with_code 0
}

test_a_failed_step_names_its_log_and_shows_its_end() {
    : >"$checkout/tools/provider-kafka/fails"
    leasehold tools
    ends_with_code 70
    says 'building provider kafka 0.13.1: FAILED'
    says "$machine/home/.cache/leasehold/logs/provider-kafka.log"
    says 'no such module'
    rm "$checkout/tools/provider-kafka/fails"
    : >"$calls"
    leasehold tools
    ends_with_code 0
    calls_of 'go provider-random' 0
}

test_a_failed_build_is_tried_again() {
    echo 1 >"$checkout/mvnw-exit"
    leasehold build
    ends_with_code 70
    rm "$checkout/mvnw-exit"
    leasehold build
    ends_with_code 0
    calls_of 'mvnw .*' 2
}

test_two_starts_at_once_build_once() {
    leasehold tools &
    leasehold build &
    (
        machine_out=$machine/second
        mkdir "$machine_out"
        env -i PATH="$machine/bin" HOME="$machine/home" TMPDIR="$machine/tmp" LEASEHOLD_JVM_ROOTS="$machine/jvm" \
            "$checkout/leasehold" up >"$machine_out/out" 2>"$machine_out/err" || true
    ) &
    wait
    calls_of 'mvnw .*' 1
    calls_of 'go tofu' 1
}

test_bubblewrap_is_installed_by_root_and_asked_for_by_others() {
    rm "$machine/bin/bwrap"
    program "$machine/bin/apt-get" "echo apt-get \"\$@\" >>'$calls'" "ln -s /bin/true '$machine/bin/bwrap'"
    ln -s "$(type -P ln)" "$machine/bin/ln"
    leasehold up
    if ((EUID == 0)); then
        ends_with_code 7
        calls_of 'apt-get install -y --no-install-recommends bubblewrap' 1
    else
        ends_with_code 69
        says 'remedy: sudo apt-get install -y bubblewrap'
    fi
}

test_operators_commands_prepare_nothing() {
    leasehold tenants list
    ends_with_code 69
    says 'remedy: ./leasehold build'
    leasehold build
    : >"$calls"
    rm "$machine/bin/go"
    leasehold tenants list -o json
    ends_with_code 7
    prints 'io.leasehold.cli.Main tenants list -o json'
    [[ ! -s $calls ]] || fail "called: $(cat "$calls")"
}

test_tests_are_run_by_maven_and_its_exit_code_is_passed_on() {
    echo 3 >"$checkout/mvnw-exit"
    leasehold test
    ends_with_code 3
    calls_of 'mvnw -B -ntp -T 2 verify' 1
}

test_what_was_skipped_is_said_at_the_end() {
    mkdir -p "$checkout/cli/target/surefire-reports"
    printf '<testcase name="a">\n  <skipped type="x" message="Assumption failed: no control groups"/>\n</testcase>\n' \
        >"$checkout/cli/target/surefire-reports/TEST-a.xml"
    sed 's/no control groups/before/' "$checkout/cli/target/surefire-reports/TEST-a.xml" \
        >"$checkout/cli/target/surefire-reports/TEST-old.xml"
    touch -d '+1 minute' "$checkout/cli/target/surefire-reports/TEST-a.xml"
    touch -d '-1 minute' "$checkout/cli/target/surefire-reports/TEST-old.xml"
    leasehold test
    ends_with_code 0
    says 'skipped: Assumption failed: no control groups'
    says_not 'Assumption failed: before'
}

test_it_can_be_reached_by_a_link_from_another_folder() {
    mkdir "$machine/elsewhere"
    ln -s "$checkout/leasehold" "$machine/elsewhere/lh"
    checkout_before=$checkout
    leasehold build
    (cd "$machine/elsewhere" && env -i PATH="$machine/bin" HOME="$machine/home" LEASEHOLD_JVM_ROOTS="$machine/jvm" ./lh runs >out) || true
    grep -q "home=$checkout_before" "$machine/elsewhere/out" || fail 'did not find its checkout'
}

test_wrong_use_is_said() {
    leasehold tools now
    ends_with_code 64
    leasehold
    ends_with_code 0
    prints './leasehold demo'
}

# ---- run them ----

count=0
for test_name in $(compgen -A function test_); do
    if [[ $# -gt 0 && $test_name != *"$1"* ]]; then continue; fi
    (
        new_machine "$test_name"
        "$test_name"
    ) || exit 1
    count=$((count + 1))
    printf 'ok %s\n' "${test_name//_/ }"
done
printf '%s launcher tests passed\n' "$count"
