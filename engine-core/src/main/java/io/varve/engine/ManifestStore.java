package io.varve.engine;

import io.varve.io.AlreadyOpenException;
import io.varve.io.CorruptFileException;
import io.varve.io.FileEntry;
import io.varve.io.FileStore;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Finds and publishes manifests. Thread-safe as long as one thread publishes. */
final class ManifestStore {

  /** How many manifests stay, the newest included: readers may be about to read an older one. */
  private static final int KEPT = 3;

  private final FileStore store;

  ManifestStore(FileStore store) {
    this.store = store;
  }

  /**
   * What was found. Immutable.
   *
   * @param manifest the newest whole one, null if there is none
   * @param newestNumber the greatest number in use
   * @param damaged the paths of newer ones that are damaged
   */
  record Found(@Nullable Manifest manifest, long newestNumber, List<String> damaged) {

    Found {
      damaged = List.copyOf(damaged);
    }
  }

  /** Finds the newest manifest. */
  Found find() throws IOException {
    List<Long> numbers = numbers();
    List<String> damaged = new ArrayList<>();
    for (long number : numbers) {
      String path = LogLayout.manifest(number);
      try {
        return new Found(read(number), numbers.get(0), damaged);
      } catch (CorruptFileException bad) {
        damaged.add(path);
      } catch (NoSuchFileException cleanedUpMeanwhile) {
        // A newer one has been published and this one deleted; what follows is older still.
        return find();
      }
    }
    return new Found(null, numbers.isEmpty() ? 0 : numbers.get(0), damaged);
  }

  /** Returns the numbers of all manifests, the greatest first. */
  private List<Long> numbers() throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (FileEntry entry : store.list(LogLayout.MANIFESTS)) {
      OptionalLong number = LogLayout.manifestNumber(entry.name());
      number.ifPresent(numbers::add);
    }
    numbers.sort(Comparator.reverseOrder());
    return numbers;
  }

  /** Returns the number of the newest manifest, damaged or not; 0 if there is none. */
  long newestNumber() throws IOException {
    List<Long> numbers = numbers();
    return numbers.isEmpty() ? 0 : numbers.get(0);
  }

  private Manifest read(long number) throws IOException {
    String path = LogLayout.manifest(number);
    byte[] bytes = store.readAll(path, ManifestCodec.MAX_BYTES);
    Manifest manifest = ManifestCodec.readManifest(store.describe(path), bytes);
    if (manifest.number() != number) {
      throw new CorruptFileException(
          store.describe(path)
              + ": says that it is manifest "
              + manifest.number()
              + "; a file was copied over it, restore it from a backup");
    }
    return manifest;
  }

  /**
   * Makes a manifest the newest, durably.
   *
   * @throws AlreadyOpenException if somebody else has published that number
   */
  void publish(Manifest manifest) throws IOException {
    String path = LogLayout.manifest(manifest.number());
    if (!store.publish(path, ManifestCodec.write(manifest))) {
      throw new AlreadyOpenException(
          store.describe(path)
              + ": was published by another process in spite of the lock; close the log in one of"
              + " them and open it again in the other");
    }
  }

  /** Deletes manifests that are too old for any reader; failing is harmless. */
  void cleanUp(long newest) {
    try {
      for (long number : numbers()) {
        if (number <= newest - KEPT) {
          store.delete(LogLayout.manifest(number));
        }
      }
    } catch (IOException stays) {
      // The next one deletes it.
    }
  }
}
