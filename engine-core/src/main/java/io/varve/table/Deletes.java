package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.io.CorruptFileException;
import io.varve.query.Filter;
import io.varve.query.Literal;
import io.varve.schema.Schema;
import io.varve.table.protocol.LogFacts;
import io.varve.table.protocol.SegmentRef;
import io.varve.table.protocol.Tombstone;
import io.varve.table.protocol.Truncation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What has been deleted from a table up to a commit, ready to be left out of reads. Files name the
 * record up to which deletes have been applied to them: only later ones are looked at. A truncation
 * is never applied to a file, since that may be shown by a branch that does not have it. Immutable.
 */
final class Deletes {

  /** Nothing. */
  static final Deletes NONE = new Deletes(List.of(), LogFacts.EMPTY, null);

  private final List<Delete> all;
  private final LogFacts facts;
  private final @Nullable Schema stored;

  private Deletes(List<Delete> all, LogFacts facts, @Nullable Schema stored) {
    this.all = List.copyOf(all);
    this.facts = facts;
    this.stored = stored;
  }

  /** One delete and the rows that meet its condition. */
  record Delete(Tombstone tombstone, Filter filter) {

    boolean concerns(String partition, long deletesThrough) {
      String only = tombstone.partition();
      return (tombstone.record() > deletesThrough || Truncation.is(tombstone))
          && (only == null || Truncation.isWithin(partition, only));
    }
  }

  /**
   * Returns the deletes of a state.
   *
   * @throws CorruptFileException if a condition can't be read
   */
  static Deletes of(LogFacts facts, TableDescription table) throws CorruptFileException {
    if (facts.tombstones().isEmpty()) {
      return NONE;
    }
    Set<Integer> named = new TreeSet<>();
    if (!table.dropped().isEmpty()) {
      facts
          .tombstones()
          .forEach(
              (id, tombstone) -> named.addAll(DeleteCondition.fieldIds(tombstone.condition())));
    }
    Schema schema = table.schemaWith(named);
    List<Delete> all = new ArrayList<>();
    for (Tombstone tombstone : facts.tombstones().toSortedMap().values()) {
      Filter filter = DeleteCondition.filter(tombstone.id(), tombstone.condition(), schema);
      all.add(new Delete(tombstone, filter));
    }
    return new Deletes(all, facts, schema.equals(table.schema()) ? null : schema);
  }

  /**
   * Returns the schema by which files are to be read, or rows written, to which these deletes may
   * have to be applied: the table's, and dropped columns that they are of.
   */
  Schema readBy(Schema schema) {
    return stored == null ? schema : stored;
  }

  /** Returns the schema by which rows are written anew to which these deletes have been applied. */
  Schema rewrittenBy(Schema schema) {
    // A delete that is being repeated is looked at again.
    return facts.repeating().isEmpty() ? schema : readBy(schema);
  }

  /** Returns those that may be applied to files: they hold on every branch of the log. */
  Deletes forFiles() {
    return new Deletes(
        all.stream().filter(delete -> !Truncation.is(delete.tombstone())).toList(), facts, stored);
  }

  /** Returns the same for files of an attempt none of whose rows may have been visible yet. */
  Deletes forFilesOf(String writer) {
    LogFacts known = facts.withReigning(writer);
    return new Deletes(forFiles().all, known, stored);
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Returns whether rows of a segment may be deleted. */
  boolean concern(String partition, SegmentRef segment) {
    return all.stream()
        .anyMatch(
            delete ->
                delete.concerns(partition, segment.deletesThrough())
                    && !isYoung(segment, delete.tombstone()));
  }

  /** Returns whether a delete is of older rows than a segment holds. */
  private boolean isYoung(SegmentRef segment, Tombstone tombstone) {
    long cutoffNanos = TimeCutoff.of(facts, tombstone);
    return cutoffNanos != Long.MIN_VALUE && segment.minTime() >= cutoffNanos;
  }

  /** Returns whether rows may be deleted from a file that deletes have been applied to. */
  boolean concern(String partition, long deletesThrough) {
    return all.stream().anyMatch(delete -> delete.concerns(partition, deletesThrough));
  }

  /**
   * Returns a source that knows which of its rows are deleted.
   *
   * @param source that these deletes concern, read by the schema of {@link #readBy}
   * @param schema as which its rows are shown
   * @param deletesThrough the record up to which deletes have been applied to the file
   */
  BlockSource applyTo(BlockSource source, Schema schema, String partition, long deletesThrough)
      throws IOException {
    List<Filter> lasting = new ArrayList<>();
    Map<String, List<Literal>> byValue = new LinkedHashMap<>();
    List<Delete> ofVisibleRows = new ArrayList<>();
    for (Delete delete : all) {
      if (!delete.concerns(partition, deletesThrough)) {
        continue;
      }
      if (!delete.tombstone().lasting()) {
        ofVisibleRows.add(delete);
      } else if (delete.filter() instanceof Filter.In in) {
        byValue.computeIfAbsent(in.column(), column -> new ArrayList<>()).addAll(in.literals());
      } else {
        lasting.add(delete.filter());
      }
    }
    // Thousands of deletes by id are one list of ids, not thousands of conditions.
    byValue.forEach((column, values) -> lasting.add(new Filter.In(column, values)));
    @Nullable Filter forGood = lasting.isEmpty() ? null : Filter.or(lasting);
    try {
      return LiveSource.of(source, schema, forGood, ofVisibleRows, facts);
    } catch (IOException | RuntimeException failed) {
      source.close();
      throw failed;
    }
  }
}
