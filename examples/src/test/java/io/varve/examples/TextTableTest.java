package io.varve.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void alignsNumbersRightAndTextLeft() {
    StringWriter text = new StringWriter();
    PrintWriter out = new PrintWriter(text);
    TextTable.of("<origin", "flights", "avg")
        .row("ORD", 12498L, 6.815)
        .row("A", 7, -0.02)
        .print(out);
    out.flush();
    assertThat(text.toString().replace(System.lineSeparator(), "\n"))
        .isEqualTo(
            """
              origin   flights     avg
              ------   -------   -----
              ORD       12,498    6.82
              A              7   -0.02
            """);
  }

  @Test
  void refusesALineWithOtherCells() {
    assertThatIllegalArgumentException().isThrownBy(() -> TextTable.of("<a", "b").row(1));
  }
}
