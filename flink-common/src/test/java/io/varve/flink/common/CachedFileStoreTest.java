package io.varve.flink.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CorruptFileException;
import io.varve.io.FileStore;
import io.varve.io.InputFile;
import io.varve.io.LocalFileStore;
import io.varve.io.OutputFile;
import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedFileStoreTest {

  @TempDir Path directory;

  private FileStore written(byte[]... files) throws IOException {
    FileStore store = new LocalFileStore(directory);
    for (int i = 0; i < files.length; i++) {
      try (OutputFile file = store.create(i + ".vseg")) {
        file.write(files[i], 0, files[i].length);
        file.sync();
      }
    }
    return store;
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Pages that were put out, pages of another file, and ends of files are what could break. */
  @SeededTest(runs = 10)
  void readsWhatTheFilesHold(Random random) throws IOException {
    byte[][] contents = new byte[3][];
    for (int i = 0; i < contents.length; i++) {
      contents[i] = bytes(random, 1 + random.nextInt(6 * BlockCache.PAGE_BYTES));
    }
    int pages = 1 + random.nextInt(8);
    try (BlockCache cache = new BlockCache((long) pages * BlockCache.PAGE_BYTES)) {
      FileStore store = new CachedFileStore(written(contents), cache);
      for (int read = 0; read < 60; read++) {
        int which = random.nextInt(contents.length);
        byte[] content = contents[which];
        int from = random.nextInt(content.length);
        int count = random.nextInt(content.length - from + 1);
        byte[] into = new byte[count + 5];
        try (InputFile file = store.open(which + ".vseg")) {
          file.read(from, into, 3, count);
        }
        assertThat(Arrays.copyOfRange(into, 3, 3 + count))
            .isEqualTo(Arrays.copyOfRange(content, from, from + count));
        assertThat(cache.bytes()).isLessThanOrEqualTo((long) pages * BlockCache.PAGE_BYTES);
      }
    }
  }

  @Test
  void asksOnceForWhatItKeeps() throws IOException {
    byte[] content = bytes(new Random(1), 3 * BlockCache.PAGE_BYTES);
    try (BlockCache cache = new BlockCache(BlockCache.DEFAULT_BYTES)) {
      FileStore store = new CachedFileStore(written(content), cache);
      byte[] into = new byte[content.length];
      try (InputFile file = store.open("0.vseg")) {
        file.read(0, into, 0, into.length);
        assertThat(cache.hits()).isZero();
        file.read(0, into, 0, into.length);
        assertThat(cache.hits()).isEqualTo(3);
        assertThat(cache.misses()).isEqualTo(3);
        assertThatThrownBy(() -> file.read(content.length - 1L, new byte[2], 0, 2))
            .isInstanceOf(CorruptFileException.class);
      }
      assertThat(into).isEqualTo(content);
    }
  }
}
