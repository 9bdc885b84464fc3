package io.varve.encoding;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.BinaryColumn;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Distinct values get codes, sorted by their bytes. */
class DictionaryBuilderTest {

  private final DictionaryBuilder builder = new DictionaryBuilder();

  private static BinaryColumn column(String... values) {
    BinaryColumn column = new BinaryColumn();
    for (String value : values) {
      column.append(value);
    }
    return column;
  }

  @Test
  void equalValuesShareACode() {
    assertThat(builder.tryAddColumn(column("b", "a", "b", "", "ab", "a"), 100)).isTrue();
    assertThat(builder.distinct().size()).isEqualTo(4);
    assertThat(builder.code(0)).isEqualTo(builder.code(2));
    assertThat(builder.code(1)).isEqualTo(builder.code(5));
    assertThat(builder.code(3)).isNotEqualTo(builder.code(4));
  }

  /** Values of few bytes, zeros among them, that are alike but for their length or one byte. */
  @Test
  void numbersValuesOfEveryLengthAsAMapDoes() {
    SplittableRandom random = new SplittableRandom(1);
    for (int rows : new int[] {100, 20_000, 300}) { // the table grows and is given up
      BinaryColumn column = new BinaryColumn();
      Map<String, Integer> expected = new HashMap<>();
      int[] codes = new int[rows];
      for (int row = 0; row < rows; row++) {
        byte[] value = new byte[random.nextInt(40)];
        if (value.length > 0) {
          value[random.nextInt(value.length)] = (byte) random.nextInt(4);
          value[random.nextInt(value.length)] = (byte) random.nextInt(4);
        }
        column.append(value, 0, value.length);
        String key = new String(value, StandardCharsets.ISO_8859_1);
        expected.putIfAbsent(key, expected.size());
        codes[row] = expected.get(key);
      }
      assertThat(builder.tryAddAll(column, 0, rows, rows)).isTrue();
      assertThat(builder.distinct().size()).isEqualTo(expected.size());
      for (int row = 0; row < rows; row++) {
        assertThat(builder.code(row)).isEqualTo(codes[row]);
        assertThat(builder.distinct().get(codes[row])).isEqualTo(column.get(row));
      }
    }
  }

  @Test
  void sortOrdersBytesAsUnsignedNumbers() {
    builder.tryAddColumn(column("é", "z", "", "ab", "a"), 100);
    int[] newCodes = builder.sort();
    assertThat(newCodes).containsExactly(4, 3, 0, 2, 1);
    assertThat(builder.distinct().getString(4)).isEqualTo("é");
    assertThat(builder.distinct().getString(1)).isEqualTo("a");
  }

  @Test
  void sortLooksBehindAPrefixThatAllShare() {
    BinaryColumn column = new BinaryColumn();
    for (int i = 0; i < 3000; i++) {
      column.append("a long common beginning " + (i * 7919 % 3000) + (i % 2 == 0 ? "" : " end"));
    }
    column.append("a long common beginning ");
    builder.tryAddColumn(column, 100);
    int[] newCodes = builder.sort();
    BinaryColumn sorted = builder.distinct();
    for (int code = 1; code < sorted.size(); code++) {
      assertThat(sorted.getString(code - 1)).isLessThan(sorted.getString(code));
    }
    for (int row = 0; row < column.size(); row++) {
      assertThat(sorted.getString(newCodes[builder.code(row)])).isEqualTo(column.getString(row));
    }
  }

  @Test
  void givesUpWhenThereAreTooMany() {
    assertThat(builder.tryAddAll(column("a", "b", "c"), 0, 3, 2)).isFalse();
    assertThat(builder.tryAddAll(column("a", "b", "a"), 0, 3, 2)).isTrue();
    BinaryColumn many = new BinaryColumn();
    for (int i = 0; i < 10_000; i++) {
      many.append("value " + i);
    }
    assertThat(builder.tryAddColumn(many, 40)).isFalse();
    assertThat(builder.tryAddColumn(many, Integer.MAX_VALUE)).isTrue();
    assertThat(builder.distinct().size()).isEqualTo(10_000);
    assertThat(builder.code(9_999)).isEqualTo(9_999);
  }

  @Test
  void nullsHaveNoValue() {
    BinaryColumn column = column("a");
    column.appendNull();
    assertThat(builder.tryAddColumn(column, 100)).isTrue();
    assertThat(builder.distinct().size()).isEqualTo(1);
  }
}
