package io.varve.table.protocol;

import static io.varve.table.protocol.Samples.AUTHOR;
import static io.varve.table.protocol.Samples.NEWER_RUN;
import static io.varve.table.protocol.Samples.RUN;
import static io.varve.table.protocol.Samples.at;
import static io.varve.table.protocol.Samples.committable;
import static io.varve.table.protocol.Samples.extend;
import static io.varve.table.protocol.Samples.head;
import static io.varve.table.protocol.Samples.reign;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.varve.io.CommitGapException;
import io.varve.io.FencedException;
import io.varve.io.VarveException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CommitJudgeTest {

  private static Verdict<CommitResult> judge(
      Committable committable, OptionalLong restored, Head head) throws VarveException {
    return new CommitJudge(Rules.ALL)
        .judge(new CommitRequest(committable, restored, RUN, AUTHOR), head, 1_000_000);
  }

  private static Verdict<CommitResult> judge(Committable committable, Head head)
      throws VarveException {
    return judge(committable, OptionalLong.empty(), head);
  }

  @Test
  void createsTheNextRecordWithTheHeadsReign() throws VarveException {
    Head head = head(7, reign(2, RUN), 4, at(2, 4));
    Verdict<CommitResult> verdict = judge(committable(2, 5, at(2, 4), extend("t", 10)), head);
    Verdict.Create<CommitResult> create = (Verdict.Create<CommitResult>) verdict;
    CommitRecord record = create.next().record();
    assertThat(record.number()).isEqualTo(8);
    assertThat(record.base()).isEqualTo(7);
    assertThat(record.reign()).isEqualTo(head.record().reign());
    assertThat(record.progress().last()).isEqualTo(at(2, 5));
    assertThat(record.timeMillis()).isEqualTo(1_000_000);
    assertThat(NamedFiles.shownBy(create.next().state())).containsExactly("t");
  }

  @Test
  void recordTimesGrowEvenWhenTheClockDoesNot() throws VarveException {
    Head head = head(7, reign(2, RUN), 4, at(2, 4));
    CommitRequest request =
        new CommitRequest(
            committable(2, 5, at(2, 4), extend("t", 10)), OptionalLong.empty(), RUN, AUTHOR);
    Verdict.Create<CommitResult> create =
        (Verdict.Create<CommitResult>) new CommitJudge(Rules.ALL).judge(request, head, 5);
    assertThat(create.next().record().timeMillis()).isEqualTo(head.record().timeMillis() + 1);
  }

  @Test
  void hasNothingToDoForItsOwnRestoredCheckpoint() throws VarveException {
    Head anyHead = head(7, reign(9, NEWER_RUN), 0, at(8, 1));
    Committable restored = committable(2, 5, at(2, 4), extend("t", 10));
    assertThat(judge(restored, OptionalLong.of(5), anyHead))
        .isEqualTo(new Verdict.Done<>(CommitResult.IN_OPEN_RECORD));
  }

  @Test
  void knowsWhatIsDoneBefore() throws VarveException {
    Head head = head(7, reign(2, RUN), 5, at(2, 5));
    assertThat(judge(committable(2, 5, at(2, 4), extend("t", 10)), head))
        .isEqualTo(new Verdict.Done<>(CommitResult.DONE_BEFORE));
  }

  @Test
  void anotherRunFencesForGoodAndIsNamed() {
    Head head = head(7, reign(3, NEWER_RUN), 4, at(2, 4));
    FencedException fenced =
        catchThrowableOfType(
            FencedException.class, () -> judge(committable(2, 5, at(2, 4), extend("t", 10)), head));
    assertThat(fenced.suppressesRestart()).isTrue();
    assertThat(fenced)
        .hasMessageContaining("job 'usage' on host b")
        .hasMessageContaining("epoch 3")
        .hasMessageContaining("1970-01-01T00:01:00Z")
        .hasMessageContaining("submit this job again");
  }

  @Test
  void anotherAttemptOfTheSameRunFencesPlainly() {
    Head head = head(7, reign(3, RUN), 4, at(2, 4));
    FencedException fenced =
        catchThrowableOfType(
            FencedException.class, () -> judge(committable(2, 5, at(2, 4), extend("t", 10)), head));
    assertThat(fenced.suppressesRestart()).isFalse();
    assertThat(fenced).hasMessageContaining("restarts");
  }

  @Test
  void aMissingCommittableIsAGapThatIsNamed() {
    Head head = head(7, reign(2, RUN), 4, at(2, 4));
    assertThatThrownBy(() -> judge(committable(2, 6, at(2, 5), extend("t", 10)), head))
        .isInstanceOf(CommitGapException.class)
        .hasMessageContaining("checkpoint 6 follows checkpoint 5 of epoch 2")
        .hasMessageContaining("stands at checkpoint 4 of epoch 2");
  }

  @Test
  void refusesAFileThatCleanUpHasListed() {
    Head head = head(7, reign(2, RUN), 4, at(2, 4));
    LogFacts facts = LogFacts.EMPTY.withCleanUp(new CleanUp(0, List.of("t")), 6);
    Head listing = new Head(head.record(), head.state().withFacts(facts));
    assertThatThrownBy(() -> judge(committable(2, 5, at(2, 4), extend("t", 10)), listing))
        .isInstanceOf(CommitGapException.class)
        .hasMessageContaining("listed for deletion");
  }
}
