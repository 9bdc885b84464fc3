package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.io.UnsupportedVersionException;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class AggregateRowSerializerTest {

  private static final AggregateRow ROW =
      new AggregateRow(
          List.of(Value.NULL, Value.OfBinary.of("Zürich"), new Value.OfPair(-1, 2)),
          List.of(
              new Value.OfLong(7),
              new Value.OfDouble(Double.NaN),
              new Value.OfDecimal(new BigDecimal("-12.340"))));

  @Test
  void roundTrips() throws Exception {
    assertThat(AggregateRowSerializer.deserialize(AggregateRowSerializer.serialize(ROW)))
        .isEqualTo(ROW);
  }

  @Test
  void refusesDamageAndOtherVersions() {
    byte[] damaged = AggregateRowSerializer.serialize(ROW);
    damaged[9] ^= 1;
    assertThatThrownBy(() -> AggregateRowSerializer.deserialize(damaged))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("aggregate row");

    byte[] newer = Envelope.seal(Envelope.start(AggregateRowSerializer.VERSION + 1));
    assertThatThrownBy(() -> AggregateRowSerializer.deserialize(newer))
        .isInstanceOf(UnsupportedVersionException.class);
  }

  /** Texts of two keys that would be the same one after the other must still be two groups. */
  @Test
  void keysAreEqualWhereTheirBytesAre() {
    assertThat(keys("a", "bc")).isEqualTo(keys("a", "bc")).isNotEqualTo(keys("ab", "c"));
    assertThat(PartialSerializer.serializeKeys(new PartialRow(List.of(Value.NULL), List.of())))
        .isNotEqualTo(keys(""));
  }

  private static byte[] keys(String... texts) {
    List<Value> values = List.of(texts).stream().<Value>map(Value.OfBinary::of).toList();
    return PartialSerializer.serializeKeys(new PartialRow(values, List.of()));
  }
}
