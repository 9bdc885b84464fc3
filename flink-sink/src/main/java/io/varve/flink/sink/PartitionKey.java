package io.varve.flink.sink;

import io.varve.table.PartitionRouter;
import java.util.OptionalInt;
import org.apache.flink.api.java.functions.KeySelector;
import org.jspecify.annotations.Nullable;

/** The key by which rows travel to the subtask that keeps their partition: its path. */
final class PartitionKey<T> implements KeySelector<T, String> {

  private static final long serialVersionUID = 1L;

  private final SinkSettings<T> settings;
  private transient @Nullable PartitionRouter router;

  PartitionKey(SinkSettings<T> settings) {
    this.settings = settings;
  }

  @Override
  public String getKey(T element) {
    PartitionRouter opened = router;
    if (opened == null) {
      opened = new PartitionRouter(settings.definition());
      settings.converter().open(settings.definition().schema());
      router = opened;
    }
    opened.abandonRow();
    try {
      settings.converter().convert(element, opened);
    } catch (IllegalArgumentException invalid) {
      return ""; // the writer finds the same, and does what the sink is told to
    }
    return opened.path(OptionalInt.empty());
  }
}
