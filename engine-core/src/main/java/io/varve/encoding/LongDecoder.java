package io.varve.encoding;

import io.varve.column.BlockSource;
import io.varve.column.DictionaryColumn;
import io.varve.column.LongColumn;
import io.varve.io.BytesReader;
import io.varve.io.CorruptFileException;
import io.varve.simd.Kernels;
import io.varve.simd.Lanes;
import java.util.Arrays;

/** Reads what {@link LongEncoder} wrote. Confined. */
final class LongDecoder {

  private final Kernels kernels = Kernels.chosen();
  private final PackedLongs.Words words = new PackedLongs.Words(BlockSource.MAX_BLOCK_ROWS);
  private final PatchedLongs.Patches patches = new PatchedLongs.Patches();
  private final RunLongs.Runs runs = new RunLongs.Runs();
  private final long[] scratch = new long[BlockSource.MAX_BLOCK_ROWS];

  /** Reads the number of the encoding and then the values. */
  void decodeNumbered(BytesReader in, int count, long[] out) throws CorruptFileException {
    decode(readEncoding(in), in, count, out, LongEncoder.MAX_DEPTH);
  }

  private static Encoding readEncoding(BytesReader in) throws CorruptFileException {
    int number = in.readByte();
    if (!Encoding.isKnown(number)) {
      throw in.corrupt("an encoding of integers", "number " + number);
    }
    return Encoding.ofNumber(number);
  }

  /** Reads values from index 0 of {@code out} on. */
  void decode(Encoding encoding, BytesReader in, int count, long[] out)
      throws CorruptFileException {
    decode(encoding, in, count, out, LongEncoder.MAX_DEPTH);
  }

  private void decode(Encoding encoding, BytesReader in, int count, long[] out, int depth)
      throws CorruptFileException {
    switch (encoding) {
      case CONSTANT -> Arrays.fill(out, 0, count, in.readLong());
      case PACKED -> {
        long base = in.readLong();
        int width = readWords(in, count);
        kernels.unpack(words.take(), width, base, out, count);
      }
      case FIXED -> decodeFixed(in, count, out);
      case PATCHED -> {
        if (depth == LongEncoder.PLAIN) {
          throw in.corrupt("patches without patches", "patched ones");
        }
        PatchedLongs.read(this, in, count).decode(out);
      }
      case RUNS -> {
        requireRuns(in, depth);
        RunLongs.read(this, in, count).decode(out);
      }
      case DELTA -> {
        requireDepth(in, depth);
        long value = in.readLong();
        decode(readEncoding(in), in, count, out, depth - 1);
        kernels.addUp(out, value, count);
      }
      case MULTIPLES -> {
        requireDepth(in, depth);
        long base = in.readLong();
        long divisor = in.readLong();
        decode(readEncoding(in), in, count, out, depth - 1);
        for (int i = 0; i < count; i++) {
          out[i] = base + out[i] * divisor;
        }
      }
      default -> throw in.corrupt("an encoding of integers", encoding.toString());
    }
  }

  /** Reads the number of the encoding and of all values one; goes behind the last. */
  long decodeNumberedAt(BytesReader in, int count, int row) throws CorruptFileException {
    return decodeAt(readEncoding(in), in, count, row, LongEncoder.MAX_DEPTH);
  }

  /** Reads one of the values and goes behind the last. */
  long decodeAt(Encoding encoding, BytesReader in, int count, int row) throws CorruptFileException {
    return decodeAt(encoding, in, count, row, LongEncoder.MAX_DEPTH);
  }

  private long decodeAt(Encoding encoding, BytesReader in, int count, int row, int depth)
      throws CorruptFileException {
    switch (encoding) {
      case CONSTANT -> {
        return in.readLong();
      }
      case PACKED -> {
        long base = in.readLong();
        int width = readWidth(in);
        int start = in.advance(Lanes.words(count, width) * Long.BYTES);
        return base + packedAt(in.array(), start, width, Lanes.mask(width), row);
      }
      case PATCHED -> {
        return patchedAt(in, count, row, depth);
      }
      case RUNS -> {
        requireRuns(in, depth);
        return runAt(in, count, row);
      }
      case DELTA -> {
        requireDepth(in, depth);
        long value = in.readLong();
        Encoding ofDeltas = readEncoding(in);
        if (ofDeltas == Encoding.CONSTANT) {
          return value + row * in.readLong();
        }
        decode(ofDeltas, in, count, scratch, depth - 1);
        for (int i = 1; i <= row; i++) {
          value += scratch[i];
        }
        return value;
      }
      case MULTIPLES -> {
        requireDepth(in, depth);
        long base = in.readLong();
        long divisor = in.readLong();
        return base + divisor * decodeAt(readEncoding(in), in, count, row, depth - 1);
      }
      default -> { // few bytes, or an error
        decode(encoding, in, count, scratch, depth);
        return scratch[row];
      }
    }
  }

