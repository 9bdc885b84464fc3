package io.varve.table;

import io.varve.io.InputFile;
import io.varve.io.LockableFileStore;
import io.varve.io.OutputFile;
import io.varve.table.protocol.Author;
import io.varve.table.protocol.CommitRecord;
import io.varve.table.protocol.LogFacts;
import io.varve.table.protocol.LogView;
import io.varve.table.protocol.PersistentMap;
import io.varve.table.protocol.RewindOperation;
import io.varve.table.protocol.RewindRequest;
import io.varve.table.protocol.RunId;
import io.varve.table.protocol.TableState;
import io.varve.table.protocol.TailState;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Copies one commit of a table to another directory, also while a job writes: a backup, which is a
 * table of one commit, and back. Stateless but for its options.
 *
 * <p>Segments never change, so they are linked where the file system can do that; of tails, which
 * grow, the visible part is copied. The commit's record comes last: without it the directory shows
 * nothing. A copy keeps the table's identity, since every file names it (ADR 30).
 */
public final class TableBackup {

  private static final int BUFFER_BYTES = 1 << 20;
  private static final long MAX_DESCRIPTION_BYTES = 16 << 20;

  private final boolean links;
  private final LongSupplier clockMillis;
  private final LongConsumer progress;
  private long linked;
  private long copied;

  /**
   * Prepares a copy.
   *
   * @param links whether segments may be linked; a link shares its bytes with the original
   * @param clockMillis dates leases and commits
   * @param progress takes how many more bytes are there
   */
  public TableBackup(boolean links, LongSupplier clockMillis, LongConsumer progress) {
    this.links = links;
    this.clockMillis = clockMillis;
    this.progress = progress;
  }

  /**
   * What was copied.
   *
   * @param commit the number of the commit
   * @param rows stored rows, with those that are deleted
   * @param files segments and tails
   * @param bytes their length together
   * @param linkedBytes how many of these were linked, not copied, where the file system could
   */
  public record Report(long commit, long rows, long files, long bytes, long linkedBytes) {}

  /**
   * Copies a commit to a directory. A lease keeps it from expiring meanwhile.
   *
   * @param who makes the copy, in words
   * @param to must be empty or missing
   * @throws FileAlreadyExistsException if it is not
   */
  public Report write(TableSnapshot snapshot, String who, LockableFileStore to) throws IOException {
    LockableFileStore from = (LockableFileStore) snapshot.table().store();
    if (!to.list("").isEmpty()) {
      throw new FileAlreadyExistsException(
          to.describe(""), null, "is not empty; name a directory that is new or empty");
    }
    CommitRecord record =
        snapshot
            .record()
            .filter(any -> snapshot.number() > 0)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        from.describe("") + ": has no commit yet; there is nothing to copy"));
    try (ReadLease lease = ReadLease.take(snapshot, who, ReadLease.DEFAULT_MILLIS, clockMillis)) {
      linked = 0;
      copied = 0;
      long files = copyFiles(snapshot, lease, from, to);
      writeLog(record, snapshot.state(), from, to);
      return new Report(snapshot.number(), snapshot.rowCount(), files, linked + copied, linked);
    }
  }

  /**
   * Copies a backup, or any table's commit, to a directory that jobs can write to: in a new epoch,
   * so that no attempt that wrote to the original goes on by itself.
   *
   * @param who restores, in words
   */
  public Report restore(TableSnapshot snapshot, String who, LockableFileStore to)
      throws IOException {
    Report report = write(snapshot, who, to);
    RunId run = new RunId(clockMillis.getAsLong(), ThreadLocalRandom.current().nextLong());
    String why = "restored from commit " + snapshot.number() + " of " + describe(snapshot);
    Author author = new Author(UUID.randomUUID().toString(), who, why);
    new RewindOperation(new RewindRequest(RewindRequest.HEAD, run, author), new LogView())
        .run(new FileCommitLog(to), clockMillis, BackOff::await);
    return report;
  }

  private static String describe(TableSnapshot snapshot) {
    return snapshot.table().store().describe("");
  }

  private long copyFiles(
      TableSnapshot snapshot, ReadLease lease, LockableFileStore from, LockableFileStore to)
      throws IOException {
    Map<String, Long> segments = new TreeMap<>();
    Map<String, Long> tails = new TreeMap<>();
    snapshot
        .state()
        .partitions()
        .forEach(
            (path, partition) -> {
              partition.segments().forEach((file, segment) -> segments.put(file, segment.bytes()));
              for (TailState tail : partition.tails().toSortedMap().values()) {
                tails.merge(tail.file(), tail.visibleTo().offset(), Math::max);
              }
            });
    long renewedMillis = clockMillis.getAsLong();
    for (Map.Entry<String, Long> segment : segments.entrySet()) {
      if (links) {
        from.linkTo(segment.getKey(), to, segment.getKey());
        linked += segment.getValue();
        progress.accept(segment.getValue());
      } else {
        copy(from, segment.getKey(), segment.getValue(), to);
      }
      if (clockMillis.getAsLong() - renewedMillis > ReadLease.DEFAULT_MILLIS / 3) {
        lease.renew();
        renewedMillis = clockMillis.getAsLong();
      }
    }
    for (Map.Entry<String, Long> tail : tails.entrySet()) {
      copy(from, tail.getKey(), tail.getValue(), to);
    }
    TreeSet<String> directories = new TreeSet<>();
    segments.keySet().forEach(file -> directories.add(file.substring(0, file.lastIndexOf('/'))));
    tails.keySet().forEach(file -> directories.add(file.substring(0, file.lastIndexOf('/'))));
    for (String directory : directories) {
      to.syncDirectory(directory);
    }
    return (long) segments.size() + tails.size();
  }

  private void copy(LockableFileStore from, String path, long length, LockableFileStore to)
      throws IOException {
    byte[] buffer = new byte[(int) Math.min(BUFFER_BYTES, Math.max(1, length))];
    try (InputFile in = from.open(path);
        OutputFile out = to.create(path)) {
      for (long at = 0; at < length; at += buffer.length) {
        int next = (int) Math.min(buffer.length, length - at);
        in.read(at, buffer, 0, next);
        out.write(buffer, 0, next);
        progress.accept(next);
      }
      out.sync();
    }
    copied += length;
  }

  /** Writes the state whole, since the records before are left out, and the record last. */
  private static void writeLog(
      CommitRecord record, TableState state, LockableFileStore from, LockableFileStore to)
      throws IOException {
    long number = record.number();
    to.publish(
        TableLayout.DESCRIPTION, from.readAll(TableLayout.DESCRIPTION, MAX_DESCRIPTION_BYTES));
    FileCommitLog log = new FileCommitLog(to);
    log.keepState(number, alone(state, number));
    log.raiseBase(number - 1);
    log.create(record);
  }

  /** Returns the state without what it says of other commits and of files that are not there. */
  private static TableState alone(TableState state, long number) {
    LogFacts facts = state.facts();
    PersistentMap<Long> tags = PersistentMap.empty();
    for (Map.Entry<String, Long> tag : facts.tags().toSortedMap().entrySet()) {
      if (tag.getValue() == number) {
        tags = tags.with(tag.getKey(), number);
      }
    }
    return new TableState(
        state.partitions(),
        state.guests(),
        state.lineages(),
        state.epoch(),
        state.layers(),
        state.earlierLayers(),
        new LogFacts(
            facts.tombstones(),
            facts.repeating(),
            facts.epochs(),
            facts.properties(),
            tags,
            PersistentMap.empty(),
            number - 1));
  }
}
