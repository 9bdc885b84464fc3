package io.varve.cli;

import io.varve.column.BlockSource;
import io.varve.query.AggregateRow;
import io.varve.query.Aggregation;
import io.varve.query.Aggregator;
import io.varve.query.Block;
import io.varve.query.BoundAggregation;
import io.varve.query.BoundFilter;
import io.varve.query.Filter;
import io.varve.query.Measure;
import io.varve.query.PartialRow;
import io.varve.query.PartialRows;
import io.varve.query.RowCursor;
import io.varve.query.Selection;
import io.varve.schema.Schema;
import io.varve.table.LeasedSnapshot;
import io.varve.table.ScanUnit;
import io.varve.table.TableDirectory;
import io.varve.table.TableSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Reads of one commit, without what has been deleted. Thread-safe. */
record TableReads(TableSnapshot snapshot) {

  /** Takes rows; the cursor stands at one. */
  @FunctionalInterface
  interface RowConsumer {

    /** Takes a row and returns whether more are wanted. */
    boolean accept(RowCursor row) throws IOException;
  }

  private Schema schema() {
    return snapshot.table().schema();
  }

  /** Returns for how many rows of a table's newest commit a filter is true. */
  static long countNewest(TableDirectory table, Filter filter) throws IOException {
    try (LeasedSnapshot newest =
        LeasedSnapshot.latest(table, TableCommand.who(), System::currentTimeMillis)) {
      return new TableReads(newest.snapshot()).count(filter);
    }
  }

  /** Returns the number of rows for which a filter is true. */
  long count(Filter filter) throws IOException {
    Aggregation aggregation =
        Aggregation.builder().measure(Measure.countRows()).where(filter).build();
    return aggregate(BoundAggregation.of(aggregation, schema())).get(0).getLong(0);
  }

  /** Returns the groups of an aggregation in their order, computed on all processors. */
  List<AggregateRow> aggregate(BoundAggregation aggregation) throws IOException {
    ExecutorService threads =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
    try {
      List<Future<List<PartialRow>>> parts = new ArrayList<>();
      for (ScanUnit unit : snapshot.units()) {
        parts.add(threads.submit(() -> aggregate(aggregation, unit)));
      }
      List<PartialRow> partials = new ArrayList<>();
      for (Future<List<PartialRow>> part : parts) {
        partials.addAll(part.get());
      }
      return aggregation.finish(PartialRows.of(partials));
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted");
    } finally {
      threads.shutdownNow();
    }
  }

  private List<PartialRow> aggregate(BoundAggregation aggregation, ScanUnit unit)
      throws IOException {
    List<PartialRow> partials = new ArrayList<>();
    Aggregator aggregator = aggregation.newAggregator(Aggregator.DEFAULT_MAX_GROUPS, partials::add);
    try (BlockSource source = unit.open(snapshot.table())) {
      aggregator.add(source);
    }
    aggregator.flush();
    return partials;
  }

  /** Gives the rows of a file for which a filter is true to a consumer, until it has enough. */
  boolean scan(ScanUnit unit, BoundFilter filter, int[] columns, RowConsumer consumer)
      throws IOException {
    RowCursor cursor = new RowCursor(schema(), columns);
    Selection selection = new Selection();
    try (BlockSource source = unit.open(snapshot.table())) {
      for (int index = 0; index < source.blockCount(); index++) {
        Block block = new Block(source, index);
        filter.select(block, selection);
        cursor.open(block, selection);
        while (cursor.next()) {
          if (!consumer.accept(cursor)) {
            return false;
          }
        }
      }
    }
    return true;
  }
}
