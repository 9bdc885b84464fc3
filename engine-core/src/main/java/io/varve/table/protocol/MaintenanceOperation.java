package io.varve.table.protocol;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * Changes a table beside the job that writes to it, and fences nobody. The result is the number of
 * the record, 0 if there was nothing to do.
 */
public final class MaintenanceOperation extends LogOperation<Long> {

  private final MaintenanceRequest request;
  private final Author author;

  /** Prepares the act; the view may be new. */
  public MaintenanceOperation(MaintenanceRequest request, Author author, LogView view) {
    this(request, author, view, Rules.ALL);
  }

  MaintenanceOperation(MaintenanceRequest request, Author author, LogView view, Rules rules) {
    super(view, rules);
    this.request = request;
    this.author = author;
  }

  @Override
  Verdict<Long> judge(Head head, long nowMillis) throws IOException {
    List<Change> changes = request.changes(head);
    if (changes.isEmpty()) {
      return new Verdict.Done<>(0L);
    }
    Set<String> files = NamedFiles.introducedBy(changes);
    List<String> listed =
        files.stream().filter(head.state().facts().listed()::containsKey).toList();
    if (!listed.isEmpty() && rules.hold(Rule.LISTED_FILE_REFUSED)) {
      throw onMissing(listed);
    }
    Head next =
        new NextRecord(head, author, rules)
            .of(new CommitRecord.Maintenance(changes, null), nowMillis);
    return new Verdict.Create<>(next, files, next.number());
  }

  @Override
  IOException onMissing(List<String> missing) {
    return FilesGone.error(author.why(), missing);
  }
}
