package io.varve.flink.table;

import io.varve.flink.source.VarveSource;
import java.time.ZoneOffset;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;

/** Sources of SQL's rows for jobs that are not written in SQL. */
public final class RowDataSources {

  private RowDataSources() {}

  /**
   * Starts a source of rows with some columns of a table, found by name. The rows are views of the
   * columns as they were read: no value is copied, and a row stays valid for as long as it is held.
   *
   * @param type columns of the table, each of its type or a wider one
   */
  public static VarveSource.Builder<RowData> of(RowType type) {
    List<ScanColumn> columns =
        type.getFields().stream()
            .map(field -> ScanColumn.stored(field.getName(), field.getType()))
            .toList();
    RowDataViews views = new RowDataViews(columns, "", ZoneOffset.UTC, ScanRequest.NOT_PINNED);
    VarveSource.Builder<RowData> builder = VarveSource.builder();
    return builder
        .columns(type.getFieldNames().toArray(String[]::new))
        .views(views, InternalTypeInfo.of(type));
  }
}
