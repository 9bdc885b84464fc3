package io.varve.table.protocol;

import static io.varve.table.protocol.Samples.data;
import static io.varve.table.protocol.Samples.extend;
import static io.varve.table.protocol.Samples.position;
import static io.varve.table.protocol.Samples.range;
import static io.varve.table.protocol.Samples.seal;
import static io.varve.table.protocol.Samples.segment;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.varve.io.CommitGapException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateApplierTest {

  private static TableState apply(TableState state, Change.Files... changes)
      throws CommitGapException {
    return new StateApplier().apply(state, data(1, changes));
  }

  private static TailState tail(TableState state) {
    return requireNonNull(state.tail("p", "t"));
  }

  @Test
  void extendShowsATailFromItsStart() throws CommitGapException {
    TableState state = apply(TableState.EMPTY, extend("t", 50));
    assertThat(state.tail("p", "t"))
        .isEqualTo(new TailState("t", TailPosition.START, position(50)));
  }

  @Test
  void extendNeverShowsLess() throws CommitGapException {
    TableState state = apply(TableState.EMPTY, extend("t", 50), extend("t", 20));
    assertThat(tail(state).visibleTo()).isEqualTo(position(50));
  }

  @Test
  void sealHidesTheFramesThatItHolds() throws CommitGapException {
    TableState state =
        apply(TableState.EMPTY, extend("t", 50), seal("s", range("t", 0, 30), false));
    assertThat(tail(state).visible()).isEqualTo(range("t", 30, 50));
    assertThat(state.hasSegment("p", "s")).isTrue();
  }

  @Test
  void sealMayReachBeyondWhatIsVisible() throws CommitGapException {
    TableState state =
        apply(TableState.EMPTY, extend("t", 50), seal("s", range("t", 0, 80), false));
    assertThat(tail(state).visible()).isEqualTo(range("t", 80, 80));
  }

  @Test
  void sealOfBufferedRowsNeedsNoTail() throws CommitGapException {
    TableState state = apply(TableState.EMPTY, new Change.Seal("p", segment("s"), null, false));
    assertThat(state.partition("p").segments().size()).isEqualTo(1);
    assertThat(state.partition("p").tails().isEmpty()).isTrue();
  }

  @Test
  void refusesASealThatDoesNotStartWhereTheTailIsSealed() throws CommitGapException {
    TableState state = apply(TableState.EMPTY, extend("t", 50));
    assertThatThrownBy(() -> apply(state, seal("s", range("t", 10, 50), false)))
        .isInstanceOf(CommitGapException.class)
        .hasMessageContaining("s")
        .hasMessageContaining("t[10, 50)")
        .hasMessageContaining("sealed to 0");
  }

  @Test
  void aClosedTailLeavesTheStateWhenNothingOfItIsVisible() throws CommitGapException {
    TableState state = apply(TableState.EMPTY, extend("t", 50), seal("s", range("t", 0, 50), true));
    assertThat(state.tail("p", "t")).isNull();
  }

  @Test
  void aClosedTailStaysWhileSomethingOfItIsVisible() throws CommitGapException {
    TableState state = apply(TableState.EMPTY, extend("t", 50), seal("s", range("t", 0, 40), true));
    assertThat(tail(state).visible()).isEqualTo(range("t", 40, 50));
  }

  @Test
  void replaceSwapsSegmentsAndTails() throws CommitGapException {
    TableState state =
        apply(
            TableState.EMPTY,
            new Change.Seal("p", segment("a"), null, false),
            extend("t", 50),
            new Change.Replace(
                "p", List.of("a"), List.of(range("t", 0, 50)), List.of(segment("b")), true));
    assertThat(NamedFiles.shownBy(state)).containsExactly("b");
  }

  @Test
  void dropsAReplaceWhoseSegmentIsMissing() throws CommitGapException {
    Change.Replace replace =
        new Change.Replace("p", List.of("gone"), List.of(), List.of(segment("b")), false);
    assertThat(apply(TableState.EMPTY, replace).partitions().isEmpty()).isTrue();
  }

  @Test
  void dropsAReplaceOfFramesThatAreNotVisible() throws CommitGapException {
    TableState state = apply(TableState.EMPTY, extend("t", 50));
    Change.Replace replace =
        new Change.Replace("p", List.of(), List.of(range("t", 0, 60)), List.of(segment("b")), true);
    assertThat(apply(state, replace).partitions()).isEqualTo(state.partitions());
  }

  @Test
  void dropsAReplaceOfFramesThatAreSealedAlready() throws CommitGapException {
    TableState state =
        apply(TableState.EMPTY, extend("t", 50), seal("s", range("t", 0, 20), false));
    Change.Replace replace =
        new Change.Replace("p", List.of(), List.of(range("t", 0, 50)), List.of(segment("b")), true);
    assertThat(apply(state, replace).partitions()).isEqualTo(state.partitions());
  }

  @Test
  void aPartitionWithoutFilesLeavesTheState() throws CommitGapException {
    TableState state = apply(TableState.EMPTY, new Change.Seal("p", segment("a"), null, false));
    Change.Replace all = new Change.Replace("p", List.of("a"), List.of(), List.of(), false);
    assertThat(apply(state, all).partitions().isEmpty()).isTrue();
  }

  @Test
  void onlyCommitsThatBringRowsMoveALineage() throws CommitGapException {
    TableState state = apply(TableState.EMPTY, extend("t", 50));
    Change.Replace merge =
        new Change.Replace("p", List.of(), List.of(range("t", 0, 50)), List.of(segment("b")), true);
    TableState merged = new StateApplier().apply(state, data(2, merge));
    assertThat(merged.lineages()).isEqualTo(state.lineages());
  }
}
