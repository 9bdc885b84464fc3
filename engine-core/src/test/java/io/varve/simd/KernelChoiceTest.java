package io.varve.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.Int128;
import org.junit.jupiter.api.Test;

/** Which kernels are chosen, and that a wrong implementation is noticed. */
class KernelChoiceTest {

  @Test
  void scalarIsTakenWhenAskedFor() {
    KernelChoice choice = KernelChoice.choose(" Scalar ");
    assertThat(choice.kernels().name()).isEqualTo("scalar");
    assertThat(choice.reason()).contains("-Dvarve.simd=scalar");
  }

  @Test
  void vectorIsTakenWhenForcedAndTheModuleIsThere() {
    KernelChoice choice = KernelChoice.choose("vector");
    assertThat(choice.kernels().name()).startsWith("vector-");
    assertThat(choice.reason()).startsWith("vectors of ");
  }

  @Test
  void aWishThatIsUnknownOrNotMetIsSaid() {
    KernelChoice choice = KernelChoice.choose("avx");
    assertThat(choice.kernels().name()).isEqualTo(KernelChoice.choose("auto").kernels().name());
    assertThat(choice.reason()).contains("-Dvarve.simd=avx is unknown: say auto, scalar or vector");
    assertThat(KernelChoice.choose("").reason()).contains("-Dvarve.simd= is unknown");
    KernelChoice none = KernelChoice.scalar("no module").forWish("vector");
    assertThat(none.reason()).contains("no module; though -Dvarve.simd=vector asks for them");
    assertThat(KernelChoice.scalar("no module").forWish("auto").reason()).endsWith("no module");
    assertThat(KernelChoice.choose("vector").reason()).doesNotContain("asks");
  }

  @Test
  void theProcessHasOneChoice() {
    assertThat(Kernels.chosen()).isSameAs(KernelChoice.current().kernels());
  }

  @Test
  void theCheckNoticesAWrongSum() {
    assertThat(KernelChoice.agree(new ScalarKernels(), new ScalarKernels())).isTrue();
    assertThat(KernelChoice.agree(new Wrong(true, false), new ScalarKernels())).isFalse();
    assertThat(KernelChoice.agree(new Wrong(false, true), new ScalarKernels())).isFalse();
  }

  /** Scalar kernels with a mistake. */
  private record Wrong(boolean inSum, boolean inUnpack) implements Kernels {

    private static final ScalarKernels RIGHT = new ScalarKernels();

    @Override
    public String name() {
      return "wrong";
    }

    @Override
    public void unpack(long[] words, int width, long base, long[] out, int count) {
      RIGHT.unpack(words, width, base, out, count);
      out[count - 1] += inUnpack ? 1 : 0;
    }

    @Override
    public void unpackInts(long[] words, int width, int base, int[] out, int count) {
      RIGHT.unpackInts(words, width, base, out, count);
    }

    @Override
    public Int128 sumPacked(long[] words, int width, int count) {
      return RIGHT.sumPacked(words, width, count).plus(Int128.of(inSum ? 1 : 0));
    }

    @Override
    public LongSummary summarize(long[] values, int from, int count) {
      return RIGHT.summarize(values, from, count);
    }

    @Override
    public void compare(
        long[] values, int count, Comparison comparison, long operand, long[] bitmap) {
      RIGHT.compare(values, count, comparison, operand, bitmap);
    }

    @Override
    public Int128 sumSelected(long[] values, int count, long[] bitmap) {
      return RIGHT.sumSelected(values, count, bitmap);
    }
  }
}
