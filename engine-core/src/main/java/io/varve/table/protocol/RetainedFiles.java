package io.varve.table.protocol;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the files that the retained records name, reading each record once. Confined to one
 * thread.
 *
 * <p>A record's files are those of its base and those that it brings in. So the oldest record's
 * whole state is read, and the whole state of every record whose base is older than that.
 */
final class RetainedFiles {

  private final Set<String> named = new HashSet<>();
  private long base = -1;
  private long scanned;
  private long newestOldOpen = Long.MIN_VALUE;
  private @Nullable CommitRecord wanted;

  /**
   * Makes one access on the way to a head.
   *
   * @param oldBefore opens before this time are old
   * @return whether everything up to the head has been read
   * @throws ExpiredMeanwhileException if records were removed on the way
   */
  boolean advance(CommitLog log, Head head, long oldBefore)
      throws IOException, ExpiredMeanwhileException {
    if (base < 0) {
      base = log.base();
      scanned = base;
      return scanned >= head.number();
    }
    if (wanted != null) {
      named.addAll(
          NamedFiles.shownBy(ExpiredMeanwhileException.unlessPresent(log.state(wanted.number()))));
      wanted = null;
      return scanned >= head.number();
    }
    if (scanned >= head.number()) {
      return true;
    }
    CommitRecord record = ExpiredMeanwhileException.unlessPresent(log.read(scanned + 1));
    scanned++;
    named.addAll(NamedFiles.introducedBy(record));
    long opened = record.reign().openTimeMillis();
    if (opened < oldBefore) {
      newestOldOpen = Math.max(newestOldOpen, opened);
    }
    if (record.base() <= base && record.number() > 1) {
      wanted = record;
      return false;
    }
    return scanned >= head.number();
  }

  /** Returns how far it is, for the exploration to tell states apart. */
  String position() {
    return base + "," + scanned + "," + (wanted == null ? 0 : wanted.number());
  }

  /** Returns the files named. */
  Set<String> named() {
    return named;
  }

  /** Returns when the newest open was that is old; {@link Long#MIN_VALUE} if none is. */
  long newestOldOpen() {
    return newestOldOpen;
  }
}
