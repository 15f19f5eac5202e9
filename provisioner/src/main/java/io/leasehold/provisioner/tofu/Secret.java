package io.leasehold.provisioner.tofu;

/** A value that must never be printed. */
public record Secret(String value) {

    @Override
    public String toString() {
        return "Secret[hidden]";
    }
}
