package io.varve.benchmarks;

import java.util.OptionalDouble;

/**
 * What subjects are asked to do, each with the same answer. Immutable.
 *
 * @param name short, for the table and {@code --only}
 * @param description for people
 * @param unit of the figures
 * @param target what Varve should reach, if anything was promised
 */
public record Operation(String name, String description, Unit unit, OptionalDouble target) {

  /** Returns an operation that nothing was promised for. */
  public static Operation of(String name, String description, Unit unit) {
    return new Operation(name, description, unit, OptionalDouble.empty());
  }

  /** Returns the same with a target. */
  public Operation withTarget(double value) {
    return new Operation(name, description, unit, OptionalDouble.of(value));
  }
}
