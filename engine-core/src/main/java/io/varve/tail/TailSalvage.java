package io.varve.tail;

import io.varve.column.BlockSource;
import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What is left of a tail whose writer died or whose bytes were damaged: unlike {@link TailScan} it
 * looks for whole frames behind a bad place. Immutable.
 *
 * @param header of the file
 * @param whole the runs of whole frames in order
 * @param damaged what lies between them
 * @param end the end of the last whole frame, or of the header
 * @param fileBytes the length of the file
 * @param torn whether something other than zeros follows {@code end}: a frame that was not finished
 */
public record TailSalvage(
    TailHeader header,
    List<FrameRange> whole,
    List<FrameRange> damaged,
    long end,
    long fileBytes,
    boolean torn) {

  private static final int WINDOW_BYTES = 1 << 20;

  /** Copies the lists. */
  public TailSalvage {
    whole = List.copyOf(whole);
    damaged = List.copyOf(damaged);
  }

  /**
   * Reads a whole file.
   *
   * @throws CorruptFileException if the header of the file is damaged
   */
  public static TailSalvage read(InputFile file) throws IOException {
    TailHeader header = TailHeader.read(file);
    long fileBytes = file.length();
    List<FrameRange> whole = new ArrayList<>();
    List<FrameRange> damaged = new ArrayList<>();
    long end = TailFormat.HEADER_BYTES;
    long from = end;
    while (from >= 0) {
      if (from > end) {
        damaged.add(new FrameRange(end, from));
      }
      long to = endOfFrames(file, from, fileBytes);
      if (to > from) {
        whole.add(new FrameRange(from, to));
      }
      end = to;
      from = nextFrame(file, to, fileBytes, header.writer());
    }
    return new TailSalvage(header, whole, damaged, end, fileBytes, !isZero(file, end, fileBytes));
  }

  private static long endOfFrames(InputFile file, long from, long fileBytes) throws IOException {
    FrameScanner scanner = new FrameScanner(file, from, fileBytes);
    try {
      while (scanner.hasNext()) {
        scanner.next();
      }
    } catch (CorruptFileException badFrame) {
      // The caller looks behind it.
    }
    return scanner.position();
  }

  /** Returns where the next whole frame begins behind a bad place, -1 if there is none. */
  private static long nextFrame(InputFile file, long bad, long fileBytes, long writer)
      throws IOException {
    byte[] window = new byte[WINDOW_BYTES];
    long at = bad + 1;
    while (fileBytes - at >= TailFormat.MIN_FRAME_BYTES) {
      int length = (int) Math.min(window.length, fileBytes - at);
      file.read(at, window, 0, length);
      int candidates = length - TailFormat.MIN_FRAME_BYTES + 1;
      for (int i = 0; i < candidates; i++) {
        if (mayBeFrame(window, i, fileBytes - at - i, writer) && isFrame(file, at + i, fileBytes)) {
          return at + i;
        }
      }
      at += candidates;
    }
    return -1;
  }

  /** Looks at the fields that can't be anything, before a checksum is computed over much. */
  private static boolean mayBeFrame(byte[] bytes, int start, long left, long writer) {
    int length = intAt(bytes, start);
    int rows = intAt(bytes, start + 32);
    return length >= TailFormat.MIN_FRAME_BYTES
        && length <= left
        && rows >= 1
        && rows <= BlockSource.MAX_BLOCK_ROWS
        && intAt(bytes, start + 8) == (int) writer
        && intAt(bytes, start + 12) == (int) (writer >>> 32);
  }

  private static int intAt(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | ((bytes[at + 1] & 0xff) << 8)
        | ((bytes[at + 2] & 0xff) << 16)
        | (bytes[at + 3] << 24);
  }

  private static boolean isFrame(InputFile file, long at, long fileBytes) throws IOException {
    try {
      new FrameScanner(file, at, fileBytes).next();
      return true;
    } catch (CorruptFileException looksLikeOneOnly) {
      return false;
    }
  }

  private static boolean isZero(InputFile file, long from, long to) throws IOException {
    byte[] window = new byte[(int) Math.min(WINDOW_BYTES, to - from)];
    for (long at = from; at < to; at += window.length) {
      int length = (int) Math.min(window.length, to - at);
      file.read(at, window, 0, length);
      for (int i = 0; i < length; i++) {
        if (window[i] != 0) {
          return false;
        }
      }
    }
    return true;
  }
}
