package io.leasehold.it.state;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.SplittableRandom;

/** A state of an exact size, made while it is read: the test's own heap stays small. */
record BigState(Kind kind, long size, int seed) {
    /** What it is made of. */
    enum Kind {
        /** Many small objects, as most states are; compresses well. */
        RESOURCES("{\"version\":4,\"serial\":1,\"lineage\":\"l\",\"resources\":[", "0]}"),
        /** What tofu encrypted; does not compress. */
        ENCRYPTED("{\"serial\":1,\"lineage\":\"l\",\"encrypted_data\":\"", "\"}"),
        /** Names that are all different. */
        NAMES("{\"version\":4,\"serial\":1,\"lineage\":\"l\"", "}");

        private final String begin;
        private final String end;

        Kind(String begin, String end) {
            this.begin = begin;
            this.end = end;
        }

        /** A piece of the middle; each is as long as the others. */
        private String piece(SplittableRandom random) {
            String eight = Integer.toHexString(random.nextInt() | 1 << 31);
            byte[] nine = new byte[9];
            random.nextBytes(nine);
            return switch (this) {
                case RESOURCES -> "{\"name\":\"" + eight + "\"},";
                case ENCRYPTED -> Base64.getEncoder().encodeToString(nine);
                case NAMES -> ",\"" + eight + "\":0";
            };
        }
    }

    InputStream open() {
        return new Bytes();
    }

    /** Base64, as Content-MD5 has it. */
    String md5() {
        return md5(open());
    }

    static String md5(InputStream bytes) {
        try (DigestInputStream digest =
                new DigestInputStream(bytes, MessageDigest.getInstance("MD5"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return Base64.getEncoder().encodeToString(digest.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private final class Bytes extends InputStream {
        private final SplittableRandom random = new SplittableRandom(seed);
        private long left = size;
        private byte[] piece = kind.begin.getBytes(US_ASCII);
        private int at;
        private boolean ending;

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0];
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int read = 0;
            while (read < length && left > 0) {
                if (at == piece.length) {
                    next();
                }
                int some = Math.min(length - read, piece.length - at);
                System.arraycopy(piece, at, into, offset + read, some);
                at += some;
                left -= some;
                read += some;
            }
            return read == 0 ? -1 : read;
        }

        /** Ends with spaces, for an exact size. */
        private void next() {
            String following = ending ? " " : kind.piece(random);
            if (!ending && left < following.length() + kind.end.length()) {
                following = kind.end;
                ending = true;
            }
            piece = following.getBytes(US_ASCII);
            at = 0;
        }
    }
}
