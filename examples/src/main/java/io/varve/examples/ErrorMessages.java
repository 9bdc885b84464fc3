package io.varve.examples;

import io.varve.io.VarveException;
import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.util.SerializedThrowable;
import org.jspecify.annotations.Nullable;

/** Finds what to tell of a failure, below everything that Flink wraps around it. */
final class ErrorMessages {

  private static final int MAX_DEPTH = 64;

  private ErrorMessages() {}

  /** Returns one line: what a user can mend and how, or else the failure it all began with. */
  static String of(Throwable failure) {
    List<Throwable> chain = chain(failure);
    for (Throwable link : chain) {
      String message = expected(link);
      if (message != null) {
        return message;
      }
    }
    Throwable root = chain.get(chain.size() - 1);
    return "unexpected failure: " + root + "; the log is " + LogFile.path();
  }

  /** Returns the failure and its causes, outermost first, those sent by Flink unpacked. */
  static List<Throwable> chain(Throwable failure) {
    List<Throwable> chain = new ArrayList<>();
    Throwable at = failure;
    while (at != null && chain.size() < MAX_DEPTH) {
      if (at instanceof SerializedThrowable serialized) {
        at = serialized.deserializeError(ErrorMessages.class.getClassLoader());
      }
      chain.add(at);
      at = at.getCause();
    }
    return chain;
  }

  private static @Nullable String expected(Throwable failure) {
    if (failure instanceof VarveException
        || failure instanceof MalformedCsvException
        || failure instanceof ExpectedException) {
      return failure.getMessage();
    }
    if (failure instanceof NoSuchFileException missing) {
      return missing.getReason() == null
          ? missing.getFile() + ": there is no such file; check the path"
          : missing.getMessage();
    }
    if (failure instanceof AccessDeniedException denied) {
      return denied.getFile()
          + ": no permission; change the permissions of the directory, or choose another";
    }
    if (failure instanceof FileSystemException unusable) {
      String reason =
          unusable.getReason() == null ? unusable.getClass().getSimpleName() : unusable.getReason();
      return unusable.getFile() + ": can't be used (" + reason + "); choose another directory";
    }
    if (failure instanceof FileNotFoundException unusable) {
      return unusable.getMessage() + "; check the path and its permissions";
    }
    return null;
  }
}
