package io.varve.table.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One submission of a streaming job: its JobManager's view. */
final class Job {

  final String name;
  final RunId run;
  final String sinkId;
  final int stream;
  final int parallelism;
  final OnRewind onRewind;
  final List<Attempt> attempts = new ArrayList<>();
  @Nullable Checkpoint latest;
  @Nullable Attempt current;
  long nextCheckpoint;
  boolean everOpened;
  @Nullable Job sibling;

  Job(String name, RunId run, String sinkId, int stream, int parallelism, OnRewind onRewind) {
    this.name = name;
    this.run = run;
    this.sinkId = sinkId;
    this.stream = stream;
    this.parallelism = parallelism;
    this.onRewind = onRewind;
  }

  boolean isAlive() {
    return current != null;
  }
}
