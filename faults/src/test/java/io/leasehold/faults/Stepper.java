package io.leasehold.faults;

import java.io.IOException;

/** A program that takes its steps and says so. */
public final class Stepper {

    private Stepper() {}

    /** Says when it takes a step of its own. */
    static final class Keeper {
        String enter(String phase) {
            System.out.println("in " + phase);
            if (phase.equals("NEITHER")) {
                return "early";
            }
            return phase;
        }
    }

    /** Takes PLANNING once and APPLYING twice; that only when told to, if the first is aside. */
    public static void main(String[] args) throws IOException {
        Keeper keeper = new Keeper();
        if (args[0].equals("aside")) {
            Thread.ofVirtual().start(() -> take(keeper, "PLANNING"));
            System.in.read();
        } else {
            take(keeper, "PLANNING");
        }
        for (String phase : new String[] {"NEITHER", "APPLYING", "APPLYING"}) {
            take(keeper, phase);
        }
    }

    private static void take(Keeper keeper, String phase) {
        System.out.println("to " + phase);
        System.out.println("out " + keeper.enter(phase));
    }
}
