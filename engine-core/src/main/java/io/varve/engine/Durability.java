package io.varve.engine;

/** When appended events become durable without being asked to. */
public enum Durability {
  /**
   * A sync is requested every so many events, bytes and seconds, and runs beside the appends: a
   * crash of the machine loses what was not yet synced, at most {@link
   * EventLogOptions#maxUnsyncedBytes}.
   */
  BACKGROUND,
  /** Every append waits until its events are durable; appends that wait together share a sync. */
  SYNC,
  /** Only {@link EventLog#sync} and sealing make events durable. */
  CHECKPOINT
}
