package io.varve.table;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * One commit as people look at it. Immutable.
 *
 * @param number its number
 * @param base the commit that it starts from: the one before, but where a job took the table back
 * @param kind what it is
 * @param timeMillis when it was made, milliseconds since the epoch
 * @param lineage the job that writes to the table after it
 * @param epoch that job's reign
 * @param checkpoint the checkpoint of that job that it shows, or that the job was restored from
 * @param watermarkMillis the job's watermark there, milliseconds since the epoch; {@link
 *     Long#MIN_VALUE} if it had none
 * @param rows how many rows its files hold, deleted ones too until their files are written anew
 * @param addedRows how many more than its base; negative where files were written anew without
 *     deleted rows
 * @param lateRows how many of the rows that it brought came after the watermark had passed them
 * @param tags the tags that name it
 * @param who made it, in words
 * @param why, in words
 */
public record CommitInfo(
    long number,
    long base,
    Kind kind,
    long timeMillis,
    String lineage,
    long epoch,
    long checkpoint,
    long watermarkMillis,
    long rows,
    long addedRows,
    long lateRows,
    List<String> tags,
    String who,
    String why) {

  /** What a commit is. */
  public enum Kind {
    /** A job has started to write to the table, and may have taken it back. */
    OPEN,
    /** A checkpoint of the job that writes. */
    DATA,
    /** A change beside that job: a delete, a merge, a tag, an expiry. */
    MAINTENANCE,
    /** The rows of a batch job. */
    GUEST
  }

  /** Copies the list. */
  public CommitInfo {
    requireNonNull(kind);
    requireNonNull(lineage);
    tags = List.copyOf(tags);
    requireNonNull(who);
    requireNonNull(why);
  }

  /** Returns whether the table was taken back to an older commit. */
  public boolean goesBack() {
    return base != number - 1;
  }
}
