package io.leasehold.provisioner.stateproxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.leasehold.ledger.api.Paths;
import io.leasehold.ledger.api.StackRef;
import io.leasehold.ledger.api.WholeAnswer;
import io.leasehold.provisioner.ledger.Trouble;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * States by the state service's HTTP backend, with the credential of the run whose state it is.
 * What such a run wrote when its right was over is handed in by the worker's token: the service
 * then decides by the rules of the lease whether it counts, and keeps it in any case. Shared; any
 * thread.
 */
public final class HttpStateUpstreams implements StateUpstreams {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** The service's code for a credential whose run has ended or lost its lease. */
    private static final String RUN_OVER = "RUN_OVER";

    private final HttpClient http;
    private final URI ledger;
    private final Supplier<String> token;
    private final Duration timeout;

    /**
     * @param ledger base address of the state service
     * @param token the worker's, read for each request, so that it can be rotated
     * @param timeout for one request up to the head of its answer, and for each further part of
     *     that; what takes longer is asked for or sent again
     */
    public HttpStateUpstreams(
            HttpClient http, URI ledger, Supplier<String> token, Duration timeout) {
        this.http = http;
        this.ledger = ledger;
        this.token = token;
        this.timeout = timeout;
    }

    @Override
    public StateUpstream open(StateAccess access) {
        return new OverHttp(address(access.stack()), access);
    }

    private URI address(StackRef stack) {
        String base = ledger.toString();
        String path =
                Paths.STATE
                        .replace("{tenantId}", stack.tenantId())
                        .replace("{incarnation}", Integer.toString(stack.incarnation()))
                        .replace("{stack}", stack.stack());
        return URI.create(
                (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }

    private final class OverHttp implements StateUpstream {

        private final URI address;
        private final StateAccess access;

        OverHttp(URI address, StateAccess access) {
            this.address = address;
            this.access = access;
        }

        private HttpRequest.Builder request(String bearer) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(address)
                            .timeout(timeout)
                            .header("Authorization", "Bearer " + bearer);
            String leaseId = access.leaseId();
            return leaseId == null ? request : request.header(Paths.LEASE_HEADER, leaseId);
        }

        @Override
        public StateRead get() {
            String credential = access.credential();
            String bearer = credential == null ? token.get() : credential;
            try {
                HttpResponse<byte[]> response =
                        WholeAnswer.to(http, request(bearer).GET().build(), timeout);
                int status = response.statusCode();
                if (status == 204 || status == 404) {
                    return new StateRead.Absent();
                }
                if (status == 200) {
                    return response.body().length == 0
                            ? new StateRead.Absent()
                            : new StateRead.Found(response.body());
                }
                Trouble trouble = Trouble.of(status);
                if (credential == null && unknown(status)) {
                    trouble = Trouble.OUTAGE;
                }
                if (trouble != Trouble.REFUSAL) {
                    return new StateRead.Failed(trouble, "HTTP " + status);
                }
                Said said = said(response);
                return new StateRead.Refused(status, said.code(), said.reason());
            } catch (IOException e) {
                return new StateRead.Failed(Trouble.OUTAGE, e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new StateRead.Failed(Trouble.OUTAGE, "interrupted");
            }
        }

        @Override
        public StateWrite post(byte[] state, String contentMd5) {
            String credential = access.credential();
            if (credential == null) {
                return handIn(state, contentMd5);
            }
            StateWrite write = post(state, contentMd5, credential);
            return write instanceof StateWrite.Refused refused && isOver(refused)
                    ? handIn(state, contentMd5)
                    : write;
        }

        /**
         * By the worker's token. Where that is not taken the worker is misconfigured, not fenced:
         * its runs wait, as they do when the service is away, and the state stays in the spool.
         */
        private StateWrite handIn(byte[] state, String contentMd5) {
            StateWrite write = post(state, contentMd5, token.get());
            return write instanceof StateWrite.Refused refused && unknown(refused.status())
                    ? new StateWrite.Failed(Trouble.OUTAGE, "HTTP " + refused.status())
                    : write;
        }

        private StateWrite post(byte[] state, String contentMd5, String bearer) {
            HttpRequest post =
                    request(bearer)
                            .header("Content-Type", "application/json")
                            .header("Content-MD5", contentMd5)
                            .POST(HttpRequest.BodyPublishers.ofByteArray(state))
                            .build();
            try {
                HttpResponse<byte[]> response = WholeAnswer.to(http, post, timeout);
                int status = response.statusCode();
                if (status >= 200 && status < 300) {
                    return new StateWrite.Accepted();
                }
                Trouble trouble = Trouble.of(status);
                if (trouble != Trouble.REFUSAL) {
                    return new StateWrite.Failed(trouble, "HTTP " + status);
                }
                Said said = said(response);
                return new StateWrite.Refused(status, said.code(), said.reason());
            } catch (IOException e) {
                return new StateWrite.Failed(Trouble.OUTAGE, e.toString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new StateWrite.Failed(Trouble.OUTAGE, "interrupted");
            }
        }
    }

    private static boolean unknown(int status) {
        return status == 401 || status == 403;
    }

    /** The run's right is over, or nothing is known of it any more. */
    private static boolean isOver(StateUpstream.StateWrite.Refused refused) {
        return refused.status() == 401 || refused.code().equals(RUN_OVER);
    }

    private static Said said(HttpResponse<byte[]> response) {
        try {
            JsonNode problem = JSON.readTree(response.body());
            return new Said(
                    problem.path("code").asText("HTTP_" + response.statusCode()),
                    problem.path("detail").asText(problem.path("title").asText("")));
        } catch (IOException e) {
            String body = new String(response.body(), StandardCharsets.UTF_8);
            return new Said(
                    "HTTP_" + response.statusCode(),
                    body.substring(0, Math.min(200, body.length())));
        }
    }

    private record Said(String code, String reason) {}
}
