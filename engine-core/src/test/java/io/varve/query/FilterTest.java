package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.varve.column.Int128;
import io.varve.column.RowBuffer;
import io.varve.column.ZoneMap;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FilterTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(9))
          .column("n", DataType.int64())
          .column("x", DataType.float64())
          .column("s", DataType.string())
          .column("price", DataType.decimal(10, 2))
          .column("wide", DataType.decimal(38, 2))
          .column("flag", DataType.bool())
          .column("day", DataType.of(TypeKind.DATE))
          .column("at", DataType.of(TypeKind.TIME))
          .column("coarse", DataType.timestamp(3))
          .column("fine", DataType.timestamp(9))
          .column("raw", DataType.bytes())
          .build();

  private final RowBuffer rows = new RowBuffer(SCHEMA, 1, 0);

  /** Adds a row with one column set, or with none. */
  private void row(String column, @Nullable Object value) {
    rows.setLong(0, rows.nextSequence());
    int index = SCHEMA.indexOf(column);
    if (value instanceof Long integer) {
      rows.setLong(index, integer);
    } else if (value instanceof Double floating) {
      rows.setDouble(index, floating);
    } else if (value instanceof String text) {
      rows.setString(index, text);
    } else if (value instanceof byte[] bytes) {
      rows.setBytes(index, bytes);
    } else if (value instanceof BigDecimal decimal) {
      rows.setDecimal(index, decimal);
    } else if (value instanceof Boolean truth) {
      rows.setBoolean(index, truth);
    } else if (value instanceof Instant instant) {
      rows.setTimestamp(index, instant.toEpochMilli(), instant.getNano() % 1_000_000);
    }
    rows.endRow();
  }

  private void numbers(@Nullable Long... values) {
    Arrays.stream(values).forEach(value -> row("n", value));
  }

  /** Returns the selected rows, the same from plain and from coded columns. */
  private List<Integer> select(Filter filter) {
    List<Integer> plain = select(filter, new BatchSource("plain", rows.batch()));
    int text = SCHEMA.field(SCHEMA.indexOf("s")).id();
    BatchSource coded = new BatchSource("coded", rows.batch(), Set.of(text));
    assertThat(select(filter, coded)).isEqualTo(plain);
    return plain;
  }

  private static List<Integer> select(Filter filter, BatchSource source) {
    List<Integer> found = new ArrayList<>();
    try {
      Selection selection = new Selection();
      BoundFilter.of(filter, SCHEMA).select(new Block(source, 0), selection);
      for (int row = selection.next(0); row >= 0; row = selection.next(row + 1)) {
        found.add(row);
      }
      assertThat(selection.count()).isEqualTo(found.size());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return found;
  }

  private static Verdict judge(Filter filter, @Nullable ZoneMap zone) {
    try {
      return BoundFilter.of(filter, SCHEMA).judge(fieldId -> zone);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void nothingIsTrueOfANullButThatItIsNull() {
    numbers(1L, null, 2L);
    assertThat(select(Filter.eq("n", 1))).containsExactly(0);
    assertThat(select(Filter.ne("n", 1))).containsExactly(2);
    assertThat(select(Filter.not(Filter.eq("n", 1)))).containsExactly(2);
    assertThat(select(Filter.not(Filter.in("n", List.of(1, 7))))).containsExactly(2);
    assertThat(select(Filter.isNull("n"))).containsExactly(1);
    assertThat(select(Filter.isNotNull("n"))).containsExactly(0, 2);
    assertThat(select(Filter.not(Filter.isNotNull("n")))).containsExactly(1);
  }

  @Test
  void unknownOrTrueIsTrueAndUnknownAndFalseIsFalse() {
    numbers(1L, null);
    Filter unknown = Filter.eq("n", 5);
    assertThat(select(Filter.or(unknown, Filter.isNull("n")))).containsExactly(1);
    assertThat(select(Filter.not(Filter.or(unknown, Filter.isNull("n"))))).containsExactly(0);
    Filter unknownAndFalse = Filter.and(unknown, Filter.isNotNull("n"));
    assertThat(select(Filter.not(unknownAndFalse))).containsExactly(0, 1);
    assertThat(select(Filter.not(Filter.and(unknown, Filter.all())))).containsExactly(0);
    assertThat(select(Filter.or(unknown, Filter.not(unknown)))).containsExactly(0);
  }

  @Test
  void emptyListsAreTrueForAndAndFalseForOrAndIn() {
    numbers(1L, null);
    assertThat(select(Filter.and())).containsExactly(0, 1);
    assertThat(select(Filter.or())).isEmpty();
    assertThat(select(Filter.in("n", List.of()))).isEmpty();
    assertThat(select(Filter.not(Filter.in("n", List.of())))).containsExactly(0);
    assertThat(select(Filter.not(Filter.all()))).isEmpty();
    assertThat(BoundFilter.of(Filter.and(Filter.all(), Filter.or(Filter.all())), SCHEMA).isAll())
        .isTrue();
  }

  @Test
  void comparesIntegersAtTheEdgesOfTheirRange() {
    numbers(Long.MIN_VALUE, -1L, Long.MAX_VALUE);
    assertThat(select(Filter.lt("n", Long.MIN_VALUE))).isEmpty();
    assertThat(select(Filter.ge("n", Long.MIN_VALUE))).containsExactly(0, 1, 2);
    assertThat(select(Filter.gt("n", Long.MAX_VALUE))).isEmpty();
    assertThat(select(Filter.not(Filter.gt("n", Long.MAX_VALUE)))).containsExactly(0, 1, 2);
    assertThat(select(Filter.le("n", Double.POSITIVE_INFINITY))).containsExactly(0, 1, 2);
    assertThat(select(Filter.le("n", Double.NEGATIVE_INFINITY))).isEmpty();
    assertThat(select(Filter.eq("n", Double.NaN))).isEmpty();
    assertThat(select(Filter.ne("n", Double.NaN))).containsExactly(0, 1, 2);
    assertThat(select(Filter.lt("n", new BigDecimal("1e30")))).containsExactly(0, 1, 2);
    // As a double it would be rounded up to 2^63 and equal nothing less.
    assertThat(select(Filter.lt("n", new BigDecimal("9223372036854775807")))).containsExactly(0, 1);
  }

  @Test
  void comparesIntegersWithNumbersBetweenThem() {
    numbers(1L, 2L);
    assertThat(select(Filter.lt("n", 1.5))).containsExactly(0);
    assertThat(select(Filter.le("n", 1.5))).containsExactly(0);
    assertThat(select(Filter.gt("n", 1.5))).containsExactly(1);
    assertThat(select(Filter.ge("n", new BigDecimal("1.5")))).containsExactly(1);
    assertThat(select(Filter.eq("n", 1.5))).isEmpty();
    assertThat(select(Filter.ne("n", 1.5))).containsExactly(0, 1);
    assertThat(select(Filter.in("n", List.of(1.5, 2.0)))).containsExactly(1);
  }

  @Test
  void takesNumbersForDecimalsByTheirValue() {
    row("price", new BigDecimal("5.00"));
    row("price", new BigDecimal("5.01"));
    row("wide", new BigDecimal("999999999999999999999999999999999999.99"));
    assertThat(select(Filter.eq("price", 5))).containsExactly(0);
    assertThat(select(Filter.gt("price", new BigDecimal("5.005")))).containsExactly(1);
    assertThat(select(Filter.in("price", List.of(new BigDecimal("5.010"), 7)))).containsExactly(1);
    assertThat(select(Filter.gt("wide", Long.MAX_VALUE))).containsExactly(2);
    assertThat(select(Filter.lt("wide", new BigDecimal("1e60")))).containsExactly(2);
    assertThat(select(Filter.ge("wide", new BigDecimal("1e36")))).isEmpty();
  }

  @Test
  void comparesFloatingPointNumbersAsJavaDoes() {
    for (Double value : new Double[] {Double.NaN, -0.0, 0.0, 1.0, Double.POSITIVE_INFINITY}) {
      row("x", value);
    }
    row("x", null);
    assertThat(select(Filter.eq("x", 0.0))).containsExactly(1, 2);
    assertThat(select(Filter.eq("x", -0.0))).containsExactly(1, 2);
    assertThat(select(Filter.lt("x", 0.0))).isEmpty();
    assertThat(select(Filter.ge("x", -0.0))).containsExactly(1, 2, 3, 4);
    assertThat(select(Filter.not(Filter.ge("x", 0)))).containsExactly(0);
    assertThat(select(Filter.ne("x", 1))).containsExactly(0, 1, 2, 4);
    assertThat(select(Filter.eq("x", Double.NaN))).isEmpty();
    assertThat(select(Filter.ne("x", Double.NaN))).containsExactly(0, 1, 2, 3, 4);
    assertThat(select(Filter.in("x", List.of(-0.0, Double.NaN, 1.0)))).containsExactly(1, 2, 3);
    assertThat(select(Filter.gt("x", Double.MAX_VALUE))).containsExactly(4);
    assertThat(select(Filter.gt("x", Double.POSITIVE_INFINITY))).isEmpty();
  }

  @Test
  void ordersTextByItsBytes() {
    for (String text : new String[] {"", "a", "aa", "b", "\uffff", "\ud83d\ude00"}) {
      row("s", text);
    }
    row("s", null);
    assertThat(select(Filter.gt("s", "a"))).containsExactly(2, 3, 4, 5);
    assertThat(select(Filter.le("s", "a"))).containsExactly(0, 1);
    // In UTF-16 the two would be the other way round.
    assertThat(select(Filter.gt("s", "\uffff"))).containsExactly(5);
    assertThat(select(Filter.lt("s", ""))).isEmpty();
    assertThat(select(Filter.startsWith("s", "a"))).containsExactly(1, 2);
    assertThat(select(Filter.not(Filter.startsWith("s", "a")))).containsExactly(0, 3, 4, 5);
    assertThat(select(Filter.startsWith("s", ""))).containsExactly(0, 1, 2, 3, 4, 5);
    assertThat(select(Filter.in("s", List.of("", "b", "zzz")))).containsExactly(0, 3);
  }

  @Test
  void takesTheNarrowerOfTwoBounds() {
    for (String text : new String[] {"a", "b", "c", "d"}) {
      row("s", text);
    }
    assertThat(select(Filter.and(Filter.ge("s", "b"), Filter.lt("s", "d")))).containsExactly(1, 2);
    assertThat(select(Filter.and(Filter.lt("s", "d"), Filter.ge("s", "b")))).containsExactly(1, 2);
    assertThat(select(Filter.and(Filter.le("s", "c"), Filter.lt("s", "c"), Filter.le("s", "c"))))
        .containsExactly(0, 1);
    assertThat(select(Filter.and(Filter.gt("s", "a"), Filter.ge("s", "a"), Filter.gt("s", "b"))))
        .containsExactly(2, 3);
    assertThat(select(Filter.and(Filter.gt("s", "c"), Filter.lt("s", "b")))).isEmpty();
    assertThat(select(Filter.and(Filter.startsWith("s", "b"), Filter.ne("s", "b")))).isEmpty();
  }

  @Test
  void findsPrefixesOfTheGreatestByte() {
    byte ff = (byte) 0xff;
    row("raw", new byte[] {ff});
    row("raw", new byte[] {ff, ff, 1});
    row("raw", new byte[] {1, ff});
    row("raw", new byte[] {2});
    assertThat(select(Filter.startsWith("raw", new byte[] {ff, ff}))).containsExactly(1);
    assertThat(select(Filter.startsWith("raw", new byte[] {ff}))).containsExactly(0, 1);
    assertThat(select(Filter.startsWith("raw", new byte[] {1, ff}))).containsExactly(2);
  }

  @Test
  void comparesTimesInEveryUnit() {
    Instant base = Instant.parse("2024-02-29T12:00:00.123456789Z");
    row("ts", null);
    row("coarse", Instant.parse("2024-02-29T12:00:00.123Z"));
    row("fine", base);
    row("day", LocalDate.of(2024, 2, 29).toEpochDay());
    row("at", LocalTime.NOON.toNanoOfDay());
    LocalDateTime local = LocalDateTime.parse("2024-02-29T12:00:00.123456789");
    assertThat(select(Filter.lt("coarse", local))).containsExactly(1);
    assertThat(select(Filter.eq("coarse", local))).isEmpty();
    assertThat(select(Filter.eq("fine", local))).containsExactly(2);
    assertThat(select(Filter.lt("fine", local))).isEmpty();
    assertThat(select(Filter.gt("fine", local.minusNanos(1)))).containsExactly(2);
    assertThat(select(Filter.between("day", LocalDate.of(2024, 2, 29), LocalDate.MAX)))
        .containsExactly(3);
    assertThat(select(Filter.ge("at", LocalTime.NOON))).containsExactly(4);
    assertThat(select(Filter.lt("ts", Instant.ofEpochSecond(0, 1)))).containsExactly(0);
    assertThat(select(Filter.lt("ts", Instant.MAX))).hasSize(5);
    assertThat(select(Filter.lt("fine", LocalDateTime.MAX))).containsExactly(2);
    assertThat(select(Filter.eq("ts", 3L))).containsExactly(3);
  }

  @Test
  void namesTheColumnThatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoundFilter.of(Filter.eq("nope", 1), SCHEMA))
        .withMessageContaining("'nope'")
        .withMessageContaining("price");
    // One side decides the result, but a mistake in the other must not wait for other data.
    Filter hidden = Filter.and(Filter.not(Filter.all()), Filter.eq("s", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoundFilter.of(hidden, SCHEMA))
        .withMessageContaining("column 's' (string)")
        .withMessageContaining("give text");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoundFilter.of(Filter.eq("ts", LocalDateTime.MIN), SCHEMA))
        .withMessageContaining("give an Instant");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoundFilter.of(Filter.eq("fine", 1L), SCHEMA))
        .withMessageContaining("give a LocalDateTime");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoundFilter.of(Filter.startsWith("n", "1"), SCHEMA))
        .withMessageContaining("'n'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BoundFilter.of(Filter.eq("flag", 1), SCHEMA))
        .withMessageContaining("a boolean");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Filter.in("n", Collections.singletonList(null)))
        .withMessageContaining("null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Filter.eq("n", new Object()))
        .withMessageContaining("java.lang.Object");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Filter.eq("n", new BigDecimal("1e1000000000")));
  }

  @Test
  void refusesNestingThatWouldOverflowTheStack() {
    Filter deep = Filter.eq("n", 1);
    for (int i = 0; i < 1000; i++) {
      deep = Filter.not(deep);
    }
    Filter tooDeep = deep;
    assertThatIllegalArgumentException().isThrownBy(() -> BoundFilter.of(tooDeep, SCHEMA));
    assertThatIllegalArgumentException().isThrownBy(() -> FilterSerializer.serialize(tooDeep));
  }

  @Test
  void judgesZonesWithNulls() {
    ZoneMap some = new ZoneMap.OfLong(10, 3, 5, 9, Int128.of(50));
    ZoneMap none = new ZoneMap.OfLong(10, 0, 5, 9, Int128.of(70));
    ZoneMap nulls = new ZoneMap.OfLong(10, 10, 0, 0, Int128.ZERO);
    assertThat(judge(Filter.ge("n", 5), none)).isEqualTo(Verdict.ALL);
    assertThat(judge(Filter.ge("n", 5), some)).isEqualTo(Verdict.SOME);
    assertThat(judge(Filter.lt("n", 5), some)).isEqualTo(Verdict.NONE);
    assertThat(judge(Filter.not(Filter.lt("n", 5)), some)).isEqualTo(Verdict.SOME);
    assertThat(judge(Filter.ge("n", 0), nulls)).isEqualTo(Verdict.NONE);
    assertThat(judge(Filter.not(Filter.ge("n", 0)), nulls)).isEqualTo(Verdict.NONE);
    assertThat(judge(Filter.isNull("n"), nulls)).isEqualTo(Verdict.ALL);
    assertThat(judge(Filter.isNull("n"), none)).isEqualTo(Verdict.NONE);
    assertThat(judge(Filter.isNotNull("n"), some)).isEqualTo(Verdict.SOME);
    assertThat(judge(Filter.ge("n", 5), null)).isEqualTo(Verdict.SOME);
    assertThat(judge(Filter.in("n", List.of(1, 4, 10)), none)).isEqualTo(Verdict.NONE);
    assertThat(judge(Filter.in("n", List.of(1, 7)), none)).isEqualTo(Verdict.SOME);
    assertThat(judge(Filter.or(Filter.lt("n", 5), Filter.gt("n", 9)), none))
        .isEqualTo(Verdict.NONE);
    assertThat(judge(Filter.or(Filter.gt("n", 6), Filter.lt("n", 99)), none))
        .isEqualTo(Verdict.ALL);
  }

  @Test
  void judgesZonesWithNaNs() {
    ZoneMap someNaN = new ZoneMap.OfDouble(10, 0, 5, Double.NaN, Double.NaN, 0);
    ZoneMap allNaN = new ZoneMap.OfDouble(10, 0, Double.NaN, Double.NaN, Double.NaN, 0);
    assertThat(judge(Filter.ge("x", 5), someNaN)).isEqualTo(Verdict.SOME);
    assertThat(judge(Filter.not(Filter.ge("x", 5)), someNaN)).isEqualTo(Verdict.SOME);
    assertThat(judge(Filter.lt("x", 5), someNaN)).isEqualTo(Verdict.NONE);
    assertThat(judge(Filter.not(Filter.lt("x", 5)), someNaN)).isEqualTo(Verdict.ALL);
    assertThat(judge(Filter.lt("x", 5), allNaN)).isEqualTo(Verdict.NONE);
    assertThat(judge(Filter.ne("x", 5), allNaN)).isEqualTo(Verdict.ALL);
    assertThat(judge(Filter.in("x", List.of(1.0, 6.0)), someNaN)).isEqualTo(Verdict.SOME);
  }

  @Test
  void judgesZonesOfCutText() {
    byte[] low = {'b'};
    ZoneMap cut = new ZoneMap.OfBinary(10, 0, low, new byte[] {'d'}, false);
    ZoneMap open = new ZoneMap.OfBinary(10, 0, low, null, false);
    assertThat(judge(Filter.lt("s", "b"), cut)).isEqualTo(Verdict.NONE);
    assertThat(judge(Filter.eq("s", "b"), cut)).isEqualTo(Verdict.SOME);
    assertThat(judge(Filter.gt("s", "d"), cut)).isEqualTo(Verdict.NONE);
    assertThat(judge(Filter.between("s", "b", "d"), cut)).isEqualTo(Verdict.ALL);
    assertThat(judge(Filter.ge("s", "b"), open)).isEqualTo(Verdict.ALL);
    assertThat(judge(Filter.gt("s", "zzz"), open)).isEqualTo(Verdict.SOME);
    assertThat(judge(Filter.le("s", "zzz"), open)).isEqualTo(Verdict.SOME);
    assertThat(judge(Filter.in("s", List.of("a", "e")), cut)).isEqualTo(Verdict.NONE);
    assertThat(judge(Filter.in("s", List.of("a", "e")), open)).isEqualTo(Verdict.SOME);
  }
}
