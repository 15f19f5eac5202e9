# syntax=docker/dockerfile:1
# The provisioner in all its roles: intake, publisher, runner. Build context: the checkout.
#
# OpenTofu comes from its own published image. To take a program of yours instead (it must be statically linked), put it
# below docker/ and build with --build-arg TOFU_FROM=local --build-arg TOFU_BINARY=docker/tofu

ARG TOFU_VERSION=1.12.6
ARG TOFU_FROM=image

FROM ghcr.io/opentofu/opentofu:${TOFU_VERSION}-minimal AS tofu-image

FROM scratch AS tofu-local
ARG TOFU_BINARY=docker/tofu
COPY --chmod=0755 ${TOFU_BINARY} /usr/local/bin/tofu

FROM tofu-${TOFU_FROM} AS tofu

# Providers and the door are built as the launcher builds them, from the same pins.
FROM golang:1.26.8-bookworm AS tools
COPY --from=tofu /usr/local/bin/tofu /usr/local/bin/tofu
WORKDIR /src
COPY leasehold ./
COPY tools/ tools/
COPY door/ door/
RUN --mount=type=cache,target=/root/.cache/go-build --mount=type=cache,target=/go/pkg/mod \
    LEASEHOLD_CACHE=/out LEASEHOLD_TOFU=/usr/local/bin/tofu ./leasehold tools

FROM eclipse-temurin:25-jdk-noble AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    ./mvnw -B -ntp -q -Dquick -Dmaven.test.skip=true -pl provisioner -am package

FROM eclipse-temurin:25-jre-noble
RUN apt-get update \
    && apt-get install -y --no-install-recommends bubblewrap util-linux ca-certificates tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /app leasehold \
    && install -d -o 10001 -g 10001 -m 0711 /var/lib/leasehold
COPY --from=tofu /usr/local/bin/tofu /opt/leasehold/bin/tofu
COPY --from=tools /out/bin/leasehold-door /opt/leasehold/bin/leasehold-door
COPY --from=tools /out/providers/ /opt/leasehold/providers/
WORKDIR /app
# The layers that seldom change come first.
COPY --from=build /src/provisioner/target/quarkus-app/lib/ lib/
COPY --from=build /src/provisioner/target/quarkus-app/quarkus/ quarkus/
COPY --from=build /src/provisioner/target/quarkus-app/app/ app/
COPY --from=build /src/provisioner/target/quarkus-app/quarkus-run.jar ./
COPY docker/healthy /usr/local/bin/healthy
USER 10001
ENV LC_ALL=C.UTF-8 \
    QUARKUS_HTTP_HOST=0.0.0.0 \
    LEASEHOLD_TOFU_BINARY=/opt/leasehold/bin/tofu \
    LEASEHOLD_TOFU_PROVIDERS=/opt/leasehold/providers \
    LEASEHOLD_SANDBOX_DOOR_BINARY=/opt/leasehold/bin/leasehold-door
EXPOSE 8081
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["healthy", "8081"]
# Processes of runs whose parent died come to the first process, which has to bury them: tini does, a JVM does not.
ENTRYPOINT ["tini", "--", "java", "-XX:MaxRAMPercentage=60", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-jar", "quarkus-run.jar"]
