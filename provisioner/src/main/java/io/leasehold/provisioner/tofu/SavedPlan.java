package io.leasehold.provisioner.tofu;

/**
 * A plan file's bytes. They hold sensitive values in clear: keep them encrypted, never log them.
 */
public record SavedPlan(byte[] bytes) {

    @Override
    public String toString() {
        return "SavedPlan[" + bytes.length + " bytes]";
    }
}
