package io.varve.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.column.LongColumn;
import io.varve.column.RowBuffer;
import io.varve.column.RowSink;
import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.testkit.SeededTest;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is read by hand is what the library reads, and what is neither is refused. */
class RowValuesTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestamp(9))
          .column("cost", DataType.decimal(12, 4))
          .column("wide", DataType.decimal(38, 6))
          .build();

  /** Returns what a sink is told: the method and its arguments. */
  private static List<List<Object>> told(RowValues values) {
    List<List<Object>> calls = new ArrayList<>();
    RowSink sink =
        (RowSink)
            Proxy.newProxyInstance(
                RowValuesTest.class.getClassLoader(),
                new Class<?>[] {RowSink.class},
                (proxy, method, arguments) -> {
                  calls.add(List.of(arguments));
                  return null;
                });
    values.applyTo(sink);
    return calls;
  }

  private static void assertDecimal(int column, String text, int scale) {
    RowValues values = new RowValues(SCHEMA);
    values.parse(column, text);
    assertThat(told(values))
        .as(text)
        .containsExactly(List.of(column, new BigDecimal(text).setScale(scale)));
  }

  @SeededTest(runs = 300)
  void decimals(Random random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
    int whole = 1 + random.nextInt(20);
    for (int i = 0; i < whole; i++) {
      text.append(random.nextInt(10));
    }
    int fraction = random.nextInt(5);
    for (int i = 0; i < fraction; i++) {
      text.append(i == 0 ? "." : "").append(random.nextInt(10));
    }
    assertDecimal(1, text.toString(), 4);
    assertDecimal(2, text.toString(), 6);
  }

  @Test
  void decimalsThatAreWrittenOtherwise() {
    for (String text :
        List.of("1e3", "+7", ".5", "5.", "-0", "1.50000", "0000000000000000000.25")) {
      assertDecimal(1, text, 4);
    }
    for (String text : List.of("", "-", ".", "1.2.3", "1,5", "1.23456", "--1", "1-", "0x1")) {
      RowValues values = new RowValues(SCHEMA);
      assertThatThrownBy(() -> values.parse(1, text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + text + "' is no decimal");
    }
  }

  @SeededTest(runs = 300)
  void times(Random random) {
    LocalDateTime time =
        LocalDateTime.ofEpochSecond(
            random.nextLong(-9_000_000_000L, 9_000_000_000L),
            random.nextBoolean() ? 0 : random.nextInt(1_000_000_000),
            ZoneOffset.UTC);
    String iso = time.toString();
    String text = random.nextBoolean() ? iso : iso.replace('T', ' ');
    RowValues values = new RowValues(SCHEMA);
    values.parse(0, random.nextBoolean() ? text : text + "Z");
    long millis = time.toInstant(ZoneOffset.UTC).toEpochMilli();
    assertThat(told(values))
        .as(text)
        .containsExactly(List.of(0, millis, time.getNano() % 1_000_000));
  }

  @Test
  void whatIsNoTimeIsRefused() {
    for (String text :
        List.of(
            "2026-02-30 00:00:00",
            "2026-13-01 00:00:00",
            "2026-01-01 24:00:00",
            "2026-01-01 00:61:00",
            "2026-01-01x00:00:00",
            "2026/01/01 00:00:00",
            "2026-01-01 00:00:0a",
            "2026-01-01 00.00.00",
            "yesterday")) {
      RowValues values = new RowValues(SCHEMA);
      assertThatThrownBy(() -> values.parse(0, text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** A buffer takes a decimal of the column's scale without a detour, within its digits only. */
  @Test
  void aBufferKeepsDecimalsExactly() {
    RowBuffer rows = new RowBuffer(SCHEMA, 1, 1);
    for (String text : List.of("99999999.9999", "-99999999.9999", "0", "1.5", "-3.25")) {
      rows.setTimestamp(0, 0, 0);
      rows.setDecimal(1, new BigDecimal(text));
      rows.endRow();
    }
    assertThat(((LongColumn) rows.batch().column(1)).get(0)).isEqualTo(999_999_999_999L);
    assertThat(((LongColumn) rows.batch().column(1)).get(1)).isEqualTo(-999_999_999_999L);
    assertThat(((LongColumn) rows.batch().column(1)).get(3)).isEqualTo(15_000);
    assertThat(((LongColumn) rows.batch().column(1)).get(4)).isEqualTo(-32_500);
    assertThatThrownBy(() -> rows.setDecimal(1, new BigDecimal("100000000.0000")))
        .hasMessageContaining("too many digits");
    assertThatThrownBy(() -> rows.setDecimal(1, new BigDecimal("0.00001")))
        .hasMessageContaining("after the point");
  }
}
