package io.varve.table.protocol;

import java.io.IOException;
import java.util.List;

/** Works out the changes of one act of maintenance from the state that it is applied to. */
@FunctionalInterface
public interface MaintenanceRequest {

  /**
   * Returns the changes, none if there is nothing to do. Is called again with a newer head when
   * another record came first.
   *
   * @throws IOException if the head does not allow it
   */
  List<Change> changes(Head head) throws IOException;
}
