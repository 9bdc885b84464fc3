package io.varve.chaos;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** What can happen to the job. */
enum Misfortune {
  /** SIGKILL for some TaskManager. */
  KILL_TASK_MANAGER(3),
  /** SIGKILL for the committer's TaskManager when it is about to create a commit record. */
  KILL_BEFORE_COMMIT(2),
  /** SIGKILL for it when it has created the record and told nobody. */
  KILL_AFTER_COMMIT(2),
  /** SIGKILL for the JobManager. */
  KILL_JOB_MANAGER(2),
  /** A TaskManager sleeps inside a commit until another attempt has opened the table. */
  ZOMBIE_IN_COMMIT(3),
  /** Some TaskManager sleeps for longer than the heartbeat's timeout. */
  ZOMBIE(1),
  /** The table's disk has no space for some seconds. */
  FULL_DISK(1),
  /** Every write takes long for some seconds. */
  SLOW_DISK(1),
  /** Stop with a savepoint, start from it with another parallelism. */
  RESCALE(2),
  /** A savepoint while the job goes on. */
  SAVEPOINT(1),
  /** Cancel, start from some older savepoint. */
  REWIND(1),
  /** Start from a savepoint beside the running job, which must fail for good. */
  TAKE_OVER(1);

  private final int weight;

  Misfortune(int weight) {
    this.weight = weight;
  }

  /** Returns all of them in random order, each as often as its weight. */
  static List<Misfortune> deck(Random random) {
    List<Misfortune> deck = new ArrayList<>();
    for (Misfortune misfortune : values()) {
      deck.addAll(Collections.nCopies(misfortune.weight, misfortune));
    }
    Collections.shuffle(deck, random);
    return deck;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
