package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.query.MeasureState;
import io.varve.query.PartialRow;
import io.varve.query.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class RollupKeyTest {

  private static RollupKey key(Value... keys) {
    return RollupKey.of(new PartialRow(List.of(keys), List.of(new MeasureState.Count(1))));
  }

  /** Senders and receivers route by the hash, maybe on other JVMs: this number never changes. */
  @Test
  void hashesTheSameEverywhere() {
    assertThat(key(Value.OfBinary.of("alice"), new Value.OfLong(20_000)).hashCode())
        .isEqualTo(664942700);
    assertThat(key().hashCode()).isEqualTo(1);
  }

  @Test
  void isEqualWhereTheKeysAre() {
    assertThat(key(Value.NULL, new Value.OfDouble(Double.NaN)))
        .isEqualTo(key(Value.NULL, new Value.OfDouble(0.0 / 0.0)))
        .isNotEqualTo(key(new Value.OfDouble(Double.NaN), Value.NULL))
        .isNotEqualTo(key(Value.NULL));
  }

  @Test
  void onlyKeysAreKeys() {
    assertThat(RollupType.KEY.isKeyType()).isTrue();
    assertThat(RollupType.PARTIAL_ROW.isKeyType()).isFalse();
    assertThat(RollupType.RESULT).isNotEqualTo(RollupType.KEY);
  }
}