  /** Returns one of the packed values whose words begin at an index of a block's bytes. */
  static long packedAt(byte[] bytes, int start, int width, long mask, int row) {
    int bit = row / Lanes.COUNT * width;
    int at = start + ((bit >>> 6) * Lanes.COUNT + row % Lanes.COUNT) * Long.BYTES;
    int shift = bit & 63;
    long value = BytesReader.longAt(bytes, at) >>> shift;
    if (shift + width > Long.SIZE) {
      value |= BytesReader.longAt(bytes, at + Lanes.COUNT * Long.BYTES) << (Long.SIZE - shift);
    }
    return value & mask;
  }

  private long patchedAt(BytesReader in, int count, int row, int depth)
      throws CorruptFileException {
    if (depth == LongEncoder.PLAIN) {
      throw in.corrupt("patches without patches", "patched ones");
    }
    long value = in.readLong();
    int width = in.readByte();
    int patches = in.readShort();
    if (width >= Long.SIZE || patches < 1 || patches > count) {
      throw in.corrupt(
          "1 to " + count + " patches of below 64 bits", patches + " of " + width + " bits");
    }
    if (width > 0) {
      int start = in.advance(Lanes.words(count, width) * Long.BYTES);
      value += packedAt(in.array(), start, width, Lanes.mask(width), row);
    }
    int patch = -1;
    for (int i = 0; i < patches; i++) {
      if (in.readShort() == row) {
        patch = i;
      }
    }
    long upper = decodeAt(readEncoding(in), in, patches, Math.max(patch, 0), LongEncoder.PLAIN);
    return patch < 0 ? value : value + (upper << width);
  }

  /** Finds the run of a row; the ends of others are not checked. */
  private long runAt(BytesReader in, int count, int row) throws CorruptFileException {
    int runCount = readRunCount(in, count);
    int run = 0;
    int before = 0;
    for (int i = 0; i < runCount; i++) {
      before = in.readShort();
      run += before <= row ? 1 : 0;
    }
    if (before != count || run >= runCount) {
      throw in.corrupt("runs of " + count + " rows", before + " rows");
    }
    return decodeAt(readEncoding(in), in, runCount, run, LongEncoder.PLAIN);
  }

  private static int readRunCount(BytesReader in, int count) throws CorruptFileException {
    int runCount = in.readShort();
    if (runCount < 1 || runCount > count) {
      throw in.corrupt("1 to " + count + " runs", String.valueOf(runCount));
    }
    return runCount;
  }

  /**
   * Reads values into an empty column, to be decoded when asked for where that is possible.
   *
   * @param known whether the same bytes were read before, and that was possible
   */
  void decodeLazily(Encoding encoding, BytesReader in, int count, boolean known, LongColumn into)
      throws CorruptFileException {
    if (encoding == Encoding.PACKED) {
      int start = in.position();
      long base = in.readLong();
      int width = readWidth(in);
      if (PackedLongs.suits(base, width)) {
        into.appendEncoded(PackedLongs.read(kernels, words, in, base, width, count), count);
        return;
      }
      in.rewind(start);
    } else if (encoding == Encoding.PATCHED) {
      int start = in.position();
      PatchedLongs patched = PatchedLongs.read(this, in, count);
      if (known || patched.isExact()) {
        into.appendEncoded(patched, count);
        return;
      }
      in.rewind(start);
    } else if (encoding == Encoding.RUNS) {
      into.appendEncoded(RunLongs.read(this, in, count), count);
      return;
    }
    decode(encoding, in, count, into.appendUninitialized(count));
  }

  /**
   * Reads codes into an empty column, to be decoded when asked for where that is possible.
   *
   * @param known whether the same bytes were read before, and that was possible
   */
  void decodeLazily(BytesReader in, int count, int limit, boolean known, DictionaryColumn into)
      throws CorruptFileException {
    int start = in.position();
    Encoding encoding = readEncoding(in);
    if (encoding == Encoding.PATCHED) {
      PatchedLongs patched = PatchedLongs.read(this, in, count);
      if (known || (patched.isExact() && patched.areIndexes(limit))) {
        into.appendEncoded(patched, count);
        return;
      }
    } else if (encoding == Encoding.RUNS) {
      RunLongs inRuns = RunLongs.read(this, in, count);
      if (known || inRuns.areIndexes(limit)) {
        into.appendEncoded(inRuns, count);
        return;
      }
    } else if (encoding == Encoding.PACKED) {
      long base = in.readLong();
      int width = readWidth(in);
      if (base >= 0 && base < limit && width < Integer.SIZE) {
        PackedLongs packed = PackedLongs.read(kernels, words, in, base, width, count);
        if (!known && base + Lanes.mask(width) >= limit && packed.exceeds(limit - 1)) {
          throw in.corrupt("indexes below " + limit, "greater ones");
        }
        into.appendEncoded(packed, count);
        return;
      }
    }
    in.rewind(start);
    decodeIndexes(in, count, limit, into.appendUninitialized(count));
  }

  private static void requireRuns(BytesReader in, int depth) throws CorruptFileException {
    if (depth == LongEncoder.PLAIN) {
      throw in.corrupt("integers that are neither patches nor in runs", "runs of them");
    }
  }

