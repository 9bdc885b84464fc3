package io.varve.simd;

import java.util.Arrays;
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
  private static final int CHECK_COUNT = 1000;
  private static final int CHECK_WORDS = (CHECK_COUNT + 63) / 64;

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
    if (!agree(vector, new ScalarKernels())) {
      return scalar("the vector kernels computed a wrong answer when they were checked");
    }
    return new KernelChoice(vector, "vectors of " + VectorKernels.vectorBits() + " bits");
  }

  static KernelChoice scalar(String reason) {
    return new KernelChoice(new ScalarKernels(), "no vector instructions: " + reason);
  }

  /** Returns whether two implementations answer alike on a few blocks. */
  static boolean agree(Kernels one, Kernels other) {
    long[] values = new long[CHECK_COUNT];
    long state = 1;
    for (int i = 0; i < CHECK_COUNT; i++) {
      state = state * 6364136223846793005L + 1442695040888963407L;
      values[i] = state;
    }
    LongTotals totals = new LongTotals();
    one.summarize(values, 3, CHECK_COUNT - 3, totals);
    boolean same = totals.toSummary().equals(other.summarize(values, 3, CHECK_COUNT - 3));
    long[] bits = new long[CHECK_WORDS];
    long[] otherBits = new long[CHECK_WORDS];
    one.selectRange(values, CHECK_COUNT, values[0], Long.MAX_VALUE, bits);
    other.selectRange(values, CHECK_COUNT, values[0], Long.MAX_VALUE, otherBits);
    same &= Arrays.equals(bits, otherBits);
    same &=
        one.sumSelected(values, CHECK_COUNT, otherBits)
            .equals(other.sumSelected(values, CHECK_COUNT, otherBits));
    long[] wanted = {values[7], 5, values[CHECK_COUNT - 1]};
    one.selectIn(values, CHECK_COUNT, wanted, bits);
    other.selectIn(values, CHECK_COUNT, wanted, otherBits);
    same &= Arrays.equals(bits, otherBits);
    long[] sums = values.clone();
    long[] otherSums = values.clone();
    one.addUp(sums, 3, CHECK_COUNT);
    other.addUp(otherSums, 3, CHECK_COUNT);
    same &= Arrays.equals(sums, otherSums);
    double[] doubles = new double[CHECK_COUNT];
    Arrays.setAll(doubles, i -> Double.longBitsToDouble(values[i]));
    one.selectRange(doubles, CHECK_COUNT, -0.0, 1e100, bits);
    other.selectRange(doubles, CHECK_COUNT, -0.0, 1e100, otherBits);
    same &= Arrays.equals(bits, otherBits);
    double[] products = new double[CHECK_COUNT];
    double[] otherProducts = new double[CHECK_COUNT];
    long[] small = new long[CHECK_COUNT];
    Arrays.setAll(small, i -> values[i] >> 13);
    one.multiply(small, 1e3, 1e-5, products, CHECK_COUNT);
    other.multiply(small, 1e3, 1e-5, otherProducts, CHECK_COUNT);
    same &= Arrays.equals(products, otherProducts);
    for (int width = 1; width <= 64; width += 9) {
      same &= agree(one, other, values, width);
    }
    return same;
  }

  private static boolean agree(Kernels one, Kernels other, long[] values, int width) {
    long[] masked = new long[CHECK_COUNT];
    Arrays.setAll(masked, i -> values[i] & Lanes.mask(width));
    long[] words = new long[Lanes.words(CHECK_COUNT, width)];
    Lanes.pack(masked, 0, width, CHECK_COUNT, words);
    long[] unpacked = new long[CHECK_COUNT];
    one.unpack(words, width, 0, unpacked, CHECK_COUNT);
    boolean same = Arrays.equals(masked, unpacked);
    same &=
        one.sumPacked(words, width, CHECK_COUNT).equals(other.sumPacked(words, width, CHECK_COUNT));
    long[] bits = new long[CHECK_WORDS];
    long[] otherBits = new long[CHECK_WORDS];
    one.selectRangePacked(words, width, CHECK_COUNT, 0, Lanes.mask(width) >>> 1, bits);
    other.selectRangePacked(words, width, CHECK_COUNT, 0, Lanes.mask(width) >>> 1, otherBits);
    same &= Arrays.equals(bits, otherBits);
    long[] wanted = {masked[9], masked[CHECK_COUNT - 1], Lanes.mask(width)};
    one.selectInPacked(words, width, CHECK_COUNT, wanted, bits);
    other.selectInPacked(words, width, CHECK_COUNT, wanted, otherBits);
    same &= Arrays.equals(bits, otherBits);
    SelectedRows rows = new SelectedRows();
    rows.set(otherBits, CHECK_COUNT);
    same &=
        one.sumSelectedPacked(words, width, CHECK_COUNT, rows)
            .equals(other.sumSelectedPacked(words, width, CHECK_COUNT, rows));
    if (width < Integer.SIZE) {
      int[] ints = new int[CHECK_COUNT];
      int[] otherInts = new int[CHECK_COUNT];
      one.unpackInts(words, width, 1, ints, CHECK_COUNT);
      other.unpackInts(words, width, 1, otherInts, CHECK_COUNT);
      int greatest = (int) (Lanes.mask(width) >>> 1);
      same &= Arrays.equals(ints, otherInts);
      same &=
          one.exceeds(words, width, CHECK_COUNT, greatest)
              == other.exceeds(words, width, CHECK_COUNT, greatest);
    }
    return same;
  }
}
