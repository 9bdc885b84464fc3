package io.varve.benchmarks.peers;

import io.varve.benchmarks.EventsSubject;
import io.varve.benchmarks.GroupsChecksum;
import io.varve.benchmarks.RowsChecksum;
import io.varve.benchmarks.UsageBatch;
import io.varve.benchmarks.UsageEvents;
import io.varve.benchmarks.UsageFilter;
import io.varve.benchmarks.UsageTable;
import io.varve.benchmarks.UsageTotals;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.parquet.hadoop.ParquetWriter;
import org.jspecify.annotations.Nullable;

/** Files of Parquet, written and read by parquet-java, column by column. */
public final class ParquetSubject implements EventsSubject {

  private static final List<String> COLUMNS = UsageTable.definition().schema().names();

  private final List<ParquetUsageFile> files = new ArrayList<>();
  private @Nullable Path directory;
  private @Nullable ParquetWriter<Integer> writer;
  private final ParquetUsageWriter rows = new ParquetUsageWriter();

  /** Creates a subject without data. */
  public ParquetSubject() {}

  @Override
  public String name() {
    return "parquet";
  }

  @Override
  public String about() {
    return "parquet-java: a file of version-2 pages with zstd for each sync, forced to the device;"
        + " footers kept in memory, files skipped by the statistics of time and id, the id's page"
        + " found by the column index; only the columns that are asked for, one after the other,"
        + " texts of a dictionary made once";
  }

  @Override
  public void create(Path place, int threads) throws IOException {
    directory = place;
    files.clear();
    Files.createDirectories(place);
  }

  @Override
  public void openKept(Path place, int threads) {
    directory = place;
  }

  private Path file(int number) {
    return Objects.requireNonNull(directory).resolve((1_000_000 + number) + ".parquet");
  }

  @Override
  public boolean syncsFewRows() {
    return false;
  }

  @Override
  public void append(UsageBatch batch) throws IOException {
    if (writer == null) {
      writer = rows.open(file(files.size()));
    }
    rows.write(batch, writer);
  }

