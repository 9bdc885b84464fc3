package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.schema.TableDefinition;
import io.varve.testkit.TestJob;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that came after a bill, of days that it covered: those and no others. */
class LateCommandTest {

  @TempDir Path directory;
  private TestJob job;
  private Path path = Path.of("");

  @BeforeEach
  void start() throws IOException {
    path = directory.resolve("usage");
    job = TestJob.start(path, TableDefinition.builder(UsageTable.SCHEMA).build(), 1);
  }

  @AfterEach
  void close() throws IOException {
    job.close();
  }

  private void add(String id, String time) throws IOException {
    job.add(
        row -> {
          row.setTimestamp(0, Instant.parse(time).toEpochMilli(), 0);
          row.setString(1, id);
        });
  }

  private long commit(boolean seal, String watermark) throws IOException {
    return job.commit(seal, Instant.parse(watermark).toEpochMilli());
  }

  private List<String> late(Object... since) {
    Object[] args = new Object[since.length + 6];
    Object[] fixed = {"late", path, "--columns", "id", "-o", "csv"};
    System.arraycopy(fixed, 0, args, 0, fixed.length);
    System.arraycopy(since, 0, args, fixed.length, since.length);
    CommandRun run = CommandRun.of(args);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out().lines().skip(1).sorted().toList();
  }

  @Test
  void whatEachBillMissedIsListed() throws IOException {
    add("a1", "2026-05-01T10:00:00Z");
    add("a2", "2026-05-02T10:00:00Z");
    long first = commit(true, "2026-05-02T12:00:00Z"); // the first of May is billed
    assertThat(late("--since", first)).isEmpty();

    add("late1", "2026-05-01T23:59:59.999Z");
    add("open1", "2026-05-02T00:00:00Z");
    add("open2", "2026-05-02T11:00:00Z"); // behind the watermark, but of a day that was open
    long second = commit(false, "2026-05-03T12:00:00Z"); // the second as well
    CommandRun tagged = CommandRun.of("tag", path, "bill-2", "--commit", second);
    assertThat(tagged.exitCode()).as(tagged.err()).isZero();
    assertThat(late("--since", first)).containsExactly("late1");
    assertThat(late("--since", first, "--bucket", "hour"))
        .containsExactly("late1", "open1", "open2");

    add("late2", "2026-05-02T23:00:00Z");
    add("late3", "2026-05-01T00:00:00Z");
    add("open3", "2026-05-03T01:00:00Z");
    commit(true, "2026-05-03T13:00:00Z");
    assertThat(late("--since-tag", "bill-2")).containsExactly("late2", "late3");
    assertThat(late("--since", first)).containsExactly("late1", "late3");
  }
}
