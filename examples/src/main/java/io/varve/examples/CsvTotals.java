package io.varve.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * The rollup once more, straight from the CSV: nothing here knows Flink, Varve or a CSV library, so
 * that it is an independent witness. Immutable.
 *
 * @param groups by day and origin
 * @param rows lines of the file but for the header
 * @param plainBytes the file's size when it is not compressed
 */
record CsvTotals(List<DayAndOrigin> groups, long rows, long plainBytes) {

  private static final int DEPARTURE = 0;
  private static final int DELAY = 1;
  private static final int DISTANCE = 2;
  private static final int ORIGIN = 3;
  private static final int LENGTH_OF_DAY = "2001-01-01".length();

  CsvTotals {
    groups = List.copyOf(groups);
  }

  /** Reads a file, plain or {@code .gz}. */
  static CsvTotals read(Path csv) throws IOException {
    Map<String, long[]> sums = new TreeMap<>();
    long rows = 0;
    long bytes = 0;
    try (InputStream raw = Files.newInputStream(csv);
        InputStream in = csv.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII))) {
      String line = lines.readLine();
      while (line != null) {
        bytes += line.length() + 1L;
        String[] fields = line.split(",");
        line = lines.readLine();
        if (fields[DEPARTURE].equals("departure")) {
          continue;
        }
        rows++;
        String group = fields[DEPARTURE].substring(0, LENGTH_OF_DAY) + fields[ORIGIN];
        add(
            sums.computeIfAbsent(
                group, first -> new long[] {0, 0, Long.MAX_VALUE, Long.MIN_VALUE, 0}),
            Long.parseLong(fields[DELAY]),
            Long.parseLong(fields[DISTANCE]));
      }
    }
    List<DayAndOrigin> groups = new ArrayList<>();
    sums.forEach((key, sum) -> groups.add(group(key, sum)));
    groups.sort(DayAndOrigin.ORDER);
    return new CsvTotals(groups, rows, bytes);
  }

  private static void add(long[] sum, long delay, long distance) {
    sum[0]++;
    sum[1] += delay;
    sum[2] = Math.min(sum[2], delay);
    sum[3] = Math.max(sum[3], delay);
    sum[4] += distance;
  }

  private static DayAndOrigin group(String key, long[] sum) {
    return new DayAndOrigin(
        LocalDate.parse(key.substring(0, LENGTH_OF_DAY)),
        key.substring(LENGTH_OF_DAY),
        sum[0],
        sum[1],
        sum[2],
        sum[3],
        (double) sum[1] / sum[0],
        sum[4]);
  }

  /** Returns the first differences to other groups in words, none if all are equal. */
  List<String> differences(List<DayAndOrigin> others, int most) {
    Map<String, DayAndOrigin> expected = byKey(groups);
    Map<String, DayAndOrigin> found = byKey(others);
    List<String> differences = new ArrayList<>();
    if (others.size() != found.size()) {
      differences.add((others.size() - found.size()) + " groups were found twice");
    }
    expected.forEach(
        (key, group) -> {
          if (!group.equals(found.get(key))) {
            differences.add(key + ": expected " + group + ", found " + found.get(key));
          }
        });
    found.forEach(
        (key, group) -> {
          if (!expected.containsKey(key)) {
            differences.add(key + ": not in the CSV, found " + group);
          }
        });
    return List.copyOf(differences.subList(0, Math.min(most, differences.size())));
  }

  private static Map<String, DayAndOrigin> byKey(List<DayAndOrigin> groups) {
    Map<String, DayAndOrigin> byKey = new TreeMap<>();
    groups.forEach(group -> byKey.put(group.day() + " " + group.origin(), group));
    return byKey;
  }
}
