package io.varve.table.protocol;

import io.varve.io.CommitGapException;
import io.varve.io.FencedException;
import java.util.Set;

/** Judges a committable by the head of the log. Stateless but for the rules, thread-safe. */
final class CommitJudge {

  private final Rules rules;

  CommitJudge(Rules rules) {
    this.rules = rules;
  }

  /**
   * Returns whether to commit, and as what record.
   *
   * @param request the committable and who wants it committed
   * @param head the newest record seen
   * @param nowMillis the time now
   * @throws FencedException if another epoch reigns
   * @throws CommitGapException if the committable does not follow the head
   */
  Verdict<CommitResult> judge(CommitRequest request, Head head, long nowMillis)
      throws FencedException, CommitGapException {
    Committable committable = request.committable();
    if (request.isInRestoredCheckpoint() && rules.hold(Rule.OWN_RESTORED_TEST)) {
      return new Verdict.Done<>(CommitResult.IN_OPEN_RECORD);
    }
    CommitRecord record = head.record();
    new Fencing(rules).check(record, committable.lineage(), committable.epoch(), request.run());
    if (committable.checkpoint() <= record.progress().checkpoint()
        && rules.hold(Rule.DONE_BEFORE_TEST)) {
      return new Verdict.Done<>(CommitResult.DONE_BEFORE);
    }
    if (!rules.same(committable.previous(), record.progress().last())
        && rules.hold(Rule.PREVIOUS_IS_LAST)) {
      throw new CommitGapException(
          "checkpoint "
              + committable.checkpoint()
              + " follows "
              + committable.previous()
              + ", but the table stands at "
              + record.progress().last()
              + " (record "
              + record.number()
              + "): a committable is missing. Nothing was committed; restart the job from its"
              + " latest checkpoint, and never skip committables");
    }
    refuseListed(committable, head.state());
    Progress progress =
        new Progress(committable.checkpoint(), committable.id(), committable.watermark());
    Head next =
        new NextRecord(head, request.author(), rules)
            .of(progress, new CommitRecord.Data(committable.folded()), nowMillis);
    return new Verdict.Create<>(next, Set.of(), CommitResult.COMMITTED);
  }

  private void refuseListed(Committable committable, TableState state) throws CommitGapException {
    for (String file : NamedFiles.introducedBy(committable.folded().changes())) {
      if (state.facts().listed().containsKey(file) && rules.hold(Rule.LISTED_FILE_REFUSED)) {
        throw new CommitGapException(
            "checkpoint "
                + committable.checkpoint()
                + " names "
                + file
                + ", which clean-up has listed for deletion: it was written longer ago than the"
                + " table's history. Nothing was committed; restart the job from an older"
                + " checkpoint, and make the history longer than a checkpoint takes");
      }
    }
  }
}
