package io.leasehold.provisioner.runner;

import io.leasehold.events.ErrorCode;
import io.leasehold.provisioner.tofu.Diagnostic;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Of what class a failure is, as data: ordered, the first rule that matches an error decides.
 *
 * <p>tofu's own errors have fixed summaries and are known by those alone, since their details tell
 * what people wrote: conditions, expressions, names. What providers say is free text; it is read
 * without what stands in quotes, which is names and values, and as whole words with what surrounds
 * them where a word alone may be part of a name. What nothing matches is honestly {@code UNKNOWN}.
 */
final class FailureRules {

    /** Which part of an error a rule reads. */
    enum Part {
        /** The whole summary. */
        SUMMARY,
        /** Summary and detail, without what is quoted. */
        WORDS,
        /** Summary and detail as they are. */
        TEXT
    }

    /**
     * @param again whether another try may help where the code says it does not
     */
    record Rule(ErrorCode code, Part part, Pattern pattern, boolean again) {}

    /**
     * Codes of an API end so; names that merely contain them, and words in other letters, do not.
     */
    private static final String END = "(?=[:;,.\"')\\]]|\\s|$)(?![\\s]*[=/-])";

    /** Of a resource or of the provider itself: which is asked first is chance. */
    private static final String NO_SCHEMA =
            "failed to read (?:schema for \\S+ in|provider configuration schema for) \\S+: ";

    /** As tofu says that it could not start one, at the beginning: anybody may quote it. */
    private static final String PROVIDER =
            "^(?:"
                    + NO_SCHEMA
                    + "|Failed to load plugin schemas\\n"
                    + "(?:[\\w ]+: )*Could not load the schema for provider \\S+: )?"
                    + "failed to instantiate provider \"[^\"]+\"[\\w ]*: ";

    private static final String STATUS =
            "(?:status ?code:? ?|StatusCode[=:] ?|HTTP(?:/[\\d.]+)?,? (?:error:? ?)?|googleapi: Error"
                    + " |Error: |unexpected status |response status |API error )";

