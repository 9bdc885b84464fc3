package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One change of a table's state, as commit records list them. Immutable.
 *
 * <p>A partition is named by its directory relative to the table, escaped, such as {@code
 * tenant=acme/bucket-0003}.
 */
public sealed interface Change {

  /** A change of one partition's files. */
  sealed interface Files extends Change {
    /** Returns the partition's directory. */
    String partition();
  }

  /**
   * Shows a tail file's frames up to a position; only its own writer emits it.
   *
   * <p>A writer may go on with a tail that it has sealed and closed in this partition: frames of
   * other partitions are in it too. What it sealed then does not come back.
   *
   * @param partition the partition
   * @param file the tail file; the first extend of a file puts it into the state
   * @param from the end of the last frame that the writer has sealed: where the tail begins if the
   *     state does not have it
   * @param visibleTo the end of the newest frame; a position before the state's changes nothing
   */
  record Extend(String partition, String file, TailPosition from, TailPosition visibleTo)
      implements Files {
    /** Checks the order of the positions. */
    public Extend {
      requireNonNull(partition);
      requireNonNull(file);
      if (visibleTo.compareTo(from) < 0) {
        throw new IllegalArgumentException(
            "bad extend of " + file + ": from " + from + " to " + visibleTo);
      }
    }

    /** Shows a tail's frames from the start of the file. */
    public Extend(String partition, String file, TailPosition visibleTo) {
      this(partition, file, TailPosition.START, visibleTo);
    }
  }

  /**
   * Shows a segment and hides the frames whose rows it holds; only the tail's own writer emits it.
   *
   * <p>The frames may reach beyond what is visible: rows that were spilled and never shown. Rows of
   * the segment that were never in a tail are in no range.
   *
   * @param partition the partition
   * @param segment the new segment
   * @param tail the frames it replaces, starting where the state says the tail is sealed; null if
   *     its rows never were in a tail
   * @param closesTail whether the writer will never extend or seal that tail again, so that the
   *     tail leaves the state when nothing of it is visible
   */
  record Seal(String partition, SegmentRef segment, @Nullable TailRange tail, boolean closesTail)
      implements Files {
    /** Checks that only a tail is closed. */
    public Seal {
      requireNonNull(partition);
      requireNonNull(segment);
      if (closesTail && tail == null) {
        throw new IllegalArgumentException("closes no tail: " + segment);
      }
    }
  }

  /**
   * Swaps files for others with the same rows, less what has been deleted: a merge, a rewrite, an
   * adoption. Dropped whole if the state lacks an input.
   *
   * @param partition the partition
   * @param segments names of the segments that go
   * @param tails the frames that go: each starts where its tail is sealed and ends no later than
   *     what is visible of it
   * @param outputs the segments that come
   * @param closesTails whether the writers of those tails are known to be dead, so that the tails
   *     leave the state when nothing of them is visible
   */
  record Replace(
      String partition,
      List<String> segments,
      List<TailRange> tails,
      List<SegmentRef> outputs,
      boolean closesTails)
      implements Files {
    /** Copies the lists and checks that there is an input. */
    public Replace {
      requireNonNull(partition);
      segments = List.copyOf(segments);
      tails = List.copyOf(tails);
      outputs = List.copyOf(outputs);
      if (segments.isEmpty() && tails.isEmpty()) {
        throw new IllegalArgumentException("replaces nothing in " + partition);
      }
    }
  }

  /**
   * Hides rows.
   *
   * @param tombstone which rows
   */
  record Delete(Tombstone tombstone) implements Change {
    /** Checks that nothing is null. */
    public Delete {
      requireNonNull(tombstone);
    }
  }

  /**
   * Names a record, which keeps it from expiring, or takes a name away.
   *
   * @param name the tag
   * @param record the number of the record; 0 takes the name away
   */
  record Tag(String name, long record) implements Change {
    /** Checks the number. */
    public Tag {
      requireNonNull(name);
      if (record < 0) {
        throw new IllegalArgumentException("bad record " + record + " for tag " + name);
      }
    }
  }

  /**
   * Sets a property of the table, such as its schema or an option.
   *
   * @param key the property
   * @param value its value; null takes the property away
   */
  record Define(String key, @Nullable String value) implements Change {
    /** Checks that there is a key. */
    public Define {
      requireNonNull(key);
    }
  }
}
