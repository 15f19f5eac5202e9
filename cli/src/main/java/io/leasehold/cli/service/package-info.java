/** The state service over HTTP: requests, answers, and refusals as exit codes. */
@NullMarked
package io.leasehold.cli.service;

import org.jspecify.annotations.NullMarked;
