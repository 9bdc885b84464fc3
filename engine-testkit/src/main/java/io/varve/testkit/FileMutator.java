package io.varve.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Changes a file at random as damage or an enemy would. Mostly the checksums over what it changed
 * are made right again, so that readers get past them to what the bytes say; it finds them without
 * knowing a format, by looking for checksums one behind the other. Immutable.
 */
public final class FileMutator {

  private static final int CHECKSUM_BYTES = 4;
  private static final int TAIL_HEADER_BYTES = 36;
  private static final int FRAME_BODY = 8;
  private static final int MAX_CHANGES = 4;
  private static final int MAX_COPIED = 64;
  private static final byte[] TEXT_CHECKSUM = "\"crc32c\"".getBytes(StandardCharsets.US_ASCII);

  private final byte[] good;
  private final List<Range> ranges = new ArrayList<>();

  /**
   * Bytes that a checksum covers.
   *
   * @param from the first
   * @param to behind the last
   * @param checksum where the checksum is: behind them, or, of frames, within them
   */
  private record Range(int from, int to, int checksum) {

    boolean isFrame() {
      return checksum < to;
    }
  }

  /** Prepares changes of a file as Varve wrote it. */
  public FileMutator(byte[] good) {
    this.good = good.clone();
    boolean tail = startsWith("VTAL");
    int at = 0;
    while (at < good.length) {
      Range range = tail && at >= TAIL_HEADER_BYTES ? frame(at) : next(at);
      if (range == null) {
        break;
      }
      ranges.add(range);
      at = range.isFrame() ? range.to : range.to + CHECKSUM_BYTES;
      at = isTrailer(at) ? good.length : at;
    }
  }

  /** Returns how many checksums the file has; of a description in text none is counted. */
  public int checksums() {
    return ranges.size();
  }

  /** Returns a changed copy; now and then one of another length, or without right checksums. */
  public byte[] mutate(Random random) {
    byte[] bytes = good.clone();
    int kind = random.nextInt(20);
    if (kind == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
    }
    if (kind == 1) {
      return Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(300));
    }
    for (int changes = 1 + random.nextInt(MAX_CHANGES); changes > 0; changes--) {
      if (ranges.isEmpty()) {
        change(random, bytes, 0, bytes.length);
      } else {
        Range range = ranges.get(random.nextInt(ranges.size()));
        change(random, bytes, range.from, range.to);
      }
    }
    if (kind > 2) {
      mend(bytes);
    }
    return bytes;
  }

  private static void change(Random random, byte[] bytes, int from, int to) {
    int length = to - from;
    if (length == 0) {
      return;
    }
    int at = from + random.nextInt(length);
    switch (random.nextInt(6)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2 -> bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
      case 3 -> putNumber(random, bytes, at, to);
      case 4 -> {
        int count = Math.min(to - at, 1 + random.nextInt(MAX_COPIED));
        int source = random.nextInt(bytes.length - count + 1);
        System.arraycopy(bytes.clone(), source, bytes, at, count);
      }
      default -> {
        int end = Math.min(to, at + 1 + random.nextInt(MAX_COPIED));
        Arrays.fill(bytes, at, end, (byte) (random.nextInt(3) - 1));
      }
    }
  }

  private static void putNumber(Random random, byte[] bytes, int at, int to) {
    long[] numbers = {
      0,
      1,
      -1,
      Long.MIN_VALUE,
      Long.MAX_VALUE,
      0x7fff_ffff_7fff_ffffL,
      0x8000_0000_8000_0000L,
      random.nextInt(2000),
      1L << random.nextInt(64)
    };
    byte[] number = new byte[Long.BYTES];
    ByteBuffer.wrap(number)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(numbers[random.nextInt(numbers.length)]);
    int width = Math.min(to - at, 1 << random.nextInt(4));
    System.arraycopy(number, 0, bytes, at, width);
  }

  private void mend(byte[] bytes) {
    ByteBuffer numbers = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (Range range : ranges) {
      if (range.isFrame()) {
        numbers.putInt(range.from, range.to - range.from);
        numbers.putInt(range.checksum, frameChecksum(bytes, range.from, range.to));
      } else {
        numbers.putInt(range.checksum, checksum(bytes, range.from, range.to));
      }
    }
    mendText(bytes);
  }

  /** The checksum of a description is text, and covers what is before the comma before it. */
  private static void mendText(byte[] bytes) {
    int member = lastIndexOf(bytes, TEXT_CHECKSUM);
    int comma = member;
    while (comma > 0 && bytes[comma] != ',') {
      comma--;
    }
    int digits = member + TEXT_CHECKSUM.length;
    while (member >= 0 && digits < bytes.length && bytes[digits] != '"') {
      digits++;
    }
    if (comma > 0 && digits + 1 + 2 * CHECKSUM_BYTES < bytes.length) {
      String text = HexFormat.of().toHexDigits(checksum(bytes, 0, comma));
      byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(ascii, 0, bytes, digits + 1, ascii.length);
    }
  }

  private static int lastIndexOf(byte[] bytes, byte[] wanted) {
    for (int at = bytes.length - wanted.length; at >= 0; at--) {
      if (Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    return -1;
  }

  private boolean startsWith(String magic) {
    byte[] wanted = magic.getBytes(StandardCharsets.US_ASCII);
    return good.length >= wanted.length
        && Arrays.equals(good, 0, wanted.length, wanted, 0, wanted.length);
  }

  /** Behind the checksum of a segment's footer there is only its magic number. */
  private boolean isTrailer(int at) {
    return startsWith("VSEG") && good.length - at == CHECKSUM_BYTES;
  }

  private @Nullable Range next(int from) {
    ByteBuffer numbers = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
    CRC32C crc = new CRC32C();
    for (int to = from + 1; to + CHECKSUM_BYTES <= good.length; to++) {
      crc.update(good[to - 1]);
      if ((int) crc.getValue() == numbers.getInt(to)) {
        return new Range(from, to, to);
      }
    }
    return null;
  }

  private @Nullable Range frame(int from) {
    int length = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt(from);
    boolean whole = length > FRAME_BODY && length <= good.length - from;
    return whole ? new Range(from, from + length, from + 4) : null;
  }

  private static int checksum(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  private static int frameChecksum(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, 4);
    crc.update(bytes, from + FRAME_BODY, to - from - FRAME_BODY);
    return (int) crc.getValue();
  }
}
