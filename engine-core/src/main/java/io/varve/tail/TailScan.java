package io.varve.tail;

import io.varve.io.CorruptFileException;
import io.varve.io.InputFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The frames at the start of a tail that are whole. Immutable.
 *
 * @param header of the file
 * @param frames in order, each right behind the other
 * @param end the end of the last of them
 * @param fileBytes the length of the file: greater than {@code end} if what follows is no frame
 * @param problem why the scan stopped before the end of the file; empty if it did not
 */
public record TailScan(
    TailHeader header, List<TailFrame> frames, long end, long fileBytes, String problem) {

  /** Copies the list. */
  public TailScan {
    frames = List.copyOf(frames);
  }

  /** Returns whether something follows the last whole frame: a torn frame, or damage. */
  public boolean isTorn() {
    return end < fileBytes;
  }

  /**
   * Reads frames from a frame end until the end of the file or the first that is not whole.
   *
   * @param from a frame end; 0 for the start of the file
   * @throws CorruptFileException if the header of the file is damaged
   */
  public static TailScan scanFrames(InputFile file, long from) throws IOException {
    TailHeader header = TailHeader.read(file);
    long fileBytes = file.length();
    FrameScanner scanner = new FrameScanner(file, from, fileBytes);
    List<TailFrame> frames = new ArrayList<>();
    String problem = "";
    try {
      while (scanner.hasNext()) {
        frames.add(scanner.next().frame());
      }
    } catch (CorruptFileException torn) {
      problem = String.valueOf(torn.getMessage());
    }
    return new TailScan(header, frames, scanner.position(), fileBytes, problem);
  }
}
