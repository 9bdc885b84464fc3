package io.varve.examples;

import io.varve.flink.common.FileStoreProvider;
import io.varve.io.FileStore;
import io.varve.io.LocalFileStore;
import io.varve.testkit.FaultInjectingFileStore;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** Opens {@code failing:/some/directory}: that directory, where one access fails as planned. */
public final class FailingTables implements FileStoreProvider {

  private static final Map<String, Plan> PLANS = new ConcurrentHashMap<>();

  /** What fails: the access that matches for the {@code strikes}-th time, on a matching thread. */
  private record Plan(Pattern access, String thread, int strikes, AtomicInteger seen) {

    void pass(String call) throws IOException {
      if (access.matcher(call).matches()
          && Thread.currentThread().getName().contains(thread)
          && seen.incrementAndGet() == strikes) {
        throw new IOException("failed as planned: " + call);
      }
    }
  }

  /**
   * Plans one failure.
   *
   * @param access of {@code <moment> <operation> <path>}
   * @param thread a part of the thread's name
   * @return the path to give to the job
   */
  static String plan(Path directory, String access, String thread, int strikes) {
    PLANS.put(
        directory.toString(),
        new Plan(Pattern.compile(access), thread, strikes, new AtomicInteger()));
    return "failing:" + directory;
  }

  /** Returns whether the planned failure has happened. */
  static boolean hasFailed(Path directory) {
    Plan plan = PLANS.get(directory.toString());
    return plan != null && plan.seen().get() >= plan.strikes();
  }

  @Override
  public String scheme() {
    return "failing";
  }

  @Override
  public FileStore open(URI path) {
    return new FaultInjectingFileStore(
        new LocalFileStore(Path.of(path.getPath())),
        (operation, file, moment) -> {
          Plan plan = PLANS.get(path.getPath());
          if (plan != null) {
            plan.pass(moment + " " + operation + " " + file);
          }
        });
  }
}
