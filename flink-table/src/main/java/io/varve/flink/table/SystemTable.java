package io.varve.flink.table;

import io.varve.table.CommitHistory;
import io.varve.table.CommitInfo;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import io.varve.table.protocol.SegmentRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.DataType;
import org.jspecify.annotations.Nullable;

/** The tables that tell of a table: {@code t$commits}, {@code t$segments}, {@code t$partitions}. */
enum SystemTable {

  /** The commits that have not expired. */
  COMMITS(
      DataTypes.ROW(
          DataTypes.FIELD("commit", DataTypes.BIGINT()),
          DataTypes.FIELD("base", DataTypes.BIGINT()),
          DataTypes.FIELD("kind", DataTypes.STRING()),
          DataTypes.FIELD("time", DataTypes.TIMESTAMP_LTZ(3)),
          DataTypes.FIELD("lineage", DataTypes.STRING()),
          DataTypes.FIELD("epoch", DataTypes.BIGINT()),
          DataTypes.FIELD("checkpoint", DataTypes.BIGINT()),
          DataTypes.FIELD("watermark", DataTypes.TIMESTAMP_LTZ(3)),
          DataTypes.FIELD("rows", DataTypes.BIGINT()),
          DataTypes.FIELD("added_rows", DataTypes.BIGINT()),
          DataTypes.FIELD("late_rows", DataTypes.BIGINT()),
          DataTypes.FIELD("tags", DataTypes.ARRAY(DataTypes.STRING())),
          DataTypes.FIELD("who", DataTypes.STRING()),
          DataTypes.FIELD("why", DataTypes.STRING()))) {
    @Override
    List<RowData> rows(TableSnapshot snapshot) throws IOException {
      List<RowData> rows = new ArrayList<>();
      CommitHistory history = CommitHistory.all(snapshot.table());
      Optional<CommitInfo> commit;
      while ((commit = history.next()).isPresent() && commit.get().number() <= snapshot.number()) {
        rows.add(row(commit.get()));
      }
      return rows;
    }
  },

  /** The files that a commit shows. */
  SEGMENTS(
      DataTypes.ROW(
          DataTypes.FIELD("partition", DataTypes.STRING()),
          DataTypes.FIELD("file", DataTypes.STRING()),
          DataTypes.FIELD("kind", DataTypes.STRING()),
          DataTypes.FIELD("rows", DataTypes.BIGINT()),
          DataTypes.FIELD("bytes", DataTypes.BIGINT()),
          DataTypes.FIELD("min_time", DataTypes.TIMESTAMP_LTZ(9)),
          DataTypes.FIELD("max_time", DataTypes.TIMESTAMP_LTZ(9)),
          DataTypes.FIELD("schema_version", DataTypes.INT()))) {
    @Override
    List<RowData> rows(TableSnapshot snapshot) {
      return snapshot.units().stream().map(SystemTable::row).toList();
    }
  },

  /** The partitions that a commit shows, each with all its buckets. */
  PARTITIONS(
      DataTypes.ROW(
          DataTypes.FIELD("partition", DataTypes.STRING()),
          DataTypes.FIELD("rows", DataTypes.BIGINT()),
          DataTypes.FIELD("bytes", DataTypes.BIGINT()),
          DataTypes.FIELD("segments", DataTypes.INT()),
          DataTypes.FIELD("tails", DataTypes.INT()))) {
    @Override
    List<RowData> rows(TableSnapshot snapshot) {
      Map<String, List<ScanUnit>> byPartition = new TreeMap<>();
      for (ScanUnit unit : snapshot.units()) {
        byPartition.computeIfAbsent(unit.partition(), made -> new ArrayList<>()).add(unit);
      }
      List<RowData> rows = new ArrayList<>();
      byPartition.forEach((partition, units) -> rows.add(row(partition, units)));
      return rows;
    }
  };

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final DataType type;

  SystemTable(DataType type) {
    this.type = type;
  }

  DataType type() {
    return type;
  }

  /** Returns the rows that tell of a commit. */
  abstract List<RowData> rows(TableSnapshot snapshot) throws IOException;

  String suffix() {
    return "$" + name().toLowerCase(Locale.ROOT);
  }

  /** Returns the system table that a name means, empty if it is none. */
  static Optional<SystemTable> of(String name) {
    return Arrays.stream(values()).filter(table -> name.endsWith(table.suffix())).findFirst();
  }

  /** Returns the name of the table that is told of. */
  String baseOf(String name) {
    return name.substring(0, name.length() - suffix().length());
  }

  private static RowData row(CommitInfo commit) {
    StringData[] tags =
        commit.tags().stream().map(StringData::fromString).toArray(StringData[]::new);
    return GenericRowData.of(
        commit.number(),
        commit.base(),
        text(commit.kind().name().toLowerCase(Locale.ROOT)),
        TimestampData.fromEpochMillis(commit.timeMillis()),
        text(commit.lineage()),
        commit.epoch(),
        commit.checkpoint(),
        commit.watermarkMillis() == Long.MIN_VALUE || commit.watermarkMillis() == Long.MAX_VALUE
            ? null
            : TimestampData.fromEpochMillis(commit.watermarkMillis()),
        commit.rows(),
        commit.addedRows(),
        commit.lateRows(),
        new GenericArrayData(tags),
        text(commit.who()),
        text(commit.why()));
  }

  private static RowData row(ScanUnit unit) {
    SegmentRef segment = unit instanceof ScanUnit.OfSegment of ? of.segment() : null;
    return GenericRowData.of(
        text(unit.partition()),
        text(unit.file()),
        text(segment == null ? "tail" : "segment"),
        unit.rows(),
        unit.bytes(),
        segment == null ? null : time(segment.minTime()),
        segment == null ? null : time(segment.maxTime()),
        segment == null ? null : segment.schemaVersion());
  }

  private static RowData row(String partition, List<ScanUnit> units) {
    long segments = units.stream().filter(ScanUnit.OfSegment.class::isInstance).count();
    return GenericRowData.of(
        text(partition),
        units.stream().mapToLong(ScanUnit::rows).sum(),
        units.stream().mapToLong(ScanUnit::bytes).sum(),
        Math.toIntExact(segments),
        Math.toIntExact(units.size() - segments));
  }

  private static @Nullable StringData text(String text) {
    return StringData.fromString(text);
  }

  private static TimestampData time(long nanos) {
    return TimestampData.fromEpochMillis(
        Math.floorDiv(nanos, NANOS_PER_MILLI), (int) Math.floorMod(nanos, NANOS_PER_MILLI));
  }
}
