# syntax=docker/dockerfile:1
# The operators' commands, for machines without a JDK. Build context: the checkout.

FROM eclipse-temurin:25-jdk-noble AS build
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.m2 \
    ./mvnw -B -ntp -q -Dquick -Dmaven.test.skip=true -pl cli -am package

FROM eclipse-temurin:25-jre-noble
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /app leasehold
WORKDIR /app
COPY --from=build /src/cli/target/lib/ lib/
COPY --from=build /src/cli/target/cli.jar ./
USER 10001
ENTRYPOINT ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-cp", "cli.jar:lib/*", "io.leasehold.cli.Main"]
