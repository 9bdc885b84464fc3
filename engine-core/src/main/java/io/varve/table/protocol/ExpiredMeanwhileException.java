package io.varve.table.protocol;

import java.util.Optional;

/** Records were removed while they were read; start again. */
final class ExpiredMeanwhileException extends Exception {

  private static final long serialVersionUID = 1L;

  static <T> T unlessPresent(Optional<T> read) throws ExpiredMeanwhileException {
    if (read.isEmpty()) {
      throw new ExpiredMeanwhileException();
    }
    return read.get();
  }
}
