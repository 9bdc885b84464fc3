package io.varve.flink.source;

import java.util.Collections;
import java.util.Iterator;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.jspecify.annotations.Nullable;

/**
 * What one fetch read of one split. Handed from the fetching thread to the reader's.
 *
 * @param <E> the elements
 */
final class FetchedElements<E> implements RecordsWithSplitIds<E> {

  private final String splitId;
  private final Iterator<E> elements;
  private final boolean finished;
  private boolean started;

  /**
   * Wraps elements of a split.
   *
   * @param finished whether the split has no more
   */
  FetchedElements(String splitId, Iterator<E> elements, boolean finished) {
    this.splitId = splitId;
    this.elements = elements;
    this.finished = finished;
  }

  /** Returns a fetch of nothing. */
  static <E> FetchedElements<E> none() {
    return new FetchedElements<>("", Collections.emptyIterator(), false);
  }

  /** Returns a fetch of which the first element can't be had. */
  static <E> FetchedElements<E> failed(String splitId, RuntimeException failure) {
    return new FetchedElements<>(splitId, new Failing<>(failure), false);
  }

  @Override
  public @Nullable String nextSplit() {
    if (started || !elements.hasNext()) {
      return null;
    }
    started = true;
    return splitId;
  }

  @Override
  public @Nullable E nextRecordFromSplit() {
    return elements.hasNext() ? elements.next() : null;
  }

  @Override
  public Set<String> finishedSplits() {
    return finished ? Set.of(splitId) : Set.of();
  }

  /** Throws instead of an element. */
  private record Failing<E>(RuntimeException failure) implements Iterator<E> {

    @Override
    public boolean hasNext() {
      return true;
    }

    @Override
    public E next() {
      throw failure;
    }
  }
}