    static final List<Rule> ALL =
            List.of(
                    summary(
                            ErrorCode.STATE_WRITE_FAILED,
                            "Failed to (?:save|persist) state.*|Error (?:saving the state|persisting the"
                                    + " state file)"),
                    // What tofu itself is refused in the sandbox, in its own words: nothing that a
                    // program printed stands between the command, which has no quote, and the end.
                    text(
                            ErrorCode.LIMIT_REACHED,
                            "^local-exec provisioner error\\nError running command '[^']*': fork/exec"
                                    + " [^\\s']+: resource temporarily unavailable\\. Output:\\s*$"
                                    + "|^file provisioner error\\n(?:open|write)"
                                    + " /tmp/tf-file-content\\d+: (?:no space left on device"
                                    + "|file too large)$"),
                    // What others' programs print says nothing of the providers, nor of tofu.
                    summary(
                            ErrorCode.UNKNOWN,
                            "(?:local-exec|remote-exec|file) provisioner error|External Program"
                                    + " Execution Failed"),
                    // Where the plan goes is this worker's disk; a provider's full one is not.
                    text(
                            ErrorCode.WORKER_FAULT,
                            "^Failed to write plan file\\n.*(?:no space left|input/output error"
                                    + "|quota exceeded|read-only file)"),
                    // By the runtime of Go, in tofu's place; a provider that cannot be started; a
                    // plan above the limit of files; and the two providers that write files of the
                    // run's own. Others' full disks are not ours.
                    text(
                            ErrorCode.LIMIT_REACHED,
                            "^"
                                    + Diagnostic.CRASH
                                    + "\\n(?:runtime: out of memory|fatal error:"
                                    + " (?:runtime: )?(?:out of memory|cannot allocate memory)"
                                    + "|runtime: failed to create new OS thread)"
                                    + "|"
                                    + PROVIDER
                                    + "fork/exec \\S+: resource temporarily unavailable\\.?\\s*$"
                                    + "|^Failed to write plan file\\n[^\\n]*: file too large"
                                    + "|^(?:Create local (?:sensitive )?file error|Archive creation"
                                    + " error)\\n.*: (?:open|write|mkdir) /(?:tmp|home/run|dev/shm)/"
                                    + "[^:\\n]*: no space left on device$"),
                    // In whatever its last words are, which may be those of a lost connection.
                    summary(
                            ErrorCode.PROVIDER_CRASHED,
                            "(?:" + NO_SCHEMA + ")?Plugin did not respond.*|Request cancelled"),
                    text(
                            ErrorCode.PROVIDER_CRASHED,
                            PROVIDER
                                    + "|^(?:unrecognized remote plugin message"
                                    + "|plugin exited before we could connect"
                                    + "|plugin process exited)"),
                    text(
                            ErrorCode.LOCK_HELD,
                            "^Error acquiring the state lock\\b.*(?:already locked|Lock Info:)"),
                    summary(
                            ErrorCode.UNKNOWN,
                            "Error (?:acquiring|releasing) the state lock|Error refreshing state"),
                    summary(
                            ErrorCode.STALE_PLAN,
                            "Saved plan is stale|Saved plan does not match the given state"
                                    + "|Can't change.*different state lineage.*"),
                    summary(
                            ErrorCode.EVENTUAL_CONSISTENCY,
                            "Provider produced inconsistent (?:result after apply|final plan)"),
                    summary(
                            ErrorCode.SCHEMA,
                            "Resource instance managed by newer provider version|Failed to decode"
                                    + " resource from state|Provider produced invalid .*|Failed to"
                                    + " upgrade resource state|Invalid resource type|Invalid data"
                                    + " source"),
                    summary(
                            ErrorCode.VALIDATION,
                            "Invalid value for (?:input )?variable|Resource (?:pre|post)condition failed"
                                    + "|Module output value precondition failed|Check block assertion"
                                    + " failed|Invalid Attribute (?:Value|Combination).*"),
                    summary(
                            ErrorCode.CONFIG,
                            "Unsupported (?:argument|block type|attribute|OpenTofu Core version)"
                                    + "|(?:Missing|No value for) required (?:argument|variable)"
                                    + "|Insufficient \\S+ blocks|Reference to undeclared .*"
                                    + "|Invalid (?:reference|expression|index|operand|template .*"
                                    + "|function argument|count argument|for_each argument"
                                    + "|provider configuration|combination of .*"
                                    + "|(?:precondition|postcondition|assert|condition) expression)"
                                    + "|Error in function call|Call to unknown function|Cycle: .*"
                                    + "|Duplicate .*|Unclosed .*|Incorrect attribute value type"
                                    + "|Inconsistent conditional result types|Zero assert blocks"
                                    + "|Output refers to sensitive values|Provider configuration not"
                                    + " present|Resource instance cannot be destroyed|Resource already"
                                    + " managed by OpenTofu|Configuration for import target does not"
                                    + " exist|Missing resource instance key|Argument or block"
                                    + " definition required|OpenTofu encountered problems during"
                                    + " initialization.*"),
                    text(
                            ErrorCode.REGISTRY,
                            "failed to request discovery document|could not connect to registry"
                                    + "|error accessing remote module registry|registry service is"
                                    + " unreachable|failed to retrieve (?:cryptographic signature"
                                    + "|authentication checksums) for provider"),
                    summary(
                            ErrorCode.INIT,
                            "Failed to (?:query available provider packages|install provider.*"
                                    + "|download module)|Required plugins are not installed"
                                    + "|Inconsistent dependency lock file|Could not download module"),
                    words(
                            ErrorCode.THROTTLED,
                            code(
                                            "ThrottlingException|ThrottledException"
                                                    + "|EC2ThrottledException|RequestThrottled"
                                                    + "|RequestThrottledException|RequestLimitExceeded"
                                                    + "|TooManyRequests|TooManyRequestsException"
                                                    + "|BandwidthLimitExceeded|SlowDown|rateLimitExceeded"
                                                    + "|ProvisionedThroughputExceededException"
                                                    + "|PriorRequestNotComplete|RATE_LIMIT_EXCEEDED"
                                                    + "|userRateLimitExceeded"
                                                    + "|TransactionInProgressException")
                                    + "|"
                                    + STATUS
                                    + "429\\b|\\bThrottl(?:ing|ed): |\\b429 too many requests|\\btoo many requests\\b"
                                    + "|\\brate (?:limit )?exceeded\\b"
                                    + "|\\b(?:was|were|been|being|is|are) throttled\\b"
                                    // A server that is full has room again within minutes.
                                    + "|\\btoo many (?:connections|clients already)\\b"
                                    + "|remaining connection slots are reserved"),
                    words(
                            ErrorCode.QUOTA,
                            "(?<!disk )\\bquota ?exceeded\\b"
                                    + "|\\bexceed(?:s|ed|ing)?\\b[^.\\n]{0,80}\\bquotas?\\b"
                                    + "|(?<!disk )\\bquotas?\\b[^.\\n]{0,80}\\bexceeded\\b|"
                                    + code(
                                            "(?:\\w*[a-z])?LimitExceeded(?:Exception|Fault)?"
                                                    + "|\\w*QuotaExceeded(?:Exception|Fault)?"
                                                    + "|ResourceCountExceeded|LimitExceededException"
                                                    + "|ServiceQuotaExceededException")
                                    + "|you have (?:reached|exceeded) (?:the|your) (?:maximum|limit)"
                                    + "|maximum number of [\\w ]{1,60} (?:has been )?(?:reached|exceeded)"),
                    words(
                            ErrorCode.CAPACITY,
                            code("Insufficient\\w*Capacity(?:Exception|Fault|Error)?")
                                    + "|\\binsufficient capacity\\b|ZONE_RESOURCE_POOL_EXHAUSTED"
                                    + "|enough resources available to fulfill"
                                    + "|"
                                    + code(
                                            "SkuNotAvailable|AllocationFailed|ZonalAllocationFailed"
                                                    + "|OverconstrainedAllocationRequest"
                                                    + "|ServerGroupQuorumNotMet")),
                    // The credential's file is read anew for each run.
                    again(
                            ErrorCode.AUTHN,
                            code(
                                            "ExpiredToken|ExpiredTokenException|RequestExpired"
                                                    + "|ExpiredAuthenticationToken")
                                    + "|\\btoken\\b[^.\\n]{0,60}\\b(?:is|has|was) expired\\b"),
                    words(
                            ErrorCode.AUTHN,
                            "\\bpassword authentication failed\\b|not permitted to log in"
                                    + "|no pg_hba\\.conf entry|SASL authentication failed"
                                    + "|no valid credential sources|could not find default credentials"
                                    + "|invalid authentication credentials|\\bcode = Unauthenticated\\b"
                                    + "|\\b401 Unauthorized\\b|\\bAADSTS\\d+|\\binvalid_(?:client|grant)\\b|"
                                    + STATUS
                                    + "401\\b|"
                                    + code(
                                            "InvalidClientTokenId|UnrecognizedClientException"
                                                    + "|InvalidAccessKeyId|SignatureDoesNotMatch"
                                                    + "|AuthFailure|InvalidAuthenticationToken"
                                                    + "|InvalidIdentityToken")),
                    words(
                            ErrorCode.AUTHZ,
                            code(
                                            "AccessDenied|AccessDeniedException|UnauthorizedOperation"
                                                    + "|AuthorizationFailed|PERMISSION_DENIED"
                                                    + "|AuthorizationError")
                                    + "|\\bnot authorized to\\b|\\baccess denied\\b|\\bcode = PermissionDenied\\b"
                                    // Not of a file in the sandbox.
                                    + "|(?<!: )\\bpermission denied (?:for|to)\\b|pq: permission denied"
                                    + "|\\bPermission (?:\"\" )?denied on\\b|\\b403 Forbidden\\b|"
                                    + STATUS
                                    + "403\\b|\\bmust be (?:superuser|owner of)\\b"
                                    + "|\\b(?:topic|cluster|group) authorization failed\\b"
                                    + "|insufficient authentication scopes"),
                    words(
                            ErrorCode.ALREADY_EXISTS,
                            "(?<!\\b(?:if|whether|until|unless)\\b.{0,60})\\balready exists\\b|"
                                    + code(
                                            "\\w*AlreadyExists(?:Exception|Fault)?|BucketAlreadyOwnedByYou"
                                                    + "|ResourceInUseException|InvalidGroup\\.Duplicate"
                                                    + "|ConflictingResourceExists|alreadyExists")),
                    words(
                            ErrorCode.TIMEOUT,
                            "\\btimeout while waiting for\\b|\\btimed out waiting for\\b"),
                    words(
                            ErrorCode.NETWORK,
                            "\\bconnection (?:refused|reset|timed out)\\b|\\bi/o timeout\\b|\\bno such host\\b"
                                    + "|\\bTLS handshake (?:timeout|error)|\\bhandshake failure\\b"
                                    + "|does not look like a TLS handshake|\\bx509: |\\btls: failed to"
                                    + "|\\bSSL is not enabled on the server\\b"
                                    + "|\\b(?:context )?deadline exceeded\\b|\\bClient\\.Timeout exceeded\\b"
                                    + "|\\b(?:network|host) is unreachable\\b|\\bno route to host\\b"
                                    + "|\\bserver misbehaving\\b|temporary failure in name resolution"
                                    + "|\\bbroken pipe\\b|use of closed network connection"
                                    + "|client has run out of available brokers|broker not connected"
                                    + "|\\bunexpected EOF\\b|: EOF\\s*$"),
                    words(
                            ErrorCode.EVENTUAL_CONSISTENCY,
                            "couldn't find resource\\b|\\bfailed to (?:find|read) [^\\n]{0,80} just created"),
                    words(
                            ErrorCode.PROVIDER_5XX,
                            STATUS
                                    + "50[0234]\\b|\\b50[0234] (?:internal server error|bad gateway"
                                    + "|service unavailable|gateway time-?out)"
                                    + "|\\binternal server error\\b|\\bcode = (?:Unavailable|Internal)\\b"
                                    + "|\\bservice (?:is )?(?:temporarily )?unavailable\\b|"
                                    + code(
                                            "InternalFailure|InternalError|InternalServerError"
                                                    + "|ServiceUnavailable|ServiceUnavailableException"
                                                    + "|backendError|ServerBusy")));

    private FailureRules() {}

    private static String code(String names) {
        return "(?<![\\w/-])(?-i:" + names + ")" + END;
    }

    private static Rule summary(ErrorCode code, String pattern) {
        return new Rule(code, Part.SUMMARY, compiled("(?:" + pattern + ")"), false);
    }

    private static Rule words(ErrorCode code, String pattern) {
        return new Rule(code, Part.WORDS, compiled(pattern), false);
    }

    private static Rule again(ErrorCode code, String pattern) {
        return new Rule(code, Part.WORDS, compiled(pattern), true);
    }

    private static Rule text(ErrorCode code, String pattern) {
        return new Rule(code, Part.TEXT, compiled(pattern), false);
    }

    private static Pattern compiled(String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    }
}
