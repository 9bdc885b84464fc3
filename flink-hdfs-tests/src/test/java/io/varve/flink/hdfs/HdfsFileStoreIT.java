package io.varve.flink.hdfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.flink.common.TablePaths;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.OutputFile;
import io.varve.io.StoreUnsuitableException;
import io.varve.testkit.FileStoreContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** HDFS keeps the contract of file stores. */
@Timeout(300)
class HdfsFileStoreIT extends FileStoreContract {

  private static final int BLOCK_BYTES = 1 << 20;

  private final String directory = HdfsCluster.freshDirectory();

  @Override
  protected FileStore store() throws IOException {
    return TablePaths.open(directory);
  }

  /** The name node knows the length of finished blocks only; the rest is asked of data nodes. */
  @Test
  void showsATailOfSeveralBlocksWhileItIsWritten() throws IOException {
    byte[] content = new byte[3 * BLOCK_BYTES + 12_345];
    new Random(7).nextBytes(content);
    try (OutputFile tail = store().create("tail/1.vtail")) {
      for (int at = 0; at < content.length; at += 100_000) {
        tail.write(content, at, Math.min(100_000, content.length - at));
      }
      tail.sync();
      try (InputFile reader = store().open("tail/1.vtail")) {
        assertThat(reader.length()).isEqualTo(content.length);
        int from = 3 * BLOCK_BYTES - 5_000;
        byte[] read = new byte[content.length - from];
        reader.read(from, read, 0, read.length);
        assertThat(read).isEqualTo(Arrays.copyOfRange(content, from, content.length));
      }
    }
  }

  /** HEAD and leases are overwritten in place while others read them. */
  @Test
  void opensWhatIsReplacedMeanwhile() throws Exception {
    FileStore store = store();
    store.replace("HEAD", new byte[20]);
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int n = 0; n < 300; n++) {
                  store.replace("HEAD", new byte[n % 40]);
                }
              } catch (IOException failed) {
                throw new UncheckedIOException(failed);
              } finally {
                done.set(true);
              }
            });
    writer.start();
    while (!done.get()) {
      try {
        assertThat(store.readAll("HEAD", 64)).hasSizeLessThan(40);
      } catch (NoSuchFileException between) {
        // it is taken away and made again
      }
    }
    writer.join();
  }

  @Test
  void saysThatAClosedFileIsClosed() throws IOException {
    store().create("tail").close();
    assertThatThrownBy(() -> store().append("tail", 0))
        .isInstanceOf(StoreUnsuitableException.class)
        .hasMessageContaining("can't go on with a file that has been closed");
  }
}
