package io.varve.table.protocol;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Commits a batch job's rows at end of input, once however often the job's tasks are run again;
 * fences nobody.
 */
public final class GuestOperation extends LogOperation<CommitResult> {

  private final GuestRequest request;

  /** Prepares a commit; the view may be new. */
  public GuestOperation(GuestRequest request, LogView view) {
    this(request, view, Rules.ALL);
  }

  GuestOperation(GuestRequest request, LogView view, Rules rules) {
    super(view, rules);
    this.request = request;
  }

  @Override
  Verdict<CommitResult> judge(Head head, long nowMillis) throws IOException {
    if (head.state().guests().containsKey(request.guest().key())
        && rules.hold(Rule.GUEST_IDENTITY)) {
      return new Verdict.Done<>(CommitResult.DONE_BEFORE);
    }
    Set<String> files = NamedFiles.introducedBy(request.folded().changes());
    List<String> listed =
        files.stream().filter(head.state().facts().listed()::containsKey).toList();
    if (!listed.isEmpty() && rules.hold(Rule.LISTED_FILE_REFUSED)) {
      throw onMissing(listed);
    }
    List<Change> replaced =
        Truncation.changes(
            head.state(), request.overwrite().directories(head.state()), request.author().id());
    Head next =
        new NextRecord(head, request.author(), rules)
            .of(new CommitRecord.Guest(request.guest(), replaced, request.folded()), nowMillis);
    return new Verdict.Create<>(next, files, CommitResult.COMMITTED);
  }

  @Override
  IOException onMissing(List<String> missing) {
    return FilesGone.error("batch job " + request.guest().key(), missing);
  }
}
