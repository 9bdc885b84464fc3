package io.varve.table.protocol;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Announces that all records before the one it makes have expired, whatever their age, and takes
 * files out of the state or puts others in their place: what a repair does to a log that can't be
 * read as a whole any more. The result is the number through which records have expired.
 *
 * <p>Fences nobody. Replaces whose inputs have gone meanwhile are left out.
 */
public final class CutOperation extends LogOperation<Long> {

  private final List<Change.Replace> replaces;
  private final Author author;

  /** Prepares the act; the view may be new. */
  public CutOperation(List<Change.Replace> replaces, Author author, LogView view) {
    super(view, Rules.ALL);
    this.replaces = List.copyOf(replaces);
    this.author = author;
  }

  @Override
  Verdict<Long> judge(Head head, long nowMillis) throws IOException {
    List<Change> changes = new ArrayList<>();
    for (Change.Replace replace : replaces) {
      if (StateApplier.hasInputs(head.state(), replace)) {
        changes.add(replace);
      }
    }
    Set<String> files = NamedFiles.introducedBy(changes);
    CleanUp cut = new CleanUp(head.number(), List.of());
    Head next =
        new NextRecord(head, author, rules)
            .of(new CommitRecord.Maintenance(changes, cut), nowMillis);
    return new Verdict.Create<>(next, files, head.number());
  }

  @Override
  IOException onMissing(List<String> missing) {
    return FilesGone.error(author.why(), missing);
  }
}
