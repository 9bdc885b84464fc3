package io.varve.encoding;

import io.varve.column.BinaryColumn;
import io.varve.column.BlockSource;
import io.varve.io.BytesReader;
import io.varve.io.BytesWriter;
import io.varve.io.CorruptFileException;
import java.util.Arrays;

/**
 * Writes and reads {@link Encoding#DIGITS}: alphabet (1 byte), digits of a value (1), digits of the
 * head (1), then the head of every value as an integer list and the rest in further lists, each of
 * as many digits as fit into 60 bits. A null has any digits. Confined.
 *
 * <p>The head of a ULID is its time, so that it may be written as differences.
 */
final class DigitsCodec {

  /** Fewer digits are not worth it. */
  private static final int MAX_LENGTH = 255;

  private static final int ULID_LENGTH = 26;
  private static final int ULID_TIME_DIGITS = 10;

  private final long[] part = new long[BlockSource.MAX_BLOCK_ROWS];
  private final long[] found = new long[BlockSource.MAX_BLOCK_ROWS / 64];

  /** Appends values if all that are there have as many digits of one alphabet. */
  boolean tryEncode(BinaryColumn values, int from, int count, LongEncoder longs, BytesWriter out) {
    int length = -1;
    int alphabets = Digits.every();
    for (int row = from; row < from + count; row++) {
      if (!values.isNull(row)) {
        int own = values.length(row);
        length = length < 0 ? own : length;
        alphabets = Digits.common(alphabets, values.bytes(), values.start(row), values.end(row));
        if (own != length || alphabets == 0) {
          return false;
        }
      }
    }
    if (length < 1 || length > MAX_LENGTH) {
      return false;
    }
    Digits digits = Digits.smallest(alphabets);
    int head = Math.min(length, digits.maxDigits());
    if (length == ULID_LENGTH && digits.bits() == 5) {
      head = ULID_TIME_DIGITS;
    }
    out.writeByte(digits.number()).writeByte(length).writeByte(head);
    int at = 0;
    int next = head;
    while (at < length) {
      for (int i = 0; i < count; i++) {
        int row = from + i;
        part[i] =
            values.isNull(row)
                ? i == 0 ? 0 : part[i - 1]
                : digits.parse(values.bytes(), values.start(row) + at, next);
      }
      longs.encodeOrdered(part, count, out);
      at += next;
      next = Math.min(length - at, digits.maxDigits());
    }
    return true;
  }

  /** Reads values into an empty column; nulls and rows that are not wanted get no bytes. */
  void decode(BytesReader in, int count, RowsWanted wanted, LongDecoder longs, BinaryColumn into)
      throws CorruptFileException {
    Digits digits = readAlphabet(in);
    int length = in.readByte();
    int head = readHead(in, digits, length);
    int[] ends = into.appendUninitialized(count, wanted.count() * length);
    int end = 0;
    for (int i = 0; i < count; i++) {
      end += wanted.contains(i) ? length : 0;
      ends[i] = end;
    }
    int at = 0;
    int next = head;
    while (at < length) {
      longs.decodeNumbered(in, count, part);
      for (int i = wanted.next(0); i >= 0; i = wanted.next(i + 1)) {
        digits.write(part[i], next, into.bytes(), into.start(i) + at);
      }
      at += next;
      next = Math.min(length - at, digits.maxDigits());
    }
  }

  /** Sets the bits of the rows that have a value, of nulls maybe as well; clears all others. */
  void find(BytesReader in, int count, byte[] value, LongDecoder longs, long[] bits)
      throws CorruptFileException {
    Digits digits = readAlphabet(in);
    int length = in.readByte();
    int head = readHead(in, digits, length);
    Arrays.fill(bits, 0, found.length, 0);
    boolean possible = value.length == length && digits.isAll(value);
    for (int i = 0; possible && i < count; i++) {
      bits[i >>> 6] |= 1L << i;
    }
    int at = 0;
    int next = head;
    while (at < length) {
      longs.decodeNumbered(in, count, part);
      long wanted = possible ? digits.parse(value, at, next) : 0;
      Arrays.fill(found, 0);
      for (int i = 0; i < count; i++) {
        found[i >>> 6] |= (part[i] == wanted ? 1L : 0L) << i;
      }
      for (int word = 0; word < found.length; word++) {
        bits[word] &= found[word];
      }
      at += next;
      next = Math.min(length - at, digits.maxDigits());
    }
  }

  static Digits readAlphabet(BytesReader in) throws CorruptFileException {
    int number = in.readByte();
    if (!Digits.isKnown(number)) {
      throw in.corrupt("an alphabet of 1 to 5", String.valueOf(number));
    }
    return Digits.ofNumber(number);
  }

  static int readHead(BytesReader in, Digits digits, int length) throws CorruptFileException {
    int head = in.readByte();
    if (head < 1 || head > length || head > digits.maxDigits()) {
      throw in.corrupt("a head of 1 to " + length + " digits", String.valueOf(head));
    }
    return head;
  }
}
