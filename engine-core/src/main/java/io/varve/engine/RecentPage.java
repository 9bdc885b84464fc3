package io.varve.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest events, or those before a page of them. Immutable.
 *
 * @param events newest first, events of equal time in the reverse order of appending
 * @param next where the next page begins; null if there are no more events
 */
public record RecentPage(List<StoredEvent> events, @Nullable RowKey next) {

  /** Copies the list. */
  public RecentPage {
    events = List.copyOf(events);
  }
}