  @Override
  public void sync() throws IOException {
    Objects.requireNonNull(writer).close();
    writer = null;
    Path written = file(files.size());
    try (FileChannel channel = FileChannel.open(written, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    files.add(new ParquetUsageFile(written));
  }

  @Override
  public void finish() {
    // Every file is as it will be read.
  }

  @Override
  public void reopen() throws IOException {
    files.clear();
    for (int i = 0; Files.exists(file(i)); i++) {
      ParquetUsageFile file = new ParquetUsageFile(file(i));
      file.open();
      files.add(file);
    }
  }

  @Override
  public long bytes() throws IOException {
    long bytes = 0;
    for (int i = 0; i < files.size(); i++) {
      bytes += Files.size(file(i));
    }
    return bytes;
  }

  @Override
  public UsageTotals totals(UsageFilter filter) throws IOException {
    UsageTotals totals = new UsageTotals();
    List<String> wanted = new ArrayList<>(List.of("status", "cost"));
    wanted.addAll(List.of(UsageTable.COUNTERS));
    for (ParquetUsageFile file : files) {
      if (filter.day() >= 0 && !file.mayHaveTime(filter.fromNanos(), filter.toNanos())) {
        continue;
      }
      List<String> columns = new ArrayList<>(wanted);
      if (filter.day() >= 0) {
        columns.add("ts");
      }
      if (filter.user() != null) {
        columns.add("user");
      }
      if (filter.model() != null) {
        columns.add("model");
      }
      try (ParquetUsageFile.Columns read = file.read(columns)) {
        addTotals(read, filter, totals);
      }
    }
    return totals;
  }

  private static void addTotals(
      ParquetUsageFile.Columns read, UsageFilter filter, UsageTotals totals) throws IOException {
    boolean[] chosen = null;
    if (filter.day() >= 0) {
      long from = filter.fromNanos();
      long to = filter.toNanos();
      chosen = read.choose("ts", chosen, cell -> cell.number() >= from && cell.number() < to);
    }
    String user = filter.user();
    if (user != null) {
      chosen = read.choose("user", chosen, cell -> user.equals(cell.text()));
    }
    String model = filter.model();
    if (model != null) {
      chosen = read.choose("model", chosen, cell -> model.equals(cell.text()));
    }
    long[] byStatus = new long[1000];
    read.forEach("status", chosen, cell -> byStatus[(int) cell.number()]++);
    long count = 0;
    for (int status = 0; status < byStatus.length; status++) {
      totals.addStatus(status, byStatus[status]);
      count += byStatus[status];
    }
    long[] counters = new long[UsageTable.COUNTERS.length];
    for (int i = 0; i < counters.length; i++) {
      counters[i] = read.sum(UsageTable.COUNTERS[i], chosen);
    }
    totals.addSums(count, read.sum("cost", chosen), counters);
  }

  @Override
  public GroupsChecksum rollup() throws IOException {
    Map<Long, long[]> groups = new HashMap<>();
    List<String> columns =
        List.of("ts", "user", "api_key", "cost", "input_tokens", "output_tokens");
    for (ParquetUsageFile file : files) {
      try (ParquetUsageFile.Columns read = file.read(columns)) {
        read.forEachRow(
            cells -> {
              long day = (cells[0].number() - UsageEvents.START_NANOS) / UsageEvents.DAY_NANOS;
              int user = GroupsChecksum.number(cells[1].text());
              int key = GroupsChecksum.number(cells[2].text());
              long[] sums =
                  groups.computeIfAbsent(
                      GroupsChecksum.group(day, user, key), found -> new long[4]);
              sums[0]++;
              sums[1] += cells[3].number();
              sums[2] += cells[4].number();
              sums[3] += cells[5].number();
            });
      }
    }
    GroupsChecksum checksum = new GroupsChecksum();
    groups.forEach((group, sums) -> checksum.add(group, sums[0], sums[1], sums[2], sums[3]));
    return checksum;
  }

  /** A row of a file. */
  private record Place(long time, ParquetUsageFile file, int row) {}

  @Override
  public RowsChecksum latest(String user, int count) throws IOException {
    List<Place> newest = new ArrayList<>();
    for (int i = files.size() - 1; i >= 0; i--) {
      ParquetUsageFile file = files.get(i);
      if (newest.size() == count
          && !file.mayHaveTime(newest.get(count - 1).time() + 1, Long.MAX_VALUE)) {
        continue;
      }
      try (ParquetUsageFile.Columns read = file.read(List.of("user", "ts"))) {
        boolean[] chosen = read.choose("user", null, cell -> user.equals(cell.text()));
        int[] row = {-1};
        read.forEach(
            "ts",
            chosen,
            cell -> {
              do {
                row[0]++;
              } while (!chosen[row[0]]);
              newest.add(new Place(cell.number(), file, row[0]));
            });
      }
      newest.sort(Comparator.comparingLong(Place::time).reversed());
      newest.subList(Math.min(count, newest.size()), newest.size()).clear();
    }
    RowsChecksum checksum = new RowsChecksum();
    for (ParquetUsageFile file : files) {
      List<Place> here = newest.stream().filter(place -> place.file() == file).toList();
      if (!here.isEmpty()) {
        try (ParquetUsageFile.Columns read = file.read(COLUMNS)) {
          boolean[] chosen = new boolean[read.rows()];
          here.forEach(place -> chosen[place.row()] = true);
          addAll(read, chosen, checksum);
        }
      }
    }
    return checksum;
  }

  /** Adds rows column by column, as the checksum does not mind. */
  private static void addAll(
      ParquetUsageFile.Columns read, boolean @Nullable [] chosen, RowsChecksum checksum)
      throws IOException {
    for (String column : COLUMNS) {
      if (ParquetUsageWriter.isText(column)) {
        read.forEach(column, chosen, cell -> checksum.add(cell.text()));
      } else {
        read.forEach(column, chosen, cell -> checksum.add(cell.number()));
      }
    }
    for (int row = 0; row < read.rows(); row++) {
      if (chosen == null || chosen[row]) {
        checksum.endRow();
      }
    }
  }

  @Override
  public RowsChecksum lookup(String id) throws IOException {
    RowsChecksum checksum = new RowsChecksum();
    for (ParquetUsageFile file : files) {
      if (!file.mayHaveId(id)) {
        continue;
      }
      boolean[] chosen;
      try (ParquetUsageFile.Columns read = file.readNear(id, List.of("id"))) {
        chosen = read.choose("id", null, cell -> id.equals(cell.text()));
      }
      if (anyOf(chosen)) {
        try (ParquetUsageFile.Columns read = file.readNear(id, COLUMNS)) {
          addAll(read, chosen, checksum);
        }
      }
    }
    return checksum;
  }

  private static boolean anyOf(boolean[] chosen) {
    for (boolean each : chosen) {
      if (each) {
        return true;
      }
    }
    return false;
  }

  @Override
  public RowsChecksum scan() throws IOException {
    RowsChecksum checksum = new RowsChecksum();
    for (ParquetUsageFile file : files) {
      try (ParquetUsageFile.Columns read = file.read(COLUMNS)) {
        read.forEachRow(
            cells -> {
              for (ParquetUsageFile.Cell cell : cells) {
                if (cell.isText()) {
                  checksum.add(cell.text());
                } else {
                  checksum.add(cell.number());
                }
              }
              checksum.endRow();
            });
      }
    }
    return checksum;
  }

  @Override
  public void close() throws IOException {
    if (writer != null) {
      writer.close();
      writer = null;
    }
  }
}
