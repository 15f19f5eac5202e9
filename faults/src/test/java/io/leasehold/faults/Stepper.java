package io.leasehold.faults;

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

    /** Takes PLANNING once and APPLYING twice. */
    public static void main(String[] args) {
        Keeper keeper = new Keeper();
        for (String phase : new String[] {"PLANNING", "NEITHER", "APPLYING", "APPLYING"}) {
            System.out.println("to " + phase);
            System.out.println("out " + keeper.enter(phase));
        }
    }
}
