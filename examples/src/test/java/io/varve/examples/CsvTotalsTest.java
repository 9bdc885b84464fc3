package io.varve.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTotalsTest {

  private static final String CSV =
      """
      departure,delay,distance,origin,destination
      2001-01-01T00:01:00,33,2176,LAS,PHL
      2001-01-01T23:59:00,-20,215,LAS,SAV
      2001-01-02T00:00:00,5,405,ATL,MDW
      """;

  @TempDir Path directory;

  private CsvTotals totals() throws IOException {
    return CsvTotals.read(Files.writeString(directory.resolve("a.csv"), CSV));
  }

  @Test
  void addsUpByDayAndOrigin() throws IOException {
    CsvTotals totals = totals();
    assertThat(totals.rows()).isEqualTo(3);
    assertThat(totals.plainBytes()).isEqualTo(CSV.length());
    assertThat(totals.groups())
        .containsExactly(
            new DayAndOrigin(LocalDate.of(2001, 1, 1), "LAS", 2, 13, -20, 33, 6.5, 2391),
            new DayAndOrigin(LocalDate.of(2001, 1, 2), "ATL", 1, 5, 5, 5, 5, 405));
  }

  @Test
  void seesAGroupThatDiffersIsMissingOrIsTooMany() throws IOException {
    CsvTotals totals = totals();
    DayAndOrigin las = totals.groups().get(0);
    DayAndOrigin atl = totals.groups().get(1);
    DayAndOrigin other = new DayAndOrigin(las.day(), "JFK", 1, 1, 1, 1, 1, 1);
    DayAndOrigin wrong = new DayAndOrigin(las.day(), "LAS", 2, 14, -20, 33, 6.5, 2391);
    assertThat(totals.differences(List.of(atl, las), 9)).isEmpty();
    assertThat(totals.differences(List.of(las), 9)).hasSize(1);
    assertThat(totals.differences(List.of(las, atl, atl), 9)).hasSize(1);
    assertThat(totals.differences(List.of(las, atl, other), 9)).hasSize(1);
    assertThat(totals.differences(List.of(wrong, atl), 9)).hasSize(1);
    assertThat(totals.differences(List.of(), 1)).hasSize(1);
  }
}
