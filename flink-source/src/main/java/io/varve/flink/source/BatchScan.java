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
 * Gives what a reader makes of the selected rows of blocks. Confined to the fetching thread.
 *
 * @param <T> the elements
 */
final class BatchScan<T> implements BlockScan<ElementBatch<T>> {

  private final List<String> columns;
  private final Filter filter;
  private final BatchReader<T> reader;
  private final ScanMetrics metrics;
  private final Selection selection = new Selection();
  private Set<Integer> fieldIds = Set.of();
  private @Nullable BoundFilter bound;

  BatchScan(List<String> columns, Filter filter, BatchReader<T> reader, ScanMetrics metrics) {
    this.columns = columns;
    this.filter = filter;
    this.reader = reader;
    this.metrics = metrics;
  }

  @Override
  public void open(TableDirectory table, long before) {
    Schema schema = table.schema();
    List<Field> fields = RowScan.fields(columns, schema);
    BoundFilter narrowed = BoundFilter.of(ClosedTime.before(filter, before, schema), schema);
    bound = narrowed;
    fieldIds = new TreeSet<>(narrowed.fieldIds());
    fields.forEach(field -> fieldIds.add(field.id()));
    reader.open(fields);
  }

  /** Does nothing: progress is by the block. */
  @Override
  public void begin(VarveSplit split) {}

  @Override
  public Set<Integer> fieldIds() {
    return fieldIds;
  }

  @Override
  public Iterator<ElementBatch<T>> read(BlockSource source, int index, boolean last)
      throws IOException {
    BoundFilter open = bound;
    if (open == null) {
      throw new IllegalStateException("the scan was not opened");
    }
    Block block = new Block(source, index);
    if (open.judge(block) == Verdict.NONE) {
      metrics.blockSkipped();
      return Collections.emptyIterator();
    }
    metrics.blockDecoded();
    open.select(block, selection);
    if (selection.count() == 0) {
      return Collections.emptyIterator();
    }
    List<T> elements = reader.read(block, selection);
    return elements.isEmpty()
        ? Collections.emptyIterator()
        : List.of(new ElementBatch<>(elements, index + 1)).iterator();
  }

  @Override
  public Iterator<ElementBatch<T>> leaveOut(int block, boolean last) {
    return Collections.emptyIterator();
  }
}
