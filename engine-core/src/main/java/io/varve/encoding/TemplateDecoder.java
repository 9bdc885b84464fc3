package io.varve.encoding;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.io.BytesReader;
import io.varve.io.CorruptFileException;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link TemplateEncoder} wrote. Confined. */
final class TemplateDecoder {

  private final List<BinaryColumn> fields = new ArrayList<>();
  private final BinaryColumn others = new BinaryColumn();
  private final RowsWanted part = new RowsWanted();
  private final int[] pieceStarts = new int[Template.MAX_FIELDS + 2];
  private final int[] pieceLengths = new int[Template.MAX_FIELDS + 2];
  private final boolean[] misfit = new boolean[BlockSource.MAX_BLOCK_ROWS];

  /** Returns the bytes of heap that the parts of the last blocks take. */
  long heldBytes() {
    long bytes = others.heldBytes();
    for (BinaryColumn field : fields) {
      bytes += field.heldBytes();
    }
    return bytes;
  }

  /**
   * Reads values into an empty column.
   *
   * @param present the rows that are not null
   * @param wanted those of them that are to be decoded; others get no bytes
   */
  void decode(
      BytesReader in,
      int count,
      RowsWanted present,
      RowsWanted wanted,
      BinaryDecoder decoder,
      BinaryColumn into)
      throws CorruptFileException {
    int fieldCount = in.readByte();
    if (fieldCount < 1 || fieldCount > Template.MAX_FIELDS) {
      throw in.corrupt("1 to 64 fields", String.valueOf(fieldCount));
    }
    for (int piece = 0; piece <= fieldCount; piece++) {
      pieceLengths[piece] = in.readShort();
      pieceStarts[piece] = in.advance(pieceLengths[piece]);
    }
    int misfits = readMisfits(in, count, present);
    int fitting = present.count() - misfits;
    int first = wanted.next(0);
    int last = first < 0 ? 0 : wanted.last() + 1;
    others.clear();
    fields.forEach(BinaryColumn::clear);
    if (misfits > 0) {
      range(first, last, present, true);
      decoder.decodePart(in, misfits, part, others);
    }
    range(first, last, present, false);
    for (int field = 0; field < fieldCount && fitting > 0; field++) {
      if (fields.size() == field) {
        fields.add(new BinaryColumn());
      }
      decoder.decodePart(in, fitting, part, fields.get(field));
    }
    join(in, count, fieldCount, present, wanted, into);
  }

  private int readMisfits(BytesReader in, int count, RowsWanted present)
      throws CorruptFileException {
    java.util.Arrays.fill(misfit, false);
    int misfits = in.readShort();
    int before = -1;
    for (int i = 0; i < misfits; i++) {
      int row = in.readShort();
      if (row <= before || row >= count || !present.contains(row)) {
        throw in.corrupt("rows that are not null, in order, below " + count, String.valueOf(row));
      }
      misfit[row] = true;
      before = row;
    }
    return misfits;
  }

  /** Wants, of the rows that fit or of those that don't, the ones in a range of all rows. */
  private void range(int first, int last, RowsWanted present, boolean misfits) {
    int from = 0;
    int to = 0;
    for (int row = present.next(0); row >= 0 && row < last; row = present.next(row + 1)) {
      if (misfit[row] == misfits) {
        from += row < first ? 1 : 0;
        to++;
      }
    }
    part.set(from, to);
  }

  private void join(
      BytesReader in,
      int count,
      int fieldCount,
      RowsWanted present,
      RowsWanted wanted,
      BinaryColumn into)
      throws CorruptFileException {
    long pieceBytes = 0;
    for (int piece = 0; piece <= fieldCount; piece++) {
      pieceBytes += pieceLengths[piece];
    }
    long most = others.byteCount() + wanted.count() * pieceBytes;
    for (int field = 0; field < fieldCount && field < fields.size(); field++) {
      most += fields.get(field).byteCount();
    }
    if (most > BinaryDecoder.MAX_BYTES) {
      throw in.corrupt("a block of at most " + BinaryDecoder.MAX_BYTES + " bytes", most + " bytes");
    }
    int[] ends = into.appendUninitialized(count, (int) most);
    byte[] bytes = into.bytes();
    int end = 0;
    int fitting = 0;
    int misfits = 0;
    for (int row = 0; row < count; row++) {
      if (present.contains(row)) {
        int index = misfit[row] ? misfits++ : fitting++;
        if (wanted.contains(row)) {
          end =
              misfit[row]
                  ? copy(others, index, bytes, end)
                  : join(in.array(), index, fieldCount, bytes, end);
        }
      }
      ends[row] = end;
    }
  }

  private int join(byte[] source, int index, int fieldCount, byte[] target, int from) {
    int at = from;
    for (int piece = 0; piece <= fieldCount; piece++) {
      int length = pieceLengths[piece];
      System.arraycopy(source, pieceStarts[piece], target, at, length);
      at += length;
      if (piece < fieldCount) {
        at = copy(fields.get(piece), index, target, at);
      }
    }
    return at;
  }

  private static int copy(BinaryColumn source, int row, byte[] target, int at) {
    int length = source.length(row);
    System.arraycopy(source.bytes(), source.start(row), target, at, length);
    return at + length;
  }
}
