package io.varve.simd;

import java.util.Locale;

/**
 * Which kernels this process uses and why. The system property {@value #PROPERTY} is {@code auto},
 * {@code scalar} or {@code vector}; {@code auto} takes vectors where the module {@code
 * jdk.incubator.vector} is loaded, has vectors worth using and passes a check. Immutable.
 *
 * @param kernels what is used
 * @param reason why, in one sentence for people
 */
public record KernelChoice(Kernels kernels, String reason) {

  /** The system property that forces a choice. */
  public static final String PROPERTY = "varve.simd";

  static final KernelChoice CHOSEN = choose(System.getProperty(PROPERTY, "auto"));

  private static final String MODULE = "jdk.incubator.vector";
  private static final int MIN_VECTOR_BITS = 256;

  /** Returns the choice of this process. */
  public static KernelChoice current() {
    return CHOSEN;
  }

  /** Chooses by a value of the property; never fails. */
  static KernelChoice choose(String wish) {
    String wanted = wish.strip().toLowerCase(Locale.ROOT);
    if (wanted.equals("scalar")) {
      return scalar("-D" + PROPERTY + "=scalar asks for it");
    }
    return best(wanted.equals("vector")).forWish(wanted);
  }

  /** Returns the choice with a word on a wish that is unknown or wasn't met. */
  KernelChoice forWish(String wanted) {
    return switch (wanted) {
      case "auto" -> this;
      case "vector" ->
          kernels instanceof ScalarKernels
              ? new KernelChoice(
                  kernels, reason + "; though -D" + PROPERTY + "=vector asks for them")
              : this;
      default ->
          new KernelChoice(
              kernels,
              reason
                  + "; -D"
                  + PROPERTY
                  + "="
                  + wanted
                  + " is unknown: say auto, scalar or vector");
    };
  }

  private static KernelChoice best(boolean forced) {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return scalar("the module is not loaded: start Java with --add-modules " + MODULE);
    }
    try {
      return vector(forced);
    } catch (RuntimeException | LinkageError broken) {
      return scalar("the vector kernels can't be loaded: " + broken);
    }
  }

  private static KernelChoice vector(boolean forced) {
    if (VectorKernels.vectorBits() < MIN_VECTOR_BITS && !forced) {
      return scalar("vectors of " + VectorKernels.vectorBits() + " bits don't pay");
    }
    Kernels vector = new VectorKernels();
    if (!KernelCheck.agree(vector, new ScalarKernels())) {
      return scalar("the vector kernels computed a wrong answer when they were checked");
    }
    return new KernelChoice(vector, "vectors of " + VectorKernels.vectorBits() + " bits");
  }

  static KernelChoice scalar(String reason) {
    return new KernelChoice(new ScalarKernels(), "no vector instructions: " + reason);
  }
}
