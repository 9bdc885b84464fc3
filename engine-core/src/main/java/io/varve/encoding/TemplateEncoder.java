package io.varve.encoding;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.io.BytesWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@link Encoding#TEMPLATE}: number of fields (1 byte), of each piece its length (2) and
 * bytes, number of rows that do not fit (2) and which (2 each), then those rows, if any, and the
 * values of each field in all others, each as number of an encoding (1) and values. Confined.
 */
final class TemplateEncoder {

  private static final int SAMPLE_ROWS = 24;

  /** More rows that don't fit than one in this many, and there is no template. */
  private static final int MAX_MISFITS = 8;

  /** Shorter texts are cut finely first. */
  private static final int SHORT_BYTES = 48;

  private final int[] sample = new int[2 * SAMPLE_ROWS];
  private final int[] misfits = new int[BlockSource.MAX_BLOCK_ROWS];
  private int[] bounds = new int[0]; // of each field, one row after the other
  private final BinaryColumn[] fields = new BinaryColumn[Template.MAX_FIELDS];
  private final BinaryColumn others = new BinaryColumn();
  private int misfitCount;

  /** The template of the block before: mostly that of the next. */
  private @Nullable Template last;

  TemplateEncoder() {
    Arrays.setAll(fields, i -> new BinaryColumn());
  }

  /** Appends values if most of them fit into one template. */
  boolean tryEncode(
      BinaryColumn values, int from, int count, BinaryEncoder encoder, BytesWriter out) {
    Template template = last;
    if (template == null || !takeApart(template, values, from, count) || misfitCount > 0) {
      template = find(values, from, count);
    }
    last = template;
    if (template == null) {
      return false;
    }
    out.writeByte(template.fieldCount());
    for (byte[] piece : template.pieces()) {
      out.writeShort(piece.length).writeBytes(piece);
    }
    out.writeShort(misfitCount);
    others.clear();
    for (int i = 0; i < misfitCount; i++) {
      out.writeShort(misfits[i]);
      others.appendFrom(values, from + misfits[i]);
    }
    if (misfitCount > 0) {
      encoder.encodePart(others, out);
    }
    for (int field = 0; field < template.fieldCount(); field++) {
      if (fields[field].size() > 0) {
        encoder.encodePart(fields[field], out);
      }
    }
    return true;
  }

  private @Nullable Template find(BinaryColumn values, int from, int count) {
    int start = values.start(from);
    int bytes = values.end(from + count - 1) - start;
    boolean fineFirst = bytes / count < SHORT_BYTES;
    Template found = find(fineFirst ? Template.FINE : Template.COARSE, values, from, count);
    return found != null
        ? found
        : find(fineFirst ? Template.COARSE : Template.FINE, values, from, count);
  }

  /** Finds a template from a sample, and again with rows that did not fit the first. */
  private @Nullable Template find(Template cut, BinaryColumn values, int from, int count) {
    int sampled = 0;
    for (int i = 0; i < SAMPLE_ROWS; i++) {
      int row = from + (int) ((long) i * count / SAMPLE_ROWS);
      if (!values.isNull(row) && (sampled == 0 || sample[sampled - 1] != row)) {
        sample[sampled++] = row;
      }
    }
    if (sampled == 0) {
      return null;
    }
    for (int tries = 0; tries < 3; tries++) {
      Template template = cut.find(values, sample, sampled);
      if (template == null || hasLongPiece(template)) {
        return null;
      }
      boolean fits = takeApart(template, values, from, count);
      if ((fits && misfitCount == 0) || sampled == sample.length) {
        return fits ? template : null;
      }
      int before = sampled;
      for (int i = 0; i < misfitCount && sampled < Math.min(sample.length, before + 12); i++) {
        sample[sampled++] = from + misfits[i];
      }
      if (tries == 2) {
        return fits ? template : null;
      }
    }
    return null;
  }

  private static boolean hasLongPiece(Template template) {
    for (byte[] piece : template.pieces()) {
      if (piece.length > 0xffff) {
        return true;
      }
    }
    return false;
  }

  /** Fills the fields; returns false, with some misfits, if too many rows don't fit. */
  private boolean takeApart(Template template, BinaryColumn values, int from, int count) {
    int width = 2 * template.fieldCount();
    if (bounds.length < width * count) {
      bounds = new int[width * count];
    }
    int end = 0;
    misfitCount = 0;
    byte[] bytes = values.bytes();
    for (int i = 0; i < count; i++) {
      int row = from + i;
      if (values.isNull(row)) {
        continue;
      }
      if (template.match(bytes, values.start(row), values.end(row), bounds, end)) {
        end += width;
      } else {
        misfits[misfitCount++] = i;
        if (misfitCount > Math.max(1, count / MAX_MISFITS)) {
          return false;
        }
      }
    }
    for (int at = 0; at < width; at += 2) {
      fields[at / 2].clear();
      fields[at / 2].appendParts(bytes, bounds, at, width, end);
    }
    return true;
  }
}
