package io.varve.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.schema.DataType;
import io.varve.schema.Schema;
import io.varve.schema.TypeKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar, what texts become by the type of their column, and where errors point. */
class FilterParserTest {

  private static final Schema SCHEMA =
      Schema.builder()
          .timeColumn("ts", DataType.timestampLtz(3))
          .column("origin", DataType.string())
          .column("delay", DataType.int32())
          .column("cost", DataType.decimal(10, 2))
          .column("cancelled", DataType.bool())
          .column("day", DataType.of(TypeKind.DATE))
          .column("local", DataType.timestamp(6))
          .column("raw", DataType.bytes())
          .column("select from", DataType.string())
          .build();

  private static Filter parse(String text) {
    return FilterParser.parse(text, SCHEMA);
  }

  @Test
  void andBindsCloserThanOr() {
    assertThat(parse("origin = 'ATL' or delay > 10 AND delay <= 20"))
        .isEqualTo(
            Filter.or(
                Filter.eq("origin", "ATL"),
                Filter.and(Filter.gt("delay", 10), Filter.le("delay", 20))));
  }

  @Test
  void parenthesesAndNot() {
    assertThat(parse("NOT (delay < 0 OR NOT delay <> 5)"))
        .isEqualTo(Filter.not(Filter.or(Filter.lt("delay", 0), Filter.not(Filter.ne("delay", 5)))));
  }

  @Test
  void setsRangesNullsAndPrefixes() {
    assertThat(parse("origin IN ('ATL', 'JFK')"))
        .isEqualTo(Filter.in("origin", List.of("ATL", "JFK")));
    assertThat(parse("origin NOT IN ('ATL')"))
        .isEqualTo(Filter.not(Filter.in("origin", List.of("ATL"))));
    assertThat(parse("delay BETWEEN -5 AND 5")).isEqualTo(Filter.between("delay", -5, 5));
    assertThat(parse("delay IS NOT NULL")).isEqualTo(Filter.isNotNull("delay"));
    assertThat(parse("origin LIKE 'AT%'")).isEqualTo(Filter.startsWith("origin", "AT"));
    assertThat(parse("origin LIKE 'ATL'")).isEqualTo(Filter.eq("origin", "ATL"));
    assertThat(parse("origin LIKE '50!%%' ESCAPE '!'"))
        .isEqualTo(Filter.startsWith("origin", "50%"));
  }

  @Test
  void aValueMayStandFirst() {
    assertThat(parse("10 < delay")).isEqualTo(Filter.gt("delay", 10));
    assertThat(parse("TRUE = cancelled")).isEqualTo(Filter.eq("cancelled", true));
  }

  @Test
  void aBooleanColumnStandsAlone() {
    assertThat(parse("cancelled AND NOT cancelled"))
        .isEqualTo(
            Filter.and(Filter.eq("cancelled", true), Filter.not(Filter.eq("cancelled", true))));
  }

  @Test
  void textsBecomeWhatTheirColumnIs() {
    assertThat(parse("ts >= '2024-02-29'"))
        .isEqualTo(Filter.ge("ts", Instant.parse("2024-02-29T00:00:00Z")));
    assertThat(parse("ts < '2024-02-29 01:00:00+01:00'"))
        .isEqualTo(Filter.lt("ts", Instant.parse("2024-02-29T00:00:00Z")));
    assertThat(parse("ts < DATE '2024-02-29'"))
        .isEqualTo(Filter.lt("ts", Instant.parse("2024-02-29T00:00:00Z")));
    assertThat(parse("day = '2024-02-29'")).isEqualTo(Filter.eq("day", LocalDate.of(2024, 2, 29)));
    assertThat(parse("local = '2024-02-29 10:11:12.5'"))
        .isEqualTo(Filter.eq("local", LocalDateTime.parse("2024-02-29T10:11:12.5")));
    assertThat(parse("origin = '2024-02-29'")).isEqualTo(Filter.eq("origin", "2024-02-29"));
  }

  @Test
  void numbersAreExact() {
    assertThat(parse("cost = 0.10")).isEqualTo(Filter.eq("cost", new BigDecimal("0.10")));
    assertThat(parse("cost = 1e1")).isEqualTo(Filter.eq("cost", 10.0));
    assertThat(parse("delay = 9223372036854775808"))
        .isEqualTo(Filter.eq("delay", new BigDecimal("9223372036854775808")));
  }

  @Test
  void namesAndTextsInQuotes() {
    assertThat(parse("\"select from\" = 'it''s'")).isEqualTo(Filter.eq("select from", "it's"));
    assertThat(parse("raw = X'00ff'")).isEqualTo(Filter.eq("raw", new byte[] {0, -1}));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "orgin = 'ATL' | 0 | did you mean 'origin'?",
        "delay > 'ten' | 8 | give a number",
        "delay > | 7 | expected a value, found the end",
        "delay = NULL | 8 | write IS NULL",
        "delay 5 | 6 | expected =, <>, <, <=, >, >=, IN, BETWEEN, LIKE or IS",
        "(delay = 5 | 10 | expected )",
        "delay = 5) | 9 | expected AND, OR or the end",
        "origin = 'ATL | 9 | the closing ' is missing",
        "origin LIKE '%TL' | 12 | LIKE takes a prefix only",
        "delay LIKE '1%' | 11 | LIKE is for text",
        "ts > 'yesterday' | 5 | expected a point in time",
        "delay = 5 AND | 13 | expected a column, found the end",
        "delay = 5x | 9 | a number ends here",
        "delay ; 5 | 6 | ';' has no meaning here",
        "raw = X'0g' | 6 | pairs of hexadecimal digits",
      })
  void errorsPointUnderThePlace(String text, int position, String problem) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOfSatisfying(
            FilterParseException.class,
            error -> {
              assertThat(error.position()).isEqualTo(position);
              assertThat(error)
                  .hasMessageContaining(problem)
                  .hasMessageEndingWith("\n  " + text + "\n  " + " ".repeat(position) + "^");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"(", "NOT "})
  void deepNestingIsRefusedAndNoStackOverflow(String opening) {
    assertThatThrownBy(() -> parse(opening.repeat(100_000) + "delay = 1"))
        .isInstanceOf(FilterParseException.class)
        .hasMessageContaining("deep");
  }
}
