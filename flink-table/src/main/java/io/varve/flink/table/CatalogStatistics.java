package io.varve.flink.table;

import io.varve.schema.Field;
import io.varve.table.ScanUnit;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.catalog.stats.CatalogColumnStatistics;
import org.apache.flink.table.catalog.stats.CatalogColumnStatisticsDataBase;
import org.apache.flink.table.catalog.stats.CatalogColumnStatisticsDataDate;
import org.apache.flink.table.catalog.stats.CatalogColumnStatisticsDataDouble;
import org.apache.flink.table.catalog.stats.CatalogColumnStatisticsDataLong;
import org.apache.flink.table.catalog.stats.CatalogTableStatistics;
import org.apache.flink.table.catalog.stats.Date;
import org.apache.flink.table.plan.stats.ColumnStats;
import org.apache.flink.table.plan.stats.TableStats;

/** What a catalog says of a table's size and columns: no numbers of distinct values either. */
final class CatalogStatistics {

  private CatalogStatistics() {}

  static CatalogTableStatistics of(List<ScanUnit> units) {
    long bytes = units.stream().mapToLong(ScanUnit::bytes).sum();
    return new CatalogTableStatistics(
        units.stream().mapToLong(ScanUnit::rows).sum(), units.size(), bytes, bytes);
  }

  static CatalogColumnStatistics ofColumns(TableSnapshot snapshot) throws IOException {
    List<String> names = snapshot.table().schema().fields().stream().map(Field::name).toList();
    TableStats stats = ScanStatistics.of(snapshot, names);
    Map<String, CatalogColumnStatisticsDataBase> columns = new HashMap<>();
    stats
        .getColumnStats()
        .forEach(
            (name, column) -> {
              CatalogColumnStatisticsDataBase data = of(column);
              if (data != null) {
                columns.put(name, data);
              }
            });
    return new CatalogColumnStatistics(columns);
  }

  private static @org.jspecify.annotations.Nullable CatalogColumnStatisticsDataBase of(
      ColumnStats column) {
    Object min = column.getMin();
    Object max = column.getMax();
    if (min instanceof Long least && max instanceof Long greatest) {
      return new CatalogColumnStatisticsDataLong(least, greatest, null, column.getNullCount());
    }
    if (min instanceof Double least && max instanceof Double greatest) {
      return new CatalogColumnStatisticsDataDouble(least, greatest, null, column.getNullCount());
    }
    if (min instanceof java.sql.Date least && max instanceof java.sql.Date greatest) {
      return new CatalogColumnStatisticsDataDate(
          new Date(least.toLocalDate().toEpochDay()),
          new Date(greatest.toLocalDate().toEpochDay()),
          null,
          column.getNullCount());
    }
    return null;
  }
}
