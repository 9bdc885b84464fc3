package io.varve.table.protocol;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What holds for the whole log, whatever branch of it is shown: a rewind keeps it. Immutable.
 *
 * @param tombstones the deletions by their identity
 * @param repeating ids of the tombstones that later commits may widen, after a rewind
 * @param epochs the epoch of each writer that has committed since the first delete that does not
 *     hold for good: others wrote in earlier epochs, or are among the layers of that delete
 * @param properties schema and options by name
 * @param tags the tagged records by tag
 * @param listed the files that clean-up has listed, with the number of the record that did; names
 *     in it must not be used any more
 * @param expiredThrough records up to this number are expired, 0 if none is
 */
public record LogFacts(
    PersistentMap<Tombstone> tombstones,
    SortedSet<String> repeating,
    PersistentMap<Long> epochs,
    PersistentMap<String> properties,
    PersistentMap<Long> tags,
    PersistentMap<Long> listed,
    long expiredThrough) {

  /** The facts of an empty log. */
  public static final LogFacts EMPTY =
      new LogFacts(
          PersistentMap.empty(),
          Collections.emptySortedSet(),
          PersistentMap.empty(),
          PersistentMap.empty(),
          PersistentMap.empty(),
          PersistentMap.empty(),
          0);

  /** Copies the set. */
  public LogFacts {
    requireNonNull(tombstones);
    repeating = Collections.unmodifiableSortedSet(new TreeSet<>(repeating));
    requireNonNull(epochs);
    requireNonNull(properties);
    requireNonNull(tags);
    requireNonNull(listed);
  }

  /** Returns whether a tag names this record. */
  public boolean isTagged(long record) {
    return tags.toSortedMap().containsValue(record);
  }

  /** Returns the epoch in which a writer wrote, for {@link Tombstone#covers}. */
  public long epochOf(String writer) {
    Long epoch = epochs.get(writer);
    return epoch == null ? Tombstone.EARLIER_EPOCH : epoch;
  }

  /** Remembers the epoch of writers, if a delete has to tell them from earlier ones. */
  LogFacts withWriters(Iterable<String> writers, long epoch) {
    if (!tombstones.anyMatch(tombstone -> !tombstone.lasting())) {
      return this;
    }
    PersistentMap<Long> all = epochs;
    for (String writer : writers) {
      all = all.containsKey(writer) ? all : all.with(writer, epoch);
    }
    return new LogFacts(tombstones, repeating, all, properties, tags, listed, expiredThrough);
  }

  /** Returns the same where a writer that has not committed yet is of no earlier epoch. */
  public LogFacts withReigning(String writer) {
    return withWriters(List.of(writer), Long.MAX_VALUE);
  }

  LogFacts withTombstone(Tombstone tombstone) {
    SortedSet<String> ids = new TreeSet<>(repeating);
    if (tombstone.replays() == null) {
      ids.remove(tombstone.id());
    } else {
      ids.add(tombstone.id());
    }
    return new LogFacts(
        tombstones.with(tombstone.id(), tombstone),
        ids,
        epochs,
        properties,
        tags,
        listed,
        expiredThrough);
  }

  /** Forgets the truncations that a newer one makes needless: what they hide, it hides too. */
  LogFacts withoutSuperseded(Tombstone newer) {
    if (!Truncation.is(newer)) {
      return this;
    }
    String directory = newer.partition() == null ? "" : newer.partition();
    PersistentMap<Tombstone> left = tombstones;
    for (Tombstone older : tombstones.toSortedMap().values()) {
      String partition = older.partition() == null ? "" : older.partition();
      if (Truncation.is(older) && Truncation.isWithin(partition, directory)) {
        left = left.without(older.id());
      }
    }
    return new LogFacts(left, repeating, epochs, properties, tags, listed, expiredThrough);
  }

  /** Takes the truncations of a branch for those of another. */
  LogFacts withTruncationsOf(LogFacts branch) {
    PersistentMap<Tombstone> changed = tombstones;
    for (Tombstone tombstone : tombstones.toSortedMap().values()) {
      changed = Truncation.is(tombstone) ? changed.without(tombstone.id()) : changed;
    }
    for (Tombstone tombstone : branch.tombstones().toSortedMap().values()) {
      changed = Truncation.is(tombstone) ? changed.with(tombstone.id(), tombstone) : changed;
    }
    return new LogFacts(changed, repeating, epochs, properties, tags, listed, expiredThrough);
  }

  LogFacts withTombstonesOf(LogFacts other) {
    return new LogFacts(
        other.tombstones, other.repeating, other.epochs, properties, tags, listed, expiredThrough);
  }

  LogFacts withPropertiesOf(LogFacts other) {
    return new LogFacts(
        tombstones, repeating, epochs, other.properties, tags, listed, expiredThrough);
  }

  LogFacts withListed(PersistentMap<Long> files) {
    return new LogFacts(tombstones, repeating, epochs, properties, tags, files, expiredThrough);
  }

  LogFacts withTag(Change.Tag tag) {
    PersistentMap<Long> changed =
        tag.record() == 0 ? tags.without(tag.name()) : tags.with(tag.name(), tag.record());
    return new LogFacts(tombstones, repeating, epochs, properties, changed, listed, expiredThrough);
  }

  LogFacts withProperty(Change.Define property) {
    String value = property.value();
    PersistentMap<String> changed =
        value == null ? properties.without(property.key()) : properties.with(property.key(), value);
    return new LogFacts(tombstones, repeating, epochs, changed, tags, listed, expiredThrough);
  }

  /** Takes in a list of files, and forgets the lists that expire: what is left is in this one. */
  LogFacts withCleanUp(CleanUp cleanUp, long number) {
    long through = Math.max(expiredThrough, cleanUp.expiresThrough());
    PersistentMap<Long> names = listed;
    if (through > expiredThrough) {
      for (var entry : listed.toSortedMap().entrySet()) {
        names = entry.getValue() <= through ? names.without(entry.getKey()) : names;
      }
    }
    for (String file : cleanUp.files()) {
      names = names.with(file, number);
    }
    return new LogFacts(tombstones, repeating, epochs, properties, tags, names, through);
  }
}
