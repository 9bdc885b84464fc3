package io.varve.table.protocol;

import io.varve.io.SnapshotExpiredException;
import java.util.List;

/** The error for new files that clean-up has taken before a record could name them. */
final class FilesGone {

  private FilesGone() {}

  static SnapshotExpiredException error(String who, List<String> files) {
    return new SnapshotExpiredException(
        who
            + " wrote files that clean-up has removed or listed before they were committed, such"
            + " as "
            + files.get(0)
            + ". Nothing was committed; run it again, and make the table's history longer than"
            + " such a job takes");
  }
}
