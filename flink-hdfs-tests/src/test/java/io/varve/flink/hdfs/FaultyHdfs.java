package io.varve.flink.hdfs;

import io.varve.flink.common.FileStoreProvider;
import io.varve.flink.common.TablePaths;
import io.varve.io.FileStore;
import io.varve.testkit.FaultInjectingFileStore;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Opens {@code faulty-hdfs://host:port/directory}: that directory of HDFS, where a task is killed
 * once, at the place that a test has set. Test and tasks share one JVM.
 */
public final class FaultyHdfs implements FileStoreProvider {

  private static final String SCHEME = "faulty-hdfs";
  private static final AtomicInteger STRUCK = new AtomicInteger();
  private static volatile @Nullable Pattern site;

  /** Sets where to strike, and returns the path that a job must give. */
  static String path(String hdfs, String where) {
    STRUCK.set(0);
    site = Pattern.compile(where);
    return "faulty-" + hdfs;
  }

  static boolean hasStruck() {
    return STRUCK.get() > 0;
  }

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public FileStore open(URI path) throws IOException {
    return new FaultInjectingFileStore(
        TablePaths.open(path.toString().substring("faulty-".length())),
        (operation, file, moment) -> strikeAt(moment + " " + operation + " " + file));
  }

  private static void strikeAt(String place) {
    Pattern where = site;
    String here = place + " @ " + Thread.currentThread().getName();
    if (where != null && where.matcher(here).find() && STRUCK.getAndIncrement() == 0) {
      throw new IllegalStateException("killed on purpose at " + here);
    }
  }
}
