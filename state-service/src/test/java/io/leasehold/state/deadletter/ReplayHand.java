package io.leasehold.state.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leasehold.ledger.api.ReplayAbortRequest;
import io.leasehold.ledger.api.ReplayItemView;
import io.leasehold.ledger.api.ReplayOrder;
import io.leasehold.ledger.api.ReplayPlan;
import io.leasehold.ledger.api.ReplayResumeRequest;
import io.leasehold.ledger.api.ReplayStep;
import io.leasehold.ledger.api.ReplayStepRequest;
import io.leasehold.ledger.api.ReplayView;
import io.leasehold.state.Ledger;
import io.leasehold.state.problem.Refusal;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What an operator does with replays, for tests. */
@ApplicationScoped
class ReplayHand {
    private final Letters letters;
    private final ReplayDesk desk;
    private final ReplaySteps steps;
    private final ReplayViews views;

    ReplayHand(Letters letters, ReplayDesk desk, ReplaySteps steps, ReplayViews views) {
        this.letters = letters;
        this.desk = desk;
        this.steps = steps;
        this.views = views;
    }

    /** Letters of runs of so many tenants, in the order of their turns. */
    List<String> failed(int many) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            ids.add(letters.ofRun(Letters.tenant(), "CONFIG"));
        }
        return ids.stream().sorted().toList();
    }

    /** The letter of an event that would be taken in now. */
    String event(String tenant) {
        return letters.ofEvent(
                tenant,
                Letters.event(tenant).getBytes(UTF_8),
                Letters.envelope("created"),
                "was refused",
                true);
    }

    String begin(List<String> ids, boolean representative) {
        return Objects.requireNonNull(order(ids, representative, true).replay()).id();
    }

    ReplayPlan order(List<String> ids, boolean representative, boolean execute) {
        return order(
                new ReplayOrder(
                        ids, null, 100, representative, 20, false, execute, "the cause is gone"));
    }

    ReplayPlan order(ReplayOrder order) {
        return Ledger.await(() -> desk.order("ann", order));
    }

    ReplayStep step(String replay, String driver) {
        return Ledger.await(() -> steps.step("ann", replay, new ReplayStepRequest(driver, false)));
    }

    void letGo(String replay, String driver) {
        Ledger.await(() -> steps.step("ann", replay, new ReplayStepRequest(driver, true)));
    }

    void resume(String replay, boolean representative) {
        Ledger.await(() -> desk.resume("ann", replay, new ReplayResumeRequest(representative)));
    }

    ReplayView abort(String replay) {
        return Ledger.await(
                () -> desk.abort("ann", replay, new ReplayAbortRequest("it was of no use")));
    }

    /** The letter whose turn a step found. */
    ReplayItemView did(ReplayStep step) {
        ReplayItemView did = step.did();
        assertThat(did).as("what was done; waits: %s", step.waits()).isNotNull();
        return Objects.requireNonNull(did);
    }

    List<String> status(List<String> ids) {
        return ids.stream().map(letters::status).toList();
    }

    List<ReplayItemView> items(String replay) {
        return Ledger.await(() -> views.items(replay, 0, 100)).items();
    }

    List<ReplayItemView> history(String letter) {
        return Ledger.await(() -> views.ofLetter(letter, null, 100)).items();
    }

    static void refused(String code, Runnable act) {
        assertThatThrownBy(act::run)
                .isInstanceOfSatisfying(Refusal.class, r -> assertThat(r.code()).isEqualTo(code));
    }
}
