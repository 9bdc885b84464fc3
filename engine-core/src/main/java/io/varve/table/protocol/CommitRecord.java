package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record of the commit log: created exclusively under its number, never changed. The state
 * after it is the state after {@code base} with what its body brings. Immutable.
 *
 * @param number its number, from 1 and without gaps
 * @param base the record whose state it starts from: the one before it, but for an open that goes
 *     back to an older one
 * @param timeMillis when it was made, later than every record before it
 * @param reign who reigns after it
 * @param progress how far the rows go
 * @param author who made it
 * @param body what it brings
 */
public record CommitRecord(
    long number,
    long base,
    long timeMillis,
    Reign reign,
    Progress progress,
    Author author,
    Body body) {

  /** What stands before the first record. */
  public static final CommitRecord GENESIS =
      new CommitRecord(
          0,
          0,
          Long.MIN_VALUE,
          Reign.NONE,
          Progress.NONE,
          new Author("", "nobody", "the table was created"),
          new Maintenance(List.of(), null));

  /** Checks number and base. */
  public CommitRecord {
    requireNonNull(reign);
    requireNonNull(progress);
    requireNonNull(author);
    requireNonNull(body);
    if (number < 0 || base < 0 || (base >= number && number > 0)) {
      throw new IllegalArgumentException("bad record " + number + " with base " + base);
    }
  }

  /** The kinds of records and what each brings. */
  public sealed interface Body {}

  /**
   * Begins an epoch.
   *
   * @param pending the committables that come on top of the base, oldest first
   * @param facts what holds for the log, if the base is not the record before; else null
   */
  public record Open(List<Committable> pending, @Nullable LogFacts facts) implements Body {
    /** Copies the list. */
    public Open {
      pending = List.copyOf(pending);
    }
  }

  /**
   * One checkpoint of the reigning job.
   *
   * @param folded the changes
   */
  public record Data(FoldedChanges folded) implements Body {
    /** Checks that nothing is null. */
    public Data {
      requireNonNull(folded);
    }
  }

  /**
   * Changes that leave the reign as it is.
   *
   * @param changes in their order
   * @param cleanUp the files and records that will be deleted; null if none
   */
  public record Maintenance(List<Change> changes, @Nullable CleanUp cleanUp) implements Body {
    /** Copies the list. */
    public Maintenance {
      changes = List.copyOf(changes);
    }
  }

  /**
   * The rows of a batch job.
   *
   * @param guest the job's sink
   * @param replaced takes away the rows that these take the place of; none if they are only added
   * @param folded the changes, possibly none
   */
  public record Guest(GuestId guest, List<Change> replaced, FoldedChanges folded) implements Body {
    /** Copies the list. */
    public Guest {
      requireNonNull(guest);
      replaced = List.copyOf(replaced);
      requireNonNull(folded);
    }
  }

  /** Returns the time of a record that follows this one and is made now. */
  long nextTime(long nowMillis) {
    return timeMillis == Long.MIN_VALUE ? nowMillis : Math.max(nowMillis, timeMillis + 1);
  }
}
