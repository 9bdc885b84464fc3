package io.varve.table;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.Serializable;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which commit of a table is meant, of a table not yet seen. Immutable. */
public sealed interface CommitChoice extends Serializable {

  /** The newest commit. */
  CommitChoice LATEST = new Latest();

  /** The newest commit when it is looked for. */
  record Latest() implements CommitChoice {
    @Override
    public String toString() {
      return "the newest commit";
    }
  }

  /**
   * A commit by its number.
   *
   * @param number of the commit record; 0 for the empty table
   */
  record Number(long number) implements CommitChoice {
    /** Checks the number. */
    public Number {
      if (number < 0) {
        throw new IllegalArgumentException("a commit is numbered from 0, not " + number);
      }
    }

    @Override
    public String toString() {
      return "commit " + number;
    }
  }

  /**
   * The newest commit that was made at a time or before it: what a reader then saw.
   *
   * @param millis the time, milliseconds since the epoch
   */
  record AtTime(long millis) implements CommitChoice {
    @Override
    public String toString() {
      return "the newest commit at " + Instant.ofEpochMilli(millis);
    }
  }

  /**
   * The commit that a tag names.
   *
   * @param tag the tag
   */
  record Tagged(String tag) implements CommitChoice {
    /** Checks that there is a name. */
    public Tagged {
      requireNonNull(tag);
      if (tag.isEmpty()) {
        throw new IllegalArgumentException("a tag has a name");
      }
    }

    @Override
    public String toString() {
      return "the commit tagged '" + tag + "'";
    }
  }

  /**
   * The newest commit of a job's lineage, on the branch that the table's head is on, of which the
   * checkpoint is not greater than a checkpoint's id. Commits of batch jobs and of maintenance
   * count with the checkpoint before them.
   *
   * @param lineage the job's lineage; null for the one that writes to the table now
   * @param id of the checkpoint
   */
  record AtCheckpoint(@Nullable String lineage, long id) implements CommitChoice {
    /** Checks the id. */
    public AtCheckpoint {
      if (id < 0) {
        throw new IllegalArgumentException("a checkpoint's id is not negative, as " + id + " is");
      }
    }

    @Override
    public String toString() {
      String of = lineage == null ? "" : " of lineage " + lineage;
      return "commit of checkpoint " + id + of + " or an earlier one";
    }
  }

  /** Returns the commit of a number. */
  static CommitChoice number(long number) {
    return new Number(number);
  }

  /** Returns the newest commit at a time. */
  static CommitChoice at(Instant time) {
    return new AtTime(time.toEpochMilli());
  }

  /** Returns the commit of a tag. */
  static CommitChoice tagged(String tag) {
    return new Tagged(tag);
  }

  /** Returns the commit of a checkpoint of the job that writes to the table. */
  static CommitChoice checkpoint(long id) {
    return new AtCheckpoint(null, id);
  }

  /**
   * Returns the commit of a checkpoint by text.
   *
   * @param text the checkpoint's id, or the lineage, a colon and the id
   * @throws IllegalArgumentException if it is neither
   */
  static CommitChoice checkpoint(String text) {
    int colon = text.lastIndexOf(':');
    String lineage = colon < 0 ? null : text.substring(0, colon);
    try {
      return new AtCheckpoint(lineage, Long.parseLong(text.substring(colon + 1)));
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(
          "a checkpoint is an id such as 42, or lineage:id, not '" + text + "'", notANumber);
    }
  }

  /**
   * Returns what the table shows at this commit.
   *
   * @throws IllegalArgumentException if no commit has that tag, or none is of that lineage and of
   *     that checkpoint or an earlier one
   * @throws io.varve.io.SnapshotExpiredException if there is no such commit, or no longer
   */
  default TableSnapshot of(TableDirectory table) throws IOException {
    return new CommitFinder(table).find(this);
  }
}
