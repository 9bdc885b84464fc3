package io.varve.table.protocol;

import java.io.IOException;

/** Commits one checkpoint: the committer's act. */
public final class CommitOperation extends LogOperation<CommitResult> {

  private final CommitRequest request;

  /**
   * Prepares a commit.
   *
   * @param request what to commit; requests of one job come in ascending order of checkpoints
   * @param view the committer's view of the log, kept from commit to commit
   */
  public CommitOperation(CommitRequest request, LogView view) {
    this(request, view, Rules.ALL);
  }

  CommitOperation(CommitRequest request, LogView view, Rules rules) {
    super(view, rules);
    this.request = request;
  }

  @Override
  Verdict<CommitResult> judge(Head head, long nowMillis) throws IOException {
    return new CommitJudge(rules).judge(request, head, nowMillis);
  }
}
