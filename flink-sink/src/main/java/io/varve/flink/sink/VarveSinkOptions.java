package io.varve.flink.sink;

import io.varve.flink.common.CommitExclusiveBy;
import io.varve.table.HistoryOptions;
import io.varve.table.TableOptions;
import io.varve.table.UpkeepOptions;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** The names of a sink's options, as SQL and configuration files give them. */
public final class VarveSinkOptions {

  /** How long a commit stays readable after the next one, and a savepoint restorable. */
  public static final ConfigOption<Duration> HISTORY_TIME =
      ConfigOptions.key("history.time")
          .durationType()
          .defaultValue(Duration.ofMillis(HistoryOptions.DEFAULT_TIME_MILLIS))
          .withDescription(
              "How long a commit can be read after the next one was made, and a savepoint restored"
                  + " after it was taken, unless it is tagged. Keep it longer than a batch job"
                  + " that writes to the table takes.");

  /** How many of the newest commits stay, however old they are. */
  public static final ConfigOption<Integer> HISTORY_MIN_COMMITS =
      ConfigOptions.key("history.min-commits")
          .intType()
          .defaultValue(HistoryOptions.DEFAULT_MIN_COMMITS)
          .withDescription("How many of the newest commits stay, however old they are.");

  /** How long a job waits between two rounds of expiry, clean-up and merging. */
  public static final ConfigOption<Duration> CLEAN_UP_INTERVAL =
      ConfigOptions.key("history.clean-up-interval")
          .durationType()
          .defaultValue(Duration.ofMillis(UpkeepOptions.DEFAULT_INTERVAL_MILLIS))
          .withDescription(
              "How long a job that writes to the table waits between two rounds in which it lets"
                  + " the history expire, removes orphans and merges small segments.");

  /** The age of an event at which its row goes; rows stay where it is not set. */
  public static final ConfigOption<Duration> TTL =
      ConfigOptions.key("ttl")
          .durationType()
          .noDefaultValue()
          .withDescription(
              "The age, by the time column, at which a row goes for good. Rows stay if it is not"
                  + " set.");

  /** The ages at which rows of some partitions go, where others than {@link #TTL}. */
  public static final ConfigOption<String> TTL_BY_PARTITION =
      ConfigOptions.key(TableOptions.TTL_BY_PARTITION)
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The ages at which rows of some partitions go, where others than ttl, such as"
                  + " 'tenant=free:1 d; tenant=acme:forever'. The rule with the most columns"
                  + " holds.");

  /** What sees to it that commits are made once; each job declares it anew. */
  public static final ConfigOption<CommitExclusiveBy> COMMIT_EXCLUSIVE_BY =
      ConfigOptions.key("commit.exclusive-by")
          .enumType(CommitExclusiveBy.class)
          .defaultValue(CommitExclusiveBy.FILE_SYSTEM)
          .withDescription(
              "With flink-ha tables are written to on object stores too. That is not safe from"
                  + " attempts of the job that Flink has given up and that still run, nor from"
                  + " other jobs that write to the table.");

  private VarveSinkOptions() {}
}
