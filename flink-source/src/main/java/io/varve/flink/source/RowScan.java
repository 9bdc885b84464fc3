package io.varve.flink.source;

import io.varve.column.BlockSource;
import io.varve.query.Block;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.RowCursor;
import io.varve.query.Selection;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.schema.TableDefinition;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives the selected rows of blocks, each made into an element. Confined to the fetching thread.
 *
 * @param <T> the elements
 */
final class RowScan<T> implements BlockScan<RowAt<T>> {

  private final List<String> columns;
  private final Filter filter;
  private final RowReader<T> reader;
  private long wanted;
  private final Selection selection = new Selection();
  private @Nullable BoundFilter bound;
  private @Nullable RowCursor cursor;
  private int firstBlock;
  private int firstRow;

  /**
   * Creates a scan.
   *
   * @param columns to select, none for all
   * @param limit after how many rows it is done
   */
  RowScan(List<String> columns, Filter filter, long limit, RowReader<T> reader) {
    this.columns = columns;
    this.filter = filter;
    this.wanted = limit;
    this.reader = reader;
  }

  /** Checks columns, filter and reader against a table. */
  void check(TableDefinition table) {
    BoundFilter.of(filter, table.schema());
    reader.open(fields(table.schema()));
  }

  private List<Field> fields(Schema schema) {
    return columns.isEmpty()
        ? schema.fields()
        : columns.stream().map(name -> schema.field(schema.indexOf(name))).toList();
  }

  @Override
  public boolean isDone() {
    return wanted == 0;
  }

  @Override
  public void open(TableDirectory table) {
    Schema schema = table.schema();
    List<Field> fields = fields(schema);
    bound = BoundFilter.of(filter, schema);
    cursor =
        new RowCursor(
            schema, fields.stream().mapToInt(field -> schema.indexOf(field.name())).toArray());
    reader.open(fields);
  }

  @Override
  public void begin(VarveSplit split) {
    firstBlock = split.nextBlock();
    firstRow = split.nextRow();
  }

  @Override
  public Iterator<RowAt<T>> read(BlockSource source, int index, boolean last) throws IOException {
    BoundFilter openFilter = bound;
    RowCursor row = cursor;
    if (openFilter == null || row == null) {
      throw new IllegalStateException("the scan was not opened");
    }
    Block block = new Block(source, index);
    openFilter.select(block, selection);
    if (index == firstBlock) {
      selection.dropBefore(Math.min(firstRow, block.rowCount()));
    }
    row.open(block, selection);
    List<RowAt<T>> elements = new ArrayList<>(selection.count());
    while (wanted > 0 && row.next()) {
      wanted--;
      elements.add(new RowAt<>(reader.read(row), index, row.row()));
    }
    return elements.iterator();
  }
}
