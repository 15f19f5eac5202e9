package io.leasehold.events.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.leasehold.events.ErrorCode;

/** What the reader says of records, for tests. */
final class Readings {
    static final String CREATED = "io.leasehold.tenant.created.v1";
    static final EventReader READER = new EventReader();

    private Readings() {}

    static Reading.Accepted accepted(RawRecord record) {
        Reading reading = READER.read(record);
        assertThat(reading).isInstanceOf(Reading.Accepted.class);
        return (Reading.Accepted) reading;
    }

    static Reading.Refused assertRefused(RawRecord record, ErrorCode code) {
        Reading reading = READER.read(record);
        assertThat(reading)
                .asInstanceOf(type(Reading.Refused.class))
                .returns(code, Reading.Refused::code);
        return (Reading.Refused) reading;
    }

    /** A sound event with these fields as its variables. */
    static RawRecord variable(String fields) {
        return Records.created(Records.validData().replace("\"connectionLimit\":20", fields));
    }

    static RawRecord bytes(byte[] value) {
        return Records.record("acme", value, Records.headers(CREATED));
    }
}
