package io.varve.table.protocol;

import java.util.LinkedHashSet;
import java.util.Set;

/** Which files changes, records and states name. */
public final class NamedFiles {

  private NamedFiles() {}

  /** Returns the files that a state shows. */
  public static Set<String> shownBy(TableState state) {
    Set<String> files = new LinkedHashSet<>();
    state
        .partitions()
        .forEach(
            (name, partition) -> {
              partition.segments().forEach((file, segment) -> files.add(file));
              partition.tails().forEach((file, tail) -> files.add(file));
            });
    return files;
  }

  /** Returns the files that changes bring in, whether they are new to the table or not. */
  public static Set<String> introducedBy(Iterable<? extends Change> changes) {
    Set<String> files = new LinkedHashSet<>();
    for (Change change : changes) {
      if (change instanceof Change.Extend extend) {
        files.add(extend.file());
      } else if (change instanceof Change.Seal seal) {
        files.add(seal.segment().file());
        TailRange tail = seal.tail();
        if (tail != null && !seal.closesTail()) {
          files.add(tail.file());
        }
      } else if (change instanceof Change.Replace replace) {
        replace.outputs().forEach(output -> files.add(output.file()));
      }
    }
    return files;
  }

  /** Returns the files that a record brings in on top of its base. */
  public static Set<String> introducedBy(CommitRecord record) {
    CommitRecord.Body body = record.body();
    if (body instanceof CommitRecord.Data data) {
      return introducedBy(data.folded().changes());
    }
    if (body instanceof CommitRecord.Guest guest) {
      return introducedBy(guest.folded().changes());
    }
    if (body instanceof CommitRecord.Maintenance maintenance) {
      return introducedBy(maintenance.changes());
    }
    Set<String> files = new LinkedHashSet<>();
    for (Committable committable : ((CommitRecord.Open) body).pending()) {
      files.addAll(introducedBy(committable.folded().changes()));
    }
    return files;
  }
}
