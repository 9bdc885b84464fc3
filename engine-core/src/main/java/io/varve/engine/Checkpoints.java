package io.varve.engine;

import io.varve.io.LockableFileStore;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/** Copies of a log at one point, in another directory. Stateless. */
final class Checkpoints {

  private Checkpoints() {}

  /**
   * Makes a directory a copy of what a manifest names. The manifest comes last: without it the
   * directory is no log.
   */
  static void write(
      LockableFileStore from, Identity identity, Manifest manifest, LockableFileStore to)
      throws IOException {
    if (!to.list("").isEmpty()) {
      throw new FileAlreadyExistsException(
          to.describe(""), null, "is not empty; name a directory that is new or empty");
    }
    for (SegmentEntry segment : manifest.segments()) {
      from.linkTo(segment.path(), to, segment.path());
    }
    for (FileId id : manifest.deletes()) {
      byte[] content = from.readAll(LogLayout.deletes(id), ManifestCodec.MAX_BYTES);
      to.publish(LogLayout.deletes(id), content); // the file itself may still be appended to
    }
    to.publish(LogLayout.IDENTITY, ManifestCodec.write(identity));
    to.publish(LogLayout.manifest(manifest.number()), ManifestCodec.write(manifest));
  }

  /** Makes a directory a copy of a checkpoint, which stays as it is. */
  static void restore(LockableFileStore checkpoint, LockableFileStore to) throws IOException {
    Identity identity =
        Identity.read(checkpoint)
            .orElseThrow(
                () ->
                    new NoSuchFileException(
                        checkpoint.describe(LogLayout.IDENTITY),
                        null,
                        "is missing: there is no checkpoint here"));
    Manifest manifest = new ManifestStore(checkpoint).find().manifest();
    if (manifest == null) {
      throw new NoSuchFileException(
          checkpoint.describe(LogLayout.MANIFESTS),
          null,
          "has no whole manifest: the checkpoint was not completed; take another one");
    }
    write(checkpoint, identity, manifest, to);
  }
}
