package io.varve.flink.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Ten queries over all 228,738 flights of the sample give what a plain pass over the CSV gives. */
@Timeout(300)
class FlightsSqlIT {

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(4)
              .build());

  @TempDir Path directory;

  private record Flight(LocalDateTime at, int delay, int distance, String from, String to) {

    LocalDate day() {
      return at.toLocalDate();
    }
  }

  /** What is added up of a group. */
  private static final class Totals {
    private long count;
    private long delay;
    private long distance;
    private int least = Integer.MAX_VALUE;
    private int most = Integer.MIN_VALUE;

    void add(Flight flight) {
      count++;
      delay += flight.delay();
      distance += flight.distance();
      least = Math.min(least, flight.delay());
      most = Math.max(most, flight.delay());
    }
  }

  private static Path csv() {
    String file = "examples/src/main/resources/io/varve/examples/flights-2001-01.csv.gz";
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve(file)) ? here.resolve(file) : here.resolveSibling(file);
  }

  private static List<Flight> flights() throws Exception {
    List<Flight> flights = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(csv())), StandardCharsets.UTF_8))) {
      lines.readLine();
      String line;
      while ((line = lines.readLine()) != null) {
        String[] v = line.split(",", -1);
        LocalDateTime at = LocalDateTime.parse(v[0]);
        flights.add(new Flight(at, Integer.parseInt(v[1]), Integer.parseInt(v[2]), v[3], v[4]));
      }
    }
    return flights;
  }

  private List<Flight> flights = List.of();

  /** Returns a line for each group of the flights that are wanted. */
  private List<String> groups(
      Predicate<Flight> wanted, Function<Flight, String> key, Function<Totals, String> shown) {
    Map<String, Totals> groups = new TreeMap<>();
    for (Flight flight : flights) {
      if (wanted.test(flight)) {
        groups.computeIfAbsent(key.apply(flight), made -> new Totals()).add(flight);
      }
    }
    return groups.entrySet().stream()
        .map(group -> "+I[" + group.getKey() + shown.apply(group.getValue()) + "]")
        .sorted()
        .toList();
  }

  @Test
  void tenQueriesAreExact() throws Exception {
    flights = flights();
    assertThat(flights).hasSize(228_738);
    SqlFixture sql = SqlFixture.inBatch();
    sql.run(
        "CREATE TABLE csv (departure STRING, delay INT, distance INT, origin STRING,"
            + " destination STRING) WITH ('connector' = 'filesystem', 'format' = 'csv',"
            + " 'csv.ignore-parse-errors' = 'true', 'path' = '"
            + csv()
            + "')",
        "CREATE TABLE flights (departure TIMESTAMP(0), delay INT, distance INT, origin STRING,"
            + " destination STRING, `day` DATE METADATA VIRTUAL,"
            + " `hour` TIMESTAMP(0) METADATA VIRTUAL) WITH ('connector' = 'varve', 'path' = '"
            + directory.resolve("flights")
            + "', 'time-column' = 'departure', 'segment.target-rows' = '60000')",
        "INSERT INTO flights SELECT CAST(REPLACE(departure, 'T', ' ') AS TIMESTAMP(0)), delay,"
            + " distance, origin, destination FROM csv WHERE departure <> 'departure'");

    wholeColumnsAndGroups(sql);
    conditions(sql);
    distinctAndOrder(sql);
  }

  private void wholeColumnsAndGroups(SqlFixture sql) throws Exception {
    assertThat(
            sql.rows(
                "SELECT COUNT(*), SUM(delay), MIN(delay), MAX(delay), SUM(CAST(distance AS BIGINT))"
                    + " FROM flights"))
        .isEqualTo(
            groups(
                f -> true,
                f -> "",
                t ->
                    t.count + ", " + t.delay + ", " + t.least + ", " + t.most + ", " + t.distance));
    assertThat(
            sql.rows(
                "SELECT origin, COUNT(*), SUM(delay), MIN(delay), MAX(delay) FROM flights"
                    + " GROUP BY origin"))
        .isEqualTo(
            groups(
                f -> true,
                Flight::from,
                t -> ", " + t.count + ", " + t.delay + ", " + t.least + ", " + t.most));
    assertThat(
            sql.rows(
                "SELECT `day`, origin, SUM(delay), SUM(distance) FROM flights"
                    + " GROUP BY `day`, origin"))
        .isEqualTo(
            groups(
                f -> true,
                f -> f.day() + ", " + f.from(),
                t -> ", " + t.delay + ", " + t.distance));
    assertThat(
            sql.rows(
                "SELECT `day`, COUNT(*), MAX(delay) FROM flights WHERE delay > 60 GROUP BY `day`"))
        .isEqualTo(
            groups(f -> f.delay() > 60, f -> "" + f.day(), t -> ", " + t.count + ", " + t.most));
    assertThat(sql.rows("SELECT `hour`, SUM(distance), COUNT(*) FROM flights GROUP BY `hour`"))
        .isEqualTo(
            groups(
                f -> true,
                f -> "" + f.at().truncatedTo(ChronoUnit.HOURS),
                t -> ", " + t.distance + ", " + t.count));
    assertThat(sql.rows("SELECT destination, AVG(delay) FROM flights GROUP BY destination"))
        .isEqualTo(groups(f -> true, Flight::to, t -> ", " + t.delay / t.count));
  }

  private void conditions(SqlFixture sql) throws Exception {
    assertThat(
            sql.rows(
                "SELECT origin, destination, SUM(delay), COUNT(*) FROM flights"
                    + " WHERE origin IN ('ATL', 'ORD') AND distance BETWEEN 500 AND 1000"
                    + " GROUP BY origin, destination"))
        .isEqualTo(
            groups(
                f ->
                    (f.from().equals("ATL") || f.from().equals("ORD"))
                        && f.distance() >= 500
                        && f.distance() <= 1000,
                f -> f.from() + ", " + f.to(),
                t -> ", " + t.delay + ", " + t.count));
    assertThat(
            sql.rows(
                "SELECT origin, SUM(delay) FROM flights"
                    + " WHERE departure >= TIMESTAMP '2001-01-08 12:30:00' AND origin LIKE 'S%'"
                    + " GROUP BY origin HAVING COUNT(*) > 0"))
        .isEqualTo(
            groups(
                f ->
                    !f.at().isBefore(LocalDateTime.of(2001, 1, 8, 12, 30))
                        && f.from().startsWith("S"),
                Flight::from,
                t -> ", " + t.delay));
  }

  private void distinctAndOrder(SqlFixture sql) throws Exception {
    assertThat(sql.rows("SELECT COUNT(DISTINCT origin), COUNT(DISTINCT destination) FROM flights"))
        .containsExactly("+I[" + distinct(Flight::from) + ", " + distinct(Flight::to) + "]");
    assertThat(
            sql
                .run(
                    "SELECT origin, COUNT(*) AS n, MIN(delay) FROM flights GROUP BY origin"
                        + " ORDER BY n DESC, origin LIMIT 5")
                .stream()
                .map(String::valueOf))
        .isEqualTo(busiest());
  }

  private long distinct(Function<Flight, String> of) {
    return flights.stream().map(of).distinct().count();
  }

  private List<String> busiest() {
    Map<String, Totals> groups = new TreeMap<>();
    flights.forEach(f -> groups.computeIfAbsent(f.from(), made -> new Totals()).add(f));
    Stream<Map.Entry<String, Totals>> order =
        groups.entrySet().stream()
            .sorted(
                Comparator.comparingLong((Map.Entry<String, Totals> g) -> -g.getValue().count)
                    .thenComparing(Map.Entry::getKey));
    return order
        .limit(5)
        .map(g -> "+I[" + g.getKey() + ", " + g.getValue().count + ", " + g.getValue().least + "]")
        .toList();
  }
}
