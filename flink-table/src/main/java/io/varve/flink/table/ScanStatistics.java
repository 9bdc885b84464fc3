package io.varve.flink.table;

import io.varve.column.BlockSource;
import io.varve.column.ZoneMap;
import io.varve.schema.Schema;
import io.varve.schema.Storage;
import io.varve.schema.TypeKind;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.flink.table.plan.stats.ColumnStats;
import org.apache.flink.table.plan.stats.TableStats;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a commit before it is read: rows, and for columns of integers, floating-point
 * numbers, decimals and dates the least and greatest value and the number of nulls, from zone maps.
 * Deleted rows count until they are off the disk. Of a table of many files only the rows are
 * reported, since every file would have to be opened.
 */
final class ScanStatistics {

  /** The most files that are opened to plan a query. */
  static final int MAX_FILES = 64;

  private final Schema schema;
  private final Map<String, Bounds> columns = new HashMap<>();

  private ScanStatistics(Schema schema) {
    this.schema = schema;
  }

  static TableStats of(TableSnapshot snapshot, List<String> names) throws IOException {
    List<ScanUnit> units = snapshot.units();
    if (units.isEmpty() || units.size() > MAX_FILES) {
      return new TableStats(snapshot.rowCount());
    }
    ScanStatistics statistics = new ScanStatistics(snapshot.table().schema());
    for (String name : names) {
      statistics.add(name);
    }
    for (ScanUnit unit : units) {
      try (BlockSource source = unit.open(snapshot.table())) {
        for (Bounds bounds : statistics.columns.values()) {
          bounds.add(source);
        }
      }
    }
    Map<String, ColumnStats> known = new HashMap<>();
    statistics.columns.forEach(
        (name, bounds) -> {
          ColumnStats stats = bounds.toStats();
          if (stats != null) {
            known.put(name, stats);
          }
        });
    return new TableStats(snapshot.rowCount(), known);
  }

  private void add(String name) {
    OptionalInt index = schema.find(name);
    if (index.isEmpty()) {
      return;
    }
    TypeKind kind = schema.field(index.getAsInt()).type().kind();
    boolean comparable =
        switch (kind) {
          case INT8, INT16, INT32, INT64, FLOAT, DOUBLE, DATE -> true;
          case DECIMAL -> schema.storage(index.getAsInt()) == Storage.LONG;
          case BOOLEAN, STRING, BYTES, TIME, TIMESTAMP, TIMESTAMP_LTZ -> false;
        };
    columns.put(name, new Bounds(schema.field(index.getAsInt()), comparable));
  }

  /** What is known of one column so far. */
  private static final class Bounds {

    private final io.varve.schema.Field field;
    private boolean comparable;
    private boolean known = true;
    private long nulls;
    private @Nullable Comparable<?> least;
    private @Nullable Comparable<?> greatest;

    Bounds(io.varve.schema.Field field, boolean comparable) {
      this.field = field;
      this.comparable = comparable;
    }

    void add(BlockSource source) throws IOException {
      ZoneMap whole = source.zoneMap(field.id());
      if (whole != null) {
        add(whole);
        return;
      }
      for (int block = 0; block < source.blockCount(); block++) {
        ZoneMap zone = source.zoneMap(block, field.id());
        if (zone == null) {
          known = false;
          return;
        }
        add(zone);
      }
    }

    private void add(ZoneMap zone) {
      nulls += zone.nulls();
      if (zone.nulls() == zone.rows() || !comparable) {
        return;
      }
      if (zone instanceof ZoneMap.OfLong longs) {
        widen(value(longs.min()), value(longs.max()));
      } else if (zone instanceof ZoneMap.OfDouble doubles && !Double.isNaN(doubles.max())) {
        widen(doubles.min(), doubles.max());
      } else {
        comparable = false;
      }
    }

    private Comparable<?> value(long held) {
      return switch (field.type().kind()) {
        case DATE -> Date.valueOf(LocalDate.ofEpochDay(held));
        case DECIMAL -> new BigDecimal(BigInteger.valueOf(held), field.type().scale());
        default -> held;
      };
    }

    private void widen(Comparable<?> min, Comparable<?> max) {
      least = least == null || compare(min, least) < 0 ? min : least;
      greatest = greatest == null || compare(max, greatest) > 0 ? max : greatest;
    }

    /** All values of a column are of one class. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    private static int compare(Comparable left, Comparable right) {
      return left.compareTo(right);
    }

    @Nullable ColumnStats toStats() {
      if (!known) {
        return null;
      }
      ColumnStats.Builder stats = ColumnStats.Builder.builder().setNullCount(nulls);
      if (comparable && least != null && greatest != null) {
        stats.setMin(least).setMax(greatest);
      }
      return stats.build();
    }
  }
}
