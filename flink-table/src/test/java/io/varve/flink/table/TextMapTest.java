package io.varve.flink.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.testkit.GoldenFile;
import io.varve.testkit.SeededTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What SQL keeps comes back letter by letter, and damage is noticed. */
class TextMapTest {

  private static final Map<String, String> FACTS =
      Map.of(
          "column.2.comment", "one \\ of\ntwo lines",
          "column.3.stored", "BYTES",
          "column.3.type", "ARRAY<INT>",
          "comment", "a = b",
          "option.a=b", "x");

  @Test
  void isWrittenAsTheFormatSays() throws Exception {
    GoldenFile golden = GoldenFile.read(TextMapTest.class, "sql-v0.golden");

    golden.assertMatches(TextMap.write(FACTS).getBytes(StandardCharsets.UTF_8));
    assertThat(TextMap.read("x", new String(golden.bytes(), StandardCharsets.UTF_8)))
        .isEqualTo(FACTS);
  }

  @SeededTest(runs = 200)
  void roundTrips(Random random) throws Exception {
    SortedMap<String, String> values = new TreeMap<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      values.put(text(random) + i, text(random));
    }

    assertThat(TextMap.read("x", TextMap.write(values))).isEqualTo(values);
  }

  private static String text(Random random) {
    String letters = "ab=\\\n\rne é";
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(9); i > 0; i--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }

  @SeededTest(runs = 200)
  void damageIsNoticed(Random random) {
    String text = TextMap.write(FACTS);
    int at = random.nextInt(text.length() - 1);
    String damaged = text.substring(0, at) + '~' + text.substring(at + 1);

    assertThatThrownBy(() -> TextMap.read("file x", damaged))
        .isInstanceOf(CorruptFileException.class)
        .hasMessageContaining("file x");
    assertThatThrownBy(() -> TextMap.read("file x", text.substring(0, at)))
        .isInstanceOf(CorruptFileException.class);
  }
}
