package io.leasehold.provisioner.runner;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The checksum of the HTTP backend's protocol. Not for anything that must withstand an attack. */
final class Md5 {

    private Md5() {}

    /** Base64 of the MD5, as {@code Content-MD5} carries it. */
    static String base64(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }
}
