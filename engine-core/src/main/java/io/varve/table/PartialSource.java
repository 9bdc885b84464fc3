package io.varve.table;

import io.varve.column.BlockSource;
import io.varve.column.Column;
import io.varve.column.ZoneMap;
import io.varve.schema.Schema;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A file's rows of which some are left out: all else is as in the file. Open for the reasons to
 * leave rows out. Confined to one thread.
 */
abstract class PartialSource implements BlockSource {

  final BlockSource source;

  PartialSource(BlockSource source) {
    this.source = source;
  }

  @Override
  public boolean mayHaveDeletedRows() {
    return true;
  }

  /** Returns null: it counts rows that are left out too. */
  @Override
  public int @Nullable [] countsPerCode(int fieldId) {
    return null;
  }

  @Override
  public String name() {
    return source.name();
  }

  @Override
  public Schema schema() {
    return source.schema();
  }

  @Override
  public int blockCount() {
    return source.blockCount();
  }

  @Override
  public int rowCount(int block) {
    return source.rowCount(block);
  }

  @Override
  public @Nullable ZoneMap zoneMap(int block, int fieldId) throws IOException {
    return source.zoneMap(block, fieldId);
  }

  @Override
  public @Nullable ZoneMap zoneMap(int fieldId) throws IOException {
    return source.zoneMap(fieldId);
  }

  @Override
  public Column read(int block, int fieldId) throws IOException {
    return source.read(block, fieldId);
  }

  @Override
  public Column read(int block, int fieldId, int from, int to) throws IOException {
    return source.read(block, fieldId, from, to);
  }

  @Override
  public Column readToKeep(int block, int fieldId) throws IOException {
    return source.readToKeep(block, fieldId);
  }

  @Override
  public void readRow(int block, int fieldId, int row, Column into) throws IOException {
    source.readRow(block, fieldId, row, into);
  }

  @Override
  public @Nullable Column distinctValues(int fieldId) throws IOException {
    return source.distinctValues(fieldId);
  }

  @Override
  public long @Nullable [] blocksOf(int fieldId, int code) throws IOException {
    return source.blocksOf(fieldId, code);
  }

  @Override
  public long @Nullable [] blocksThatMayHold(int fieldId, byte[] value) throws IOException {
    return source.blocksThatMayHold(fieldId, value);
  }

  @Override
  public long @Nullable [] blocksThatMayHold(int fieldId, long value) throws IOException {
    return source.blocksThatMayHold(fieldId, value);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
