package io.varve.segment;

import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import java.util.Arrays;

/**
 * Says of a value that it is certainly not in a column, or maybe: a split-block bloom filter, whose
 * bits for one value all lie in 32 bytes, so that a lookup costs one cache miss. Immutable.
 *
 * <p>On disk: blocks of 32 bytes, each eight words of 32 bits; then the checksum. The block of a
 * hash is the upper half of it scaled to the number of blocks; in word <i>i</i> of the block the
 * bit is chosen by the upper five bits of the lower half times {@link #SALTS}<i>[i]</i>.
 *
 * <p>After Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters (2007), in the
 * form of the Apache Parquet format's specification of bloom filters, constants included.
 */
public final class BloomFilter {

  /** Bits for each distinct value: about one in 200 of the values that are not there passes. */
  static final int BITS_PER_VALUE = 12;

  private static final int BLOCK_BYTES = 32;
  private static final int WORDS = 8;

  private static final int[] SALTS = {
    0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
  };

  private final int[] words;
  private final int blocks;

  private BloomFilter(int[] words) {
    this.words = words;
    this.blocks = words.length / WORDS;
  }

  /** Makes a filter of the first hashes of an array, sized to their number. */
  static BloomFilter of(long[] hashes, int count) {
    long bits = Math.max(1L, count) * BITS_PER_VALUE;
    int blocks = (int) ((bits + BLOCK_BYTES * 8 - 1) / (BLOCK_BYTES * 8));
    BloomFilter filter = new BloomFilter(new int[blocks * WORDS]);
    for (int i = 0; i < count; i++) {
      filter.add(hashes[i]);
    }
    return filter;
  }

  private void add(long hash) {
    int from = firstWord(hash);
    int key = (int) hash;
    for (int i = 0; i < WORDS; i++) {
      words[from + i] |= 1 << ((key * SALTS[i]) >>> 27);
    }
  }

  /** Returns false if no value has this {@link io.varve.encoding.ValueHash}. */
  public boolean mayContain(long hash) {
    int from = firstWord(hash);
    int key = (int) hash;
    int missing = 0;
    for (int i = 0; i < WORDS; i++) {
      missing |= ~words[from + i] & (1 << ((key * SALTS[i]) >>> 27));
    }
    return missing == 0;
  }

  private int firstWord(long hash) {
    return (int) (((hash >>> 32) * blocks) >>> 32) * WORDS;
  }

  /** Returns the bytes of heap that the filter takes. */
  long heldBytes() {
    return words.length * 4L;
  }

  /** Returns the bytes of the filter. */
  byte[] toBytes() {
    BytesWriter out = new BytesWriter(words.length * Integer.BYTES + SegmentFormat.CHECKSUM_BYTES);
    for (int word : words) {
      out.writeInt(word);
    }
    return out.writeChecksum(0).toByteArray();
  }

  /** Reads a filter whose checksum has been checked. */
  static BloomFilter read(BytesReader in) throws CorruptFileException {
    int length = in.remaining();
    if (length == 0 || length % BLOCK_BYTES != 0) {
      throw in.corrupt("blocks of " + BLOCK_BYTES + " bytes", length + " bytes");
    }
    int[] words = new int[length / Integer.BYTES];
    for (int i = 0; i < words.length; i++) {
      words[i] = in.readInt();
    }
    return new BloomFilter(words);
  }

  /** Returns whether both pass the same values. */
  boolean isSame(BloomFilter other) {
    return Arrays.equals(words, other.words);
  }
}