  private static void requireDepth(BytesReader in, int depth) throws CorruptFileException {
    if (depth <= 0) {
      throw in.corrupt("at most " + LongEncoder.MAX_DEPTH + " transformations", "one more");
    }
  }

  /** Returns the memory that {@link #readPatches} fills. */
  PatchedLongs.Patches patches() {
    return patches;
  }

  /** Takes bit-packed values after their base and width. */
  PackedLongs packed(BytesReader in, long base, int width, int count) throws CorruptFileException {
    return PackedLongs.read(kernels, words, in, base, width, count);
  }

  /** Reads the rows and the upper parts of patches, and checks the rows. */
  void readPatches(BytesReader in, int count, int patchCount) throws CorruptFileException {
    patches.take();
    int at = in.advance(patchCount * Short.BYTES);
    int before = -1;
    for (int i = 0; i < patchCount; i++) {
      int row = BytesReader.shortAt(in.array(), at + i * Short.BYTES);
      if (row <= before || row >= count) {
        throw in.corrupt("a row after " + before + " and below " + count, String.valueOf(row));
      }
      before = row;
      patches.rows[i] = (char) row;
    }
    decode(readEncoding(in), in, patchCount, patches.uppers, LongEncoder.PLAIN);
  }

  /** Returns the memory that {@link #readRuns} fills. */
  RunLongs.Runs runs() {
    return runs;
  }

  /** Reads the ends and the values of runs, and checks the ends. */
  void readRuns(BytesReader in, int count) throws CorruptFileException {
    runs.take();
    int runCount = readRunCount(in, count);
    int at = in.advance(runCount * Short.BYTES);
    int before = 0;
    for (int i = 0; i < runCount; i++) {
      int end = BytesReader.shortAt(in.array(), at + i * Short.BYTES);
      if (end <= before || end > count) {
        throw in.corrupt(
            "the end of a run after row " + before + " and at most " + count, String.valueOf(end));
      }
      before = end;
      runs.ends[i] = (char) end;
    }
    if (before != count) {
      throw in.corrupt("runs of " + count + " rows", before + " rows");
    }
    runs.count = runCount;
    decode(readEncoding(in), in, runCount, runs.values, LongEncoder.PLAIN);
  }

  /** Reads the number of the encoding and then numbers that must lie from 0 to below a limit. */
  void decodeIndexes(BytesReader in, int count, int limit, int[] out) throws CorruptFileException {
    Encoding encoding = readEncoding(in);
    if (encoding == Encoding.RUNS) {
      RunLongs inRuns = RunLongs.read(this, in, count);
      if (!inRuns.areIndexes(limit)) {
        throw in.corrupt("indexes below " + limit, "greater or negative ones");
      }
      inRuns.decodeInts(out);
      return;
    }
    if (encoding == Encoding.PACKED) {
      long base = in.readLong();
      int width = readWords(in, count);
      if (base < 0 || base >= limit || width >= Integer.SIZE) { // else sums could wrap around
        throw in.corrupt("indexes below " + limit, "a base of " + base + " and " + width + " bits");
      }
      kernels.unpackInts(words.take(), width, (int) base, out, count);
    } else {
      decode(encoding, in, count, scratch, 0);
      for (int i = 0; i < count; i++) {
        long value = scratch[i];
        out[i] = value < 0 || value > Integer.MAX_VALUE ? -1 : (int) value;
      }
    }
    int greatest = 0;
    int signs = 0;
    for (int i = 0; i < count; i++) {
      greatest = Math.max(greatest, out[i]);
      signs |= out[i];
    }
    if (signs < 0 || greatest >= limit) {
      throw in.corrupt("indexes below " + limit, "greater or negative ones");
    }
  }

  private int readWords(BytesReader in, int count) throws CorruptFileException {
    int width = readWidth(in);
    in.readLongs(words.take(), Lanes.words(count, width));
    return width;
  }

  private static int readWidth(BytesReader in) throws CorruptFileException {
    int width = in.readByte();
    if (width < 1 || width > Long.SIZE) {
      throw in.corrupt("a width of 1 to 64 bits", String.valueOf(width));
    }
    return width;
  }

  private static void decodeFixed(BytesReader in, int count, long[] out)
      throws CorruptFileException {
    long base = in.readLong();
    int size = in.readByte();
    if (size != 1 && size != 2 && size != 4 && size != 8) {
      throw in.corrupt("1, 2, 4 or 8 bytes a value", String.valueOf(size));
    }
    int at = in.advance(count * size);
    byte[] bytes = in.array();
    switch (size) {
      case 1 -> {
        for (int i = 0; i < count; i++) {
          out[i] = base + (bytes[at + i] & 0xff);
        }
      }
      case 2 -> {
        for (int i = 0; i < count; i++) {
          out[i] = base + BytesReader.shortAt(bytes, at + i * Short.BYTES);
        }
      }
      case 4 -> {
        for (int i = 0; i < count; i++) {
          out[i] = base + (BytesReader.intAt(bytes, at + i * Integer.BYTES) & 0xffff_ffffL);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          out[i] = base + BytesReader.longAt(bytes, at + i * Long.BYTES);
        }
      }
    }
  }
}
