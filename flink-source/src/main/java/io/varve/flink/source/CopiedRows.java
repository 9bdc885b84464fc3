package io.varve.flink.source;

import io.varve.query.Block;
import io.varve.query.RowCursor;
import io.varve.query.Selection;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes elements that hold copies of their values. Confined.
 *
 * @param <T> the elements
 */
final class CopiedRows<T> implements RowMaker<T> {

  private final RowReader<T> reader;
  private @Nullable RowCursor cursor;

  CopiedRows(RowReader<T> reader) {
    this.reader = reader;
  }

  @Override
  public void open(Schema schema, List<Field> columns) {
    cursor =
        new RowCursor(
            schema, columns.stream().mapToInt(field -> schema.indexOf(field.name())).toArray());
    reader.open(columns);
  }

  @Override
  public void begin(String partition) {
    reader.begin(partition);
  }

  @Override
  public Iterator<RowAt<T>> make(Block block, Selection selection, int count) throws IOException {
    RowCursor row = cursor;
    if (row == null) {
      throw new IllegalStateException("the reader was not opened");
    }
    row.open(block, selection);
    List<RowAt<T>> elements = new ArrayList<>(count);
    while (elements.size() < count && row.next()) {
      elements.add(new RowAt<>(reader.read(row), block.index(), row.row()));
    }
    return elements.iterator();
  }
}
