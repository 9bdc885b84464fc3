package io.varve.column;

import io.varve.io.CorruptFileException;
import io.varve.schema.Field;
import java.io.IOException;

/**
 * The sums of a block's integers, computed by a plain loop and compared with those that the writer
 * of the file noted. Stateless.
 */
final class BlockSums {

  private static final long LOWER = 0xffff_ffffL;

  private BlockSums() {}

  /** Fails if a column of integers does not add up to its zone map; others are not looked at. */
  static void requireNoted(BlockSource source, int block, Field field, Column read)
      throws IOException {
    if (!(read instanceof LongColumn values)
        || !(source.zoneMap(block, field.id()) instanceof ZoneMap.OfLong noted)) {
      return;
    }
    Int128 sum = sum(values.values(), values.size());
    if (!sum.equals(noted.sum()) || values.nulls().nullCount() != noted.nulls()) {
      throw new CorruptFileException(
          source.name()
              + ": block "
              + block
              + " of column '"
              + field.name()
              + "' has "
              + values.nulls().nullCount()
              + " nulls and the sum "
              + sum
              + ", its zone map says "
              + noted.nulls()
              + " and "
              + noted.sum()
              + "; it is not written anew. Look at the file with 'varve verify --deep': if that"
              + " finds the same, restore it from a backup; if not, it was read wrongly, restart");
    }
  }

  /** Returns the exact sum of values, nulls as the zeros that they are held as. */
  private static Int128 sum(long[] values, int count) {
    long upper = 0;
    long lower = 0;
    for (int i = 0; i < count; i++) {
      upper += values[i] >> 32;
      lower += values[i] & LOWER;
    }
    long low = (upper << 32) + lower;
    long carry = Long.compareUnsigned(low, lower) < 0 ? 1 : 0;
    return new Int128((upper >> 32) + carry, low);
  }
}
