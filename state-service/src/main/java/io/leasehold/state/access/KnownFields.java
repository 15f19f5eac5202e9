package io.leasehold.state.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.jackson.ObjectMapperCustomizer;
import jakarta.inject.Singleton;

/** Has the fields of what people send looked at. */
@Singleton
public class KnownFields implements ObjectMapperCustomizer {
    @Override
    public void customize(ObjectMapper mapper) {
        mapper.addHandler(new PeoplesBodies.Known());
    }
}
