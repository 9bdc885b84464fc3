package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.Int128;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import io.varve.io.UnsupportedVersionException;
import io.varve.io.VarveException;
import io.varve.testkit.GoldenFile;
import io.varve.testkit.SeededTest;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Filters, aggregations and partial rows come back from their bytes, and only from them. */
class QuerySerializersTest {

  private static final Filter FILTER =
      Filter.or(
          Filter.and(Filter.eq("a", 1), Filter.ne("b", 0.5), Filter.lt("c", true)),
          Filter.not(Filter.le("d", "é")),
          Filter.gt("e", new byte[] {1, 2}),
          Filter.ge("f", new BigDecimal("-12.340")),
          Filter.in(
              "g",
              List.of(
                  Instant.parse("2024-02-29T12:00:00.000000001Z"),
                  LocalDateTime.parse("1969-12-31T23:59:59.5"),
                  LocalDate.of(2024, 2, 29),
                  LocalTime.NOON)),
          Filter.isNull("h"),
          Filter.startsWith("i", "pre"),
          Filter.all());

  private static final Aggregation AGGREGATION =
      Aggregation.builder()
          .groupBy(TimeBucket.DAY)
          .groupBy("user")
          .measure(Measure.countRows(), Measure.sum("n").where(Filter.isNotNull("m")))
          .where(Filter.gt("n", 0))
          .timeZone(ZoneId.of("Europe/Berlin"))
          .build();

  private static final PartialRow PARTIAL =
      new PartialRow(
          List.of(
              Value.NULL,
              new Value.OfLong(-2),
              new Value.OfDouble(0.5),
              Value.OfBinary.of("ann"),
              new Value.OfPair(1, 2)),
          List.of(
              new MeasureState.Count(3),
              new MeasureState.LongSum(4, new Int128(-1, -5)),
              new MeasureState.WideSum(6, BigInteger.valueOf(-129)),
              new MeasureState.DoubleSum(7, 1.5, 0.25),
              new MeasureState.Minimum(new Value.OfLong(8)),
              new MeasureState.Maximum(Value.NULL)));

  private static PartialGroups groups() {
    List<PartialGroups> groups = PartialGroups.of(List.of(PARTIAL, PARTIAL));
    assertThat(groups).hasSize(1);
    return groups.get(0);
  }

  /** What is serialized, how it is read, and the golden file. */
  enum Subject {
    FILTER("filter-v1.golden"),
    AGGREGATION("aggregation-v1.golden"),
    PARTIAL("partial-row-v1.golden"),
    GROUPS("partial-groups-v1.golden");

    private final String golden;

    Subject(String golden) {
      this.golden = golden;
    }

    byte[] write() {
      return switch (this) {
        case FILTER -> FilterSerializer.serialize(QuerySerializersTest.FILTER);
        case AGGREGATION -> AggregationSerializer.serialize(QuerySerializersTest.AGGREGATION);
        case PARTIAL -> PartialSerializer.serialize(QuerySerializersTest.PARTIAL);
        case GROUPS -> groups().serialize();
      };
    }

    Object expected() {
      return switch (this) {
        case FILTER -> QuerySerializersTest.FILTER;
        case AGGREGATION -> QuerySerializersTest.AGGREGATION;
        case PARTIAL -> QuerySerializersTest.PARTIAL;
        case GROUPS -> groups();
      };
    }

    Object read(byte[] bytes) throws VarveException {
      return switch (this) {
        case FILTER -> FilterSerializer.deserialize(bytes);
        case AGGREGATION -> AggregationSerializer.deserialize(bytes);
        case PARTIAL -> PartialSerializer.deserialize(bytes);
        case GROUPS -> PartialGroups.deserialize(bytes);
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsItsBytes(Subject subject) throws VarveException {
    GoldenFile golden = GoldenFile.read(QuerySerializersTest.class, subject.golden);
    golden.assertMatches(subject.write());
    assertThat(subject.read(golden.bytes())).isEqualTo(subject.expected());
  }

  @ParameterizedTest
  @EnumSource
  void refusesEveryDamagedBit(Subject subject) {
    byte[] bytes = subject.write();
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
      assertThatThrownBy(() -> subject.read(damaged))
          .as("bit %s", bit)
          .isInstanceOf(CorruptFileException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesEveryCut(Subject subject) {
    byte[] bytes = subject.write();
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> subject.read(cut))
          .as("length %s", length)
          .isInstanceOf(CorruptFileException.class);
    }
  }

  @ParameterizedTest
  @EnumSource
  void tellsANewerVersionFromDamage(Subject subject) {
    byte[] bytes = subject.write();
    bytes[0] = 2;
    assertThatThrownBy(() -> subject.read(sealed(bytes)))
        .isInstanceOf(UnsupportedVersionException.class)
        .hasMessageContaining("version 2")
        .hasMessageContaining("reads 1");
  }

  /** Replaces the checksum by the right one. */
  private static byte[] sealed(byte[] bytes) {
    BytesWriter out = new BytesWriter(bytes.length);
    out.writeBytes(bytes, 0, Math.max(0, bytes.length - 4));
    return out.writeChecksum(0).toByteArray();
  }

  /** Whatever the bytes are: either something is read or they are called damaged. */
  @SeededTest(runs = 300)
  void readsOrRefusesBytesWithARightChecksum(Random random) throws VarveException {
    Subject subject = Subject.values()[random.nextInt(Subject.values().length)];
    for (int i = 0; i < 50; i++) {
      byte[] bytes = subject.write();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        bytes[2 + random.nextInt(bytes.length - 6)] = (byte) random.nextInt();
      }
      try {
        assertThat(subject.read(sealed(bytes))).isNotNull();
      } catch (CorruptFileException expected) {
        assertThat(expected).hasMessageContaining("expected");
      }
    }
  }

  @Test
  void refusesNestingThatWouldOverflowTheStack() {
    BytesWriter out = new BytesWriter(100_000).writeShort(FilterSerializer.VERSION);
    for (int i = 0; i < 100_000; i++) {
      out.writeByte(8);
    }
    byte[] bytes = out.writeByte(1).writeChecksum(0).toByteArray();
    assertThatThrownBy(() -> FilterSerializer.deserialize(bytes))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("levels");
  }
}
