package io.varve.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.cli.Varve;
import io.varve.io.FencedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.testutils.CommonTestUtils;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.apache.flink.util.ExceptionUtils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * I1, I6: every command of {@code varve} on the table of a streaming job that writes all the while
 * and may never fail. Each answer is that of one commit: the events 1, 2, 3 … up to some event,
 * without those that were deleted, with the rows that were loaded.
 */
@Timeout(300)
class CommandsBesideJobIT {

  /** Ids of loaded rows begin here. */
  private static final long GUESTS = 1_000_000_000L;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir Path directory;

  /** Ids that must not be seen. */
  private final TreeSet<Long> removed = new TreeSet<>();

  /** Ids of loaded rows that must be seen. */
  private final TreeSet<Long> loaded = new TreeSet<>();

  private Path table = Path.of("");
  private @Nullable JobClient running;

  @AfterEach
  void stop() throws Exception {
    JobClient job = running;
    if (job != null && !job.getJobStatus().get(20, TimeUnit.SECONDS).isGloballyTerminalState()) {
      job.cancel().get(20, TimeUnit.SECONDS);
    }
  }

  /** What a command printed, in CSV, and how it ended. */
  private record Run(int exitCode, String out, String err) {

    List<String> rows() {
      return out.lines().skip(1).toList();
    }

    String cell(int row, int column) {
      return rows().get(row).split(",", -1)[column];
    }
  }

  private static Run run(Object... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Varve.commandLine();
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
    int exitCode = line.execute(Arrays.stream(words).map(String::valueOf).toArray(String[]::new));
    return new Run(exitCode, out.toString(), err.toString());
  }

  private static Run ok(Object... words) {
    Run run = run(words);
    assertThat(run.exitCode()).as(Arrays.toString(words) + run.out() + run.err()).isZero();
    return run;
  }

  private Run csv(String command, Object... words) {
    Object[] all = new Object[words.length + 4];
    all[0] = command;
    all[1] = table;
    System.arraycopy(words, 0, all, 2, words.length);
    all[all.length - 2] = "-o";
    all[all.length - 1] = "csv";
    return ok(all);
  }

  private long newest() {
    return Long.parseLong(csv("commits", "--limit", 1).cell(0, 0));
  }

  private void awaitCommitsAfter(long commit, int count) throws Exception {
    CommonTestUtils.waitUtil(
        () -> newest() >= commit + count,
        Duration.ofSeconds(30),
        Duration.ofMillis(20),
        "the job did not commit");
  }

  private JobClient start() throws Exception {
    table = directory.resolve("numbers");
    JobClient job = NumbersJob.start(table);
    running = job;
    CommonTestUtils.waitUtil(
        () -> Files.exists(table.resolve("HEAD")) && newest() >= 8,
        Duration.ofSeconds(30),
        Duration.ofMillis(20),
        "the job did not commit");
    return job;
  }

  private void requireUndisturbed(JobClient job) throws Exception {
    assertThat(job.getJobStatus().get(20, TimeUnit.SECONDS)).isEqualTo(JobStatus.RUNNING);
    assertThat(NumbersJob.emitted(table).starts).hasValue(1);
  }

  private TreeSet<Long> idsAt(Path of, Object... commit) {
    Object[] words = new Object[commit.length + 4];
    words[0] = "export";
    words[1] = of;
    words[2] = "--columns";
    words[3] = "id";
    System.arraycopy(commit, 0, words, 4, commit.length);
    List<String> rows = ok(words).rows();
    TreeSet<Long> ids =
        rows.stream().map(Long::valueOf).collect(Collectors.toCollection(TreeSet::new));
    assertThat(ids).as("each row once").hasSize(rows.size());
    return ids;
  }

