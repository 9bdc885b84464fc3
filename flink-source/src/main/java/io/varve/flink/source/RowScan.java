package io.varve.flink.source;

import io.varve.column.BlockSource;
import io.varve.query.Block;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.Selection;
import io.varve.query.Verdict;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import io.varve.table.ClosedTime;
import io.varve.table.TableDirectory;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gives the selected rows of blocks, each made into an element. Confined to the fetching thread.
 *
 * @param <T> the elements
 */
final class RowScan<T> implements BlockScan<RowAt<T>> {

  private final List<String> columns;
  private final Filter filter;
  private final RowMaker<T> maker;
  private final ScanMetrics metrics;
  private long wanted;
  private final Selection selection = new Selection();
  private @Nullable BoundFilter bound;
  private Set<Integer> fieldIds = Set.of();
  private int firstBlock;
  private int firstRow;

  /**
   * Creates a scan.
   *
   * @param columns to select, none for all
   * @param limit after how many rows it is done
   */
  RowScan(List<String> columns, Filter filter, long limit, RowMaker<T> maker, ScanMetrics metrics) {
    this.columns = columns;
    this.filter = filter;
    this.wanted = limit;
    this.maker = maker;
    this.metrics = metrics;
  }

  private List<Field> fields(Schema schema) {
    return fields(columns, schema);
  }

  /** Returns the columns of some names, of none all. */
  static List<Field> fields(List<String> columns, Schema schema) {
    return columns.isEmpty()
        ? schema.fields()
        : columns.stream().map(name -> schema.field(schema.indexOf(name))).toList();
  }

  @Override
  public boolean isDone() {
    return wanted == 0;
  }

  @Override
  public void open(TableDirectory table, long before) {
    Schema schema = table.schema();
    List<Field> fields = fields(schema);
    BoundFilter narrowed = BoundFilter.of(ClosedTime.before(filter, before, schema), schema);
    bound = narrowed;
    maker.open(schema, fields);
    fieldIds = new TreeSet<>(narrowed.fieldIds());
    fields.forEach(field -> fieldIds.add(field.id()));
  }

  @Override
  public Set<Integer> fieldIds() {
    return fieldIds;
  }

  @Override
  public void begin(VarveSplit split) {
    firstBlock = split.nextBlock();
    firstRow = split.nextRow();
    maker.begin(split.unit().partition());
  }

  @Override
  public Iterator<RowAt<T>> read(BlockSource source, int index, boolean last) throws IOException {
    BoundFilter openFilter = bound;
    if (openFilter == null) {
      throw new IllegalStateException("the scan was not opened");
    }
    Block block = new Block(source, index);
    boolean skipped = openFilter.judge(block) == Verdict.NONE;
    if (skipped) {
      metrics.blockSkipped();
      return Collections.emptyIterator();
    }
    metrics.blockDecoded();
    openFilter.select(block, selection);
    if (index == firstBlock) {
      selection.dropBefore(Math.min(firstRow, block.rowCount()));
    }
    int count = (int) Math.min(wanted, selection.count());
    wanted -= count;
    return count == 0 ? Collections.emptyIterator() : maker.make(block, selection, count);
  }

  @Override
  public Iterator<RowAt<T>> leaveOut(int block, boolean last) {
    return Collections.emptyIterator();
  }
}
