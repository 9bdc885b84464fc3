package io.varve.flink.source;

import io.varve.column.Column;
import io.varve.query.Block;
import io.varve.query.Selection;
import io.varve.schema.Field;
import io.varve.schema.Schema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.IntFunction;

/**
 * Makes elements that look into columns which are theirs. Of a block of which few rows are wanted
 * those are copied into columns of their own first: a row that is held for long would otherwise
 * hold many times its size. Confined.
 *
 * @param <T> the elements
 */
final class ViewedRows<T> implements RowMaker<T> {

  /** Of this many rows one must be wanted for the columns to be kept as they are. */
  static final int FEW = 8;

  private final ViewReader<T> reader;
  private List<Field> columns = List.of();

  ViewedRows(ViewReader<T> reader) {
    this.reader = reader;
  }

  @Override
  public void open(Schema schema, List<Field> fields) {
    columns = fields;
    reader.open(schema, fields);
  }

  @Override
  public void begin(String partition) {
    reader.begin(partition);
  }

  @Override
  public Iterator<RowAt<T>> make(Block block, Selection selection, int count) throws IOException {
    int[] rows = new int[selection.count()];
    selection.copyRowsTo(rows);
    boolean few = count < block.rowCount() / FEW;
    List<Column> kept = new ArrayList<>(columns.size());
    for (Field field : columns) {
      kept.add(few ? some(block.column(field.id()), rows, count) : block.keep(field.id()));
    }
    return new Views<>(reader.view(kept), block.index(), rows, count, few);
  }

  private static Column some(Column all, int[] rows, int count) {
    Column some = all.newEmpty();
    for (int i = 0; i < count; i++) {
      some.appendFrom(all, rows[i]);
    }
    return some;
  }

  /** The elements of a block, each made when it is asked for, by the reader's thread. */
  private static final class Views<T> implements Iterator<RowAt<T>> {

    private final IntFunction<T> views;
    private final int block;
    private final int[] rows;
    private final int count;
    private final boolean packed;
    private int next;

    Views(IntFunction<T> views, int block, int[] rows, int count, boolean packed) {
      this.views = views;
      this.block = block;
      this.rows = rows;
      this.count = count;
      this.packed = packed;
    }

    @Override
    public boolean hasNext() {
      return next < count;
    }

    @Override
    public RowAt<T> next() {
      if (next >= count) {
        throw new NoSuchElementException("all " + count + " rows were taken");
      }
      int index = next++;
      return new RowAt<>(views.apply(packed ? index : rows[index]), block, rows[index]);
    }
  }
}
