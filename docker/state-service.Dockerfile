# syntax=docker/dockerfile:1
# The state service: HTTP backend, ledger, leases, outbox. Build context: the checkout.

FROM eclipse-temurin:25-jdk-noble AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    ./mvnw -B -ntp -q -Dquick -Dmaven.test.skip=true -pl state-service -am package

FROM eclipse-temurin:25-jre-noble
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /app leasehold
WORKDIR /app
# The layers that seldom change come first.
COPY --from=build /src/state-service/target/quarkus-app/lib/ lib/
COPY --from=build /src/state-service/target/quarkus-app/quarkus/ quarkus/
COPY --from=build /src/state-service/target/quarkus-app/app/ app/
COPY --from=build /src/state-service/target/quarkus-app/quarkus-run.jar ./
COPY docker/healthy /usr/local/bin/healthy
USER 10001
ENV QUARKUS_HTTP_HOST=0.0.0.0
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=3s --start-period=60s --retries=3 CMD ["healthy", "8080"]
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=60", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-jar", "quarkus-run.jar"]
