package io.varve.examples;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Looks at input before a job is made of it. */
final class InputFiles {

  private InputFiles() {}

  /**
   * Checks that there is a file and that it can be read.
   *
   * @param file a path of any file system that Flink knows
   * @throws ExpectedException if not; the message says what to do
   */
  static void requireReadable(String file) throws ExpectedException {
    try {
      FileSystem files = new Path(file).getFileSystem();
      FileStatus status = files.getFileStatus(new Path(file));
      if (status.isDir()) {
        throw new ExpectedException(file + ": is a directory; give the path of a CSV file");
      }
    } catch (FileNotFoundException missing) {
      throw new ExpectedException(file + ": there is no such file; give the path of a CSV file");
    } catch (ExpectedException told) {
      throw told;
    } catch (IOException | IllegalArgumentException unknown) {
      throw new ExpectedException(
          file
              + ": can't be looked up ("
              + unknown.getMessage()
              + "); give the path of a CSV file");
    }
    try (InputStream in = new Path(file).getFileSystem().open(new Path(file))) {
      int ignored = in.read();
    } catch (AccessDeniedException | FileNotFoundException denied) {
      throw new ExpectedException(
          file + ": no permission to read it; change its permissions, or run as its owner");
    } catch (IOException unreadable) {
      throw new ExpectedException(file + ": can't be read (" + unreadable.getMessage() + ")");
    }
  }
}
