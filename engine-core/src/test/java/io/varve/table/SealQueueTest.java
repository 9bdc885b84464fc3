package io.varve.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is done beside the writing thread: in which order, who waits, and who hears of failures. */
@Timeout(30)
class SealQueueTest {

  private final List<String> done = new ArrayList<>();
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final SealQueue byHand = new SealQueue(tasks::add);
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final SealQueue beside = new SealQueue(thread);

  @AfterEach
  void stop() {
    thread.shutdownNow();
  }

  private interface Act {
    void run(BooleanSupplier cancelled) throws Exception;
  }

  private SealQueue.Job job(String name, long bytes, boolean held, Act act) {
    return new SealQueue.Job() {
      @Override
      public long bytes() {
        return bytes;
      }

      @Override
      public boolean isHeld() {
        return held;
      }

      @Override
      public void run(BooleanSupplier cancelled) throws IOException {
        try {
          act.run(cancelled);
        } catch (IOException | RuntimeException failed) {
          throw failed;
        } catch (Exception other) {
          throw new IOException(other);
        }
        done.add(name);
      }
    };
  }

  private SealQueue.Job job(String name) {
    return job(name, 100, false, cancelled -> {});
  }

  @Test
  void sealsComeBeforeAdoptions() throws IOException {
    byHand.adopt(job("adopt 1"));
    byHand.adopt(job("adopt 2"));
    byHand.seal(job("seal 1"));
    byHand.seal(job("seal 2"));
    assertThat(tasks).hasSize(1);
    tasks.remove().run();
    assertThat(done).containsExactly("seal 1", "seal 2", "adopt 1", "adopt 2");
    byHand.awaitIdle();
  }

  @Test
  void countsHeldRowsAndTheLargestJob() throws IOException {
    byHand.seal(job("of a tail", 100, false, cancelled -> {}));
    assertThat(byHand.bytes()).isEqualTo(150);
    byHand.seal(job("of memory", 200, true, cancelled -> {}));
    assertThat(byHand.bytes()).isEqualTo(200 + 150);
    byHand.adopt(job("adoption", 400, false, cancelled -> {}));
    assertThat(byHand.bytes()).isEqualTo(200 + 600);
    tasks.remove().run();
    assertThat(byHand.bytes()).isZero();
  }

  @Test
  void afterAFailureNothingIsDoneAndEveryCallSaysWhy() throws IOException {
    byHand.seal(
        job(
            "full",
            1,
            false,
            cancelled -> {
              throw new IOException("segments/a-1.vseg: no space left");
            }));
    byHand.seal(job("next"));
    tasks.remove().run();
    assertThat(done).isEmpty();
    for (SealQueueCall call :
        List.<SealQueueCall>of(
            byHand::awaitIdle,
            byHand::awaitProgress,
            byHand::requireWhole,
            () -> byHand.awaitRoom(0),
            () -> byHand.seal(job("later")))) {
      assertThatThrownBy(call::make)
          .isInstanceOf(IOException.class)
          .hasMessage("rows could not be sealed: segments/a-1.vseg: no space left");
    }
    assertThat(tasks).isEmpty();
    byHand.close();
  }

  private interface SealQueueCall {
    void make() throws IOException;
  }

  @Test
  void anErrorIsAFailureToo() throws IOException {
    byHand.seal(
        job(
            "large",
            1,
            false,
            cancelled -> {
              throw new IllegalStateException("impossible");
            }));
    tasks.remove().run();
    assertThatThrownBy(byHand::awaitIdle).hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void anExecutorThatTakesNothingIsAFailure() {
    SealQueue refused =
        new SealQueue(
            task -> {
              throw new RejectedExecutionException("shut down");
            });
    assertThatThrownBy(() -> refused.seal(job("a"))).isInstanceOf(IOException.class);
    refused.close();
  }

  @Test
  void waitsForRoom() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    beside.seal(
        job(
            "slow",
            100,
            false,
            cancelled -> {
              started.countDown();
              goOn.await();
            }));
    started.await();
    beside.seal(job("waiting"));
    beside.awaitRoom(100);
    Thread opener = new Thread(goOn::countDown);
    opener.start();
    beside.awaitRoom(0);
    beside.awaitIdle();
    assertThat(done).containsExactly("slow", "waiting");
    opener.join();
  }

  @Test
  void anInterruptEndsTheWaitAndStays() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    beside.seal(job("slow", 100, false, cancelled -> goOn.await()));
    Thread.currentThread().interrupt();
    assertThatThrownBy(beside::awaitIdle).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    goOn.countDown();
    beside.awaitIdle();
  }

  @Test
  void closeGivesUpWhatWaitsAndWaitsForWhatRuns() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    beside.seal(
        job(
            "running",
            100,
            false,
            cancelled -> {
              started.countDown();
              while (!cancelled.getAsBoolean()) {
                Thread.onSpinWait();
              }
            }));
    beside.seal(job("waiting"));
    started.await();
    Thread.currentThread().interrupt(); // as Flink does when it cancels
    beside.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(done).containsExactly("running");
    thread.shutdown();
  }
}