  /** Compares what every reading command says of one commit with what the job and we did. */
  private void checkNewest() {
    long commit = newest();
    TreeSet<Long> ids = idsAt(table, "--commit", commit);
    TreeSet<Long> ofJob = new TreeSet<>(ids.headSet(GUESTS));
    long last = ofJob.last();
    List<Long> expected =
        LongStream.rangeClosed(1, last).filter(id -> !removed.contains(id)).boxed().toList();
    assertThat(ofJob).as("events at commit " + commit).containsExactlyElementsOf(expected);
    assertThat(ids.tailSet(GUESTS)).containsExactlyElementsOf(loaded);
    assertThat(last).isLessThanOrEqualTo(NumbersJob.emitted(table).last.get());

    Run total = csv("rollup", "--agg", "count,sum(id),max(id)", "--commit", commit);
    long sum = ids.stream().mapToLong(Long::longValue).sum();
    assertThat(total.rows()).containsExactly(ids.size() + "," + sum + "," + ids.last());
    Run some = csv("query", "--where", "key = 'key-3'", "--limit", 1_000_000, "--commit", commit);
    assertThat(some.rows()).hasSize((int) ids.stream().filter(id -> id % 7 == 3).count());
    assertThat(csv("get", last, "--commit", commit).rows()).hasSize(1);
  }

  @Test
  void everyCommandLeavesTheJobAlone() throws Exception {
    JobClient job = start();
    checkNewest();
    look();
    keepAndLoad();
    requireUndisturbed(job);
    change();
    requireUndisturbed(job);
    awaitCommitsAfter(newest(), 5);
    remove();
    requireUndisturbed(job);
    keepSmallAndBackUp();
    awaitCommitsAfter(newest(), 5);
    requireUndisturbed(job);
    checkNewest();

    job.stopWithSavepoint(
            false, directory.resolve("savepoints").toString(), SavepointFormatType.CANONICAL)
        .get(30, TimeUnit.SECONDS);
    TreeSet<Long> ids = idsAt(table);
    long last = NumbersJob.emitted(table).last.get();
    TreeSet<Long> all =
        LongStream.rangeClosed(1, last).boxed().collect(Collectors.toCollection(TreeSet::new));
    all.removeAll(removed);
    all.addAll(loaded);
    assertThat(ids).isEqualTo(all);
    assertThat(NumbersJob.emitted(table).starts).hasValue(1);
    assertThat(ok("verify", table, "--deep").err()).contains("no damage");
  }

  private void look() {
    assertThat(csv("inspect").out()).contains("\nid,int64,false,2,id,");
    Run files = csv("inspect", "--files");
    assertThat(files.rows()).isNotEmpty();
    assertThat(csv("stats").out()).contains("\ntotal,");
    assertThat(csv("health", "--max-age", "PT1M").out()).contains("newest commit,ok,");
    long commit = newest();
    assertThat(csv("commits", "--limit", 3).rows()).hasSize(3);
    assertThat(csv("diff", commit - 2, commit).rows()).isNotEmpty();
    assertThat(csv("late", "--since", commit - 1).rows()).isEmpty();
    assertThat(csv("verify").rows()).isEmpty();
    assertThat(csv("verify", "--deep").rows()).isEmpty();
    assertThat(run("get", table, -5).exitCode()).isEqualTo(5);
    assertThat(ok("completion").out()).contains("complete -F");
  }

  /** A tag, and rows that come by a load, all at once. */
  private void keepAndLoad() throws IOException {
    csv("tag", "kept");
    TreeSet<Long> then = idsAt(table, "--tag", "kept");
    StringBuilder rows = new StringBuilder("time,id,key,amount\n");
    for (long id = GUESTS; id < GUESTS + 700; id++) {
      rows.append("2026-03-01 00:00:00,").append(id).append(",key-").append(id % 7).append(",1\n");
      loaded.add(id);
    }
    Path file = directory.resolve("guests.csv");
    Files.writeString(file, rows);
    assertThat(csv("load", file).cell(0, 0)).isEqualTo("700");
    checkNewest();
    assertThat(idsAt(table, "--tag", "kept")).isEqualTo(then);
    csv("tag", "kept", "--remove");
    assertThat(run("tag", table, "kept", "--remove").exitCode()).isEqualTo(5);
  }

