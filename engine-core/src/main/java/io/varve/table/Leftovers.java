package io.varve.table;

import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds what failures have left of the commit log's own files. */
final class Leftovers {

  private static final String TEMPORARY = "\\..*\\.tmp";
  private static final String PROOF = "\\.proof-.*";

  private Leftovers() {}

  /**
   * Returns the files that nobody needs any more.
   *
   * <p>A temporary file may still be published by someone who sleeps; deleted, that fails cleanly.
   *
   * @param base records up to this number have expired: nobody reads them or their states
   * @param oldBeforeMillis temporary files last written before go
   * @param lapsedBeforeMillis leases that lapsed before go; who renews one then writes it anew
   */
  static List<String> find(
      FileStore store, long base, long oldBeforeMillis, long lapsedBeforeMillis)
      throws IOException {
    List<String> found = new ArrayList<>();
    addOld(store, "", TEMPORARY + "|" + PROOF, oldBeforeMillis, found);
    for (String directory :
        List.of(TableLayout.COMMITS, TableLayout.STATES, TableLayout.BASE, TableLayout.LEASES)) {
      addOld(store, directory, TEMPORARY, oldBeforeMillis, found);
    }
    addExpired(store, TableLayout.STATES, base, found);
    addExpired(store, TableLayout.COMMITS, base, found);
    for (LeaseFile lease : LeaseFile.list(store)) {
      if (lease.validUntilMillis() < lapsedBeforeMillis) {
        found.add(lease.path());
      }
    }
    return found;
  }

  private static void addOld(
      FileStore store, String directory, String pattern, long oldBeforeMillis, List<String> found)
      throws IOException {
    for (FileEntry entry : store.list(directory)) {
      if (!entry.directory()
          && entry.name().matches(pattern)
          && entry.modifiedMillis() < oldBeforeMillis) {
        found.add(directory.isEmpty() ? entry.name() : directory + "/" + entry.name());
      }
    }
  }

  private static void addExpired(FileStore store, String directory, long base, List<String> found)
      throws IOException {
    for (long number : FileCommitLog.numbers(store, directory)) {
      if (number <= base) {
        found.add(TableLayout.numbered(directory, number));
      }
    }
  }
}
