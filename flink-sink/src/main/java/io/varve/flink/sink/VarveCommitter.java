package io.varve.flink.sink;

import io.varve.flink.common.Failures;
import io.varve.table.BackOff;
import io.varve.table.FileCommitLog;
import io.varve.table.PartitionDirectories;
import io.varve.table.protocol.CommitOperation;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.CommitResult;
import io.varve.table.protocol.GuestOperation;
import io.varve.table.protocol.GuestRequest;
import io.varve.table.protocol.Head;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.Overwrite;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.flink.api.common.JobInfo;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the rows of a checkpoint visible with one commit record. Confined to the task thread.
 *
 * <p>A commit that fails throws, so that the job restarts and the commit is tried again: Flink
 * drops what is signalled as failed.
 */
final class VarveCommitter implements Committer<SinkCommittable> {

  private static final Logger LOG = LoggerFactory.getLogger(VarveCommitter.class);
  private static final int MOST_RECORDS_BACK = 100;

  private final SinkSettings<?> settings;
  private final String path;
  private final SinkRun run;
  private final JobInfo job;
  private final OptionalLong restoredCheckpoint;
  private final LogView view = new LogView();
  private final @Nullable CommitterMetrics metrics;
  private @Nullable FileCommitLog log;
  private long newestState = -1;

  VarveCommitter(SinkSettings<?> settings, SinkRun run, CommitterInitContext context) {
    this.settings = settings;
    this.path = settings.path();
    this.run = run;
    this.job = context.getJobInfo();
    this.restoredCheckpoint = context.getRestoredCheckpointId();
    boolean first = context.getTaskInfo().getIndexOfThisSubtask() == 0;
    this.metrics = // all committables come to the first
        first
            ? new CommitterMetrics(
                context.metricGroup(), newestCommitMillis(), System::currentTimeMillis)
            : null;
  }

  /**
   * Returns when the newest checkpoint of the job was committed before it was restored, so that a
   * job which fails again and again shows that it commits nothing.
   */
  private long newestCommitMillis() {
    long millis = System.currentTimeMillis();
    if (restoredCheckpoint.isEmpty()) {
      return millis;
    }
    try {
      FileCommitLog opened = log();
      long newest = opened.newest();
      for (long number = newest; number > 0 && newest - number < MOST_RECORDS_BACK; number--) {
        Optional<CommitRecord> record = opened.read(number);
        if (record.isEmpty()) {
          return millis;
        }
        millis = record.get().timeMillis();
        if (record.get().body() instanceof CommitRecord.Data) {
          return millis;
        }
      }
    } catch (IOException unreadable) {
      LOG.warn("The time of the last commit to {} could not be read", path, unreadable);
    }
    return millis;
  }

  @Override
  public void commit(Collection<CommitRequest<SinkCommittable>> requests) throws IOException {
    for (CommitRequest<SinkCommittable> request : requests) {
      CommitResult result = Failures.guarded(() -> commit(request.getCommittable()));
      if (result != CommitResult.COMMITTED) {
        request.signalAlreadyCommitted();
      }
    }
  }

  private CommitResult commit(SinkCommittable committable) throws IOException {
    long start = System.nanoTime();
    FileCommitLog opened = log();
    CommitResult result;
    if (committable instanceof SinkCommittable.Checkpoint checkpoint) {
      io.varve.table.protocol.CommitRequest request =
          new io.varve.table.protocol.CommitRequest(
              checkpoint.committable(),
              restoredCheckpoint,
              run.id(),
              SinkRun.author(job, "checkpoint " + checkpoint.committable().checkpoint()));
      result =
          new CommitOperation(request, view).run(opened, System::currentTimeMillis, BackOff::await);
    } else {
      SinkCommittable.WholeJob whole = (SinkCommittable.WholeJob) committable;
      GuestRequest request =
          new GuestRequest(
              whole.guest(),
              whole.folded(),
              overwrite(whole),
              SinkRun.author(
                  job, settings.overwrite() == null ? "end of input" : "end of input, overwrite"));
      result =
          new GuestOperation(request, view).run(opened, System::currentTimeMillis, BackOff::await);
    }
    if (result == CommitResult.COMMITTED) {
      if (metrics != null) {
        metrics.committed(start, view.head());
      }
      keepState(opened);
      if (view.head().state().epoch() == 0) { // no job with checkpoints keeps this table
        new UpkeepAfterBatch(settings, SinkRun.who(job)).run();
      }
    }
    return result;
  }

  private Overwrite overwrite(SinkCommittable.WholeJob whole) {
    Map<String, @Nullable String> partition = settings.overwrite();
    Set<String> written = PartitionDirectories.writtenBy(whole.folded().changes());
    if (partition == null) {
      return Overwrite.NOTHING;
    }
    if (partition.isEmpty()) {
      return head -> settings.definition().partitionColumns().isEmpty() ? Set.of("") : written;
    }
    return head -> {
      Set<String> replaced = PartitionDirectories.of(settings.definition(), partition, head);
      for (String directory : written) {
        if (!PartitionDirectories.has(settings.definition(), partition, directory)) {
          throw new IOException(
              path
                  + ": the job is to overwrite the partition "
                  + partition
                  + ", but has written rows to "
                  + directory
                  + "; nothing was committed, select the rows of that partition only");
        }
      }
      return replaced;
    };
  }

  /** A whole state is stored every hundred records or so, so that reading one stays cheap. */
  private void keepState(FileCommitLog opened) throws IOException {
    if (newestState < 0) {
      newestState = opened.newestState();
    }
    Head head = view.head();
    if (head.number() - newestState >= FileCommitLog.STATE_INTERVAL) {
      opened.keepState(head.number(), head.state());
      newestState = head.number();
    }
  }

  private FileCommitLog log() throws IOException {
    FileCommitLog opened = log;
    if (opened == null) {
      opened = new FileCommitLog(settings.store());
      log = opened;
    }
    return opened;
  }

  @Override
  public void close() {}
}
