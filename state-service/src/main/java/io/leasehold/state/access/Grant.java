package io.leasehold.state.access;

/** A role, and what it is limited to. */
record Grant(String role, Scope scope) {
    @Override
    public String toString() {
        return scope.equals(Scope.ALL) ? role : role + " " + scope;
    }
}
