package io.varve.flink.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.varve.table.ScanUnit;
import io.varve.table.protocol.SegmentRef;
import io.varve.testkit.SeededTest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class HandedOutTest {

  private static final ScanSpan SPAN = new ScanSpan("t", ScanSpan.WHOLE, 1, Long.MAX_VALUE);

  private static ScanPlan plan(int splits, BitSet unwanted, List<List<String>> hosts) {
    SegmentRef segment = new SegmentRef("s", 1024L * splits, 1, 0, 0, 1);
    ScanUnit unit = new ScanUnit.OfSegment("p", segment, 0);
    return new ScanPlan(SPAN, 1, ScanPlan.splits(SPAN, List.of(unit), 1), unwanted, hosts);
  }

  @Test
  void prefersSplitsOnTheHostOfTheReader() {
    List<String> a = List.of("a");
    List<String> b = List.of("b", "c");
    HandedOut out = new HandedOut(0, 0);
    ScanPlan plan = plan(5, new BitSet(), List.of(a, b, a, b, a));
    assertThat(out.take(plan, "C")).isEqualTo(1);
    assertThat(out.take(plan, "b")).isEqualTo(3);
    assertThat(out.next()).isZero();
    assertThat(out.ahead()).isEqualTo(0b1010);
    assertThat(out.take(plan, "b")).as("none is near any more").isZero();
    assertThat(out.next()).isEqualTo(2);
    assertThat(out.take(plan, null)).isEqualTo(2);
    assertThat(out.left(plan)).isEqualTo(1);
    assertThat(out.take(plan, "a")).isEqualTo(4);
    assertThat(out.take(plan, "a")).isEqualTo(-1);
  }

  /** Whoever asks, and after any number of restores: each wanted split once. */
  @SeededTest(runs = 200)
  void eachWantedSplitIsHandedOutOnce(Random random) {
    int splits = random.nextInt(200);
    BitSet unwanted = new BitSet();
    List<List<String>> hosts = new ArrayList<>();
    for (int i = 0; i < splits; i++) {
      unwanted.set(i, random.nextInt(4) == 0);
      hosts.add(random.nextInt(5) == 0 ? List.of() : List.of("h" + random.nextInt(3)));
    }
    ScanPlan plan = plan(splits, unwanted, random.nextBoolean() ? hosts : List.of());
    HandedOut out = new HandedOut(0, 0);
    Set<Integer> taken = new TreeSet<>();
    int wanted = splits - unwanted.cardinality();
    for (int i = 0; i < wanted; i++) {
      assertThat(out.left(plan)).isEqualTo(wanted - i);
      int number = out.take(plan, random.nextInt(3) == 0 ? null : "h" + random.nextInt(4));
      assertThat(unwanted.get(number)).isFalse();
      assertThat(taken.add(number)).isTrue();
      if (random.nextInt(10) == 0) {
        out = new HandedOut(out.next(), out.ahead());
      }
    }
    assertThat(out.take(plan, "h0")).isEqualTo(-1);
    assertThat(out.left(plan)).isZero();
  }
}
