package io.leasehold.demo;

import io.leasehold.embedded.platform.PlatformSystem;
import java.util.List;

/** Kills services where the command line said so, and starts them again. */
final class Disturbance {
    private final PlatformSystem system;
    private final Screen screen;
    private final List<DemoOptions.Kill> kills;

    Disturbance(PlatformSystem system, Screen screen, List<DemoOptions.Kill> kills) {
        this.system = system;
        this.screen = screen;
        this.kills = List.copyOf(kills);
    }

    /** Does what was ordered for this point; returns when the services are ready again. */
    void reached(DemoOptions.Point point) {
        for (DemoOptions.Kill kill : kills) {
            if (kill.point() == point) {
                screen.line("chaos", "kill -9 " + kill.service().label());
                system.kill(kill.service());
                system.restart(kill.service());
                screen.line("chaos", kill.service().label() + " is started again");
            }
        }
    }
}
