/**
 * Holds the deployment files against the services: every file parses strictly, what they name
 * exists, and every setting is one that a service has. Reads files and compiled classes only.
 */
@NullMarked
package io.leasehold.it.deployment;

import org.jspecify.annotations.NullMarked;
