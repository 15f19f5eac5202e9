# shellcheck shell=bash
# Long steps: run beside each other, shown while they run, named with the end of their log when they fail.
# Sourced by ./leasehold. A lane is a background job that runs its steps one after the other.

steps_dir=
lane_pids=()

say() { printf 'leasehold: %s\n' "$*" >&2; }

# die CODE MESSAGE: ends the launcher.
die() {
    local code=$1
    shift
    say "$@"
    exit "$code"
}

# Makes the folder in which lanes and the display meet. Whatever ends the launcher also ends the lanes.
steps_begin() {
    steps_dir=$(mktemp -d "${TMPDIR:-/tmp}/leasehold-steps.XXXXXX")
    trap steps_end EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
}

steps_end() {
    local pid
    for pid in "${lane_pids[@]}"; do
        kill -TERM -- "-$pid" 2>/dev/null || true
    done
    if [[ -n $steps_dir ]]; then rm -rf -- "$steps_dir"; fi
    steps_dir=
    lane_pids=()
    trap - EXIT INT TERM HUP
}

# lane FUNCTION: starts FUNCTION in the background, in a process group of its own so that all of it can be ended.
lane() {
    set -m
    ("$@") </dev/null &
    set +m
    lane_pids+=("$!")
}

# step TITLE LOG COMMAND...: inside a lane; runs COMMAND with its output in LOG. A failed step ends its lane.
step() {
    local title=$1 log=$2 file status=0
    shift 2
    mkdir -p -- "$(dirname -- "$log")"
    file=$(mktemp "$steps_dir/$EPOCHREALTIME.XXXX")
    printf '%s\n%s\n%s\n' "$EPOCHSECONDS" "$title" "$log" >"$file.new"
    mv -- "$file.new" "$file.step"
    "$@" >"$log" 2>&1 || status=$?
    printf '%s\n%s\n' "$status" "$EPOCHSECONDS" >"$file.new"
    mv -- "$file.new" "$file.end"
    if ((status != 0)); then exit "$status"; fi
}

# Shows the lanes until all have ended. Returns 1 as soon as a step fails; the other lanes are then ended too.
steps_wait() {
    local alive pid next_note=$((EPOCHSECONDS + 30)) failed=0
    local -A told=()
    while true; do
        alive=0
        for pid in "${lane_pids[@]}"; do
            if kill -0 "$pid" 2>/dev/null; then alive=1; fi
        done
        steps_tell || failed=1
        if ((failed || !alive)); then break; fi
        sleep 0.2
    done
    for pid in "${lane_pids[@]}"; do
        if ((failed)); then kill -TERM -- "-$pid" 2>/dev/null || true; fi
        wait "$pid" || failed=1
    done
    steps_end
    return "$failed"
}

# One look at the steps: says what started, what ended, and from time to time what still runs. Returns 1 for a failure.
# Uses the caller's `told` and `next_note`.
steps_tell() {
    local file started title log status ended failed=0
    local -a running=()
    if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
    for file in "$steps_dir"/*.step; do
        if [[ ! -e $file ]]; then continue; fi
        { read -r started && read -r title && read -r log; } <"$file"
        if [[ ${told[$file]:-} == ended ]]; then continue; fi
        if [[ -z ${told[$file]:-} ]]; then
            told[$file]=started
            say "$title ..."
        fi
        if [[ -e ${file%.step}.end ]]; then
            { read -r status && read -r ended; } <"${file%.step}.end"
            told[$file]=ended
            if ((status == 0)); then
                say "$title: done in $((ended - started)) s"
            else
                steps_tell_failure "$title" "$log" "$status" "$((ended - started))"
                failed=1
            fi
        else
            running+=("$title $((EPOCHSECONDS - started)) s")
        fi
    done
    if ((${#running[@]} > 0 && !failed)); then steps_tell_running "${running[@]}"; fi
    return "$failed"
}

steps_tell_running() {
    local line
    line=$(printf ' | %s' "$@")
    line="still at it: ${line:3}"
    if [[ -t 2 ]]; then
        printf '%s' "${line:0:$((${COLUMNS:-80} - 1))}" >&2
    elif ((EPOCHSECONDS >= next_note)); then
        next_note=$((EPOCHSECONDS + 30))
        say "$line"
    fi
}

steps_tell_failure() {
    local title=$1 log=$2 status=$3 seconds=$4
    say "$title: FAILED after $seconds s (exit code $status). The end of $log:"
    tail -n 25 -- "$log" | sed 's/^/    /' >&2
}
