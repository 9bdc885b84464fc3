package io.varve.flink.sink;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a reporter of Flink's sees of a job. */
@Timeout(300)
class SinkMetricsIT {

  private static final int ROWS = 1500;
  private static final Path PAGE = Path.of("..", "docs", "metrics.md");
  private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `([A-Za-z]+)` \\|");
  private static final List<String> STANDARD =
      List.of("numRecordsSend", "numBytesSend", "numRecordsSendErrors", "currentSendTime");

  /** Without these nobody can tell whether the sink keeps up, and whether its table stays small. */
  private static final List<String> OWED =
      List.of(
          "secondsSinceLastCommit",
          "visibleLagMs",
          "tailRows",
          "tailBytes",
          "sealTimeMicros",
          "barrierTimeMicros",
          "fsyncTimeMicros",
          "bufferedBytes",
          "files",
          "orphanBytes",
          "partitionSkew",
          "requestsPerCheckpoint");

  private static final InMemoryReporter REPORTER = InMemoryReporter.createWithRetainedMetrics();

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .setConfiguration(REPORTER.addToConfiguration(new Configuration()))
              .build());

  @TempDir Path directory;

  private JobClient run(List<Fault> faults) throws Exception {
    Faults.plan(directory, faults);
    JobClient job = EventJob.of(directory, true, ROWS, 150).start();
    job.getJobExecutionResult().get(240, TimeUnit.SECONDS);
    return job;
  }

  /**
   * The metrics of one operator.
   *
   * @param byName of all its subtasks and attempts
   * @param own the names of those that are Varve's own
   */
  private record Metrics(Map<String, List<Metric>> byName, Set<String> own) {

    static Metrics of(JobClient job, String operator) {
      Metrics metrics = new Metrics(new TreeMap<>(), new TreeSet<>());
      REPORTER
          .getMetricsByGroup()
          .forEach(
              (group, members) -> {
                Map<String, String> scope = group.getAllVariables();
                if (job.getJobID().toString().equals(scope.get("<job_id>"))
                    && ("Sink: " + operator).equals(scope.get("<operator_name>"))) {
                  metrics.add(group, members);
                }
              });
      return metrics;
    }

    private void add(MetricGroup group, Map<String, Metric> members) {
      members.forEach(
          (name, metric) -> byName.computeIfAbsent(name, none -> new ArrayList<>()).add(metric));
      if (List.of(group.getScopeComponents()).contains(WriterMetrics.GROUP)) {
        own.addAll(members.keySet());
      }
    }

    List<Metric> get(String name) {
      return requireNonNull(byName.get(name), name);
    }

    long sum(String name) {
      return get(name).stream()
          .mapToLong(
              metric ->
                  metric instanceof Counter counter
                      ? counter.getCount()
                      : ((Number) ((Gauge<?>) metric).getValue()).longValue())
          .sum();
    }
  }

  private static void requireTimes(List<Metric> histograms) {
    long count = 0;
    for (Metric metric : histograms) {
      Histogram histogram = (Histogram) metric;
      HistogramStatistics statistics = histogram.getStatistics();
      assertThat(statistics.getMin()).isNotNegative();
      assertThat(statistics.getMax()).isLessThan(60_000_000);
      assertThat(statistics.getQuantile(0.99))
          .isBetween((double) statistics.getMin(), (double) statistics.getMax());
      count += histogram.getCount();
    }
    assertThat(count).isPositive();
  }

  @Test
  void tellWhatTheJobDid() throws Exception {
    JobClient job = run(List.of());
    Metrics writer = Metrics.of(job, "Writer");
    Metrics table = Metrics.of(job, "Committer");

    assertThat(writer.sum("numRecordsSend")).isEqualTo(ROWS);
    assertThat(writer.sum("numRecordsSendErrors")).isZero();
    assertThat(writer.sum("lateRows")).isZero();
    long bytes = table.sum("bytes");
    assertThat(writer.sum("numBytesSend")).isGreaterThanOrEqualTo(bytes);
    assertThat(writer.sum("bufferedBytes")).isBetween(0L, 1L << 20);
    assertThat(writer.sum("filesCreated")).isGreaterThanOrEqualTo(table.sum("files"));
    requireTimes(writer.get("barrierTimeMicros"));
    requireTimes(writer.get("sealTimeMicros"));
    requireTimes(writer.get("fsyncTimeMicros"));
    requireTimes(table.get("commitTimeMicros"));

    assertThat(table.sum("rows")).isEqualTo(ROWS);
    assertThat(table.sum("tailRows")).as("the end of input seals").isZero();
    assertThat(table.sum("tailBytes")).isZero();
    assertThat(table.sum("partitions")).isEqualTo(3);
    assertThat(table.sum("lastCommit")).isEqualTo(TableContent.latest(directory).number());
    assertThat(table.sum("secondsSinceLastCommit")).isBetween(0L, 60L);
    assertThat(table.sum("visibleLagMs")).as("no watermark").isEqualTo(-1);
    Double skew = (Double) ((Gauge<?>) table.get("partitionSkew").get(0)).getValue();
    assertThat(skew).isBetween(1.0, 3.0);
  }

  /** A job that is restarted again and again must not look as if it had just committed. */
  @Test
  void aRestartDoesNotSetTheAgeOfTheLastCommitBack() throws Exception {
    JobClient job = run(List.of(Fault.at("ROW 900 ").killing()));
    assertThat(Faults.of(directory.toString()).restarted()).isTrue();
    assertThat(Metrics.of(job, "Committer").get("secondsSinceLastCommit"))
        .allSatisfy(age -> assertThat((Long) ((Gauge<?>) age).getValue()).isBetween(0L, 60L));
  }

  @Test
  void areThoseOfTheirPage() throws Exception {
    JobClient job = run(List.of());
    Metrics writer = Metrics.of(job, "Writer");
    assertThat(writer.byName()).containsKeys(STANDARD.toArray(new String[0]));
    Set<String> registered = new TreeSet<>(STANDARD);
    registered.addAll(writer.own());
    registered.addAll(Metrics.of(job, "Committer").own());
    registered.addAll(Metrics.of(job, "Varve Aggregator").own());
    assertThat(registered).containsAll(OWED);
    assertThat(documented()).isEqualTo(registered);
  }

  private static Set<String> documented() throws IOException {
    Set<String> names = new TreeSet<>();
    Matcher matcher = DOCUMENTED.matcher(Files.readString(PAGE));
    while (matcher.find()) {
      names.add(matcher.group(1));
    }
    return names;
  }
}
