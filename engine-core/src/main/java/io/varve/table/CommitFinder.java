package io.varve.table;

import io.varve.io.SnapshotExpiredException;
import io.varve.table.protocol.CommitRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeSet;

/** Finds the commits that are meant. Confined to one thread. */
final class CommitFinder {

  private final TableDirectory table;
  private final FileCommitLog log;

  CommitFinder(TableDirectory table) {
    this.table = table;
    this.log = new FileCommitLog(table.store());
  }

  TableSnapshot find(CommitChoice choice) throws IOException {
    if (choice instanceof CommitChoice.Number number) {
      return TableSnapshot.at(table, number.number());
    }
    TableSnapshot newest = TableSnapshot.latest(table);
    if (choice instanceof CommitChoice.Tagged tagged) {
      return tagged(newest, tagged.tag());
    }
    if (choice instanceof CommitChoice.AtTime time) {
      return at(newest, time.millis());
    }
    return choice instanceof CommitChoice.AtCheckpoint checkpoint ? at(newest, checkpoint) : newest;
  }

  private TableSnapshot tagged(TableSnapshot newest, String tag) throws IOException {
    Long number = newest.state().facts().tags().get(tag);
    if (number == null) {
      throw new IllegalArgumentException(
          "no commit is tagged '"
              + tag
              + "'; there are "
              + newest.state().facts().tags().toSortedMap().keySet());
    }
    return TableSnapshot.at(table, number);
  }

  /** The times of records grow with their numbers, so that the place is found by halving. */
  private TableSnapshot at(TableSnapshot newest, long millis) throws IOException {
    long oldest = log.base() + 1;
    long later = newest.number() + 1;
    long notLater = oldest - 1;
    while (notLater + 1 < later) {
      long middle = (notLater + later) >>> 1;
      Optional<CommitRecord> record = log.read(middle);
      if (record.isPresent() && record.get().timeMillis() > millis) {
        later = middle;
      } else {
        notLater = middle; // a record that is gone was made before those that are left
      }
    }
    if (notLater > 0 && notLater < oldest) {
      throw new SnapshotExpiredException(
          table.store().describe("")
              + ": what it showed at "
              + Instant.ofEpochMilli(millis)
              + " has expired, as have all commits up to "
              + notLater
              + "; ask for a later time, and keep a longer history or tags for such reads");
    }
    return TableSnapshot.at(table, notLater);
  }

  private TableSnapshot at(TableSnapshot newest, CommitChoice.AtCheckpoint wanted)
      throws IOException {
    TreeSet<String> lineages = new TreeSet<>();
    String lineage = wanted.lineage();
    long number = newest.number();
    while (number > 0) {
      Optional<CommitRecord> read = log.read(number);
      if (read.isEmpty()) {
        break;
      }
      CommitRecord record = read.get();
      String its = record.reign().lineage();
      lineage = lineage == null ? its : lineage;
      lineages.add(its);
      if (its.equals(lineage) && record.progress().checkpoint() <= wanted.id()) {
        return TableSnapshot.at(table, number);
      }
      number = record.base();
    }
    String what = table.store().describe("") + ": there is no " + wanted;
    if (number > 0) {
      throw new SnapshotExpiredException(
          what + " among the commits that have not expired; the oldest of them is after " + number);
    }
    throw new IllegalArgumentException(what + "; the lineages of the table are " + lineages);
  }
}
