package io.varve.simd;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.column.Int128;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
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
  void theCheckNoticesAMistakeInAnyKernel() {
    assertThat(KernelCheck.agree(new ScalarKernels(), new ScalarKernels())).isTrue();
    int kernels = 0;
    for (Method method : Kernels.class.getMethods()) {
      if (Modifier.isAbstract(method.getModifiers()) && !method.getName().equals("name")) {
        kernels++;
        assertThat(KernelCheck.agree(wrongIn(method), new ScalarKernels()))
            .as("with a mistake in %s", method)
            .isFalse();
      }
    }
    assertThat(kernels).isGreaterThan(25);
  }

  /** Returns scalar kernels with a mistake in one method. */
  private static Kernels wrongIn(Method wrong) {
    ScalarKernels right = new ScalarKernels();
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          Object result = method.invoke(right, arguments);
          return method.equals(wrong) ? damaged(result, arguments) : result;
        };
    return (Kernels)
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(), new Class<?>[] {Kernels.class}, handler);
  }

  private static @Nullable Object damaged(@Nullable Object result, Object[] arguments) {
    if (result instanceof Boolean bool) {
      return !bool;
    }
    if (result instanceof Integer number) {
      return number + 1;
    }
    if (result instanceof Int128 sum) {
      return sum.plus(Int128.of(1));
    }
    Object last = "no array"; // what a kernel writes comes after what it reads
    for (Object argument : arguments) {
      last = argument.getClass().isArray() || argument instanceof LongTotals ? argument : last;
    }
    if (last instanceof LongTotals totals) {
      totals.add(new long[] {1}, 0, 1);
    } else if (last instanceof int[] ints) {
      ints[3]++;
    } else if (last instanceof double[] doubles) {
      doubles[3] = Math.nextUp(doubles[3]);
    } else {
      ((long[]) last)[3] ^= 1;
    }
    return null;
  }
}
