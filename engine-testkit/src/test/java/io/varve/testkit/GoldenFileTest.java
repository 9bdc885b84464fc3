package io.varve.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A reader that forgave a wrong line would let a golden file say one thing and prove another. */
class GoldenFileTest {

  private static final String FRAME =
      """
      # docs/format.md, frame header, version 1: 3 rows, first sequence 7
      00000000  56 46 52 4d              magic

      00000004  01 00                    version = 1
      00000006  03 00                    rows = 3
      00000008  07 00 00 00 00 00 00 00  first sequence = 7
      """;

  private static final byte[] FRAME_BYTES = {
    0x56, 0x46, 0x52, 0x4d, 1, 0, 3, 0, 7, 0, 0, 0, 0, 0, 0, 0
  };

  @Test
  void readsBytesInOrder() {
    GoldenFile file = GoldenFile.parse("frame", FRAME);

    assertThat(file.bytes()).containsExactly(FRAME_BYTES);
    assertThat(file.length()).isEqualTo(16);
  }

  @Test
  void readsAFileFromTheClassPath() {
    GoldenFile file = GoldenFile.read(GoldenFileTest.class, "frame.golden");

    assertThat(file.bytes()).containsExactly(FRAME_BYTES);
  }

  @Test
  void tellsWhichFileIsMissing() {
    assertThatThrownBy(() -> GoldenFile.read(GoldenFileTest.class, "none.golden"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("none.golden");
  }

  @Test
  void takesALineWithoutANote() {
    assertThat(GoldenFile.parse("short", "00000000  ff 80").bytes())
        .containsExactly((byte) 0xff, (byte) 0x80);
  }

  @Test
  void aNoteThatLooksLikeBytesIsANote() {
    assertThat(GoldenFile.parse("note", "00000000  01  02 03").bytes()).containsExactly(1);
  }

  @Test
  void refusesAnOffsetThatIsNotTheNumberOfBytesBefore() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GoldenFile.parse("gap", "00000000  01  a\n00000002  02  b\n"))
        .withMessage("gap, line 2: offset is 00000002, expected 00000001");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000  01  short offset",
        "00000000 01  one space",
        "00000000  1  one digit",
        "00000000  0g  not hexadecimal",
        "00000000  01 note after one space",
        "00000000  0A  upper case",
        " 00000000  01  indented",
      })
  void refusesAMalformedLine(String line) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GoldenFile.parse("bad", line))
        .withMessageContaining("bad, line 1")
        .withMessageContaining(line);
  }

  @Test
  void refusesAFileWithoutBytes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GoldenFile.parse("empty", "# nothing\n"))
        .withMessageContaining("no bytes");
  }

  @Test
  void acceptsEqualBytes() {
    assertThatCode(() -> GoldenFile.parse("frame", FRAME).assertMatches(FRAME_BYTES))
        .doesNotThrowAnyException();
  }

  @Test
  void namesTheFieldThatDiffers() {
    byte[] actual = FRAME_BYTES.clone();
    actual[7] = 9;

    assertThatThrownBy(() -> GoldenFile.parse("frame", FRAME).assertMatches(actual))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("frame, offset 00000007 (rows = 3): expected 00, found 09")
        .hasMessageContaining("00000006  03 09  rows = 3");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 15, 17, 40})
  void tellsAnotherLength(int length) {
    byte[] actual = Arrays.copyOf(FRAME_BYTES, length);

    assertThatThrownBy(() -> GoldenFile.parse("frame", FRAME).assertMatches(actual))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("expected 16 bytes, found " + length);
  }
}