  /** A column and options, which the job takes up, and a column that goes. */
  private void change() throws Exception {
    long before = newest();
    csv("alter", "--add", "origin string not null default 'web'", "--why", "asked for");
    csv("alter", "--set", "segment.target-rows=5000");
    awaitCommitsAfter(before + 2, 3);
    checkNewest();
    assertThat(csv("rollup", "--where", "origin <> 'web'").cell(0, 0)).isEqualTo("0");
    assertThat(run("alter", table, "--drop", "origin").exitCode()).isEqualTo(4);
    csv("alter", "--drop", "origin", "--yes");
  }

  /** Deletes by id and filter, erasure, and what is too old. */
  private void remove() throws Exception {
    csv("delete", "--id", "101,103", "--yes", "--why", "request 1");
    removed.addAll(List.of(101L, 103L));
    assertThat(run("delete", table, "--where", "id < 200").exitCode()).isEqualTo(4);
    csv("delete", "--where", "id >= 150 AND id < 180 OR id = " + GUESTS, "--yes");
    LongStream.range(150, 180).forEach(removed::add);
    loaded.remove(GUESTS);
    checkNewest();

    Run erased = run("erase", table, "--where", "id >= 200 AND id < 240", "--yes", "-o", "json");
    LongStream.range(200, 240).forEach(removed::add);
    boolean reached = erased.out().contains("\"notReached\":[]");
    assertThat(erased.exitCode()).as(erased.out() + erased.err()).isEqualTo(reached ? 0 : 3);
    checkNewest();

    csv("gc", "--before", NumbersJob.timeOf(50), "--yes");
    LongStream.range(1, 50).forEach(removed::add);
    checkNewest();
  }

  private void keepSmallAndBackUp() throws Exception {
    csv("merge", "--target-rows", 100_000);
    csv("expire", "--history", "PT1S", "--min-commits", 3, "--yes");
    csv("orphans");
    csv("orphans", "--remove", "--yes");
    checkNewest();

    Path backup = directory.resolve("backup");
    long commit = Long.parseLong(ok("checkpoint", table, backup, "-o", "csv").cell(0, 0));
    TreeSet<Long> kept = idsAt(backup);
    Path restored = directory.resolve("restored");
    ok("restore", backup, restored);
    awaitCommitsAfter(commit, 3);
    assertThat(idsAt(restored)).isEqualTo(kept);
    csv("expire", "--history", "PT0.1S", "--min-commits", 1, "--yes");
    assertThat(idsAt(backup)).isEqualTo(kept);
    assertThat(idsAt(table)).containsAll(kept);
    assertThat(csv("verify", "--deep").rows()).isEmpty();
  }

  /** What is truncated stays away while the job goes on; a rewind brings it back, and fences it. */
  @Test
  void truncateGoesOnAndRewindFences() throws Exception {
    JobClient job = start();
    long before = newest();
    TreeSet<Long> then = idsAt(table, "--commit", before);
    assertThat(run("truncate", table, "--all").exitCode()).isEqualTo(4);
    long truncated = Long.parseLong(csv("truncate", "--all", "--yes").cell(0, 1));
    long last = idsAt(table, "--commit", truncated - 1).last();
    awaitCommitsAfter(truncated, 3);
    TreeSet<Long> after = idsAt(table);
    assertThat(after)
        .containsExactlyElementsOf(LongStream.rangeClosed(last + 1, after.last()).boxed().toList());
    requireUndisturbed(job);

    csv("rewind", before, "--dry-run");
    requireUndisturbed(job);
    csv("rewind", before, "--yes");

    assertThatThrownBy(() -> job.getJobExecutionResult().get(40, TimeUnit.SECONDS))
        .satisfies(
            failure ->
                assertThat(ExceptionUtils.findThrowable(failure, FencedException.class))
                    .as(ExceptionUtils.stringifyException(failure))
                    .hasValueSatisfying(
                        fenced ->
                            assertThat(fenced)
                                .hasMessageContaining(System.getProperty("user.name"))
                                .hasMessageContaining("submit")));
    assertThat(job.getJobStatus().get(20, TimeUnit.SECONDS)).isEqualTo(JobStatus.FAILED);
    assertThat(NumbersJob.emitted(table).starts).hasValue(1);
    assertThat(idsAt(table)).isEqualTo(then);
    assertThat(ok("verify", table, "--deep").err()).contains("no damage");
  }
}
