/**
 * The attack suite: modules that attack, run by the real worker in the real sandbox. Every attack
 * is tried twice, as the sandbox is and with the attack's defences left out: the second shows that
 * the first means something.
 */
@NullMarked
package io.leasehold.provisioner.attacks;

import org.jspecify.annotations.NullMarked;
