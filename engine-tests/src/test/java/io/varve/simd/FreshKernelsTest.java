package io.varve.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Vector kernels while they are being compiled, in processes that compile as those of users do:
 * where a loop goes over from one compiler's code to another's, the compiler of JDK 17 took a shift
 * of all lanes by a variable for one of the first lane (ADR 64).
 */
class FreshKernelsTest {

  private static final int FEW = 4;

  /** A round takes less than a second on a quiet core. */
  private static final int SECONDS_PER_RUN = 60;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {32, 64})
  void kernelsAnswerAsPlainOnesWhileTheyAreCompiled(int vectorBytes)
      throws IOException, InterruptedException {
    int runs = Integer.getInteger(SeededTest.RUNS_PROPERTY, 1);
    Path log = directory.resolve("log");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:MaxVectorSize=" + vectorBytes,
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                FreshKernels.class.getName(),
                String.valueOf(FEW * runs),
                String.valueOf(runs),
                String.valueOf(System.nanoTime()))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      boolean ended = process.waitFor((long) SECONDS_PER_RUN * runs, TimeUnit.SECONDS);
      String said = Files.readString(log, StandardCharsets.UTF_8);
      assertThat(ended).as("ended in time: %s", said).isTrue();
      assertThat(process.exitValue()).as("%s", said).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
