package io.varve.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.testkit.SeededTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Vector kernels while they are being compiled, in processes that compile as those of users do:
 * where a loop goes over from one compiler's code to another's, the compiler of JDK 17 took a shift
 * of all lanes by a variable for one of the first lane (ADR 64).
 */
class FreshKernelsTest {

  private static final int FEW = 4;

  @ParameterizedTest
  @ValueSource(ints = {32, 64})
  @Timeout(300)
  void kernelsAnswerAsPlainOnesWhileTheyAreCompiled(int vectorBytes)
      throws IOException, InterruptedException {
    int runs = Integer.getInteger(SeededTest.RUNS_PROPERTY, 1);
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
            .start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("ended in time").isTrue();
      assertThat(process.exitValue()).as(said).isZero();
    } finally {
      process.destroyForcibly();
    }
  }
}
