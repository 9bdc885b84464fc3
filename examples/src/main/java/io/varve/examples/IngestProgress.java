package io.varve.examples;

import io.varve.flink.common.TablePaths;
import io.varve.table.FileCommitLog;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import io.varve.table.protocol.CommitRecord;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.flink.core.execution.JobClient;

/**
 * Tells what becomes visible in a table while a job writes it, from nothing but the table's commit
 * log and the failures that Flink reports. Confined to one thread.
 */
final class IngestProgress {

  private static final long POLL_MILLIS = 100;
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private final TableDirectory table;
  private final FileCommitLog log;
  private final Lines talk;
  private final List<Long> failedAtRows = new ArrayList<>();
  private final List<Long> recoveredFrom = new ArrayList<>();
  private long told;
  private long checkpoints;

  IngestProgress(String table, Lines talk) throws IOException {
    this.table = TableDirectory.open(TablePaths.open(table));
    this.log = new FileCommitLog(this.table.store());
    this.talk = talk;
  }

  /** Follows a job to its end. */
  void follow(EmbeddedCluster cluster, JobClient job) throws Exception {
    var end = job.getJobExecutionResult();
    while (!end.isDone()) {
      tell(cluster, job);
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    tell(cluster, job);
    end.get();
  }

  private void tell(EmbeddedCluster cluster, JobClient job) throws Exception {
    Optional<CommitRecord> next = log.read(told + 1);
    while (next.isPresent()) {
      told++;
      tell(next.get());
      next = log.read(told + 1);
    }
    cluster.newestFailureOnPurpose(job.getJobID()).ifPresent(this::tell);
  }

  private void tell(FailedOnPurposeException failure) {
    if (!failedAtRows.contains(failure.row())) {
      failedAtRows.add(failure.row());
      talk.print("  a task failed on purpose at row %,d; Flink restarts the job", failure.row());
    }
  }

  private void tell(CommitRecord record) throws IOException {
    long rows = TableSnapshot.at(table, record.number()).rowCount();
    long checkpoint = record.progress().checkpoint();
    if (record.body() instanceof CommitRecord.Open) {
      if (record.number() > 1) {
        recoveredFrom.add(checkpoint);
      }
      talk.print(
          "  commit %2d   %s: %,d rows visible", record.number(), record.author().why(), rows);
      return;
    }
    checkpoints++;
    talk.print(
        "  commit %2d   checkpoint %2d: %,7d rows visible%s",
        record.number(), checkpoint, rows, eventTime(record.progress().watermark()));
  }

  private static String eventTime(long watermark) {
    if (watermark == Long.MIN_VALUE || watermark == Long.MAX_VALUE) {
      return "";
    }
    LocalDateTime time = LocalDateTime.ofInstant(Instant.ofEpochMilli(watermark), ZoneOffset.UTC);
    return ", events up to " + MINUTE.format(time);
  }

  /** Returns the rows at which a task failed on purpose. */
  List<Long> failedAtRows() {
    return List.copyOf(failedAtRows);
  }

  /** Returns the checkpoints that the job was restored from, 0 for a start without any. */
  List<Long> recoveredFrom() {
    return List.copyOf(recoveredFrom);
  }

  /** Returns how many commits brought the rows of a checkpoint. */
  long checkpoints() {
    return checkpoints;
  }
}
