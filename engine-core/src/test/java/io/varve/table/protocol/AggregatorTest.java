package io.varve.table.protocol;

import static io.varve.table.protocol.Samples.at;
import static io.varve.table.protocol.Samples.extend;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class AggregatorTest {

  private static final Last START = new Last.Start(Samples.RUN);

  private final Aggregator aggregator =
      new Aggregator("table", new OpenResult("lineage", 3, START, 100, 7, false));

  private static WriterChanges changes(String writer, long ordinal) {
    return new WriterChanges(writer, ordinal, List.of(extend(writer + "-t", ordinal * 10)), 1);
  }

  private Committable emit(long checkpoint, long watermark) {
    return requireNonNull(aggregator.emit(checkpoint, watermark));
  }

  @Test
  void foldsEverythingReceivedWhateverCheckpointItCarries() {
    aggregator.receive(1, changes("a", 1));
    aggregator.receive(2, changes("a", 2));
    aggregator.receive(2, changes("b", 1));
    Committable committable = emit(2, 0);
    assertThat(committable.folded().changes())
        .containsExactly(extend("a-t", 10), extend("a-t", 20), extend("b-t", 10));
    assertThat(committable.folded().layers()).containsEntry("a", 2L).containsEntry("b", 1L);
    assertThat(committable.folded().lateRows()).isEqualTo(3);
  }

  @Test
  void emitsNothingWhenNothingChanged() {
    assertThat(aggregator.emit(1, 0)).isNull();
    assertThat(aggregator.snapshot().pending()).isEmpty();
    assertThat(aggregator.snapshot().last()).isEqualTo(START);
  }

  @Test
  void chainsCommittables() {
    aggregator.receive(1, changes("a", 1));
    Committable first = emit(1, 0);
    aggregator.receive(4, changes("a", 2));
    Committable second = emit(4, 0);
    assertThat(first.previous()).isEqualTo(START);
    assertThat(second.previous()).isEqualTo(at(3, 1));
    assertThat(aggregator.snapshot().pending()).containsExactly(first, second);
  }

  @Test
  void forgetsEverythingUpToWhatTheLogShows() {
    aggregator.receive(1, changes("a", 1));
    aggregator.emit(1, 0);
    aggregator.receive(2, changes("a", 2));
    aggregator.emit(2, 0);
    aggregator.receive(3, changes("a", 3));
    Committable third = emit(3, 0);
    aggregator.forget(at(3, 2));
    assertThat(aggregator.snapshot().pending()).containsExactly(third);
    assertThat(aggregator.snapshot().last()).isEqualTo(third.id());
  }

  @Test
  void neverLowersTheWatermark() {
    aggregator.receive(1, changes("a", 1));
    assertThat(emit(1, Long.MIN_VALUE).watermark()).isEqualTo(100);
    aggregator.receive(2, changes("a", 2));
    assertThat(emit(2, 150).watermark()).isEqualTo(150);
  }

  @Test
  void refusesChangesThatComeAfterTheEndOfInput() {
    aggregator.receive(5, changes("a", 1));
    aggregator.emit(5, Long.MAX_VALUE);
    aggregator.receive(5, changes("a", 2));
    assertThatThrownBy(() -> aggregator.emit(5, Long.MAX_VALUE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("checkpoint 5");
  }
}
