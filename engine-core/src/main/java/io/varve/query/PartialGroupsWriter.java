package io.varve.query;

import io.varve.io.BytesWriter;
import io.varve.io.Checksums;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Writes groups as {@link PartialGroups}: all rows one after the other, then each part's together.
 * Confined to one thread.
 */
final class PartialGroupsWriter implements GroupSink {

  /** So many bytes of rows are held before they are handed over. */
  private static final int MAX_BYTES = 1 << 24;

  private final Consumer<PartialGroups> consumer;
  private final BytesWriter keys = new BytesWriter(1 << 8);
  private final BytesWriter measures = new BytesWriter(1 << 8);
  private final BytesWriter rows = new BytesWriter(1 << 12);
  private final int[] partRows = new int[PartialGroups.PARTS];
  private final int[] partBytes = new int[PartialGroups.PARTS];

  /** The part of each row, and where it begins. */
  private int[] parts = new int[64];

  private int[] starts = new int[64];
  private int count;

  PartialGroupsWriter(Consumer<PartialGroups> consumer) {
    this.consumer = consumer;
  }

  @Override
  public void take(GroupKeys groupKeys, AccumulatorPlan accumulators) {
    int groups = groupKeys.table().size();
    for (int group = 0; group < groups; group++) {
      keys.clear();
      groupKeys.write(group, keys);
      measures.clear();
      accumulators.write(group, measures);
      addRow();
    }
    handOver();
  }

  /** Adds one row, which {@link #handOver} gives. */
  void add(PartialRow row) {
    keys.clear();
    for (Value key : row.keys()) {
      GroupRows.writeKey(key, keys);
    }
    measures.clear();
    for (MeasureState state : row.measures()) {
      GroupRows.writeMeasure(state, measures);
    }
    addRow();
  }

  private void addRow() {
    int start = rows.size();
    rows.writeVarLong(keys.size()).writeBytes(keys.array(), 0, keys.size());
    rows.writeVarLong(measures.size()).writeBytes(measures.array(), 0, measures.size());
    int part = PartialGroups.partOf(keys.array(), 0, keys.size());
    if (count == parts.length) {
      parts = Arrays.copyOf(parts, count * 2);
      starts = Arrays.copyOf(starts, count * 2);
    }
    parts[count] = part;
    starts[count++] = start;
    partRows[part]++;
    partBytes[part] += rows.size() - start;
    if (rows.size() > MAX_BYTES) {
      handOver();
    }
  }

  /** Gives all rows that have been added since the last time. */
  void handOver() {
    byte[][] pieces = new byte[PartialGroups.PARTS][];
    int[] ends = new int[PartialGroups.PARTS];
    BytesWriter header = new BytesWriter(PartialGroups.HEADER_BYTES);
    for (int part = 0; part < PartialGroups.PARTS; part++) {
      if (partRows[part] > 0) {
        header.clear();
        PartialGroups.start(header, part);
        PartialGroups.setRows(header, partRows[part], partRows[part]);
        ends[part] = PartialGroups.HEADER_BYTES;
        pieces[part] =
            Arrays.copyOf(
                header.array(),
                PartialGroups.HEADER_BYTES + partBytes[part] + PartialGroups.CHECKSUM_BYTES);
      }
    }
    byte[] all = rows.array();
    for (int row = 0; row < count; row++) {
      int part = parts[row];
      int length = (row + 1 < count ? starts[row + 1] : rows.size()) - starts[row];
      System.arraycopy(all, starts[row], pieces[part], ends[part], length);
      ends[part] += length;
    }
    for (int part = 0; part < PartialGroups.PARTS; part++) {
      byte[] piece = pieces[part];
      if (piece != null) {
        BytesWriter.putInt(piece, ends[part], Checksums.crc32c(piece, 0, ends[part]));
        consumer.accept(PartialGroups.ofSealed(part, partRows[part], piece));
      }
    }
    Arrays.fill(partRows, 0);
    Arrays.fill(partBytes, 0);
    rows.clear();
    count = 0;
  }
}
