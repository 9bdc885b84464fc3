package io.varve.table;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The work that goes on beside the writing thread: one job after the other, seals before adoptions.
 * After a failed job nothing is done any more, and every call says why. Thread-safe; one thread
 * adds and waits.
 */
final class SealQueue implements AutoCloseable {

  /** Something to encode. */
  interface Job {

    /** Returns about how many bytes its rows take in memory. */
    long bytes();

    /** Returns whether they are in memory already while it waits. */
    boolean isHeld();

    /**
     * Does it.
     *
     * @param cancelled whether nobody wants the result any more
     */
    void run(BooleanSupplier cancelled) throws IOException;
  }

  private final Executor executor;
  private final Object lock = new Object();

  @GuardedBy("lock")
  private final Deque<Job> seals = new ArrayDeque<>();

  @GuardedBy("lock")
  private final Deque<Job> adoptions = new ArrayDeque<>();

  @GuardedBy("lock")
  private @Nullable Job running;

  @GuardedBy("lock")
  private boolean scheduled;

  /** Of the rows that wait to be sealed. */
  @GuardedBy("lock")
  private long waitingBytes;

  /** Of the rows that are held until their job is done. */
  @GuardedBy("lock")
  private long heldBytes;

  /** What the largest job takes beyond that, of all since the queue was idle. */
  @GuardedBy("lock")
  private long workBytes;

  private volatile long bytes;

  private volatile @Nullable Throwable failure;
  private volatile boolean closed;

  SealQueue(Executor executor) {
    this.executor = executor;
  }

  /** Adds a seal, which is done before any adoption. */
  void seal(Job job) throws IOException {
    synchronized (lock) {
      seals.add(job);
      waitingBytes += job.bytes();
      count(job);
    }
    schedule();
  }

  /** Adds an adoption. */
  void adopt(Job job) throws IOException {
    synchronized (lock) {
      adoptions.add(job);
      count(job);
    }
    schedule();
  }

  /** Rows are read into memory if they are not there, and a column at a time is copied in order. */
  @GuardedBy("lock")
  private void count(Job job) {
    heldBytes += job.isHeld() ? job.bytes() : 0;
    workBytes = Math.max(workBytes, job.bytes() / 2 + (job.isHeld() ? 0 : job.bytes()));
    bytes = heldBytes + workBytes;
  }

  private void schedule() throws IOException {
    requireWhole();
    synchronized (lock) {
      if (scheduled || closed) {
        return;
      }
      scheduled = true;
    }
    try {
      executor.execute(this::runAll);
    } catch (RejectedExecutionException refused) {
      fail(refused);
    }
    requireWhole();
  }

  private void runAll() {
    Job job;
    while ((job = next()) != null) {
      try {
        job.run(() -> closed);
      } catch (Throwable failed) { // whatever it is, the writing thread has to hear of it
        fail(failed);
      }
    }
  }

  private void fail(Throwable failed) {
    synchronized (lock) {
      failure = failed;
      lock.notifyAll();
    }
  }

  /** Ends the job before and returns the next; null ends the loop. */
  private @Nullable Job next() {
    synchronized (lock) {
      heldBytes -= running != null && running.isHeld() ? running.bytes() : 0;
      running = null;
      if (failure == null && !closed) {
        running = seals.poll();
        if (running != null) {
          waitingBytes -= running.bytes();
        } else {
          running = adoptions.poll();
        }
      }
      scheduled = running != null;
      workBytes = scheduled ? workBytes : 0;
      bytes = heldBytes + workBytes;
      lock.notifyAll();
      return running;
    }
  }

  /** Returns the memory that jobs take: rows that are held, and work on the largest of them. */
  long bytes() {
    return bytes;
  }

  /** Waits until less work than this waits for its turn. */
  void awaitRoom(long maxWaitingBytes) throws IOException {
    synchronized (lock) {
      while (waitingBytes > maxWaitingBytes && failure == null) {
        await();
      }
    }
    requireWhole();
  }

  /** Waits until everything has been done; returns at once if nothing is to be done. */
  void awaitIdle() throws IOException {
    synchronized (lock) {
      while (scheduled && failure == null) {
        await();
      }
    }
    requireWhole();
  }

  /** Waits until another job has been done; returns at once if nothing is to be done. */
  void awaitProgress() throws IOException {
    synchronized (lock) {
      Job before = running;
      while (scheduled && running == before && failure == null) {
        await();
      }
    }
    requireWhole();
  }

  @GuardedBy("lock")
  private void await() throws IOException {
    try {
      lock.wait();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while rows were sealed");
    }
  }

  /** Fails if a job has. */
  void requireWhole() throws IOException {
    Throwable failed = failure;
    if (failed != null) {
      throw new IOException("rows could not be sealed: " + failed.getMessage(), failed);
    }
  }

  /** Gives up what has not been done, and waits until nobody is at it: an interrupt too. */
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    synchronized (lock) {
      seals.clear();
      adoptions.clear();
      while (running != null) {
        try {
          lock.wait();
        } catch (InterruptedException again) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
