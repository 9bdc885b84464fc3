package io.varve.examples;

import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Lets so many rows a second pass, as a live stream would. Confined to the task's thread. */
final class Pace extends RichMapFunction<Flight, Flight> {

  private static final long serialVersionUID = 1L;
  private static final long STEPS_PER_SECOND = 100;

  private final long rowsPerStep;
  private transient long rowsLeft;
  private transient long stepEndsNanos;

  Pace(long rowsPerSecond) {
    this.rowsPerStep = Math.max(1, rowsPerSecond / STEPS_PER_SECOND);
  }

  @Override
  public void open(OpenContext context) {
    rowsLeft = rowsPerStep;
    stepEndsNanos = System.nanoTime();
  }

  @Override
  public Flight map(Flight flight) throws InterruptedException {
    if (--rowsLeft < 0) {
      rowsLeft = rowsPerStep - 1;
      stepEndsNanos += TimeUnit.SECONDS.toNanos(1) / STEPS_PER_SECOND;
      TimeUnit.NANOSECONDS.sleep(stepEndsNanos - System.nanoTime());
    }
    return flight;
  }
}
